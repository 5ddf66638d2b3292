// The one place where scans meet shipments: keep what is new, see where the parcel stands, let its ticket follow.
import type { Deed } from '#access/deed.ts';
import { announce } from '#notifications/announce.ts';
import { Problem } from '#problems.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import type { Command } from '#tickets/lifecycle.ts';
import * as store from './store.ts';
import type { Scan, Watch } from './tracking.ts';
import { etaOf, movesOf, openByOf, type ParcelState, stateOf, watchAfter } from './tracking-rules.ts';

/** News of one parcel, from a carrier's push or typed in. */
export interface News {
  carrier: string;
  waybill: string;
  scans: readonly Scan[];
  /** The day the carrier promises; null where it names none. */
  eta: Date | null;
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

const MAX = { codeRaw: 120, detail: 300, location: 120, occurredLocal: 40 };

/** What PostgreSQL cannot hold is taken out: a carrier's odd character must not make it repeat its push for ever. */
const storable = (value: string, max: number): string => value.replaceAll('\0', '').slice(0, max).toWellFormed();

const clean = (scan: Scan): Scan => ({
  ...scan,
  codeRaw: storable(scan.codeRaw, MAX.codeRaw),
  detail: scan.detail === null ? null : storable(scan.detail, MAX.detail),
  location: scan.location === null ? null : storable(scan.location, MAX.location),
  occurredLocal: scan.occurredLocal === null ? null : storable(scan.occurredLocal, MAX.occurredLocal),
});

/**
 * Records scans of one waybill. Repeated ones change nothing and tell nobody; those of an unknown waybill are parked.
 * A ticket from whose status a step is not possible stays where it is, an ended one above all.
 */
export async function recordTracking(deed: Deed, news: News): Promise<Recorded> {
  await store.lockWaybill(deed, news.carrier, news.waybill);
  const found = await store.byWaybill(deed, news.carrier, news.waybill);
  const kept = await store.keep(deed, { ...news, shipmentId: found?.shipment.id ?? null }, news.scans.map(clean));
  if (found === undefined) return { kept, parked: true };
  const { shipment, ticket } = found;
  const newEta = news.eta !== null && news.eta.getTime() !== shipment.eta?.getTime();
  const settled = (kept.length > 0 || newEta) && (await follow(deed, shipment, ticket, news));
  if (!settled) await store.heard(deed, shipment.id, watchAfter(shipment.watch, news.watch));
  return { kept, parked: false };
}

/** Gives a new shipment the scans that came before it. The waybill's lock must be held; the ticket is as it stands now. */
export async function adoptParked(deed: Deed, shipment: store.ShipmentRow, ticket: store.TicketOfParcel): Promise<void> {
  if ((await store.adopt(deed, shipment)) > 0) await follow(deed, shipment, ticket, { scans: [], eta: null, watch: null });
}

/** Answers whether the shipment's row was written. */
async function follow(
  deed: Deed,
  shipment: store.ShipmentRow,
  ticket: store.TicketOfParcel,
  news: Pick<News, 'scans' | 'eta' | 'watch'>,
): Promise<boolean> {
  const scans = await store.scansOf(deed, shipment.id);
  const state = stateOf(scans);
  const watch = watchAfter(shipment.watch, news.watch);
  const stands = { ...state, eta: etaOf(shipment.eta, news, scans), openBy: openByOf(shipment.direction, state), watch };
  const settles = changes(shipment, stands);
  if (settles) await store.settle(deed, shipment.id, stands);
  if (state.status !== shipment.status) {
    await announce(deed, {
      type: 'shipment.updated',
      ticketId: shipment.ticketId,
      seq: null,
      facts: {
        shipmentId: shipment.id,
        direction: shipment.direction,
        status: state.status,
        occurredAt: (state.at ?? deed.now).toISOString(),
      },
    });
  }
  for (const command of movesOf({ direction: shipment.direction, scans, state, before: shipment.status }, ticket)) {
    if (!(await advanced(deed, ticket.id, command))) break;
  }
  return settles;
}

const changes = (row: store.ShipmentRow, { status, at, eta, codeRaw }: ParcelState & { eta: Date | null }): boolean =>
  row.status !== status || row.statusRaw !== codeRaw || row.statusAt?.getTime() !== at?.getTime() || row.eta?.getTime() !== eta?.getTime();

/** False where the ticket may not take the step after all; nothing has been written then, and the scan is kept. */
async function advanced(deed: Deed, ticketId: string, command: Command): Promise<boolean> {
  try {
    await advanceTicket(deed, { ticketId, expectedVersion: null, command });
    return true;
  } catch (error) {
    if (error instanceof Problem && (error.code === 'transition_not_allowed' || error.code === 'transition_refused')) return false;
    throw error;
  }
}
