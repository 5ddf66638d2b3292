// Service centers: opened and changed by the brand; a center key sees its own, couriers see where they may bring devices.
import type { Deed } from '#access/deed.ts';
import { violates } from '#platform/db/failures.ts';
import { type ListScope, type Page, page, readCursor } from '#platform/http/page.ts';
import { newId } from '#platform/id.ts';
import { Problem } from '#problems.ts';
import type { Center, CenterChange, CenterInput } from './center.ts';
import { byId, type CenterRow, insert, list, update } from './store.ts';
import { usualHours } from './week-hours.ts';

const view = (row: CenterRow): Center => ({
  id: row.id,
  code: row.code,
  name: row.name,
  kind: row.kind,
  phone: row.phone,
  address: row.address,
  locale: row.locale,
  timeZone: row.time_zone,
  hours: row.hours,
  holidays: row.holidays,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

const unknown = (): Problem => new Problem('not_found', 'No service center of yours has this id.');

/** Opens a center. Throws already_exists for a code that the brand uses already. */
export async function openCenter(deed: Deed, input: CenterInput): Promise<Center> {
  const { timeZone, hours = usualHours, holidays = [], ...given } = input;
  const id = newId('center', deed.now.getTime());
  const stamps = { created_at: deed.now, updated_at: deed.now };
  const row: CenterRow = { brand_id: deed.brandId, id, ...given, time_zone: timeZone, hours, holidays, ...stamps };
  try {
    await insert(deed.trx, row);
  } catch (error) {
    if (violates(error, 'service_centers_code_key')) throw new Problem('already_exists', 'The brand has a center with this code. Choose another.');
    throw error;
  }
  return view(row);
}

/** Reads a center; a center key sees its own. Throws not_found. */
export async function readCenter(deed: Deed, centerId: string): Promise<Center> {
  const foreign = deed.actor.kind === 'center' && deed.actor.centerId !== centerId;
  const row = foreign ? undefined : await byId(deed.trx, deed.brandId, centerId);
  if (row === undefined) throw unknown();
  return view(row);
}

/** Changes a center. Throws not_found. */
export async function changeCenter(deed: Deed, centerId: string, change: CenterChange): Promise<Center> {
  const { timeZone, ...rest } = change;
  const row = await update(deed.trx, deed.brandId, centerId, { ...rest, time_zone: timeZone, updated_at: deed.now });
  if (row === undefined) throw unknown();
  return view(row);
}

/** Lists centers from the newest. */
export async function findCenters(deed: Deed, query: { limit: number; cursor?: string | undefined }): Promise<Page<Center>> {
  const onlyId = deed.actor.kind === 'center' ? deed.actor.centerId : null;
  const scope: ListScope = { list: 'service-centers', brandId: deed.brandId, filter: { onlyId } };
  const from = readCursor(deed.seal, scope, query.cursor);
  const after = from === null ? null : { createdAt: new Date(String(from[0])), id: String(from[1]) };
  const rows = await list(deed.trx, deed.brandId, onlyId, query.limit + 1, after);
  return page(deed.seal, scope, rows, query.limit, (row) => [row.created_at.toISOString(), row.id], view);
}
