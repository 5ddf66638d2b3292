// Aliyun's SMS API as its documentation has it: SendSms behind ACS3-HMAC-SHA256, computed here from the bytes of the call.
import { createHash, createHmac } from 'node:crypto';
import { type Asked, json, type Provider, type Reply, startProvider } from './provider.ts';

export const ALIYUN = { keyId: 'LTAI-test-key', secret: 'a-secret-of-aliyun', signature: '极光维修' };

/** An answer that refuses, in Aliyun's form; business refusals come with 200. */
export const aliyunError = (code: string, message = 'refused as told', status = 200): Reply =>
  json(status, { RequestId: 'A90E4451-FED7-49D2-87C8-00700A8C4D0D', Code: code, Message: message });

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const percent = (text: string): string =>
  [...Buffer.from(text, 'utf8')]
    .map((byte) =>
      /[\w.~-]/.test(String.fromCharCode(byte)) && byte < 128 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');

/** What is wrong with the signature; null where nothing is. */
function wrong(asked: Asked, used: Set<string>): string | null {
  const parsed = /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(asked.headers.authorization ?? '');
  if (parsed === null) return 'IncompleteSignature';
  const [, keyId, names = '', signature] = parsed;
  if (keyId !== ALIYUN.keyId) return 'InvalidAccessKeyId.NotFound';
  const header = (name: string): string => String(asked.headers[name] ?? '');
  // Every x-acs header that is there, and the host, has to be signed.
  const needed = ['host', ...Object.keys(asked.headers).filter((name) => name.startsWith('x-acs-'))].toSorted();
  if (names !== needed.join(';') || header('x-acs-content-sha256') !== sha256(asked.body)) return 'SignatureDoesNotMatch';
  const query = [...asked.query].map(([name, value]) => `${percent(name)}=${percent(value)}`).toSorted();
  const lines = needed.map((name) => `${name}:${header(name).trim()}\n`).join('');
  const canonical = `${asked.method}\n${asked.path}\n${query.join('&')}\n${lines}\n${names}\n${sha256(asked.body)}`;
  const mine = createHmac('sha256', ALIYUN.secret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
  if (mine !== signature) return 'SignatureDoesNotMatch';
  if (Math.abs(Date.parse(header('x-acs-date')) - Date.now()) > 900_000) return 'InvalidTimeStamp.Expired';
  if (used.has(header('x-acs-signature-nonce'))) return 'SignatureNonceUsed';
  used.add(header('x-acs-signature-nonce'));
  return null;
}

export function startAliyun(): Promise<Provider> {
  const used = new Set<string>();
  let sent = 0;
  return startProvider((asked, response) => {
    const refuse = (code: string, status = 200): void => aliyunError(code, 'refused', status)(asked, response);
    const trouble = wrong(asked, used);
    if (trouble !== null) return refuse(trouble, 400);
    if (asked.headers['x-acs-action'] !== 'SendSms' || asked.headers['x-acs-version'] !== '2017-05-25') return refuse('InvalidAction.NotFound', 404);
    const { PhoneNumbers: phone = '', SignName: name, TemplateCode: code = '', TemplateParam: values = '' } = Object.fromEntries(asked.query);
    if (name !== ALIYUN.signature) return refuse('isv.SMS_SIGNATURE_ILLEGAL');
    if (!/^SMS_\d+$/.test(code)) return refuse('isv.SMS_TEMPLATE_ILLEGAL');
    if (!/^(1\d{10}|[2-9]\d{6,14})$/.test(phone)) return refuse('isv.MOBILE_NUMBER_ILLEGAL');
    const given = Object.values(JSON.parse(values || '{}') as Record<string, unknown>);
    if (given.some((value) => typeof value !== 'string' || value === '')) return refuse('isv.INVALID_JSON_PARAM');
    if (given.some((value) => /https?:|\w\.(com|cn)/.test(String(value)))) return refuse('isv.PARAM_NOT_SUPPORT_URL');
    sent += 1;
    return json(200, { RequestId: 'F655A8D5-B967-440B-8683-DAD6FF8DE990', Code: 'OK', Message: 'OK', BizId: `90061974693649844${sent}^0` })(
      asked,
      response,
    );
  });
}
