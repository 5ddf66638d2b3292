// Alerts on their way to webhooks: at most one per lane and call, in their order, and codes, ids and times only.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AlertData } from '#alerts/alert.ts';
import { rounds } from '#alerts/tell-alerts.ts';
import { dueFor } from '#notifications/announce.ts';
import type { Due } from '#platform/outbox.ts';

const due = (subject: string, recipient: string, eventSeq: number): Due => ({
  subject,
  recipient,
  channel: 'webhook',
  message: 'alert.raised',
  facts: {},
  eventSeq,
});
const laneOf = ({ subject, recipient }: Due): string => `${subject} ${recipient}`;

test('each call has a lane once, nothing is lost, and lanes keep their order', () => {
  const alerts = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { maxLength: 3 })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(alerts, (raised) => {
      const items = raised.map(([ticket, endpoints], n) => endpoints.map((endpoint) => due(`tkt_${ticket}`, `endpoint:${endpoint}`, n)));
      const calls = rounds(items);
      for (const call of calls) expect(new Set(call.map(laneOf)).size).toBe(call.length);
      const sent = Map.groupBy(calls.flat(), laneOf);
      const meant = Map.groupBy(items.flat(), laneOf);
      expect([...sent.keys()].toSorted()).toEqual([...meant.keys()].toSorted());
      for (const [lane, inOrder] of meant) expect(sent.get(lane)).toEqual(inOrder);
    }),
  );
});

test('an alert goes to the endpoints that listen, and to no customer', () => {
  const facts = {
    alertId: 'alr_1',
    kind: 'hold_expired',
    code: '7K3M9QX2RT5',
    status: 'received',
    centerId: 'ctr_1',
    data: { holdId: 'hld_1', holdReason: 'device_lock', resumeBy: '2026-11-22T05:00:00.000Z' },
    occurredAt: '2026-11-22T05:00:00.000Z',
  } as const;
  const endpoints = [
    { id: 'whe_1', events: ['alert.raised'] },
    { id: 'whe_2', events: ['ticket.advanced'] },
  ];
  expect(dueFor({ type: 'alert.raised', ticketId: 'tkt_1', seq: null, facts }, { contactId: 'ctc_1', ways: { email: true }, endpoints }, [])).toEqual(
    [
      {
        subject: 'tkt_1',
        recipient: 'endpoint:whe_1',
        channel: 'webhook',
        message: 'alert.raised',
        facts: { ticketId: 'tkt_1', ...facts },
        eventSeq: null,
      },
    ],
  );
});

test('what an alert may carry has no room for words about a person', () => {
  expect(AlertData.safeParse({ customerText: 'Call Mrs. Wang' }).success).toBe(false);
  expect(AlertData.safeParse({ clock: 'promise', run: 1, dueAt: '2026-11-22T05:00:00.000Z' }).success).toBe(true);
});
