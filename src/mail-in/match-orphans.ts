// Brings a parcel that nobody announced together with its ticket: when it is registered, when the job arrives, or by hand.
import { bySystem, type Deed } from '#access/deed.ts';
import { raiseAlerts } from '#alerts/raise.ts';
import { readIdentifier } from '#lookup/normalize.ts';
import { Problem } from '#problems.ts';
import { addParcel, createShipment, mayNotJoin } from './create-shipment.ts';
import type { MailInJobInput } from './mail-in-job.ts';
import type { MatchedBy } from './orphan.ts';
import * as orphans from './orphans-store.ts';
import * as scansStore from './scans-store.ts';
import type { ShipmentView } from './shipment.ts';
import * as store from './store.ts';

/** Keyed like nothing else: the hash of a telephone number says nothing about the hash of an identifier. */
export const phoneHashOf = (deed: Deed, phone: string): Buffer => deed.seal.hash('identifier', `phone:${phone}`);

/** What a booking is known by before its ticket is there. */
type Booking = Pick<MailInJobInput, 'device' | 'contact' | 'label'>;

/**
 * Waits for whoever writes to the waybills of these bookings: those on their labels, and those of parcels without a ticket that are theirs. Before
 * anything is written or locked, and in one order: see the store.
 */
export async function reserveWaybills(deed: Deed, bookings: readonly Booking[]): Promise<void> {
  const serials = bookings.flatMap(({ device: { serial, imei, imei2 } }) => [serial, imei, imei2]).filter((value) => value !== undefined);
  const hashes = serials.map((value) => readIdentifier(value)).flatMap((read) => (read.ok ? [deed.seal.hash('identifier', read.norm)] : []));
  const phones = bookings.flatMap(({ contact: { phone } }) => (phone === undefined ? [] : [phoneHashOf(deed, phone)]));
  const limit = bookings.length * orphans.MOST_MATCHED;
  const theirs = hashes.length + phones.length === 0 ? [] : await orphans.openWaybillsOf(deed, hashes, phones, limit);
  const named = [...theirs, ...bookings.flatMap(({ label }) => label ?? [])];
  const places = new Map(named.map(({ carrier, waybill }) => [`${carrier}/${waybill}`, { carrier, waybill }]));
  for (const [, { carrier, waybill }] of [...places].toSorted(([a], [b]) => (a < b ? -1 : 1))) await store.lockWaybill(deed, carrier, waybill);
}

/**
 * Looks whether a ticket that waits for its device is that of a parcel which lies somewhere already; the waybills of its booking are reserved. A
 * parcel that was registered since, and to whose waybill somebody writes just now, is left to a person: who waited for them here would hold what they
 * may wait for.
 */
export const matchOrphans = (deed: Deed, ticketId: string): Promise<void> => bySystem(deed, (part) => match(part, ticketId));

async function match(deed: Deed, ticketId: string): Promise<void> {
  const traits = await orphans.traitsOf(deed, ticketId);
  if (traits === undefined) return;
  const phoneHash = traits.phone === null ? null : phoneHashOf(deed, traits.phone);
  const found = await orphans.openBy(deed, traits, phoneHash);
  const named = found.map((row) => ({ row, by: byWhat(row, traits) }));
  for (const { row, by } of named) {
    // Two parcels of one telephone number may be those of two repairs: a person looks at them.
    if (by === 'phone' && named.length > 1) continue;
    if (row.carrier !== null && row.waybill !== null && !(await store.tryWaybill(deed, row.carrier, row.waybill))) continue;
    await bring(deed, row, ticketId, by);
  }
}

function byWhat(row: orphans.OrphanRow, { waybills, serials }: orphans.Traits): MatchedBy {
  if (waybills.some(({ carrier, waybill }) => carrier === row.carrier && waybill === row.waybill)) return 'waybill';
  return row.serialHash !== null && serials.includes(row.serialHash.toString('hex')) ? 'serial' : 'phone';
}

/** Waits for whoever writes to the waybill of a parcel, where it has one. Before any ticket is locked: see the order of locks in the store. */
export async function reserveOrphan(deed: Deed, { carrier, waybill }: Pick<orphans.OrphanRow, 'carrier' | 'waybill'>): Promise<void> {
  if (carrier !== null && waybill !== null) await store.lockWaybill(deed, carrier, waybill);
}

/**
 * Binds them: the device travels in the inbound parcel that has the waybill, which is made where none has it, and scans that were parked
 * are its own. What only a person may say is left open where nobody did. Its waybill is reserved, and the orphan locked.
 * Problems, by hand alone: transition_refused (other_way, too_many_devices).
 */
export async function bring(deed: Deed, row: orphans.OrphanRow, ticketId: string, by: MatchedBy): Promise<void> {
  const ticket = await store.lockTicket(deed, ticketId);
  if (ticket === undefined) return;
  // By its telephone number alone: the device that was found in it has a serial, and this ticket's has another one.
  if (by === 'phone' && row.serialHash !== null && (await orphans.isIdentified(deed, ticketId))) return;
  const known = row.carrier === null || row.waybill === null ? undefined : await store.byWaybill(deed, row.carrier, row.waybill);
  const joins = known !== undefined && !known.ticketIds.includes(ticketId);
  const refusal = joins ? mayNotJoin(known, WAY_IN) : null;
  if (refusal !== null && by === 'hand') throw refusal;
  // A telephone number alone puts no device into the parcel of another repair.
  if (refusal !== null || (joins && by === 'phone')) return;
  const shipmentId = joins || known === undefined ? await parcelOf(deed, row, ticket, joins) : known.id;
  await orphans.writeMatch(deed, row.id, { ticketId, shipmentId, by });
  if (by === 'hand') return;
  await raiseAlerts(deed, ticketId, ticket.centerId, [{ kind: 'orphan_matched', data: { orphanId: row.id, matchedBy: by } }]);
}

const WAY_IN = { direction: 'inbound', toCenterId: null } as const;

async function parcelOf(deed: Deed, { carrier, waybill }: orphans.OrphanRow, ticket: store.TicketOfParcel, joins: boolean): Promise<string | null> {
  if (carrier === null || waybill === null) return null;
  const label = { carrier, waybill, payer: 'customer', ...(joins ? { sharesParcel: true as const } : {}) } as const;
  const add = (part: Deed) => addParcel(part, ticket, WAY_IN, label, undefined);
  // Who has the parcel in hand need not see the other repairs whose devices lie in it.
  const { id } = await (joins ? bySystem(deed, add) : add(deed));
  return id;
}

/** Gives parked scans a ticket by hand. Problems: not_found (no such scans, no such ticket), and those of a new shipment. */
export async function matchScans(
  deed: Deed,
  { carrier, waybill, ticketId }: { carrier: string; waybill: string; ticketId: string },
): Promise<ShipmentView> {
  const [one] = await scansStore.parked(deed, { carrier, waybill }, null, 1);
  if (one === undefined) throw new Problem('not_found', 'No scans of this waybill are parked. List them with GET /v1/tracking-events?orphan=true.');
  return createShipment(deed, ticketId, { direction: 'inbound', carrier, waybill, payer: 'customer' });
}
