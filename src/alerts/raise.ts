// Raises alerts in the statement of their cause, so that a step and what alarms its center are written together or not at all.
import { type RawBuilder, sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { newId } from '#platform/id.ts';
import type { NewAlert } from './alert.ts';

/** One common table expression named `raised`; none where there is nothing to raise. A sweep hands them to the webhooks after the commit. */
export function raiseCtes(deed: Deed, ticketId: string, centerId: string, alerts: readonly NewAlert[]): RawBuilder<unknown>[] {
  if (alerts.length === 0) return [];
  const rows = alerts.map((alert) => ({ ...alert, id: newId('alert', deed.now.getTime()) }));
  return [
    sql`raised as (
      insert into alerts (brand_id, id, ticket_id, center_id, kind, data, raised_at)
      select ${deed.brandId}, a.id, ${ticketId}, ${centerId}, a.kind, a.data, ${deed.now}::timestamptz
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as a(id text, kind text, data jsonb)
    )`,
  ];
}

/** Raises in a statement of its own, for causes that wrote already. */
export async function raiseAlerts(deed: Deed, ticketId: string, centerId: string, alerts: readonly NewAlert[]): Promise<void> {
  if (alerts.length === 0) return;
  await sql`with ${sql.join(raiseCtes(deed, ticketId, centerId, alerts))} select 1`.execute(deed.trx);
}
