// Reads what alarms a center, and records that somebody has seen to it.
import type { Deed } from '#access/deed.ts';
import { type Page, pageById, readCursor } from '#platform/http/page.ts';
import { Problem } from '#problems.ts';
import { type Alert, AlertData, type AlertSearch } from './alert.ts';
import { type AlertRow, acknowledge, listAlerts } from './store.ts';

/** Without what a newer release may have written before it was taken back: one alert must not keep all of them from being read. */
const knownOf = (data: AlertData): AlertData => Object.fromEntries(Object.entries(data).filter(([name]) => Object.hasOwn(AlertData.shape, name)));

const view = ({ raisedAt, acknowledgedAt, data, ...rest }: AlertRow): Alert => ({
  ...rest,
  data: knownOf(data),
  raisedAt: raisedAt.toISOString(),
  acknowledgedAt: acknowledgedAt?.toISOString() ?? null,
});

/** Alerts the actor may see, newest first. Problem: cursor_invalid. */
export async function findAlerts(deed: Deed, query: AlertSearch): Promise<Page<Alert>> {
  const scope = { list: 'alerts:-id', brandId: deed.brandId, actorId: deed.actor.id, filter: query };
  const after = readCursor(deed.seal, scope, query.cursor);
  const rows = await listAlerts(deed, query, query.limit + 1, after === null ? null : String(after[0]));
  return pageById(deed.seal, scope, rows, query.limit, view);
}

/** Records who has seen it, and when; a second call answers what the first recorded. Problem: not_found. */
export async function acknowledgeAlert(deed: Deed, alertId: string): Promise<Alert> {
  const row = await acknowledge(deed, alertId);
  if (row === undefined) throw new Problem('not_found', 'There is no such alert for your key. Check the id.');
  return view(row);
}
