// Puts addresses on the stop list and takes them off: by staff, by the customer, or because a provider refused one for good.
import type { Deed } from '#access/deed.ts';
import { raiseFor } from '#alerts/raise.ts';
import { type ListScope, type Page, pageById, readCursor } from '#platform/http/page.ts';
import { newId } from '#platform/id.ts';
import type { Seal } from '#platform/seal.ts';
import { Problem } from '#problems.ts';
import { addressHash, maskedAddress } from './address.ts';
import type { StopReason, Way } from './contact.ts';
import { e164, isPhone } from './phone.ts';
import type { Stop, StopInput, StopSearch } from './stop.ts';
import { insertStop, listStops, removeStop, removeWish, type StopRow, type Writing } from './store.ts';

const view = (row: StopRow): Stop => ({
  id: row.id,
  way: row.way,
  masked: row.masked,
  reason: row.reason,
  note: row.note,
  createdBy: row.createdBy,
  createdAt: row.createdAt.toISOString(),
});

const invalid = (detail: string): Problem =>
  new Problem('validation_failed', detail, { errors: [{ in: 'body', pointer: '/address', code: 'invalid' }] });

/** Puts an address on the list for a key; the one that is there already is answered as it is. Problem: validation_failed. */
export async function addStop(deed: Deed, { way, address, reason, note }: StopInput): Promise<Stop> {
  // Kept as a hash: only one spelling finds it again.
  if (way === 'sms' && !(e164.test(address) && isPhone(address)))
    throw invalid('The address is no telephone number. Send it in E.164, e.g. +8613800000000.');
  if (way === 'email' && !/^[^\s@]+@[^\s@]+$/.test(address)) throw invalid('The address is no mail address.');
  const row = { id: newId('stop', deed.now.getTime()), way, masked: maskedAddress(way, address), reason, note: note ?? null };
  const { actor, now } = deed;
  const entry = { ...row, hash: addressHash(deed.seal, way, address), createdBy: actor.id, createdAt: now };
  const { fresh, ...stop } = await insertStop(deed, entry, { centerId: actor.centerId });
  // What colleagues elsewhere wrote down is for them.
  return view({ ...stop, note: fresh || actor.kind !== 'center' ? stop.note : null });
}

/** The list from the newest. Problem: cursor_invalid. */
export async function findStops(deed: Deed, query: StopSearch): Promise<Page<Stop>> {
  const scope: ListScope = { list: 'stopped-addresses:-id', brandId: deed.brandId, filter: query };
  const after = readCursor(deed.seal, scope, query.cursor);
  const rows = await listStops(deed, query, query.limit + 1, after === null ? null : String(after[0]));
  return pageById(deed.seal, scope, rows, query.limit, view);
}

/** Takes an entry off the list: the address is written to again. Problem: not_found. */
export async function dropStop(deed: Deed, stopId: string): Promise<Stop> {
  const row = await removeStop(deed, stopId, deed.actor.id);
  if (row === undefined) throw new Problem('not_found', 'There is no such entry of yours on the stop list.');
  return view(row);
}

/** An address, by what is kept of it, and the ticket at which it was found to be closed. */
export interface Closed {
  way: Way;
  hash: Buffer;
  masked: string;
  ticketId: string;
  /** It is the customer's no more: whether it can be reached is nobody's task. */
  former?: boolean;
}

/** What an address is to a worker that has just written to it. */
export const closedAddress = (seal: Seal, way: Way, address: string, ticketId: string): Closed => ({
  way,
  hash: addressHash(seal, way, address),
  masked: maskedAddress(way, address),
  ticketId,
});

/**
 * Closes an address for its owner or because it was refused for good, and alarms the center of the ticket, once: it can still call. Not where the
 * customer is reached elsewhere by now.
 */
export async function closeAddress(
  deed: Writing,
  { way, hash, masked, ticketId, former = false }: Closed,
  reason: StopReason,
  by: 'customer' | 'system',
): Promise<void> {
  const row = { id: newId('stop', deed.now.getTime()), way, hash, masked, reason, note: null, createdBy: by, createdAt: deed.now };
  const { fresh } = await insertStop(deed, row, { ticketId });
  if (fresh && !former) await raiseFor(deed, ticketId, { kind: 'unreachable', data: { way, stopReason: reason } });
}

/** Opens an address again that its owner had closed. */
export const reopenAddress = (deed: Writing, { way, hash }: Closed): Promise<void> => removeWish(deed, way, hash, 'customer');
