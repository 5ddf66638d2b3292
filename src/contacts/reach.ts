// How a contact is reached at this moment, for whoever is about to write to it.
import type { Kysely } from 'kysely';
import type { Database } from '#platform/db/database.ts';
import type { Seal } from '#platform/seal.ts';
import { addressHash } from './address.ts';
import { hashesOf } from './change-contact.ts';
import { type ContactRow, type QuietHours, stateOf, Way, type WayState } from './contact.ts';
import { contactById, formerById, stopOf, writeHashes } from './store.ts';

/** By each way with an address: the address, and whether it may be written to. */
export interface Reach {
  contactId: string;
  ways: Partial<Record<Way, { address: string; state: WayState }>>;
  /** Null: those of the house. */
  quietHours: QuietHours | null;
  /** It is the contact's no more: it hears that, and gets no link. */
  former: boolean;
}

/** Reads how a contact is reached; undefined where there is none. */
export async function reachOf(db: Kysely<Database>, seal: Seal, brandId: string, contactId: string): Promise<Reach | undefined> {
  let found = await contactById(db, brandId, contactId);
  if (found?.unhashed === true) {
    await writeHashes(db, brandId, contactId, found.contact, hashesOf(seal, found.contact));
    found = await contactById(db, brandId, contactId);
  }
  if (found === undefined) return undefined;
  const { contact } = found;
  return { contactId, ways: waysOf(contact), quietHours: contact.quietHours, former: false };
}

function waysOf(contact: ContactRow): Reach['ways'] {
  const addresses = { email: contact.email, sms: contact.phone, wechat: contact.wechatOpenid };
  return Object.fromEntries(
    Way.options.flatMap((way) => (addresses[way] === null ? [] : [[way, { address: addresses[way], state: stateOf(contact, way) }]])),
  );
}

/** The same for an address that a contact had before. */
export async function reachOfFormer(db: Kysely<Database>, seal: Seal, brandId: string, formerId: string): Promise<Reach | undefined> {
  const row = await formerById(db, brandId, formerId);
  if (row === undefined) return undefined;
  const { contactId, way, address } = row;
  const stopped = await stopOf(db, brandId, way, addressHash(seal, way, address));
  return { contactId, ways: { [way]: { address, state: stopped ?? 'open' } }, quietHours: null, former: true };
}
