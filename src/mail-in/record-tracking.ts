// The one place where scans meet shipments: keep what is new, see where the parcel stands, let its ticket follow.
import type { Deed } from '#access/deed.ts';
import { announce } from '#notifications/announce.ts';
import { centerCalendar } from '#service-centers/center-calendar.ts';
import { followWaybills } from './follow-waybill.ts';
import { moveTicket } from './move-ticket.ts';
import { isToBeOpened, openByOf } from './parcel-moves.ts';
import { watchFrom } from './parcel-watch.ts';
import * as scansStore from './scans-store.ts';
import * as store from './store.ts';
import type { Proof, Scan, Watch } from './tracking.ts';
import { continuationOf, etaOf, type ParcelState, proofAfter, stateOf, watchAfter } from './tracking-rules.ts';
import { journeyOf, type Traveler } from './travelers.ts';

/** News of one parcel, from a carrier's push or typed in. */
export interface News {
  carrier: string;
  waybill: string;
  scans: readonly Scan[];
  /** The day the carrier promises; null where it names none. */
  eta: Date | null;
  /** What shows the delivery; left away where nothing does. */
  proof?: Proof | null;
  /** Whether the provider still looks after the parcel; null where it does not say. */
  watch: Watch | null;
  /** SHA-256 of the bytes this came in, so that a dispute can be settled. */
  payloadHash: Buffer;
}

/** What became of the news. */
export interface Recorded {
  /** The scans that were new. */
  kept: readonly Scan[];
  /** No shipment has this waybill: the scans wait for one. */
  parked: boolean;
}

const MAX = { eventKey: 250, codeRaw: 120, detail: 300, location: 120, occurredLocal: 40, signedBy: 120 };

/** What PostgreSQL cannot hold is taken out: a carrier's odd character must not make it repeat its push for ever. */
const storable = (value: string, max: number): string => value.replaceAll('\0', '').slice(0, max).toWellFormed();

const clean = (scan: Scan, waybill: string): Scan => ({
  ...scan,
  continuesAs: continuationOf(scan, waybill),
  // Of some carriers it is their own id, as they wrote it.
  eventKey: storable(scan.eventKey, MAX.eventKey),
  codeRaw: storable(scan.codeRaw, MAX.codeRaw),
  detail: scan.detail === null ? null : storable(scan.detail, MAX.detail),
  location: scan.location === null ? null : storable(scan.location, MAX.location),
  occurredLocal: scan.occurredLocal === null ? null : storable(scan.occurredLocal, MAX.occurredLocal),
});

const cleanProof = (proof: Proof | null): Proof | null =>
  proof?.signedBy === null || proof?.signedBy === undefined ? proof : { ...proof, signedBy: storable(proof.signedBy, MAX.signedBy) };

/**
 * Records scans of one waybill. Repeated ones change nothing and tell nobody; those of an unknown waybill are parked.
 * A ticket from whose status a step is not possible stays where it is, an ended one above all.
 */
export async function recordTracking(deed: Deed, news: News): Promise<Recorded> {
  await store.lockWaybill(deed, news.carrier, news.waybill);
  const scans = news.scans.map((scan) => clean(scan, news.waybill));
  const { shipment: found, kept } = await scansStore.keepFor(deed, news, scans);
  if (found === undefined) return { kept, parked: true };
  const shipment = found.waybill === news.waybill ? found : await underItsFirst(deed, found);
  const linked = kept.some(({ continuesAs }) => continuesAs) && (await followWaybills(deed, shipment));
  const newEta = news.eta !== null && news.eta.getTime() !== shipment.eta?.getTime();
  const proof = proofAfter(shipment.proof, cleanProof(news.proof ?? null));
  const newProof = proof !== null && proof !== shipment.proof;
  if (newProof) await store.writeProof(deed, shipment.id, proof);
  const settled = (kept.length > 0 || newEta || newProof) && (await follow(deed, { ...shipment, proof }, news, linked || saysMore(shipment, kept)));
  if (!settled) await store.heard(deed, shipment.id, watchAfter(shipment.watch, news.watch));
  return { kept, parked: false };
}

