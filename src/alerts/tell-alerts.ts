// Hands alerts to the webhooks that listen: marked and enqueued in one transaction, so that each goes out once.
import type { Deed } from '#access/deed.ts';
import { asSystem } from '#access/perform.ts';
import { dueFor } from '#notifications/announce.ts';
import type { Event } from '#notifications/event.ts';
import { type Due, enqueue } from '#platform/outbox.ts';
import type { Services } from '#services.ts';
import { takeUntold, type UntoldRow } from './store.ts';

const BATCH = 200;

/** Hands over all there are; answers how many. */
export async function tellAlerts(services: Services): Promise<number> {
  let told = 0;
  for (;;) {
    const batch = await asSystem(services, '*', tellBatch);
    told += batch;
    if (batch < BATCH) return told;
  }
}

async function tellBatch(deed: Deed): Promise<number> {
  const alerts = await takeUntold(deed, BATCH);
  for (const [brandId, ofBrand] of Map.groupBy(alerts, (alert) => alert.brandId)) {
    const tenant = { ...deed, brandId };
    for (const due of rounds(ofBrand.map((alert) => dueFor(eventOf(alert), { contactId: '', ways: {}, endpoints: alert.endpoints }, [])))) {
      await enqueue(tenant, due);
    }
    deed.enqueued ||= tenant.enqueued;
  }
  return alerts.length;
}

const eventOf = ({ id, ticketId, kind, code, status, centerId, data, raisedAt }: UntoldRow): Extract<Event, { type: 'alert.raised' }> => ({
  type: 'alert.raised',
  ticketId,
  seq: null,
  facts: { alertId: id, kind, code, status, centerId, data, occurredAt: raisedAt.toISOString() },
});

/** What is due, in calls of at most one item per lane: a ticket with two alerts takes two calls, and its lanes keep their order. */
export function rounds(dues: readonly Due[][]): Due[][] {
  const calls: Due[][] = [];
  const next = new Map<string, number>();
  for (const item of dues.flat()) {
    const lane = `${item.subject} ${item.recipient}`;
    const call = next.get(lane) ?? 0;
    next.set(lane, call + 1);
    (calls[call] ??= []).push(item);
  }
  return calls;
}
