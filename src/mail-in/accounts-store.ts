// SQL of carrier accounts.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import type { Db } from '#platform/db/connect.ts';
import type { ParcelStatus } from './tracking.ts';

type CodeTable = Readonly<Record<string, ParcelStatus>>;

/** The secret before the newest, while it still proves pushes; all null where there is none. */
export interface FormerSecret {
  formerSecret: Buffer | null;
  formerKeyId: number | null;
  formerUntil: Date | null;
}

/** An account as it is stored. */
export interface AccountRow extends FormerSecret {
  id: string;
  carrier: string;
  name: string;
  sealedSecret: Buffer;
  keyId: number;
  sealedApiKey: Buffer | null;
  apiKeyId: number | null;
  codes: CodeTable;
  timeZone: string | null;
  createdAt: Date;
}

/** An account as a push is checked against it and read with it. */
export interface RingRow extends FormerSecret {
  brandId: string;
  sealedSecret: Buffer;
  keyId: number;
  codes: CodeTable;
  timeZone: string | null;
}

const former = sql`former_secret as "formerSecret", former_key_id as "formerKeyId", former_until as "formerUntil"`;

const columns = sql`
  id, carrier, name, sealed_secret as "sealedSecret", key_id as "keyId", ${former}, sealed_api_key as "sealedApiKey", api_key_id as "apiKeyId",
  codes, time_zone as "timeZone", created_at as "createdAt"`;

/** Inserts an account. */
export async function insertAccount(deed: Deed, row: AccountRow): Promise<void> {
  await sql`
    insert into carrier_accounts (brand_id, id, carrier, name, sealed_secret, key_id, sealed_api_key, api_key_id, codes, time_zone, created_at)
    values (${deed.brandId}, ${row.id}, ${row.carrier}, ${row.name}, ${row.sealedSecret}, ${row.keyId}, ${row.sealedApiKey}, ${row.apiKeyId},
            ${JSON.stringify(row.codes)}, ${row.timeZone}, ${row.createdAt})`.execute(deed.trx);
}

/** One account of the brand, locked. */
export async function lockAccount(deed: Deed, accountId: string): Promise<AccountRow | undefined> {
  const { rows } = await sql<AccountRow>`
    select ${columns} from carrier_accounts where brand_id = ${deed.brandId} and id = ${accountId} for update`.execute(deed.trx);
  return rows[0];
}

/** Writes what of an account can be changed. */
export async function changeAccount(deed: Deed, row: AccountRow): Promise<void> {
  await sql`
    update carrier_accounts set name = ${row.name}, sealed_secret = ${row.sealedSecret}, key_id = ${row.keyId},
           former_secret = ${row.formerSecret}, former_key_id = ${row.formerKeyId}, former_until = ${row.formerUntil},
           sealed_api_key = ${row.sealedApiKey}, api_key_id = ${row.apiKeyId}, codes = ${JSON.stringify(row.codes)}, time_zone = ${row.timeZone}
    where brand_id = ${deed.brandId} and id = ${row.id}`.execute(deed.trx);
}

/** Accounts of the brand, oldest first. */
export async function accounts(deed: Deed, afterId: string, limit: number): Promise<AccountRow[]> {
  const { rows } = await sql<AccountRow>`
    select ${columns} from carrier_accounts where brand_id = ${deed.brandId} and id > ${afterId} order by id limit ${limit}`.execute(deed.trx);
  return rows;
}

/** The account a push names, read before the tenant is known. */
export async function accountOnRing(db: Db, carrier: string, accountId: string): Promise<RingRow | undefined> {
  const { rows } = await sql<RingRow>`
    select brand_id as "brandId", sealed_secret as "sealedSecret", key_id as "keyId", ${former}, codes, time_zone as "timeZone"
    from carrier_account_ring where id = ${accountId} and carrier = ${carrier}`.execute(db.open);
  return rows[0];
}