/** One writer at a time for a parcel of several numbers: what was read of it before its first number is locked may be old. */
async function underItsFirst(deed: Deed, found: store.ShipmentRow): Promise<store.ShipmentRow> {
  await store.lockWaybill(deed, found.carrier, found.waybill);
  return (await store.byWaybill(deed, found.carrier, found.waybill)) ?? found;
}

/** Gives a new shipment the scans that came before it, and a ticket that joins one those that are there. The waybill's lock must be held. */
export async function adoptParked(deed: Deed, shipment: store.ShipmentRow): Promise<void> {
  const adopted = await scansStore.adopt(deed, shipment);
  if (adopted > 0) await followWaybills(deed, shipment);
  if (adopted > 0 || shipment.statusAt !== null) await restate(deed, shipment);
}

/** Whether partners may have to be told of these. */
const saysMore = ({ status }: store.ShipmentRow, kept: readonly Scan[]): boolean => kept.some((scan) => scan.status !== status);

/** Works out anew where the parcel stands, after scans were kept; its tickets are locked, or will be. */
export const restate = (deed: Deed, shipment: store.ShipmentRow): Promise<boolean> =>
  follow(deed, shipment, { scans: [], eta: null, watch: null }, true);

/** Answers whether the shipment's row was written. */
async function follow(deed: Deed, shipment: store.ShipmentRow, news: Pick<News, 'scans' | 'eta' | 'watch'>, mayTell: boolean): Promise<boolean> {
  const { tickets, scans } = await journeyOf(deed, shipment.id, mayTell);
  const state = stateOf(scans);
  const stands = {
    ...state,
    eta: etaOf(shipment.eta, news, scans),
    openBy: await openBy(deed, shipment, state, tickets),
    watch: watchAfter(shipment.watch, news.watch),
  };
  const settles = changes(shipment, stands);
  if (settles) await store.settle(deed, shipment.id, stands);
  for (const ticket of tickets) {
    if (state.status !== shipment.status) await tellPartners(deed, shipment, ticket, state);
    const moved = await moveTicket(deed, { id: shipment.id, direction: shipment.direction, scans, state }, ticket);
    // The first day of arrival goes out with the message of the step; only a later one is news of its own.
    const bond = moved.toldEta === null && stands.eta !== null ? { ...moved, toldEta: stands.eta } : moved;
    const alarmAt = watchFrom({ ...shipment, ...stands, statusAt: state.at }, bond, deed.now);
    if (bond !== ticket.bond || alarmAt?.getTime() !== bond.alarmAt?.getTime()) await store.writeBond(deed, shipment.id, { ...bond, alarmAt });
  }
  return settles;
}

/** A delivery that is known already keeps its day: the customer may have been told another one since. */
async function openBy(deed: Deed, shipment: store.ShipmentRow, state: ParcelState, [ticket]: Traveler[]): Promise<Date | null> {
  if (!isToBeOpened(shipment.direction, state) || state.deliveredAt === null || ticket === undefined) return null;
  if (shipment.openBy !== null && shipment.deliveredAt?.getTime() === state.deliveredAt.getTime()) return shipment.openBy;
  return openByOf(state.deliveredAt, await centerCalendar(deed, ticket.centerId));
}

function tellPartners(deed: Deed, shipment: store.ShipmentRow, { id: ticketId, recipients }: Traveler, state: ParcelState): Promise<void> {
  const occurredAt = (state.at ?? deed.now).toISOString();
  const facts = { shipmentId: shipment.id, direction: shipment.direction, status: state.status, occurredAt };
  return announce(deed, { type: 'shipment.updated', ticketId, seq: null, facts }, recipients ?? undefined);
}

const changes = (row: store.ShipmentRow, { status, at, eta, codeRaw }: ParcelState & { eta: Date | null }): boolean =>
  row.status !== status || row.statusRaw !== codeRaw || row.statusAt?.getTime() !== at?.getTime() || row.eta?.getTime() !== eta?.getTime();
