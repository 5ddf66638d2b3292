// Turns a row of the outbox into what goes over the wire, at the moment it is sent.
import type { Reader, Receiver } from './addressee.ts';
import type { Mail, Post } from './channels/channel.ts';
import type { TicketFacts } from './event.ts';
import type { DueRow } from './lane-store.ts';
import { isMessage, render } from './render.ts';

/** What is sent, and what is kept of it for the deliveries resource. */
export interface Composed {
  message: Mail | Post;
  rendered: object;
}

/** Composes the message; null where the catalog has none of this name (a release was rolled back). */
export const compose = (row: DueRow, to: Reader | Receiver): Composed | null => (to.kind === 'contact' ? mail(row, to) : post(row, to));

function mail(row: DueRow, reader: Reader): Composed | null {
  if (!isMessage(row.message)) return null;
  const { html, ...kept } = render(row.message, row.facts as TicketFacts, reader);
  const { subject, text } = kept;
  const message: Mail = { kind: 'mail', id: row.messageId, to: reader.email, subject, text, html };
  return { message, rendered: { ...kept, text: withoutSecret(text, reader.link) } };
}

/** Keys of the brand can read what is kept, and the link is the customer's alone. */
const withoutSecret = (text: string, link: string | null): string =>
  link === null ? text : text.replaceAll(link, `${link.slice(0, link.lastIndexOf('/') + 1)}…`);

/** Thin: ids, codes and times. The body is the same on every try, but for the signature's time. */
function post(row: DueRow, { url, secrets }: Receiver): Composed {
  const payload = { type: row.message, timestamp: row.createdAt.toISOString(), data: row.facts };
  return { message: { kind: 'post', id: row.messageId, url, secrets, body: JSON.stringify(payload) }, rendered: { body: payload } };
}
