// All SQL of policies: versions that are added and never changed.
import { type Selectable, sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import type { Database } from '#platform/db/database.ts';

/** A row of `policies`. */
export type PolicyRow = Selectable<Database['policies']>;

/** Stands for every center of the brand that has no policy of its own. */
export const EVERY_CENTER = '*';

/** One writer at a time for the policies of a brand: what a change starts from must still be the latest when it is written. */
export async function lockPolicies(deed: Deed): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${deed.brandId}/policies`}, 0))`.execute(deed.trx);
}

/** The latest version of this center, or of every center. */
export const latest = (deed: Deed, centerId: string): Promise<PolicyRow | undefined> =>
  deed.trx
    .selectFrom('policies')
    .selectAll()
    .where('brand_id', '=', deed.brandId)
    .where('center_id', '=', centerId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();

/** Adds a version and answers it. Only under `lockPolicies`. */
export const add = (deed: Deed, centerId: string, version: number, body: object): Promise<PolicyRow> =>
  deed.trx
    .insertInto('policies')
    .values({ brand_id: deed.brandId, center_id: centerId, version, body: JSON.stringify(body), made_by: deed.actor.id, effective_at: deed.now })
    .returningAll()
    .executeTakeFirstOrThrow();
