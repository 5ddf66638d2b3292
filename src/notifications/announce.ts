// From what happened to what is due to whom.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import type { Way } from '#contacts/contact.ts';
import { type Due, enqueue } from '#platform/outbox.ts';
import { audiences } from '#reactions.ts';
import type { Event, MessageName } from './event.ts';
import { type Recipients, recipientsSql } from './recipients.ts';
import { type InstantWay, isUrgent, routeOf } from './routing.ts';

const laneOf = { email: 'contact', instant: 'phone' } as const;

/** The lanes of a customer that a message goes on: a way that is closed keeps its row, which then says why nothing was sent. */
function channelsFor(name: MessageName, ways: Recipients['ways'], provided: readonly InstantWay[]): (keyof typeof laneOf)[] {
  const route = routeOf(name);
  const instant = route.instant.filter((way) => provided.includes(way));
  const rings = instant.some((way) => ways[way] === true);
  return [
    ...(ways.email !== undefined && (route.mail === 'always' || !rings) ? (['email'] as const) : []),
    ...(instant.some((way) => ways[way] !== undefined) ? (['instant'] as const) : []),
  ];
}

/**
 * What is due to whom because of this event; pure, for statements that write the cause and what is due in one round trip.
 * `instant`: the ways to a telephone for which this installation has a provider.
 */
export function dueFor(event: Event, recipients: Recipients, instant: readonly InstantWay[]): Due[] {
  const audience = audiences[event.type];
  const due: Due[] = [];
  if (audience.customer && 'telling' in event && event.telling !== null) {
    const { telling, facts, ticketId: subject, seq: eventSeq } = event;
    const suppressed = 'suppressed' in event && event.suppressed === true;
    const manner = suppressed ? { urgent: false, skipped: 'suppressed' } : { urgent: isUrgent(telling, facts) };
    const what = { subject, message: telling, facts, eventSeq, ...manner };
    for (const channel of channelsFor(telling, recipients.ways, instant)) {
      due.push({ ...what, channel, recipient: `${laneOf[channel]}:${recipients.contactId}` });
    }
  }
  if (audience.partners) {
    const facts = partnerFacts(event);
    for (const endpoint of recipients.endpoints) {
      if (!endpoint.events.includes(event.type)) continue;
      const to = { subject: event.ticketId, recipient: `endpoint:${endpoint.id}`, channel: 'webhook' };
      due.push({ ...to, message: event.type, facts, eventSeq: event.seq });
    }
  }
  return due;
}

/** The same, where the customer is reached elsewhere now: what could not be brought to the address before is tried again at the new one, at once. */
export const wakingWhereMoved = (due: readonly Due[], moved: readonly Way[]): Due[] =>
  due.map((item) => ({
    ...item,
    wakes: item.channel === 'email' ? moved.includes('email') : item.channel === 'instant' && moved.some((way) => way !== 'email'),
  }));

/** A word to where a customer was reached until now: who has it reads it there, and nothing else any more. */
export const dueToFormer = (
  { ticketId: subject, telling: message, facts, seq: eventSeq }: Extract<Event, { type: 'ticket.noticed' }>,
  former: readonly { id: string; way: Way }[],
  instant: readonly InstantWay[],
): Due[] =>
  former
    .filter(({ way }) => way === 'email' || instant.includes(way))
    .map(({ id, way }) => {
      const channel = way === 'email' ? 'email' : 'instant';
      return { subject, recipient: `former:${id}`, channel, message, facts, eventSeq, urgent: true };
    });

/** A partner learns that something moved and reads the rest with its key: words written by or for a person are left out. */
function partnerFacts(event: Event): object {
  switch (event.type) {
    case 'ticket.opened':
    case 'ticket.waiting':
    case 'ticket.noticed':
      return { ticketId: event.ticketId, ...thin(event.facts) };
    case 'ticket.advanced':
      return { ticketId: event.ticketId, ...thin(event.facts), action: event.action, from: event.from, to: event.to };
    case 'shipment.updated':
    case 'job.ready_to_collect':
    case 'note.added':
    case 'alert.raised':
      return { ticketId: event.ticketId, ...event.facts };
  }
}

const thin = ({ code, status, version, outcome, centerId, occurredAt }: Extract<Event, { type: 'ticket.opened' }>['facts']): object => ({
  code,
  status,
  version,
  outcome,
  centerId,
  occurredAt,
});

/** Enqueues what is due because of this event, in the deed's transaction. Recipients are read where the caller has none at hand. */
export async function announce(deed: Deed, event: Event, recipients?: Recipients): Promise<void> {
  await enqueue(deed, dueFor(event, recipients ?? (await recipientsOf(deed, event.ticketId)), deed.instantWays));
}

async function recipientsOf(deed: Deed, ticketId: string): Promise<Recipients> {
  const { rows } = await sql<{ recipients: Recipients }>`
    select ${recipientsSql} as recipients from tickets t where t.brand_id = ${deed.brandId} and t.id = ${ticketId}`.execute(deed.trx);
  return rows[0]?.recipients ?? { contactId: '', ways: {}, endpoints: [] };
}
