// All SQL of looks: what a brand sets, and the views that pages read before they know whose page it is.
import type { Kysely, Selectable, Updateable } from 'kysely';
import type { Trx } from '#platform/db/connect.ts';
import type { Database } from '#platform/db/database.ts';

/** A brand with its look. */
export type FaceRow = Selectable<Database['faces']>;

/** Faces by one of the things that a page knows; undefined where there is none. */
export const faceOf = (db: Kysely<Database>, by: 'brand_id' | 'slug', value: string): Promise<FaceRow | undefined> =>
  db.selectFrom('faces').selectAll().where(by, '=', value).executeTakeFirst();

export const faceAt = (db: Kysely<Database>, host: string): Promise<FaceRow | undefined> =>
  db.selectFrom('face_hosts as h').innerJoin('faces as f', 'f.brand_id', 'h.brand_id').selectAll('f').where('h.host', '=', host).executeTakeFirst();

/** The brand of an installation that has just one. */
export async function onlyFace(db: Kysely<Database>): Promise<FaceRow | undefined> {
  const rows = await db.selectFrom('faces').selectAll().limit(2).execute();
  return rows.length === 1 ? rows[0] : undefined;
}

/** A logo's bytes under their hash. */
export async function logoBytes(db: Kysely<Database>, hash: string): Promise<{ type: string; bytes: Buffer } | null> {
  const row = await db.selectFrom('logos').select(['logo_type', 'logo']).where('logo_hash', '=', hash).executeTakeFirst();
  const { logo = null, logo_type: type = null } = row ?? {};
  return logo === null || type === null ? null : { type, bytes: logo };
}

/** When the look was last changed; null where it never was. */
export async function changedAt(trx: Trx, brandId: string): Promise<Date | null> {
  const row = await trx.selectFrom('looks').select('updated_at').where('brand_id', '=', brandId).executeTakeFirst();
  return row?.updated_at ?? null;
}

export async function hostsOf(trx: Trx, brandId: string): Promise<string[]> {
  const rows = await trx.selectFrom('page_hosts').select('host').where('brand_id', '=', brandId).orderBy('host').execute();
  return rows.map(({ host }) => host);
}

/** Writes what is given and leaves the rest. */
export async function change(trx: Trx, brandId: string, now: Date, values: Omit<Updateable<Database['looks']>, 'updated_at'>): Promise<void> {
  const changed = { ...values, updated_at: now };
  await trx
    .insertInto('looks')
    .values({ brand_id: brandId, ...changed } as never)
    .onConflict((conflict) => conflict.column('brand_id').doUpdateSet(changed))
    .execute();
}

/** Gives the brand these host names and no other. Throws the unique violation `page_hosts_host_key` where another brand has one of them. */
export async function replaceHosts(trx: Trx, brandId: string, hosts: readonly string[]): Promise<void> {
  await trx.deleteFrom('page_hosts').where('brand_id', '=', brandId).execute();
  if (hosts.length > 0) {
    await trx
      .insertInto('page_hosts')
      .values(hosts.map((host) => ({ brand_id: brandId, host })))
      .execute();
  }
}
