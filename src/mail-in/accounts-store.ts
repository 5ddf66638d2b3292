// SQL of carrier accounts.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import type { Db } from '#platform/db/connect.ts';

/** An account as lists read it: without its secret. */
export interface AccountRow {
  id: string;
  carrier: string;
  name: string;
  createdAt: Date;
}

/** An account as a push is checked against it. */
export interface RingRow {
  brandId: string;
  sealedSecret: Buffer;
  keyId: number;
}

/** Inserts an account. */
export async function insertAccount(deed: Deed, row: AccountRow & { sealedSecret: Buffer }): Promise<void> {
  await deed.trx
    .insertInto('carrier_accounts')
    .values({
      brand_id: deed.brandId,
      id: row.id,
      carrier: row.carrier,
      name: row.name,
      sealed_secret: row.sealedSecret,
      key_id: deed.seal.keyId,
      created_at: row.createdAt,
    })
    .execute();
}

/** Accounts of the brand, oldest first. */
export async function accounts(deed: Deed, afterId: string, limit: number): Promise<AccountRow[]> {
  const { rows } = await sql<AccountRow>`
    select id, carrier, name, created_at as "createdAt" from carrier_accounts
    where brand_id = ${deed.brandId} and id > ${afterId} order by id limit ${limit}`.execute(deed.trx);
  return rows;
}

/** The account a push names, read before the tenant is known. */
export async function accountOnRing(db: Db, carrier: string, accountId: string): Promise<RingRow | undefined> {
  return db.open
    .selectFrom('carrier_account_ring')
    .select(['brand_id as brandId', 'sealed_secret as sealedSecret', 'key_id as keyId'])
    .where('id', '=', accountId)
    .where('carrier', '=', carrier)
    .executeTakeFirst();
}
