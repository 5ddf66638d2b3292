// Text messages by Twilio's Messages resource (twilio.com/docs/messaging/api/message-resource). It takes no key that would make a repeat known.
import { z } from 'zod';
import { int4 } from '#platform/schema.ts';
import type { Channel, SendResult, Text } from './channel.ts';
import { type Answer, again, failureOf, objectIn, openCaller } from './http.ts';
import { signed } from './signature.ts';

/** What this channel needs to know. */
export interface TwilioSettings {
  TWILIO_ACCOUNT_SID: string;
  TWILIO_AUTH_TOKEN: string;
  TWILIO_FROM: string;
  TWILIO_URL: string;
  SMS_SIGNATURE?: string | undefined;
  PUBLIC_URL: string;
}

const Created = z.object({ sid: z.string().max(64) });
const Refused = z.object({ code: int4().nullish() });

/** No such number, or none that takes texts: twilio.com/docs/api/errors. */
const WRONG_NUMBER: ReadonlySet<number> = new Set([21211, 21214, 21217, 21265, 21614, 21635]);
const UNSUBSCRIBED = 21610;
/** Our account, not this message: 20003 login, 20005 suspended, 20006 access, 20008 test keys, 21606 and 21659 our sender. */
const OURS: ReadonlySet<number> = new Set([20003, 20005, 20006, 20008, 21606, 21659]);
const TOO_MANY = 20429;
/** The sender's queue at Twilio is full. */
const QUEUE_FULL = 21611;

function refusal(code: number | null, answer: Answer): SendResult {
  const { statusCode } = answer;
  const reason = code === null ? `status_${statusCode}` : `twilio_${code}`;
  if (statusCode === 429 || code === TOO_MANY || code === QUEUE_FULL) return again(reason, answer, true);
  if (statusCode === 401 || statusCode === 403 || (code !== null && OURS.has(code))) return again(reason, answer, true);
  if (statusCode >= 500 || statusCode === 408) return again(reason, answer, statusCode >= 502);
  if (code === UNSUBSCRIBED) return { outcome: 'dead', reason, statusCode, stop: 'unsubscribed' };
  if (code !== null && WRONG_NUMBER.has(code)) return { outcome: 'dead', reason, statusCode, stop: 'wrong_number' };
  return { outcome: 'dead', reason, statusCode };
}

function judge(answer: Answer): SendResult {
  const { statusCode, text } = answer;
  const body = objectIn(text);
  if (statusCode >= 200 && statusCode < 300) {
    // An answer that cannot be read is still a yes: to try again would send it twice.
    const created = Created.safeParse(body);
    return { outcome: 'sent', statusCode, ...(created.success ? { providerId: created.data.sid } : {}) };
  }
  const refused = Refused.safeParse(body);
  return refusal(refused.success ? (refused.data.code ?? null) : null, answer);
}

/** Opens the channel; `timeoutMs` bounds a whole call. */
export function openTwilio(settings: TwilioSettings, timeoutMs?: number): Channel<Text> {
  const { TWILIO_ACCOUNT_SID: account, TWILIO_FROM: from, PUBLIC_URL: ownUrl } = settings;
  const caller = openCaller(timeoutMs);
  const url = `${settings.TWILIO_URL}/2010-04-01/Accounts/${account}/Messages.json`;
  const headers = {
    authorization: `Basic ${Buffer.from(`${account}:${settings.TWILIO_AUTH_TOKEN}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  return {
    async send({ id, to, text }) {
      const form = new URLSearchParams({ To: to, Body: signed(settings.SMS_SIGNATURE, text) });
      form.set(from.startsWith('MG') ? 'MessagingServiceSid' : 'From', from);
      // Twilio refuses a message whose receipts it could not bring.
      if (ownUrl.startsWith('https:')) form.set('StatusCallback', `${ownUrl}/v1/receipts/twilio?message=${id}`);
      try {
        return judge(await caller.post(url, headers, form.toString()));
      } catch (error) {
        return failureOf(error);
      }
    },
    close: () => caller.close(),
  };
}
