// Twilio's status callbacks: a form, signed over our address and its parameters (twilio.com/docs/usage/webhooks/webhooks-security).
import { createHmac } from 'node:crypto';
import { idPattern } from '#platform/id.ts';
import type { Push, Receipt, ReceiptReader } from './receipt.ts';
import { same } from './same.ts';

/** What this reader needs to know. */
export interface TwilioReceiptSettings {
  TWILIO_AUTH_TOKEN: string;
  PUBLIC_URL: string;
}

/** Number unknown, and landline or unreachable carrier (twilio.com/docs/api/errors); others may pass. */
const WRONG_NUMBER: ReadonlySet<string> = new Set(['30005', '30006']);
const UNSUBSCRIBED = '21610';

const formOf = ({ body }: Push): URLSearchParams => new URLSearchParams(body.toString('utf8'));

/** The address with every parameter behind it, name and value, in the order of the names. */
const signedText = (url: string, form: URLSearchParams): string =>
  [...new Set([...form].map(([name, value]) => JSON.stringify([name, value])))]
    .map((pair) => JSON.parse(pair) as [string, string])
    .toSorted(([a, x], [b, y]) => (a < b || (a === b && x < y) ? -1 : 1))
    .reduce((text, [name, value]) => `${text}${name}${value}`, url);

/** With the port of PUBLIC_URL and without: Twilio has signed either. */
const addresses = (publicUrl: string, path: string): string[] => {
  const { protocol, hostname, port } = new URL(publicUrl);
  const whole = `${publicUrl}${path}`;
  return port === '' ? [whole] : [whole, `${protocol}//${hostname}${path}`];
};

function outcomeOf(status: string, error: string): Pick<Receipt, 'outcome' | 'reason' | 'stop'> | null {
  if (status === 'delivered' || status === 'read') return { outcome: 'delivered', reason: null };
  if (!['failed', 'undelivered', 'canceled'].includes(status)) return null;
  const code = /^\d{1,6}$/.test(error) ? error : null;
  const reason = code === null ? status : `twilio_${code}`;
  if (code === UNSUBSCRIBED) return { outcome: 'failed', reason, stop: 'unsubscribed' };
  return { outcome: 'failed', reason, ...(code !== null && WRONG_NUMBER.has(code) ? { stop: 'wrong_number' as const } : {}) };
}

/** Reads Twilio's callbacks. */
export const twilioReceipts = ({ TWILIO_AUTH_TOKEN: token, PUBLIC_URL: publicUrl }: TwilioReceiptSettings): ReceiptReader => ({
  plausible: ({ headers }) => typeof headers['x-twilio-signature'] === 'string',
  verify(push) {
    const given = push.headers['x-twilio-signature'];
    if (typeof given !== 'string') return false;
    const form = formOf(push);
    return addresses(publicUrl, push.path).some((url) => same(given, createHmac('sha1', token).update(signedText(url, form)).digest('base64')));
  },
  read(push) {
    const form = formOf(push);
    const outcome = outcomeOf(form.get('MessageStatus') ?? '', form.get('ErrorCode') ?? '');
    if (outcome === null) return [];
    // Ours stands in the address we gave, which is signed like the rest.
    const message = push.query.get('message') ?? '';
    const sid = form.get('MessageSid') ?? '';
    if (idPattern('message').test(message)) return [{ of: { messageId: message }, ...outcome }];
    return /^SM[0-9a-fA-F]{32}$/.test(sid) ? [{ of: { providerId: sid }, ...outcome }] : [];
  },
  answer: { type: 'application/json', body: '{}' },
});
