// While a release is brought in, the one before it still runs on the new schema: migrations add, and take nothing away that it uses.
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openPool } from '#platform/db/connect.ts';
import { loadMigrations } from '#platform/db/migrate.ts';
import { previousRelease } from '../../support/previous-release.ts';

const name = `expand_${process.pid}`;

/** What the release before may meet and why it does no harm; `table.constraint`. */
const allowed: Record<string, string> = {
  'shipments.shipments_transfer_check': 'A transfer has a center it goes to; the release before books none, and leaves the center empty.',
};

interface Column {
  type: string;
  required: boolean;
  filled: boolean;
}

/** Everything by its name. */
interface Schema {
  columns: Map<string, Column>;
  constraints: Map<string, Constraint>;
}

interface Constraint {
  definition: string;
  /** Of the columns it looks at, by name; null where it is an index over expressions. */
  columns: string[] | null;
}

let server: Kysely<never>;
let db: Kysely<never>;
let before: Schema;
let after: Schema;

const open = (database: string): Kysely<never> => {
  const url = new URL(inject('postgres'));
  url.pathname = `/${database}`;
  return new Kysely<never>({
    dialect: new PostgresDialect({ pool: openPool({ url: url.href, max: 1, name: 'test-expand', statementTimeoutMs: 0 }) }),
  });
};

async function migrate(to: string | null): Promise<void> {
  const migrator = new Migrator({ db, provider: await loadMigrations() });
  const { error } = await (to === null ? migrator.migrateToLatest() : migrator.migrateTo(to));
  if (error !== undefined) throw error as Error;
}

async function schema(): Promise<Schema> {
  const columns = await sql<{ name: string } & Column>`
    select c.relname || '.' || a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required,
           a.atthasdef or a.attidentity <> '' or c.relkind = 'v' as filled
      from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v') and a.attnum > 0 and not a.attisdropped
       and c.relname not like 'kysely%'`.execute(db);
  const constraints = await sql<{ name: string } & Constraint>`
    select conrelid::regclass || '.' || conname as name, pg_get_constraintdef(oid) as definition,
           (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = conrelid and a.attnum = any(conkey)) as columns
      from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> 0 and contype <> 'n'
    union all
    select i.indrelid::regclass || '.' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid), null
      from pg_index i join pg_class c on c.oid = i.indrelid
     where c.relnamespace = 'public'::regnamespace and i.indisunique and not exists (select from pg_constraint where conindid = i.indexrelid)`.execute(
    db,
  );
  return {
    columns: new Map(columns.rows.map(({ name: column, ...rest }) => [column, rest])),
    constraints: new Map(constraints.rows.map(({ name: constraint, ...rest }) => [constraint, rest])),
  };
}

beforeAll(async () => {
  server = open('postgres');
  await sql`create database ${sql.id(name)}`.execute(server);
  db = open(name);
  await migrate(previousRelease.migration);
  before = await schema();
  await migrate(null);
  after = await schema();
});
afterAll(async () => {
  await db.destroy();
  await sql`drop database if exists ${sql.id(name)} with (force)`.execute(server);
  await server.destroy();
});

const tableOf = (full: string): string => full.split('.')[0] ?? '';
const knownTables = (): Set<string> => new Set([...before.columns.keys()].map(tableOf));

it('every column it knows is still there, of the same type, and takes what it took', () => {
  const broken = [...before.columns].filter(([column, { type, required }]) => {
    const now = after.columns.get(column);
    return now === undefined || now.type !== type || (now.required && !required);
  });
  expect(before.columns.size).toBeGreaterThan(200);
  expect(broken.map(([column]) => column)).toEqual([]);
});

it('a row that it writes needs nothing that it does not know', () => {
  const asked = [...after.columns].filter(
    ([column, { required, filled }]) => !before.columns.has(column) && knownTables().has(tableOf(column)) && required && !filled,
  );
  expect(after.columns.size).toBeGreaterThan(before.columns.size);
  expect(asked.map(([column]) => column)).toEqual([]);
});

/** The quoted values of a list that a check allows. */
const listed = (definition: string): string[] => [...definition.matchAll(/'([^']*)'::text/g)].map(([, value = '']) => value);

/** A check that lists values may list more; whatever else it says stays. */
function widened(old: string, now: string): boolean {
  const rest = (definition: string): string => definition.replaceAll(/'[^']*'::text(, )?/g, '');
  return rest(old) === rest(now) && listed(old).every((value) => listed(now).includes(value));
}

it('what held for its rows holds still, and nothing new refuses them', () => {
  // What it does not know it leaves empty, or as the default says.
  const unknown = (constraint: string, columns: string[] | null): boolean =>
    columns?.every((column) => !before.columns.has(`${tableOf(constraint)}.${column}`)) === true;
  const narrowed = [...after.constraints].filter(([constraint, { definition, columns }]) => {
    const old = before.constraints.get(constraint);
    if (!knownTables().has(tableOf(constraint)) || constraint in allowed || unknown(constraint, columns)) return false;
    return old === undefined || (old.definition !== definition && !widened(old.definition, definition));
  });
  const gone = [...before.constraints.keys()].filter((constraint) => !after.constraints.has(constraint) && !(constraint in allowed));
  expect(narrowed.map(([constraint, { definition }]) => `${constraint}: ${definition}`)).toEqual([]);
  // It may rely on them: on a conflict, or on being refused.
  expect(gone).toEqual([]);
  expect(Object.keys(allowed).filter((constraint) => !after.constraints.has(constraint) && !before.constraints.has(constraint))).toEqual([]);
});
