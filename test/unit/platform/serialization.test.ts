// Answers are written the same before and after their schema was compiled, and as zod's own encoder writes them; what does not fit is refused by all.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FastifySerializerCompiler } from 'fastify';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import '#app.ts';
import { serializerCompiler } from '#platform/http/serialization.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const { components } = JSON.parse(readFileSync(path.join(root, 'openapi/openapi.json'), 'utf8')) as {
  components: { schemas: Record<string, { example?: unknown }> };
};
/** More than it takes until a schema is compiled. */
const TIMES = 40;

const writerOf = (schema: z.ZodType): ((data: unknown) => string) =>
  serializerCompiler({ schema, method: 'GET', url: '/' } as Parameters<FastifySerializerCompiler<z.ZodType>>[0]);

/** Every schema with a name, with the example that the contract shows of it, as far as that is an answer. */
const named = [...(z.globalRegistry as unknown as { _idmap: Map<string, z.ZodType> })._idmap].flatMap(([id, schema]) => {
  const example = components.schemas[id]?.example;
  if (example === undefined || example === null || typeof example !== 'object') return [];
  try {
    const encoded = z.safeEncode(schema, example);
    return encoded.success ? [{ id, schema, example, text: JSON.stringify(encoded.data) }] : [];
  } catch {
    // It transforms: it is asked with, not answered.
    return [];
  }
});

describe('an answer', () => {
  it('is tried with most of what the contract names', () => {
    expect(named.length).toBeGreaterThan(60);
    expect(named.map(({ id }) => id)).toEqual(expect.arrayContaining(['Ticket', 'Problem', 'Alert']));
  });

  it.each(named)('of $id is written the same each time', ({ schema, example, text }) => {
    const write = writerOf(schema);
    const texts = new Set(Array.from({ length: TIMES }, () => write(example)));
    expect([...texts]).toEqual([text]);
  });

  it.each(named)('of $id that does not fit is refused each time', ({ schema, example }) => {
    const write = writerOf(schema);
    const wrong = [
      ...(Object.keys(example).length > 0 ? [{ ...example, ...Object.fromEntries(Object.keys(example).map((name) => [name, Symbol('no')])) }] : []),
      7,
    ];
    for (const one of wrong) {
      if (schema.safeParse(one).success) continue;
      for (let time = 0; time < TIMES; time += 1) expect(() => write(one)).toThrow("Response doesn't match the schema");
    }
  });

  it('leaves out what a schema does not know, and names a field too many where it is strict', () => {
    const open = writerOf(z.object({ a: z.string().max(5) }));
    const closed = writerOf(z.strictObject({ a: z.string().max(5) }));
    for (let time = 0; time < TIMES; time += 1) {
      expect(open({ b: 1, a: 'x' })).toBe('{"a":"x"}');
      expect(() => closed({ a: 'x', b: 1 })).toThrow("Response doesn't match the schema");
      expect(() => open({ a: 'longer' })).toThrow("Response doesn't match the schema");
    }
  });
});
