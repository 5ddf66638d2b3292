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

/** Workers have no actor. */
type Raising = Pick<Deed, 'trx' | 'brandId' | 'now'>;

/** Raises for a ticket of which nothing is at hand but its id; where it is none (a ping), nothing is raised. */
export const raiseFor = (deed: Raising, ticketId: string, alert: NewAlert): Promise<void> => raiseWhere(deed, ticketId, alert, sql``);

/** The same, where the ticket has no alert of this kind yet. */
export const raiseOnce = (deed: Raising, ticketId: string, alert: NewAlert): Promise<void> =>
  raiseWhere(
    deed,
    ticketId,
    alert,
    sql`and not exists (select from alerts a where a.brand_id = t.brand_id and a.ticket_id = t.id and a.kind = ${alert.kind})`,
  );

async function raiseWhere(deed: Raising, ticketId: string, { kind, data }: NewAlert, condition: RawBuilder<unknown>): Promise<void> {
  await sql`
    insert into alerts (brand_id, id, ticket_id, center_id, kind, data, raised_at)
    select t.brand_id, ${newId('alert', deed.now.getTime())}, t.id, t.center_id, ${kind}, ${JSON.stringify(data)}::jsonb, ${deed.now}::timestamptz
      from tickets t where t.brand_id = ${deed.brandId} and t.id = ${ticketId} ${condition}`.execute(deed.trx);
}

/** Raises in a statement of its own, for causes that wrote already. */
export async function raiseAlerts(deed: Deed, ticketId: string, centerId: string, alerts: readonly NewAlert[]): Promise<void> {
  if (alerts.length === 0) return;
  await sql`with ${sql.join(raiseCtes(deed, ticketId, centerId, alerts))} select 1`.execute(deed.trx);
}
