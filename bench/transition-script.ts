// One transition as a script for pgbench: the statements of the API, their values from a table that is read in the same transaction's script.
import pg from 'pg';
import { type Statement, tripsOf } from '../test/support/statements.ts';

/** A value as text that PostgreSQL reads as the parameter it was. */
function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  if (Array.isArray(value)) return `{${value.join(',')}}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const isNull = (value: unknown): value is null | undefined => value === null || value === undefined;

/** pgbench takes every single colon before a word for a variable, in quotes too. */
function withVariables(text: string, nameOf: (index: number) => string): string {
  const plain = text.replaceAll(/--[^\n]*/g, '');
  if (/(^|[^:]):\w/.test(plain)) throw new Error(`pgbench would take a part of this for a variable: ${plain}`);
  return plain.replaceAll(/\$(\d+)/g, (_, n: string) => nameOf(Number(n) - 1));
}

/** The scripts: `fetch` reads the values alone, `whole` reads them and runs the transition. */
export interface TransitionScripts {
  fetch: string;
  whole: string;
}

/**
 * Fills the table `targets` with one row of values per ticket and writes the scripts. The nth transaction of a client takes row
 * `client_id * perClient + n`. BEGIN comes without a tenant, which is set when pgbench connects; what the API sends in one trip is a pipeline.
 */
export async function transitionScripts(url: string, tickets: readonly (readonly Statement[])[]): Promise<TransitionScripts> {
  const [first = []] = tickets;
  const columns = first.flatMap(({ values }, s) => values.flatMap((value, v) => (isNull(value) ? [] : [`p${s}_${v}`])));
  const rows = tickets.map((statements) => statements.flatMap(({ values }) => values.filter((value) => !isNull(value)).map(textOf)));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('drop table if exists targets');
    await client.query(`create table targets (n integer primary key, ${columns.map((name) => `${name} text`).join(', ')})`);
    await client.query(
      `insert into targets select (r.i - 1)::int, ${columns.map((_, c) => `r.row ->> ${c}`).join(', ')}
         from jsonb_array_elements($1::jsonb) with ordinality as r(row, i)`,
      [JSON.stringify(rows)],
    );
    await client.query('grant select on targets to public; analyze targets');
  } finally {
    await client.end();
  }
  const fetch = ['\\set n :client_id * :per_client + :done', `select ${columns.join(', ')} from targets where n = :n \\gset`, '\\set done :done + 1'];
  const body = tripsOf(first).flatMap((trip) => {
    const lines = trip.map((statement) => {
      if (statement.text.startsWith('start transaction')) return 'begin;';
      const s = first.indexOf(statement);
      return `${withVariables(statement.text, (v) => (isNull(statement.values[v]) ? 'null' : `:p${s}_${v}`)).trim()};`;
    });
    return trip.length === 1 ? lines : ['\\startpipeline', ...lines, '\\endpipeline'];
  });
  return { fetch: `${fetch.join('\n')}\n`, whole: `${[...fetch, ...body].join('\n')}\n` };
}
