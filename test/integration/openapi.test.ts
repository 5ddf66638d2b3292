// The contract: committed as the routes say it, clean under both linters, and bounded in everything a caller can send or get.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { openApiText } from '../../scripts/openapi.ts';

const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

type Json = Record<string, unknown>;
interface Operation {
  operationId?: string;
  tags?: string[];
  summary?: string;
  description?: string;
  security?: unknown[];
  requestBody?: { content: Record<string, Json> };
  responses: Record<string, { content?: Record<string, Json> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json>; responses: Record<string, Json>; parameters: Record<string, Json> };
}

let text: string;
let document: Document;
beforeAll(async () => {
  text = await openApiText();
  document = JSON.parse(text) as Document;
});

const lint = async (command: string, args: string[]): Promise<string> => {
  try {
    const { stdout } = await run(path.join(root, 'node_modules/.bin', command), args, { cwd: root, shell: process.platform === 'win32' });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} found something:\n${stdout}\n${stderr}`);
  }
};

it('is committed as the routes say it (npm run openapi)', () => {
  expect(readFileSync(path.join(root, 'openapi/openapi.json'), 'utf8') === text).toBe(true);
});

it('passes Redocly recommended-strict with no finding', async () => {
  const out = await lint('redocly', ['lint', '--config', 'redocly.yaml', '--format', 'json', 'openapi/openapi.json']);
  expect((JSON.parse(out) as { problems: unknown[] }).problems).toEqual([]);
}, 60_000);

it('passes Spectral oas with no finding', async () => {
  const out = await lint('spectral', ['lint', '--ruleset', '.spectral.yaml', '--fail-severity', 'hint', 'openapi/openapi.json']);
  expect(out).toContain('No results');
  // Twenty seconds of computing; on two cores that five programs share it has taken eighty.
}, 240_000);

it('discriminates by texts only: generators turn any other constant into one', () => {
  const mappings = [...text.matchAll(/"discriminator": \{\s*"propertyName": "(\w+)"/g)].map(([, name]) => name);
  expect(new Set(mappings)).toEqual(new Set(['action']));
});

const operations = (): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([url, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [`${method} ${url}`, operation]),
  );

describe('every operation', () => {
  it('has an id that is a verb and a noun, one tag, a summary, a description and says who may call', () => {
    for (const [name, operation] of operations()) {
      expect(operation.operationId, name).toMatch(/^[a-z]+[A-Z]\w+$/);
      expect(operation.tags, name).toHaveLength(1);
      expect(operation.summary, name).toBeTruthy();
      expect(operation.description, name).toBeTruthy();
      expect(operation.security, name).toBeDefined();
    }
  });

  it('shares its error responses and names the schemas of its bodies', () => {
    for (const [name, operation] of operations()) {
      for (const [status, response] of Object.entries(operation.responses)) {
        if (Number(status) >= 400) expect(response, `${name} ${status}`).toEqual({ $ref: `#/components/responses/Problem${status}` });
        for (const { schema } of Object.values(response.content ?? {})) expect(schema, `${name} ${status}`).toHaveProperty('$ref');
      }
      for (const { schema } of Object.values(operation.requestBody?.content ?? {})) expect(schema, name).toHaveProperty('$ref');
    }
  });

  it('gives an example of each body', () => {
    const bodies = operations().flatMap(([name, operation]) => [
      ...Object.values(operation.requestBody?.content ?? {}).map((content) => [name, content] as const),
      ...Object.entries(operation.responses).flatMap(([status, { content }]) =>
        Object.values(content ?? {}).map((c) => [`${name} ${status}`, c] as const),
      ),
    ]);
    for (const [name, content] of bodies) {
      const target = (content['schema'] as { $ref?: string }).$ref?.split('/').at(-1) ?? '';
      const schema = document.components.schemas[target];
      const example = content['example'] ?? content['examples'] ?? schema?.['example'] ?? schema?.['examples'];
      expect(example, `${name} (${target})`).toBeDefined();
    }
  });
});

it('bounds every string and every array', () => {
  const unbounded: string[] = [];
  const visit = (node: unknown, at: string): void => {
    if (Array.isArray(node)) return node.forEach((item, i) => visit(item, `${at}/${i}`));
    if (typeof node !== 'object' || node === null) return;
    const schema = node as Json;
    const types = [schema['type']].flat();
    const closed = schema['enum'] !== undefined || schema['const'] !== undefined || ['date', 'date-time'].includes(String(schema['format']));
    if (types.includes('string') && !closed && schema['maxLength'] === undefined) unbounded.push(at);
    if (types.includes('array') && schema['maxItems'] === undefined) unbounded.push(at);
    for (const [key, value] of Object.entries(schema)) if (!['example', 'examples'].includes(key)) visit(value, `${at}/${key}`);
  };
  visit(document.paths, '/paths');
  visit(document.components, '/components');
  expect(unbounded).toEqual([]);
});
