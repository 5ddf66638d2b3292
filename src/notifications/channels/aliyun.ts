// Text messages by Aliyun's SendSms (2017-05-25), signed with ACS3-HMAC-SHA256: approved templates only, our message id as OutId.
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Channel, SendResult, Text } from './channel.ts';
import { type Answer, again, failureOf, objectIn, openCaller } from './http.ts';

/** What this channel needs to know. */
export interface AliyunSettings {
  ALIYUN_ACCESS_KEY_ID: string;
  ALIYUN_ACCESS_KEY_SECRET: string;
  ALIYUN_SMS_TEMPLATES: Record<string, string>;
  ALIYUN_SMS_URL: string;
  SMS_SIGNATURE: string;
}

/** RFC 3986: what encodeURIComponent leaves alone and Aliyun does not. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A call as it is signed; help.aliyun.com, request structure and signature mechanism V3. */
export interface Ask {
  host: string;
  action: string;
  version: string;
  query: Record<string, string>;
  /** RFC 3339 in UTC without fractions. */
  date: string;
  nonce: string;
}

/** The query and the headers of a signed call without a body. */
export function sign({ host, action, version, query, date, nonce }: Ask, keyId: string, secret: string) {
  const canonicalQuery = Object.entries(query)
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const body = sha256('');
  const headers: Record<string, string> = {
    host,
    'x-acs-action': action,
    'x-acs-content-sha256': body,
    'x-acs-date': date,
    'x-acs-signature-nonce': nonce,
    'x-acs-version': version,
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ['POST', '/', canonicalQuery, lines.join(''), names, body].join('\n');
  const signature = createHmac('sha256', secret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
  return {
    query: canonicalQuery,
    headers: { ...headers, authorization: `ACS3-HMAC-SHA256 Credential=${keyId},SignedHeaders=${names},Signature=${signature}` },
  };
}

const Said = z.object({ Code: z.string().max(200), Message: z.string().max(2_000).nullish(), BizId: z.string().max(100).nullish() });
type Said = z.infer<typeof Said>;

const MINUTE = 60;
const HOUR = 3_600;

/** Passes by itself, or once somebody has seen to our account: nothing is wrong with the message. */
const OURS =
  /^(is[pv]\.(AMOUNT_NOT_ENOUGH|OUT_OF_SERVICE|ACCOUNT_ABNORMAL|ACCOUNT_NOT_EXISTS|PRODUCT_UN_?SUBSCRIPT|PRODUCT_UNSUBSCRIBE|RAM_PERMISSION_DENY|DENY_IP_RANGE|SYSTEM_ERROR|GATEWAY_ERROR)|InvalidAccessKey|SignatureDoesNotMatch|SignatureNonceUsed|InvalidTimeStamp|IncompleteSignature|MissingSecurityToken|Forbidden|NoPermission|ServiceUnavailable|InternalError)/;

/** The limit of one number says in its words which one it is: per minute, hour or day. */
function limited(said: Said, answer: Answer): SendResult {
  const words = said.Message ?? '';
  const after = words.includes('分钟') ? MINUTE : words.includes('天') ? 6 * HOUR : HOUR;
  return again(said.Code, { ...answer, after: answer.after ?? after }, false);
}

function judge(answer: Answer): SendResult {
  const { statusCode, text } = answer;
  const parsed = Said.safeParse(objectIn(text));
  // Refusals come with 200 as well: an answer that cannot be read says nothing.
  if (!parsed.success) return again(statusCode === 200 ? 'answer_unreadable' : `status_${statusCode}`, answer, statusCode !== 200);
  const said = parsed.data;
  const { Code: code } = said;
  if (code === 'OK') return { outcome: 'sent', statusCode, ...(said.BizId ? { providerId: said.BizId } : {}) };
  if (code === 'isv.BUSINESS_LIMIT_CONTROL') return limited(said, answer);
  if (/^isv\.(DAY|MONTH)_LIMIT_CONTROL$/.test(code)) return again(code, { ...answer, after: answer.after ?? HOUR }, true);
  if (code.startsWith('Throttling') || statusCode === 429 || statusCode >= 500 || OURS.test(code)) return again(code, answer, true);
  if (/^isv\.(MOBILE|PHONE)_NUMBER_ILLEGAL$/.test(code)) return { outcome: 'dead', reason: code, statusCode, stop: 'wrong_number' };
  return { outcome: 'dead', reason: code, statusCode };
}

/** Chinese numbers without their prefix, others without the plus. */
const numberOf = (to: string): string => to.replace(/^\+(86(?=1\d{10}$))?/, '');

/** Opens the channel; `timeoutMs` bounds a whole call. */
export function openAliyun(settings: AliyunSettings, timeoutMs?: number): Channel<Text> {
  const caller = openCaller(timeoutMs);
  const { origin, host } = new URL(settings.ALIYUN_SMS_URL);
  const { ALIYUN_ACCESS_KEY_ID: keyId, ALIYUN_ACCESS_KEY_SECRET: secret } = settings;
  return {
    async send({ id, to, template, values }) {
      const code = settings.ALIYUN_SMS_TEMPLATES[template];
      if (code === undefined) return { outcome: 'dead', reason: 'no_template' };
      const { query, headers } = sign(
        {
          host,
          action: 'SendSms',
          version: '2017-05-25',
          query: {
            PhoneNumbers: numberOf(to),
            SignName: settings.SMS_SIGNATURE,
            TemplateCode: code,
            TemplateParam: JSON.stringify(values),
            OutId: id,
          },
          date: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
          nonce: randomUUID(),
        },
        keyId,
        secret,
      );
      try {
        return judge(await caller.post(`${origin}/?${query}`, headers, ''));
      } catch (error) {
        return failureOf(error);
      }
    },
    close: () => caller.close(),
  };
}
