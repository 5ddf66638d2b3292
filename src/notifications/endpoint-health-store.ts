// The SQL of what a worker learns about a partner's endpoint by calling it, and of the sweep that draws the conclusions.
// Everything here may be written twice: it is marked before the try is settled, so that a crash between the two loses nothing.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { DELETED } from './endpoint-store.ts';
import type { HeldLane, WorkerDb } from './lane-store.ts';

/** What one try says about the endpoint. */
export type Mark =
  | { is: 'gone'; reason: string }
  /** This address has answered its challenge. */
  | { is: 'proven'; url: string }
  | { is: 'failing' }
  | { is: 'working' };

/** So often at most a failing endpoint is written to, however many lanes fail. */
const NOTED_EVERY = sql.lit('1 hour');

/** Writes a mark on the endpoint that the lane goes to. */
export async function markEndpoint(db: WorkerDb, lane: HeldLane, mark: Mark): Promise<void> {
  const its = sql`brand_id = ${lane.brandId} and id = ${lane.recipient.replace('endpoint:', '')}`;
  switch (mark.is) {
    case 'gone':
      await sql`
        update webhook_endpoints set disabled_at = now(), disabled_reason = ${mark.reason}, updated_at = now()
         where ${its} and disabled_at is null`.execute(db);
      return;
    case 'proven':
      await sql`
        update webhook_endpoints set verified_at = now(), url = ${mark.url}, next_url = null, failing_since = null, last_failed_at = null,
               told_owner = null, updated_at = now()
         where ${its} and coalesce(next_url, url) = ${mark.url} and (verified_at is null or next_url is not null)`.execute(db);
      return;
    case 'failing':
      await sql`
        update webhook_endpoints set failing_since = coalesce(failing_since, now()), last_failed_at = now()
         where ${its} and (last_failed_at is null or last_failed_at < now() - ${NOTED_EVERY}::interval)`.execute(db);
      return;
    case 'working':
      await sql`
        update webhook_endpoints set failing_since = null, last_failed_at = null, told_owner = null
         where ${its} and failing_since is not null`.execute(db);
  }
}

/** An endpoint in trouble, as its owner is told of it. */
export interface TroubledRow {
  brandId: string;
  id: string;
  ownerEmail: string | null;
  failingSince: Date | null;
  disabledReason: string | null;
}

const troubled = sql`brand_id as "brandId", id, owner_email as "ownerEmail", failing_since as "failingSince", disabled_reason as "disabledReason"`;

/** What has failed for `days` days and failed within the last two still: the last gaps between two tries are that long. */
const failingFor = (now: Date, days: number) => sql`
  disabled_at is null and failing_since <= ${now}::timestamptz - ${days} * interval '1 day' and last_failed_at >= ${now}::timestamptz - interval '2 days'`;

const some = (condition: ReturnType<typeof failingFor>, limit: number) => sql`
  (brand_id, id) in (select brand_id, id from webhook_endpoints where ${condition} order by brand_id, id limit ${limit} for update skip locked)`;

/** Disables what has failed for so many days; the sweep tells the owners afterwards. */
export async function disableFailing(deed: Deed, days: number, reason: string, limit: number): Promise<number> {
  const { rows } = await sql`
    update webhook_endpoints set disabled_at = ${deed.now}::timestamptz, disabled_reason = ${reason}, updated_at = ${deed.now}::timestamptz
     where ${some(failingFor(deed.now, days), limit)} returning id`.execute(deed.trx);
  return rows.length;
}

/** Takes the endpoints whose owners have not been told that they fail, and marks them as told. */
export async function takeFailing(deed: Deed, days: number, limit: number): Promise<TroubledRow[]> {
  const { rows } = await sql<TroubledRow>`
    update webhook_endpoints set told_owner = 'failing'
     where ${some(sql`${failingFor(deed.now, days)} and told_owner is null`, limit)} returning ${troubled}`.execute(deed.trx);
  return rows;
}

/** Takes the endpoints that were disabled by what they answered, or did not, and marks their owners as told. */
export async function takeDisabled(deed: Deed, reasons: readonly string[], limit: number): Promise<TroubledRow[]> {
  const { rows } = await sql<TroubledRow>`
    update webhook_endpoints set told_owner = 'disabled'
     where ${some(sql`disabled_at is not null and told_owner is distinct from 'disabled' and disabled_reason = any(${reasons}::text[])`, limit)}
    returning ${troubled}`.execute(deed.trx);
  return rows;
}

/**
 * Lanes that a dead letter has stopped although nothing has to be in order on them: the endpoint was deleted, or gave strict order up, while the row
 * was being tried, and whoever did so found the lane in a worker's hands. Answers how many go on. A lane that is locked is left to the next look.
 */
export async function restartForsaken(deed: Deed, limit: number): Promise<number> {
  const { rows } = await sql`
    update lanes set state = 'ready' where id in (
      select l.id from lanes l left join webhook_endpoints e on e.brand_id = l.brand_id and e.id = substr(l.recipient, 10)
       where l.state = 'stopped' and (e.id is null or not e.strict_order or e.disabled_reason = ${sql.lit(DELETED)})
       order by l.brand_id, l.id limit ${limit} for update of l skip locked)
    returning id`.execute(deed.trx);
  if (rows.length > 0) deed.enqueued = true;
  return rows.length;
}
