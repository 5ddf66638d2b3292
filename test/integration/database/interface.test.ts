// The hand-written Database interface says what the migrated database holds: every table, column, type and null.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cloneDatabase } from '../../support/postgres.ts';

interface Column {
  /** What TypeScript reads: string, number, boolean, Date, Buffer, json, string[] or Buffer[]. */
  type: string;
  nullable: boolean;
  hasDefault: boolean;
}
type Tables = Record<string, Record<string, Column>>;

const fromPostgres: Record<string, string> = {
  text: 'string',
  date: 'string',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  bool: 'boolean',
  timestamptz: 'Date',
  bytea: 'Buffer',
  jsonb: 'json',
  _text: 'string[]',
  _bytea: 'Buffer[]',
};

function readType(source: string): Column {
  let text = source;
  let hasDefault = false;
  const wrapper = /^(Fixed|Generated|GeneratedAlways)<(.*)>$/s.exec(text);
  if (wrapper !== null) {
    text = wrapper[2] ?? '';
    hasDefault = wrapper[1] !== 'Fixed';
  }
  const select = /^ColumnType<([^,]+),/.exec(text)?.[1];
  if (select !== undefined) text = select;
  if (text === 'Json') return { type: 'json', nullable: false, hasDefault };
  if (text === 'GeneratedJson') return { type: 'json', nullable: false, hasDefault: true };
  if (text === 'NullableJson') return { type: 'json', nullable: true, hasDefault };
  const parts = text.split('|').map((part) => part.trim());
  const [base = ''] = parts.filter((part) => part !== 'null');
  const type = base.startsWith("'") ? 'string' : /^object(\[\])?$/.test(base) ? 'json' : base;
  return { type, nullable: parts.includes('null'), hasDefault };
}

function written(): Tables {
  const folder = path.resolve(import.meta.dirname, '../../../src/platform/db');
  const source = globSync(['database.ts', 'tables/*.ts'], { cwd: folder })
    .map((file) => readFileSync(path.join(folder, file), 'utf8'))
    .join('\n');
  const bodies = new Map([...source.matchAll(/interface (\w+) \{\n(.*?)\n\}/gs)].map(([, name, body]) => [name, body ?? '']));
  const fields = (body: string): [string, string][] =>
    [...body.matchAll(/^ {2}(\w+): (.+?);$/gms)].map(([, name, type]) => [name ?? '', (type ?? '').replaceAll(/\s+/g, ' ')]);
  return Object.fromEntries(
    fields(bodies.get('Database') ?? '').map(([table, name]) => [
      table,
      Object.fromEntries(fields(bodies.get(name) ?? '').map(([column, type]) => [column, readType(type)])),
    ]),
  );
}

async function migrated(client: pg.Client): Promise<{ tables: Tables; views: Set<string> }> {
  const { rows } = await client.query<Record<'table' | 'column' | 'type' | 'kind', string> & { nullable: boolean; has_default: boolean }>(`
    select c.table_name as "table", c.column_name as "column", c.udt_name as type, t.table_type as kind, c.is_nullable = 'YES' as nullable,
           c.column_default is not null or c.is_identity = 'YES' or c.is_generated = 'ALWAYS' as has_default
      from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'public' and c.table_name not like 'kysely%' order by 1, 2`);
  const tables: Tables = {};
  for (const row of rows) {
    tables[row.table] ??= {};
    (tables[row.table] as Record<string, Column>)[row.column] = {
      type: fromPostgres[row.type] ?? row.type,
      nullable: row.nullable,
      hasDefault: row.has_default,
    };
  }
  return { tables, views: new Set(rows.filter(({ kind }) => kind === 'VIEW').map(({ table }) => table)) };
}

describe('the Database interface', () => {
  let database: Awaited<ReturnType<typeof cloneDatabase>>;
  let actual: Awaited<ReturnType<typeof migrated>>;
  const interfaces = written();

  beforeAll(async () => {
    database = await cloneDatabase(inject('postgres'));
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    actual = await migrated(client);
    await client.end();
  });
  afterAll(() => database.drop());

  it('names every table and view, and no other', () => {
    expect(Object.keys(interfaces).toSorted()).toEqual(Object.keys(actual.tables).toSorted());
    expect(Object.keys(interfaces).length).toBeGreaterThan(20);
  });

  it.each(Object.keys(interfaces))('%s has the columns of the table', (table) => {
    const expected = actual.tables[table] ?? {};
    if (!actual.views.has(table)) return expect(interfaces[table]).toEqual(expected);
    // PostgreSQL does not know which columns of a view can be null: names and types only.
    const types = (columns: Record<string, Column>) => Object.fromEntries(Object.entries(columns).map(([name, { type }]) => [name, type]));
    expect(types(interfaces[table] ?? {})).toEqual(types(expected));
  });
});
