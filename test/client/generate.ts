// Makes the TypeScript client's types from the committed OpenAPI document: what the acceptance stories compile against.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
const root = path.resolve(here, '..', '..');
const document = path.join(root, 'openapi', 'openapi.json');
const target = path.join(here, 'generated.ts');

const HEAD = `// Made from openapi/openapi.json by test/client/generate.ts: do not edit.\n`;

/** npm puts the generator beside the client, because its TypeScript is older than ours; or at the root, should they agree one day. */
function generator(): string {
  const places = [here, root].map((place) => path.join(place, 'node_modules', 'openapi-typescript', 'bin', 'cli.js'));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error('openapi-typescript is not installed: run npm ci.');
  return found;
}

function run(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: here, stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`openapi-typescript ended with code ${code}: ${log}`))));
  });
}

/** The headers that the contract asks of every call are set by client.ts: a story need not write them each time. */
function withoutRepeatedHeaders(text: string): string {
  const contract = JSON.parse(text) as { components: { parameters: Record<string, { in: string; required?: boolean }> } };
  for (const parameter of Object.values(contract.components.parameters)) if (parameter.in === 'header') parameter.required = false;
  return JSON.stringify(contract);
}

/** Writes generated.ts where it is missing or out of date. Several processes may do so at once. */
export async function generateClient(): Promise<void> {
  const text = readFileSync(document, 'utf8');
  const mark = `${HEAD}// ${createHash('sha256').update(text).digest('hex')}\n`;
  if (existsSync(target) && readFileSync(target, 'utf8').startsWith(mark)) return;
  const part = `${target}.${process.pid}`;
  const relaxed = `${part}.json`;
  try {
    writeFileSync(relaxed, withoutRepeatedHeaders(text));
    await run([generator(), relaxed, '--output', part, '--default-non-nullable', 'false']);
    writeFileSync(part, mark + readFileSync(part, 'utf8'));
    renameSync(part, target);
  } finally {
    rmSync(part, { force: true });
    rmSync(relaxed, { force: true });
  }
}

/** As a vitest global setup. */
export default generateClient;

if (import.meta.main) await generateClient();
