// Completes the contract's examples: a body whose schema gives none gets one put together from its members' examples.

type Json = Record<string, unknown>;
type Schemas = Record<string, Json>;

const SAMPLE_ID = '01kam3w0xf8q9r2s4t6v8w0x1y';
const SAMPLE_TEXT = 'As agreed with the customer';

/** Members whose name says what stands in them. */
const byName: Record<string, unknown> = {
  code: '7K3M9Q2XH4A',
  maker: 'Aurora',
  model: 'A5',
  name: 'Wang Fang',
  phone: '+8613800000000',
  email: 'fang@example.com',
  address: '上海市黄浦区南京东路1号',
  timeZone: 'Asia/Shanghai',
  value: 'C8QH7T2KPL0M',
  serial: 'C8QH7T2KPL0M',
  waybill: 'SF1234567890123',
  partNo: 'BAT-A5',
  allowedActions: ['quote.send', 'ticket.cancel'],
  externalRef: 'SF-20261122-0042',
  faultReported: 'The screen stays black after a fall',
  currency: 'CNY',
  hasMore: false,
  nextCursor: null,
};

const formats: Record<string, string> = {
  'date-time': '2026-11-22T05:00:00.000Z',
  date: '2026-11-22',
  email: 'fang@example.com',
  uri: 'https://example.com/hooks',
};

function ofString(schema: Json): string {
  const format = formats[String(schema['format'])];
  if (format !== undefined) return format;
  const prefix = /^\^([a-z]{3})_\[0-7\]/.exec(String(schema['pattern']))?.[1];
  if (prefix !== undefined) return `${prefix}_${SAMPLE_ID}`;
  return SAMPLE_TEXT.slice(0, Number(schema['maxLength'] ?? 100));
}

/** A value that fits the schema, from its examples where it has some. */
export function exampleOf(schema: Json | undefined, schemas: Schemas, called = ''): unknown {
  if (schema === undefined) return null;
  const given =
    schema['example'] ?? (schema['examples'] as unknown[] | undefined)?.[0] ?? schema['const'] ?? (schema['enum'] as unknown[] | undefined)?.[0];
  if (given !== undefined) return given;
  // A choice among codes is no text, whatever it is called.
  const named = typeof schema['$ref'] === 'string' ? schemas[schema['$ref'].split('/').at(-1) ?? ''] : undefined;
  if (called in byName && named?.['enum'] === undefined) return byName[called];
  if (typeof schema['$ref'] === 'string') return exampleOf(schemas[schema['$ref'].split('/').at(-1) ?? ''], schemas, called);
  const [variant] = (schema['oneOf'] ?? schema['anyOf'] ?? []) as Json[];
  if (variant !== undefined) return exampleOf(variant, schemas, called);
  switch ([schema['type']].flat()[0]) {
    case 'object':
      return Object.fromEntries(
        Object.entries((schema['properties'] ?? {}) as Schemas).map(([name, member]) => [name, exampleOf(member, schemas, name)]),
      );
    case 'array':
      return Array.from({ length: Math.max(1, Number(schema['minItems'] ?? 1)) }, () => exampleOf(schema['items'] as Json, schemas));
    case 'integer':
    case 'number':
      return Math.max(1, Number(schema['minimum'] ?? 1));
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return ofString(schema);
  }
}

const bodiesOf = (operation: Json): unknown[] => {
  const responses = Object.values((operation['responses'] ?? {}) as Schemas);
  return [operation['requestBody'], ...responses].flatMap((body) =>
    Object.values(((body as Json | undefined)?.['content'] ?? {}) as Schemas).map((content) => content['schema']),
  );
};

/** Gives each named schema of a body an example where it has none. */
export function completeExamples(operations: readonly Json[], schemas: Schemas): void {
  for (const body of operations.flatMap(bodiesOf)) {
    const ref = (body as { $ref?: string } | undefined)?.$ref;
    const name = ref?.split('/').at(-1);
    const schema = name === undefined ? undefined : schemas[name];
    if (schema !== undefined && schema['example'] === undefined) schema['example'] = exampleOf(schema, schemas);
  }
}
