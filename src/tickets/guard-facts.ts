// From the row that was locked to the facts the guards look at.
import type { Deed } from '#access/deed.ts';
import { normalizeIdentifier } from '#lookup/normalize.ts';
import { dayIn } from '#platform/time-zone.ts';
import type { House } from '#service-centers/house.ts';
import type { Facts } from './guards.ts';
import type { Command } from './lifecycle.ts';
import { endedOnItsWay, transferUnderWay } from './location.ts';
import type { LockedRow, TicketRow } from './store.ts';

/** The facts of this moment for this command. `parcelId`: whose scans cause it, where scans do. */
export function guardFacts(
  deed: Deed,
  row: LockedRow,
  house: House,
  command: Command,
  { takenOverBy = null, parcelId = null }: { takenOverBy?: Facts['takenOverBy'] | undefined; parcelId?: string | null | undefined } = {},
): Facts {
  return {
    status: row.status,
    centerId: row.centerId,
    actorKind: deed.actor.kind,
    returnMethod: row.returnMethod,
    jurisdiction: row.jurisdiction,
    deviceKind: row.device.kind,
    quote: row.quotes.findLast(({ status }) => status !== 'draft') ?? null,
    draft: row.quotes.find(({ status }) => status === 'draft') ?? null,
    versions: row.quotes,
    feeDisclosed: row.past.feeDisclosed,
    parts: row.parts,
    outboundShipment: outboundShipment(row, parcelId),
    underWay: transferUnderWay(row.shipments) !== undefined,
    takenOverBy,
    serialMatches: command.action === 'device.receive' ? serialMatches(deed, row, command.input.serialScanned) : null,
    intakePhotos: row.intakePhotos,
    hold: row.hold,
    promisedAt: row.promisedAt,
    promisedSince: instantOrNull(row.promises.at(-1)?.madeAt),
    qcFailures: row.qcFailures,
    repairedBy: row.repairedBy?.split('\n').filter((person) => person !== '') ?? [],
    previousStatus: row.past.previousStatus,
    deliveredAt: instantOrNull(row.past.deliveredAt),
    closedAt: row.closedAt,
    reminders: row.reminders,
    storage: row.storage,
    policy: house.policy,
    now: deed.now,
    today: dayIn(house.calendar.timeZone, deed.now),
  };
}

/** A time as JSON out of the database carries it. */
export const instantOrNull = (text: string | null | undefined): Date | null => (text === null || text === undefined ? null : new Date(text));

/**
 * A parcel back that can take the device there. One whose whole way, there and back or until nobody heard of it any more, is told in one
 * push has ended before its first scan sends the ticket: for the steps that it causes itself it counts all the same. One from before a
 * dispute carried the device that the dispute is about.
 */
const outboundShipment = ({ shipments, disputedAt }: TicketRow, causedBy: string | null): boolean =>
  shipments.some(
    ({ id, direction, status, createdAt }) =>
      direction === 'outbound' &&
      status !== 'cancelled' &&
      (id === causedBy || (status !== 'expired' && !endedOnItsWay.has(status))) &&
      (disputedAt === null || new Date(createdAt) > disputedAt),
  );

/** Null where there is nothing to compare: nothing scanned, or a device registered without a serial. */
function serialMatches(deed: Deed, row: TicketRow, scanned: string | undefined): boolean | null {
  if (scanned === undefined || row.identifiers.length === 0) return null;
  const hash = deed.seal.hash('identifier', normalizeIdentifier(scanned, 'serial').norm).toString('hex');
  return row.identifiers.some((identifier) => identifier.hash === hash);
}
