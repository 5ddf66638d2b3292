// Sends as each carrier sends: wraps what it says into its own form, signed its own way with a secret of ours.
import { createHash, createHmac } from 'node:crypto';
import { addressKey } from '#mail-in/carriers/proof.ts';

/** A request as the carrier makes it; `key` is the secret part of the address. */
export interface Wire {
  headers: Record<string, string>;
  body: Buffer;
  key: string | null;
}

type Send = (content: string | Buffer, secret: string, now: Date) => Wire;

const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const hmac = (secret: string, ...parts: (string | Buffer)[]) => parts.reduce((sum, part) => sum.update(part), createHmac('sha256', secret));
const hash = (name: string, ...parts: (string | Buffer)[]) => parts.reduce((sum, part) => sum.update(part), createHash(name)).digest('hex');

const byAddress =
  (type: string): Send =>
  (content, secret) => ({ headers: { 'content-type': type }, body: Buffer.from(content), key: addressKey(secret) });

/** By carrier. The content is the JSON or XML that the carrier documents, for forms that of the signed field. */
export const wires: Record<string, Send> = {
  easypost: (content, secret) => ({
    headers: { ...json, 'x-hmac-signature': `hmac-sha256-hex=${hmac(secret.normalize('NFKD'), content).digest('hex')}` },
    body: Buffer.from(content),
    key: null,
  }),
  aftership: (content, secret) => ({
    headers: { ...json, 'aftership-hmac-sha256': hmac(secret, content).digest('base64') },
    body: Buffer.from(content),
    key: null,
  }),
  shippo: (content, secret, now) => {
    const t = Math.floor(now.getTime() / 1000);
    return {
      headers: { ...json, 'shippo-auth-signature': `t=${t},v1=${hmac(secret, `${t}.`, content).digest('hex')}` },
      body: Buffer.from(content),
      key: null,
    };
  },
  kuaidi100: (content, secret) => {
    const param = content.toString();
    return { headers: form, body: Buffer.from(String(new URLSearchParams({ param, sign: hash('md5', param, secret).toUpperCase() }))), key: null };
  },
  kdniao: (content, secret) => {
    const data = content.toString();
    const DataSign = Buffer.from(hash('md5', data, secret)).toString('base64');
    return { headers: form, body: Buffer.from(String(new URLSearchParams({ RequestType: '102', RequestData: data, DataSign }))), key: null };
  },
  sf: byAddress('text/xml'),
  shipengine: (content, secret, now) => {
    const wire = byAddress('application/json')(content, secret, now);
    return { ...wire, headers: { ...wire.headers, 'x-shipengine-timestamp': now.toISOString() } };
  },
  '17track': (content, secret) => ({ headers: { ...json, sign: hash('sha256', content, `/${secret}`) }, body: Buffer.from(content), key: null }),
};

/** Sends as this carrier. */
export const wire = (carrier: string, ...push: Parameters<Send>): Wire => {
  const send = wires[carrier];
  if (send === undefined) throw new Error(`say in test/support/carrier-wires.ts how ${carrier} sends`);
  return send(...push);
};
