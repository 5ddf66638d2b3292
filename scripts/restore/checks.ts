// What a restored database has to show: nothing is missing, every history is whole, a serial finds its repair, and what was due goes out.
import { type Kysely, sql } from 'kysely';
import { buildApp } from '#app.ts';
import type { Database } from '#platform/db/database.ts';
import { expectedMigrations } from '#platform/db/migrate.ts';
import type { Services } from '#services.ts';
import { startWork } from '#work.ts';

type Owner = Kysely<Database>;

/** One look at it; `figure` says what was seen. */
export interface Check {
  name: string;
  ok: boolean;
  figure: string;
}

const DUE_MS = 60_000;

/** Rows by table. */
export async function rowsOf(owner: Owner): Promise<Record<string, number>> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname`.execute(owner);
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const { rows } = await sql<{ n: number }>`select count(*)::bigint as n from ${sql.table(name)}`.execute(owner);
    counts[name] = rows[0]?.n ?? 0;
  }
  return counts;
}

/** Each table has as many rows as were counted; of a server that went on working, as many as before and no more than after. */
export function countsHold(before: Record<string, number>, after: Record<string, number>, found: Record<string, number>): Check {
  const wrong = Object.keys(before).filter((table) => {
    const [low, high] = [before[table] ?? 0, after[table] ?? 0].toSorted((a, b) => a - b);
    const n = found[table] ?? -1;
    return n < (low ?? 0) || n > (high ?? 0);
  });
  const total = Object.values(found).reduce((sum, n) => sum + n, 0);
  return {
    name: 'rows',
    ok: wrong.length === 0,
    figure: wrong.length === 0 ? `${total} in ${Object.keys(found).length} tables` : `wrong in ${wrong.join(', ')}`,
  };
}

/** The migrations are those that this code was written for. */
export async function schemaHolds(owner: Owner): Promise<Check> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(owner);
  const [found, expected] = [rows.map(({ name }) => name), expectedMigrations()];
  const ok = found.join() === expected.join();
  return { name: 'schema', ok, figure: ok ? (found.at(-1) ?? '') : `at ${found.at(-1)}, this code is at ${expected.at(-1)}: npm run migrate` };
}

/** Every ticket has a history from 1 to its version, each step from where the last one ended, and stands where the last one led. */
export async function historiesHold(owner: Owner): Promise<Check> {
  const { rows } = await sql<{ tickets: number; broken: number }>`
    with steps as (
      select brand_id, ticket_id, seq, from_status, to_status,
             lag(to_status) over w as came_from, row_number() over w as nth
        from ticket_events window w as (partition by brand_id, ticket_id order by seq)
    ), histories as (
      select brand_id, ticket_id, count(*) as n, max(seq) as newest, (array_agg(to_status order by seq desc))[1] as stands,
             bool_and(seq = nth and from_status is not distinct from came_from) as whole
        from steps group by brand_id, ticket_id
    )
    select count(*)::bigint as tickets,
           count(*) filter (where h.n is null or not h.whole or h.newest <> t.version or h.stands <> t.status)::bigint as broken
      from tickets t left join histories h on h.brand_id = t.brand_id and h.ticket_id = t.id`.execute(owner);
  const { tickets = 0, broken = 0 } = rows[0] ?? {};
  return { name: 'histories', ok: broken === 0, figure: `${tickets} tickets, ${broken} broken` };
}

/** The secrets fit the data: a serial is read and found by the public lookup. */
export async function lookupHolds(owner: Owner, services: Services): Promise<Check> {
  const { rows } = await sql<{ sealed: Buffer; key: number }>`
    select i.sealed, i.key_id as key from device_identifiers i
      join tickets t on t.brand_id = i.brand_id and t.device_id = i.device_id and t.closed_at is null
      join brands b on b.brand_id = t.brand_id and b.lookup_mode = 'open'
     where i.type = 'serial' order by t.updated_at desc limit 1`.execute(owner);
  const [row] = rows;
  if (row === undefined) return { name: 'lookup', ok: true, figure: 'there is no open ticket to look up' };
  const app = await buildApp(services);
  try {
    const answer = await app.inject({ url: `/v1/lookup/${encodeURIComponent(services.seal.open(row.sealed, row.key))}` });
    const { found = false, stage = '' } = answer.json<{ found?: boolean; stage?: string }>();
    return { name: 'lookup', ok: answer.statusCode === 200 && found, figure: `${answer.statusCode}, ${found ? `in stage ${stage}` : 'not found'}` };
  } catch (error) {
    return { name: 'lookup', ok: false, figure: `the secrets are not those of this data (${(error as Error).message})` };
  } finally {
    await app.close();
  }
}

/** Nobody outside may hear from a copy: its partners' calls come to us, carriers are not asked, customers have no way but the console. */
export async function silence(owner: Owner, receiverUrl: string): Promise<void> {
  await sql`update webhook_endpoints set url = ${`${receiverUrl}/restored`}, next_url = null`.execute(owner);
  await sql`update carrier_accounts set sealed_api_key = null, api_key_id = null`.execute(owner);
}

/** What was due when the backup was taken is tried; what waits for its hour, or behind a dead letter for somebody's replay, goes on waiting. */
export async function dueGoesOut(owner: Owner, services: Services): Promise<Check> {
  await sql`update lanes set next_at = now() where state = 'waiting'`.execute(owner);
  const { rows: due } = await sql<{ id: number }>`select id from outbox where state = 'pending'`.execute(owner);
  const ids = due.map(({ id }) => id);
  const work = await startWork(services);
  let open = ids.length;
  let waiting = 0;
  const until = Date.now() + DUE_MS;
  for (;;) {
    const { rows } = await sql<{ open: number; waiting: number }>`
      select count(*)::integer as open,
             (count(*) filter (where l.state = 'stopped' or (l.state = 'waiting' and l.next_at > now())))::integer as waiting
        from outbox o join lanes l on l.id = o.lane_id where o.state = 'pending' and o.id = any(${ids}::bigint[])`.execute(owner);
    ({ open = 0, waiting = 0 } = rows[0] ?? {});
    if (open === waiting || Date.now() > until) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await work.close();
  return { name: 'due', ok: open === waiting, figure: `${ids.length} due, ${ids.length - open} tried, ${waiting} wait, ${open - waiting} stuck` };
}
