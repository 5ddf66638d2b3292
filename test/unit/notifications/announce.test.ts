// Who is told of what: the customer once, the partners that listen, and no word of a person to a partner.
import { expect, test } from 'vitest';
import { dueFor } from '#notifications/announce.ts';
import type { Event, TicketFacts } from '#notifications/event.ts';

const facts: TicketFacts = {
  code: '7K3M9QX2RT5',
  status: 'received',
  version: 3,
  outcome: null,
  returnMethod: 'ship',
  centerId: 'ctr_1',
  occurredAt: '2026-11-22T05:00:00.000Z',
  nextUpdateBy: '2026-11-25T05:00:00.000Z',
  quote: null,
  parts: [],
  shipment: null,
  customerNote: 'Your neighbour Mrs. Wang brought it in.',
};
const advanced = (telling: 'received' | null): Event => ({
  type: 'ticket.advanced',
  ticketId: 'tkt_1',
  seq: 3,
  action: 'device.receive',
  from: 'inbound_transit',
  to: 'received',
  telling,
  facts,
});
const recipients = {
  contactId: 'ctc_1',
  ways: { email: true },
  endpoints: [
    { id: 'whe_1', events: ['ticket.advanced'] },
    { id: 'whe_2', events: ['note.added'] },
  ],
};

test('the customer gets the message of the step, and the partners that listen get the event', () => {
  expect(dueFor(advanced('received'), recipients, [])).toEqual([
    { subject: 'tkt_1', recipient: 'contact:ctc_1', channel: 'email', message: 'received', facts, eventSeq: 3, urgent: false },
    {
      subject: 'tkt_1',
      recipient: 'endpoint:whe_1',
      channel: 'webhook',
      message: 'ticket.advanced',
      facts: {
        ticketId: 'tkt_1',
        code: '7K3M9QX2RT5',
        status: 'received',
        version: 3,
        outcome: null,
        centerId: 'ctr_1',
        occurredAt: '2026-11-22T05:00:00.000Z',
        action: 'device.receive',
        from: 'inbound_transit',
        to: 'received',
      },
      eventSeq: 3,
    },
  ]);
});

test('a step that tells the customer nothing still reaches the partners', () => {
  expect(dueFor(advanced(null), recipients, []).map(({ channel }) => channel)).toEqual(['webhook']);
});

test('without an address there is nothing to mail', () => {
  expect(dueFor(advanced('received'), { ...recipients, ways: {} }, []).map(({ channel }) => channel)).toEqual(['webhook']);
});

test('what a person wrote is not for partners', () => {
  const [webhook] = dueFor(advanced(null), recipients, []);
  expect(JSON.stringify(webhook)).not.toContain('Wang');
});

test('a wait is between us and the customer', () => {
  const waiting: Event = { type: 'ticket.waiting', ticketId: 'tkt_1', seq: null, telling: 'still_with_us', facts };
  expect(dueFor(waiting, { ...recipients, endpoints: [{ id: 'whe_1', events: ['ticket.waiting'] }] }, []).map(({ message }) => message)).toEqual([
    'still_with_us',
  ]);
});
