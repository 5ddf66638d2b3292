// Turns a row of the outbox into what goes over the wire, at the moment it is sent.
import { maskedAddress } from '#contacts/address.ts';
import type { Caller, Reader, Receiver } from './addressee.ts';
import { CHALLENGE } from './challenge.ts';
import type { Mail, Note, Post, Text } from './channels/channel.ts';
import { signed } from './channels/signature.ts';
import type { MessageName, TicketFacts } from './event.ts';
import type { DueRow } from './lane-store.ts';
import { isOwnerMessage, type Owner, type OwnerFacts, renderOwnerMail } from './owner-mail.ts';
import { isMessage, render } from './render.ts';
import { noteFor, textFor } from './short.ts';
import type { Earlier } from './since.ts';
import { smsParts } from './sms-parts.ts';

/** What is sent, and what is kept of it for the deliveries resource. */
export interface Composed {
  message: Mail | Post;
  rendered: object;
}

/** Composes the message; `carried`: what it says beside its own. Null where the catalog has none of this name (a release was rolled back). */
export function compose(row: DueRow, to: Reader | Receiver | Owner, carried: readonly Earlier[] = []): Composed | null {
  if (to.kind === 'endpoint') return post(row, to);
  return to.kind === 'contact' ? mail(row, to, carried) : ownerMail(row, to);
}

function ownerMail(row: DueRow, owner: Owner): Composed | null {
  if (!isOwnerMessage(row.message)) return null;
  const { html, ...kept } = renderOwnerMail(row.message, row.facts as OwnerFacts, owner);
  const { subject, text } = kept;
  return { message: { kind: 'mail', id: row.messageId, to: owner.email, subject, text, html }, rendered: kept };
}

function mail(row: DueRow, reader: Reader, carried: readonly Earlier[]): Composed | null {
  if (!isMessage(row.message)) return null;
  const { html, ...kept } = render(row.message, row.facts as TicketFacts, reader, carried);
  const { subject, text } = kept;
  const message: Mail = { kind: 'mail', id: row.messageId, to: reader.email, subject, text, html, unsubscribe: reader.unsubscribe ?? null };
  return { message, rendered: { ...kept, text: withoutSecret(withoutSecret(text, reader.link), reader.unsubscribe ?? null) } };
}

/** Keys of the brand can read what is kept, and the link is the customer's alone. */
const withoutSecret = (text: string, link: string | null): string =>
  link === null ? text : text.replaceAll(link, `${link.slice(0, link.lastIndexOf('/') + 1)}…`);

/** A text for a telephone, and how many parts it costs with the signature before it; null where the message has no such form. */
export function textOf(
  row: DueRow,
  name: MessageName,
  reader: Caller,
  signature: string | undefined,
): { message: Text; rendered: object; parts: number } | null {
  const short = textFor(name, row.facts as TicketFacts, reader);
  if (short === null) return null;
  const { text, template, values } = short;
  const to = reader.ways.sms ?? '';
  const parts = smsParts(signed(signature, text));
  const rendered = { to: maskedAddress('sms', to), locale: reader.locale, text: withoutSecret(text, reader.link), parts };
  return { message: { kind: 'text', id: row.messageId, to, text, template, values }, rendered, parts };
}

/** A note for WeChat; null where the message has no such form. */
export function noteOf(row: DueRow, name: MessageName, reader: Caller): { message: Note; rendered: object } | null {
  const short = noteFor(name, row.facts as TicketFacts, reader);
  if (short === null) return null;
  const { template, fields, url } = short;
  const to = reader.ways.wechat ?? '';
  const rendered = { to: maskedAddress('wechat', to), locale: reader.locale, fields, url: url && withoutSecret(url, reader.link) };
  return { message: { kind: 'wechat', id: row.messageId, to, template, fields, url }, rendered };
}

/** Thin: ids, codes and times. The body is the same on every try, but for the signature's time. */
function post(row: DueRow, { url, challengeUrl, secrets }: Receiver): Composed {
  const payload = { type: row.message, timestamp: row.createdAt.toISOString(), data: row.facts };
  const message: Post = { kind: 'post', id: row.messageId, url, secrets, body: JSON.stringify(payload) };
  const { challenge } = row.facts as { challenge?: string };
  if (row.message === CHALLENGE && challenge !== undefined) Object.assign(message, { url: challengeUrl, expects: challenge });
  return { message, rendered: { body: payload } };
}
