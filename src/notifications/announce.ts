// From what happened to what is due to whom.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { type Due, enqueue } from '#platform/outbox.ts';
import { audiences } from '#reactions.ts';
import type { Event } from './event.ts';
import { type Recipients, recipientsSql } from './recipients.ts';

/** What is due to whom because of this event; pure, for statements that write the cause and what is due in one round trip. */
export function dueFor(event: Event, recipients: Recipients): Due[] {
  const audience = audiences[event.type];
  const due: Due[] = [];
  if (audience.customer && 'telling' in event && event.telling !== null && recipients.email) {
    const to = { subject: event.ticketId, recipient: `contact:${recipients.contactId}`, channel: 'email' };
    due.push({ ...to, message: event.telling, facts: event.facts, eventSeq: event.seq });
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
  await enqueue(deed, dueFor(event, recipients ?? (await recipientsOf(deed, event.ticketId))));
}

async function recipientsOf(deed: Deed, ticketId: string): Promise<Recipients> {
  const { rows } = await sql<{ recipients: Recipients }>`
    select ${recipientsSql} as recipients from tickets t where t.brand_id = ${deed.brandId} and t.id = ${ticketId}`.execute(deed.trx);
  return rows[0]?.recipients ?? { contactId: '', email: false, endpoints: [] };
}
