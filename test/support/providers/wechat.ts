// WeChat as its documentation has it: stable_token, template and subscription messages with the limits of their fields, and events signed with sha1.
import { createHash } from 'node:crypto';
import { json, type Provider, type Reply, startProvider } from './provider.ts';

export const WECHAT = { appId: 'wx0123456789abcdef', secret: 'a-secret-of-wechat', token: 'eventToken1' };

/** An answer that refuses, in WeChat's form. */
export const wechatError = (errcode: number, errmsg = 'refused as told'): Reply => json(200, { errcode, errmsg });

/** A listening WeChat. */
export interface WechatStandIn extends Provider {
  /** Ends the token that was handed out last. */
  endToken(): void;
  /** No token is good, whichever it is. */
  refuseTokens(all?: boolean): void;
  tokensGiven(): number;
  /** What arrived on telephones: a repeated client_msg_id does not. */
  shown: { touser: string; template: string; data: Record<string, { value: string }>; url?: string; page?: string }[];
}

const limits: [RegExp, RegExp][] = [
  [/^thing\d+$/, /^.{1,20}$/u],
  [/^phrase\d+$/, /^\p{Script=Han}{1,5}$/u],
  [/^character_string\d+$/, /^[\x20-\x7e]{1,32}$/],
  [/^(time|date)\d+$/, /^(\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d\d-\d\d) \d\d:\d\d$/],
  [/^amount\d+$/, /^\D?[\d.]{1,11}元?$/u],
];

const refusedField = (data: Record<string, { value: string }>): string | undefined =>
  Object.entries(data).find(([name, { value }]) => !limits.some(([field, form]) => field.test(name) && form.test(value)))?.[0];

interface Sent {
  touser: string;
  template_id: string;
  data: Record<string, { value: string }>;
  url?: string;
  page?: string;
  client_msg_id?: string;
}

export async function startWechat(): Promise<WechatStandIn> {
  const shown: WechatStandIn['shown'] = [];
  const ids = new Map<string, string>();
  let issued = 0;
  let valid = '';
  const grant = (): string => {
    issued += 1;
    valid = `token-${issued}`;
    return valid;
  };

  const tokenAsked: Reply = (asked, response) => {
    const { grant_type: type, appid, secret, force_refresh: force } = JSON.parse(asked.body) as Record<string, unknown>;
    if (type !== 'client_credential') return wechatError(40002)(asked, response);
    if (appid !== WECHAT.appId) return wechatError(40013)(asked, response);
    if (secret !== WECHAT.secret) return wechatError(40125)(asked, response);
    return json(200, { access_token: valid === '' || force === true ? grant() : valid, expires_in: 7200 })(asked, response);
  };

  let ended = '';
  let noneIsGood = false;
  const sendAsked: Reply = (asked, response) => {
    const token = asked.query.get('access_token');
    if (noneIsGood || token !== valid || token === ended)
      return wechatError(40001, 'invalid credential, access_token is invalid or not latest')(asked, response);
    const { touser, template_id: template, data, url, page, client_msg_id: id } = JSON.parse(asked.body) as Sent;
    if (!touser.startsWith('o')) return wechatError(40003)(asked, response);
    if (!template.startsWith('tmpl')) return wechatError(40037)(asked, response);
    const refused = refusedField(data);
    if (refused !== undefined) return wechatError(47003, `argument invalid! data.${refused}.value invalid rid: 64e41852`)(asked, response);
    const key = `${touser} ${id}`;
    const known = id === undefined ? undefined : ids.get(key);
    const msgid = known ?? `34875424693556${String(18_000 + shown.length)}`;
    if (known === undefined) shown.push({ touser, template, data, ...(url === undefined ? {} : { url }), ...(page === undefined ? {} : { page }) });
    ids.set(key, msgid);
    // A number beyond what a double holds, as WeChat writes it.
    return json(200, `{"errcode":0,"errmsg":"ok","msgid":${msgid}}`)(asked, response);
  };

  const provider = await startProvider((asked, response) => {
    if (asked.path === '/cgi-bin/stable_token') return tokenAsked(asked, response);
    if (/^\/cgi-bin\/message\/(template|subscribe)\/send$/.test(asked.path)) return sendAsked(asked, response);
    return json(404, '')(asked, response);
  });
  return {
    ...provider,
    shown,
    tokensGiven: () => issued,
    endToken: () => void (ended = valid),
    refuseTokens: (all = true) => void (noneIsGood = all),
  };
}

/** The query that proves an event: sha1 over token, timestamp and nonce in their order. */
export function wechatProof(more: Record<string, string> = {}, token = WECHAT.token): string {
  const [timestamp, nonce] = ['1717466001', '1320562132'];
  const signature = createHash('sha1').update([token, timestamp, nonce].toSorted().join('')).digest('hex');
  return new URLSearchParams({ signature, timestamp, nonce, ...more }).toString();
}

/** The event after a template message, as WeChat writes it. */
export const wechatEvent = (msgId: string, status: string, event = 'TEMPLATESENDJOBFINISH'): string =>
  `<xml><ToUserName><![CDATA[gh_7f083739789a]]></ToUserName>\n<FromUserName><![CDATA[oia2TjuEGTNoeX76QEjQNrcURxG8]]></FromUserName>\n` +
  `<CreateTime>1395658920</CreateTime>\n<MsgType><![CDATA[event]]></MsgType>\n<Event><![CDATA[${event}]]></Event>\n` +
  `<MsgID>${msgId}</MsgID>\n<Status><![CDATA[${status}]]></Status>\n</xml>`;
