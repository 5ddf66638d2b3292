// Twilio as its documentation has it: the Messages resource behind Basic authentication, and status callbacks signed with the account's token.
import { createHmac, randomBytes } from 'node:crypto';
import { type Asked, json, type Provider, type Reply, startProvider } from './provider.ts';

export const TWILIO = { account: `AC${'1'.repeat(32)}`, token: 'a-token-of-twilio', from: '+14155550100' };

/** An answer that refuses, in Twilio's form. */
export const twilioError = (status: number, code: number, headers: Record<string, string> = {}): Reply =>
  json(status, { code, message: 'refused as told', more_info: `https://www.twilio.com/docs/errors/${code}`, status }, headers);

const expected = `Basic ${Buffer.from(`${TWILIO.account}:${TWILIO.token}`).toString('base64')}`;

/** A message as it was taken. */
export const formOf = ({ body }: Asked): Record<string, string> => Object.fromEntries(new URLSearchParams(body));

const usual: Reply = (asked, response) => {
  const refuse = (status: number, code: number): void => twilioError(status, code)(asked, response);
  if (asked.headers.authorization !== expected) return refuse(401, 20003);
  if (asked.method !== 'POST' || asked.path !== `/2010-04-01/Accounts/${TWILIO.account}/Messages.json`) return refuse(404, 20404);
  if (asked.headers['content-type'] !== 'application/x-www-form-urlencoded') return refuse(400, 21603);
  const { To: to = '', Body: body = '', From: from = '', MessagingServiceSid: service = '' } = formOf(asked);
  if (from === '' && service === '') return refuse(400, 21603);
  if (body === '') return refuse(400, 21602);
  if (!/^\+[1-9]\d{6,14}$/.test(to)) return refuse(400, 21211);
  const sid = `SM${randomBytes(16).toString('hex')}`;
  return json(201, { sid, account_sid: TWILIO.account, status: 'queued', error_code: null, num_segments: '1', to, from, body })(asked, response);
};

export const startTwilio = (): Promise<Provider> => startProvider(usual);

/** A status callback as Twilio sends it: the address with its query, then every parameter with its value in the order of their names. */
export function twilioReceipt(url: string, form: Record<string, string>, token = TWILIO.token) {
  const whole = Object.keys(form)
    .toSorted()
    .reduce((text, name) => `${text}${name}${form[name]}`, url);
  return {
    method: 'POST' as const,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-twilio-signature': createHmac('sha1', token).update(whole).digest('base64'),
    },
    payload: new URLSearchParams(form).toString(),
  };
}
