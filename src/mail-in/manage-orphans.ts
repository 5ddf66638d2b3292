// Parcels without a ticket: a depot registers what lies there, and somebody finds whose it is.
import type { Deed } from '#access/deed.ts';
import { normalizeIdentifier } from '#lookup/normalize.ts';
import { type Page, pageById, readCursor } from '#platform/http/page.ts';
import { newId } from '#platform/id.ts';
import { Problem } from '#problems.ts';
import { isCenter } from '#service-centers/is-center.ts';
import { bring, phoneHashOf, reserveOrphan } from './match-orphans.ts';
import type { OrphanInput, OrphanSearch, OrphanView } from './orphan.ts';
import * as orphans from './orphans-store.ts';

const view = (
  { createdAt, matchedAt, serialHash: _, phoneHash: __, ...row }: orphans.OrphanRow,
  candidates: readonly orphans.Candidate[] = [],
): OrphanView => ({
  ...row,
  createdAt: createdAt.toISOString(),
  matchedAt: matchedAt?.toISOString() ?? null,
  candidates: [...candidates],
});

const serialHashOf = (deed: Deed, serial: string): Buffer => deed.seal.hash('identifier', normalizeIdentifier(serial).norm);

/** Keeps it, and brings it to its ticket where only one can be meant. Problem: validation_failed (the center). */
export async function registerOrphan(deed: Deed, input: OrphanInput): Promise<OrphanView> {
  const centerId = deed.actor.centerId ?? input.centerId;
  if (centerId === undefined || (input.centerId !== undefined && input.centerId !== centerId) || !(await isCenter(deed, centerId))) {
    throw new Problem('validation_failed', 'centerId says where the parcel lies: a center of yours.', {
      errors: [{ in: 'body', pointer: '/centerId', code: centerId === undefined ? 'required' : 'unknown' }],
    });
  }
  const row: orphans.OrphanRow = {
    id: newId('orphan', deed.now.getTime()),
    centerId,
    carrier: input.carrier ?? null,
    waybill: input.waybill ?? null,
    serialHash: input.serial === undefined ? null : serialHashOf(deed, input.serial),
    serialLast4: input.serial === undefined ? null : normalizeIdentifier(input.serial).norm.slice(-4),
    phoneHash: input.phone === undefined ? null : phoneHashOf(deed, input.phone),
    phoneLast4: input.phone?.slice(-4) ?? null,
    note: input.note ?? null,
    createdAt: deed.now,
    ticketId: null,
    shipmentId: null,
    matchedBy: null,
    matchedAt: null,
  };
  await reserveOrphan(deed, row);
  await orphans.insertOrphan(deed, row);
  const candidates = await orphans.candidatesOf(deed, row, input.phone ?? null);
  // A waybill or a serial says more than a telephone number, which may stand for several repairs.
  const sure = candidates.filter(({ by }) => by !== 'phone');
  const [only, ...others] = sure.length > 0 ? sure : candidates;
  if (only === undefined || others.length > 0) return view(row, candidates);
  await bring(deed, row, only.ticketId, only.by);
  const after = (await orphans.orphanById(deed, row.id)) ?? row;
  return view(after, after.ticketId === null ? candidates : []);
}

const unknownOrphan = (): Problem => new Problem('not_found', 'There is no such parcel for your key. Check the id.');

/** One, with the tickets that could be meant. Problem: not_found. */
export async function readOrphan(deed: Deed, orphanId: string): Promise<OrphanView> {
  const row = await orphans.orphanById(deed, orphanId);
  if (row === undefined) throw unknownOrphan();
  return view(row, row.ticketId === null ? await orphans.candidatesOf(deed, row, null) : []);
}

/** From the newest; by waybill, serial or telephone number. Problem: cursor_invalid. */
export async function findOrphans(deed: Deed, query: OrphanSearch): Promise<Page<OrphanView>> {
  const { serial, phone, ...filter } = query;
  const scope = { list: 'orphan-parcels:-id', brandId: deed.brandId, actorId: deed.actor.id, filter: query };
  const after = readCursor(deed.seal, scope, query.cursor);
  const named = {
    ...filter,
    serialHash: serial === undefined ? undefined : serialHashOf(deed, serial),
    phoneHash: phone === undefined ? undefined : phoneHashOf(deed, phone),
  };
  const rows = await orphans.listOrphans(deed, named, after === null ? null : String(after[0]), query.limit + 1);
  return pageById(deed.seal, scope, rows, query.limit, view);
}

/** Says by hand whose it is. Problems: not_found, already_exists (it has a ticket), transition_refused (other_way, too_many_devices). */
export async function matchOrphan(deed: Deed, orphanId: string, ticketId: string): Promise<OrphanView> {
  const seen = await orphans.orphanById(deed, orphanId);
  if (seen === undefined) throw unknownOrphan();
  await reserveOrphan(deed, seen);
  const row = await orphans.lockOrphan(deed, orphanId);
  if (row === undefined) throw unknownOrphan();
  if (row.ticketId === ticketId) return view(row);
  if (row.ticketId !== null) throw new Problem('already_exists', 'This parcel has its ticket already.');
  await bring(deed, row, ticketId, 'hand');
  const after = await orphans.orphanById(deed, orphanId);
  if (after === undefined || after.ticketId === null) throw new Problem('not_found', 'There is no such ticket for your key. Check the id.');
  return view(after);
}
