// The statements that a piece of work sends, as it sends them, and what PostgreSQL makes of them.
import { CompiledQuery, type Kysely } from 'kysely';
import type pg from 'pg';
import type { Database } from '#platform/db/database.ts';
import type { Services } from '#services.ts';

/** A statement with its values. */
export interface Statement {
  text: string;
  values: unknown[];
  /** It was sent while the one before had no answer yet: both travel in one trip to the server. */
  joined: boolean;
  /** The connection that it was sent over, by a number of its own. */
  connection: number;
}

/** Every statement that `work` sends through the pool of these services. */
export async function recordStatements(services: Services, work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const seen = new Map<pg.PoolClient, unknown>();
  const listen = (client: pg.PoolClient): void => {
    if (seen.has(client)) return;
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const connection = seen.size;
    seen.set(client, query);
    let unanswered = 0;
    // The pool's own calls bring a callback: without it their connection would never come back.
    client.query = ((text: string, values: unknown, ...callback: unknown[]) => {
      statements.push({ text, values: Array.isArray(values) ? values : [], joined: unanswered > 0, connection });
      const answer = query(text, values, ...callback);
      if (answer instanceof Promise) {
        unanswered += 1;
        const answered = (): void => {
          unanswered -= 1;
        };
        answer.then(answered, answered);
      }
      return answer;
    }) as typeof client.query;
  };
  services.db.pool.on('acquire', listen);
  try {
    await work();
  } finally {
    services.db.pool.off('acquire', listen);
    for (const [client, query] of seen) Object.assign(client, { query });
  }
  return statements;
}

/** As they travelled: what was sent without waiting for an answer is one trip to the server. */
export function tripsOf(statements: readonly Statement[]): Statement[][] {
  const trips: Statement[][] = [];
  for (const statement of statements) {
    const last = trips.at(-1);
    if (statement.joined && last !== undefined) last.push(statement);
    else trips.push([statement]);
  }
  return trips;
}

/** Sends them again over a connection, in as many trips. */
export async function sendAgain(client: pg.PoolClient, statements: readonly Statement[]): Promise<void> {
  for (const trip of tripsOf(statements)) await Promise.all(trip.map(({ text, values }) => client.query(text, values)));
}

interface Plan {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  Plans?: Plan[];
}

/** Names of the indexes a statement uses; a table that is read whole shows as `Seq Scan on …`. */
export async function indexesOf(owner: Kysely<Database>, statement: Statement | undefined): Promise<string[]> {
  if (statement === undefined) throw new Error('there is no such statement');
  const { rows } = await owner.executeQuery<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    CompiledQuery.raw(`explain (format json) ${statement.text}`, statement.values),
  );
  const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];
  const [top] = rows[0]?.['QUERY PLAN'] ?? [];
  return (top === undefined ? [] : nodes(top.Plan)).flatMap((node) =>
    node['Node Type'] === 'Seq Scan' ? [`Seq Scan on ${node['Relation Name']}`] : (node['Index Name'] ?? []),
  );
}
