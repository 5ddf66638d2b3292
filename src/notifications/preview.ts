// Any message for any ticket as its customer would read it, in either language, without sending it.
import { z } from 'zod';
import type { Deed } from '#access/deed.ts';
import { Locale, text } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import { factsNow } from '#tickets/facts-now.ts';
import { personOf } from './addressee.ts';
import { MessageTemplate } from './delivery.ts';
import { ownMailsOf } from './own-mails.ts';
import { isMessage, render } from './render.ts';
import { noteFor, textFor } from './short.ts';

/** How it is to be shown. */
export const PreviewQuery = z.strictObject({
  locale: Locale.optional().meta({ description: "Default: the customer's language." }),
  channel: z.enum(['email', 'sms', 'wechat']).default('email'),
});
export type PreviewQuery = z.infer<typeof PreviewQuery>;

/** A message as it would go out now. */
export const MessagePreview = z
  .strictObject({
    message: z.string().max(60),
    locale: Locale,
    channel: z.enum(['email', 'sms', 'wechat']),
    to: z.string().max(320).nullable().meta({ description: 'The address of a mail, masked.' }),
    subject: z.string().max(300).nullable(),
    text: z.string().max(20_000).nullable().meta({ description: 'Null for WeChat, which has fields.' }),
    html: z.string().max(100_000).nullable(),
    fields: z.record(z.string().max(40), z.string().max(200)).nullable().meta({ description: 'Of a WeChat message.' }),
    template: MessageTemplate,
  })
  .meta({
    id: 'MessagePreview',
    example: {
      message: 'received',
      locale: 'en',
      channel: 'email',
      to: 'w***@example.com',
      subject: 'Device received (7K3M9QX2RT5)',
      text: 'Next step (us): We will start the diagnosis.\n',
      html: '<!doctype html>…',
      fields: null,
      template: { of: 'house' },
    },
  });
export type MessagePreview = z.infer<typeof MessagePreview>;

/** Names a message. */
export const MessageParam = text(60);

/**
 * Renders it with what is known of the ticket now; what only the step itself would say (why, a swap) is left out. The link stands
 * there without its secret. Problem: not_found for a ticket of others, and for a message that there is not.
 */
export async function previewMessage(deed: Deed, ticketId: string, message: string, query: PreviewQuery, publicUrl: string): Promise<MessagePreview> {
  const { facts, contactId, email } = await factsNow(deed, ticketId);
  if (!isMessage(message)) throw new Problem('not_found', 'There is no message of this name. docs/notifications.md lists them.');
  const person = await personOf(deed.trx, deed.brandId, ticketId, contactId);
  if (person === undefined) throw new Problem('not_found', 'The ticket has no customer to write to.');
  const { generation, budget: _, sandbox: __, ...rest } = person;
  const locale = query.locale ?? rest.locale;
  const mails = locale === rest.locale ? (rest.mails ?? null) : await ownMailsOf(deed, locale);
  const link = generation === null ? null : `${publicUrl}/t/…`;
  const reader = { ...rest, locale, mails, email: email ?? '', lookupUrl: publicUrl, link };
  const { channel } = query;
  if (channel === 'email') {
    const { to, subject, text: plain, html, template } = render(message, facts, reader);
    return { message, locale, channel, to, subject, text: plain, html, fields: null, template };
  }
  const short = { message, locale, channel, to: null, subject: null, html: null, template: { of: 'house' as const } };
  const sms = channel === 'sms' ? textFor(message, facts, reader) : null;
  const note = channel === 'wechat' ? noteFor(message, facts, reader) : null;
  if (sms === null && note === null) throw new Problem('not_found', 'This message does not go by this channel. It goes by mail.');
  return { ...short, text: sms?.text ?? null, fields: note?.fields ?? null };
}
