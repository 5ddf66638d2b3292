// All SQL of brands and keys.
import { type Selectable, sql, type Updateable } from 'kysely';
import type { Trx } from '#platform/db/connect.ts';
import type { Database } from '#platform/db/database.ts';

/** A row of `brands`; its labels are the texts' business. */
export type BrandRow = Omit<Selectable<Database['brands']>, 'labels'>;
/** A row of `api_keys`. */
export type KeyRow = Selectable<Database['api_keys']>;

const brandColumns = [
  ...(['brand_id', 'slug', 'name', 'lookup_mode', 'locale', 'time_zone', 'contact_line', 'sms_budget', 'sandbox'] as const),
  ...(['created_at', 'updated_at'] as const),
] as const;
const keyColumns = [
  ...(['id', 'holder', 'brand_id', 'center_id', 'kind', 'name', 'scopes', 'secret_hash'] as const),
  ...(['expires_at', 'revoked_at', 'last_used_at', 'created_at'] as const),
] as const;

/** Where a list ended: the newest rows come first. */
export interface After {
  createdAt: Date;
  id: string;
}

export const insertBrand = (trx: Trx, row: BrandRow): Promise<unknown> => trx.insertInto('brands').values(row).execute();

export const brandById = (trx: Trx, brandId: string): Promise<BrandRow | undefined> =>
  trx.selectFrom('brands').select(brandColumns).where('brand_id', '=', brandId).executeTakeFirst();

export const updateBrand = (trx: Trx, brandId: string, change: Updateable<Database['brands']>): Promise<BrandRow | undefined> =>
  trx.updateTable('brands').set(change).where('brand_id', '=', brandId).returning(brandColumns).executeTakeFirst();

/** Brands from the newest; all of them under `'*'`, otherwise the one. */
export function listBrands(trx: Trx, brandId: string, limit: number, after: After | null): Promise<BrandRow[]> {
  let query = trx.selectFrom('brands').select(brandColumns);
  if (brandId !== '*') query = query.where('brand_id', '=', brandId);
  if (after !== null) query = query.where(sql<boolean>`(created_at, brand_id) < (${after.createdAt}, ${after.id})`);
  return query.orderBy('created_at', 'desc').orderBy('brand_id', 'desc').limit(limit).execute();
}

export const insertKey = (trx: Trx, row: KeyRow): Promise<unknown> => trx.insertInto('api_keys').values(row).execute();

/** Keys of this brand; under `'*'` those of the installation, which belong to none. */
const heldBy = (brandId: string) => (brandId === '*' ? sql<boolean>`brand_id is null` : sql<boolean>`brand_id = ${brandId}`);

/** Locks the key, so that two rotations of one key come after each other. */
export const lockKey = (trx: Trx, brandId: string, id: string): Promise<KeyRow | undefined> =>
  trx.selectFrom('api_keys').select(keyColumns).where(heldBy(brandId)).where('id', '=', id).forUpdate().executeTakeFirst();

/** When the newest key of a holder ends. The keys before it end with a grace period, which says nothing of how long the holder may call. */
export async function endOfHolder(trx: Trx, brandId: string, holder: string): Promise<Date | null> {
  const row = await trx
    .selectFrom('api_keys')
    .select('expires_at')
    .where('brand_id', '=', brandId)
    .where('holder', '=', holder)
    .orderBy('created_at', 'desc')
    .orderBy('expires_at', sql`desc nulls first`)
    .limit(1)
    .executeTakeFirstOrThrow();
  return row.expires_at;
}

export const updateKey = (trx: Trx, brandId: string, id: string, change: Updateable<Database['api_keys']>): Promise<KeyRow> =>
  trx.updateTable('api_keys').set(change).where(heldBy(brandId)).where('id', '=', id).returning(keyColumns).executeTakeFirstOrThrow();

/** Keys of a brand, or of the installation, from the newest. */
export function listKeys(trx: Trx, brandId: string, kind: KeyRow['kind'] | undefined, limit: number, after: After | null): Promise<KeyRow[]> {
  let query = trx.selectFrom('api_keys').select(keyColumns).where(heldBy(brandId));
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (after !== null) query = query.where(sql<boolean>`(created_at, id) < (${after.createdAt}, ${after.id})`);
  return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
}
