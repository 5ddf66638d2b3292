// All SQL of contacts and of the stop list, but for a contact that is read or written together with its ticket.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Actor } from '#access/actor.ts';
import type { Deed } from '#access/deed.ts';
import type { Database } from '#platform/db/database.ts';
import { contactSql } from './columns.ts';
import type { ContactRow, StopReason, Way } from './contact.ts';
import type { Stop, StopSearch } from './stop.ts';

/** What a write takes of a deed: workers have no actor. */
export type Writing = Pick<Deed, 'trx' | 'brandId' | 'now'>;

/** An entry as it was read. */
export interface StopRow extends Omit<Stop, 'createdAt'> {
  createdAt: Date;
}

const columns = sql`id, kind as way, masked, reason, note, created_by as "createdBy", created_at as "createdAt"`;

/** Over `stopped_addresses`: a center has what was entered by it or at its tickets, the brand has all. */
const ownedBy = ({ kind, centerId }: Actor): RawBuilder<unknown> => (kind === 'center' ? sql`and center_id = ${centerId}` : sql``);

/** Whose entry it is: a center's, or that of the center which has the ticket. */
export type Owner = { centerId: string | null } | { ticketId: string };

/** Puts an address on the list, or leaves the entry that is there; answers it, and whether it is new. */
export async function insertStop(deed: Writing, row: StopRow & { hash: Buffer }, owner: Owner): Promise<StopRow & { fresh: boolean }> {
  const center =
    'ticketId' in owner
      ? sql`(select t.center_id from tickets t where t.brand_id = ${deed.brandId} and t.id = ${owner.ticketId})`
      : sql`${owner.centerId}`;
  const { rows } = await sql<StopRow & { fresh: boolean }>`
    with added as (
      insert into stopped_addresses (brand_id, id, kind, hash, masked, reason, note, created_by, created_at, center_id)
      values (${deed.brandId}, ${row.id}, ${row.way}, ${row.hash}, ${row.masked}, ${row.reason}, ${row.note}, ${row.createdBy}, ${row.createdAt},
              ${center})
      on conflict (brand_id, kind, hash) where removed_at is null do update set note = stopped_addresses.note
      returning *
    )
    select ${columns}, id = ${row.id} as fresh from added`.execute(deed.trx);
  const [added] = rows;
  if (added === undefined) throw new Error('the stop list took nothing');
  return added;
}

/** Entries from the newest. */
export async function listStops(deed: Deed, { way, reason }: StopSearch, limit: number, after: string | null): Promise<StopRow[]> {
  const { rows } = await sql<StopRow>`
    select ${columns} from stopped_addresses
     where brand_id = ${deed.brandId} and removed_at is null ${ownedBy(deed.actor)}
       ${way === undefined ? sql`` : sql`and kind = ${way}`}
       ${reason === undefined ? sql`` : sql`and reason = ${reason}`}
       ${after === null ? sql`` : sql`and id < ${after}`}
     order by id desc limit ${limit}`.execute(deed.trx);
  return rows;
}

/** Takes an entry off the list; undefined where there is none. */
export async function removeStop(deed: Deed, stopId: string, by: string): Promise<StopRow | undefined> {
  const { rows } = await sql<StopRow>`
    update stopped_addresses set removed_at = ${deed.now}, removed_by = ${by}
     where brand_id = ${deed.brandId} and id = ${stopId} and removed_at is null ${ownedBy(deed.actor)} returning ${columns}`.execute(deed.trx);
  return rows[0];
}

/** Takes an address off the list where it is there because its owner wished so. */
export async function removeWish(deed: Writing, way: Way, hash: Buffer, by: string): Promise<void> {
  await sql`
    update stopped_addresses set removed_at = ${deed.now}, removed_by = ${by}
     where brand_id = ${deed.brandId} and kind = ${way} and hash = ${hash} and removed_at is null and reason in ('unsubscribed', 'not_mine')`.execute(
    deed.trx,
  );
}

/** The contact's columns that are to change, by their names in the database. */
export type ContactColumns = Record<string, unknown>;

/** Changes a contact and keeps where it was reached before. */
export async function updateContact(
  deed: Deed,
  contactId: string,
  change: ContactColumns,
  former: readonly { id: string; way: Way; address: string }[],
): Promise<void> {
  await deed.trx.updateTable('contacts').set(change).where('brand_id', '=', deed.brandId).where('id', '=', contactId).execute();
  if (former.length === 0) return;
  const kept = { brand_id: deed.brandId, contact_id: contactId, changed_by: deed.actor.id, changed_at: deed.now };
  await deed.trx
    .insertInto('former_addresses')
    .values(former.map(({ id, way, address }) => ({ ...kept, id, kind: way, address })))
    .execute();
}

/** A contact as workers read one; `unhashed`: an address of it is older than the hashes. */
export interface Reachable {
  contact: ContactRow;
  unhashed: boolean;
}

/** A contact by itself; undefined where there is none. */
export async function contactById(db: Kysely<Database>, brandId: string, contactId: string): Promise<Reachable | undefined> {
  const { rows } = await sql<Reachable>`
    select ${contactSql} as contact,
           (k.email is not null and k.email_hash is null) or (k.phone is not null and k.phone_hash is null)
             or (k.wechat_openid is not null and k.wechat_hash is null) as unhashed
      from contacts k where k.brand_id = ${brandId} and k.id = ${contactId}`.execute(db);
  return rows[0];
}

/** Writes hashes of addresses that are as they were read. */
export async function writeHashes(db: Kysely<Database>, brandId: string, contactId: string, was: ContactRow, hashes: ContactColumns): Promise<void> {
  await db
    .updateTable('contacts')
    .set(hashes)
    .where('brand_id', '=', brandId)
    .where('id', '=', contactId)
    .where(sql<boolean>`(email, phone, wechat_openid) is not distinct from (${was.email}, ${was.phone}, ${was.wechatOpenid})`)
    .execute();
}

/** A former address with its contact; undefined where there is none. */
export async function formerById(
  db: Kysely<Database>,
  brandId: string,
  id: string,
): Promise<{ contactId: string; way: Way; address: string } | undefined> {
  return db
    .selectFrom('former_addresses')
    .select(['contact_id as contactId', 'kind as way', 'address'])
    .where('brand_id', '=', brandId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Why an address is on the stop list; undefined where it is not. */
export async function stopOf(db: Kysely<Database>, brandId: string, way: Way, hash: Buffer): Promise<StopReason | undefined> {
  const row = await db
    .selectFrom('stopped_addresses')
    .select('reason')
    .where('brand_id', '=', brandId)
    .where('kind', '=', way)
    .where('hash', '=', hash)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return row?.reason;
}
