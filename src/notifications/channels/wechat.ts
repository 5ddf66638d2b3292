// Service messages in WeChat: template messages of an official account, or subscription messages of a mini program.
import { z } from 'zod';
import { int4 } from '#platform/schema.ts';
import type { Channel, Note, SendResult } from './channel.ts';
import { type Answer, again, failureOf, objectIn, openCaller } from './http.ts';
import { keepToken, NoToken } from './wechat-token.ts';

/** A template: its id there, and which of its fields takes what of ours. */
export interface WechatTemplate {
  id: string;
  code?: string | undefined;
  status?: string | undefined;
  date?: string | undefined;
  text?: string | undefined;
  amount?: string | undefined;
}

/** What this channel needs to know. */
export interface WechatSettings {
  WECHAT_APP_ID: string;
  WECHAT_APP_SECRET: string;
  WECHAT_KIND: 'official' | 'mini';
  WECHAT_TEMPLATES: Record<string, WechatTemplate>;
  WECHAT_PAGE?: string | undefined;
  WECHAT_URL: string;
}

const Said = z.object({ errcode: int4(-1_000_000), errmsg: z.string().max(2_000).nullish() });

const TOKEN_REFUSED: ReadonlySet<number> = new Set([40001, 40014, 42001]);
const SAID_NO = 43101;
/** Not our follower, by either code, or said no. */
const UNSUBSCRIBED: ReadonlySet<number> = new Set([43004, 50005, SAID_NO]);
const NO_SUCH_PERSON = 40003;
const FIELD_REFUSED = 47003;
const TO_THIS_PERSON_TOO_OFTEN = 43117;
/** Seconds to stay away: of the day's quota, of the minute's, of one person. */
const AFTER: ReadonlyMap<number, number> = new Map([
  [45009, 3_600],
  [45011, 60],
  [TO_THIS_PERSON_TOO_OFTEN, 600],
]);
/** Our account, its secret, its list of addresses or its rights; or WeChat is busy (-1). */
const OURS: ReadonlySet<number> = new Set([
  -1, 40002, 40013, 40125, 40164, 40243, 41002, 41004, 48001, 48004, 50002, 50004, 61024, 89503, 89506, 89507,
]);

/** WeChat's own message id. It has more digits than a number holds, so it is read as it is written. */
const messageIdIn = (text: string): string | undefined => /"msgid"\s*:\s*"?(\d{1,30})/.exec(text)?.[1];

/** Which field WeChat would not take: its errmsg names it, and nothing of what stood in it. */
const fieldIn = (errmsg: string): string => /data\.(\w{1,40})\.value/.exec(errmsg)?.[1] ?? 'unknown';

function judge(answer: Answer, kind: WechatSettings['WECHAT_KIND']): SendResult {
  const { statusCode, text } = answer;
  const said = Said.safeParse(objectIn(text));
  if (!said.success) return again(statusCode === 200 ? 'answer_unreadable' : `status_${statusCode}`, answer, statusCode !== 200);
  const { errcode, errmsg } = said.data;
  const reason = `wechat_${errcode}`;
  if (errcode === 0) {
    const providerId = messageIdIn(text);
    return { outcome: 'sent', statusCode, ...(providerId === undefined ? {} : { providerId }) };
  }
  const after = AFTER.get(errcode);
  if (after !== undefined) return again(reason, { statusCode, after: answer.after ?? after }, errcode !== TO_THIS_PERSON_TOO_OFTEN);
  if (TOKEN_REFUSED.has(errcode) || OURS.has(errcode)) return again(reason, answer, true);
  // A mini program may send one message for each time somebody subscribes to a template: when that is used up it is told this, until they do so again.
  if (errcode === SAID_NO && kind === 'mini') return { outcome: 'dead', reason, statusCode, unasked: true };
  if (UNSUBSCRIBED.has(errcode)) return { outcome: 'dead', reason, statusCode, stop: 'unsubscribed' };
  if (errcode === NO_SUCH_PERSON) return { outcome: 'dead', reason, statusCode, stop: 'wrong_number' };
  if (errcode === FIELD_REFUSED) return { outcome: 'dead', reason: `${reason}: ${fieldIn(errmsg ?? '')}`, statusCode };
  return { outcome: 'dead', reason, statusCode };
}

const refusesToken = (result: SendResult): boolean =>
  result.outcome === 'retry' && [...TOKEN_REFUSED].some((errcode) => result.reason === `wechat_${errcode}`);

function bodyOf(
  { id, to, fields, url }: Note,
  { id: template, ...places }: WechatTemplate,
  { WECHAT_KIND: kind, WECHAT_PAGE: page }: WechatSettings,
): string {
  const data = Object.fromEntries(
    Object.entries(places).flatMap(([name, place]) => (place === undefined || fields[name] === undefined ? [] : [[place, { value: fields[name] }]])),
  );
  const common = { touser: to, template_id: template, data };
  if (kind === 'mini') {
    const opens = page === undefined ? {} : { page: fields['code'] === undefined ? page : `${page}?code=${fields['code']}` };
    return JSON.stringify({ ...common, ...opens, miniprogram_state: 'formal' });
  }
  // The same person is sent the same client_msg_id once in ten minutes, however often we try.
  return JSON.stringify({ ...common, ...(url === null ? {} : { url }), client_msg_id: id });
}

/** Opens the channel; `timeoutMs` bounds each call. */
export function openWechat(settings: WechatSettings, timeoutMs?: number): Channel<Note> {
  const { WECHAT_URL: url, WECHAT_APP_ID: appId, WECHAT_APP_SECRET: secret } = settings;
  const caller = openCaller(timeoutMs);
  const tokens = keepToken(caller, url, appId, secret);
  const path = settings.WECHAT_KIND === 'mini' ? '/cgi-bin/message/subscribe/send' : '/cgi-bin/message/template/send';

  async function sendWith(token: string, body: string): Promise<SendResult> {
    const address = `${url}${path}?access_token=${encodeURIComponent(token)}`;
    return judge(await caller.post(address, { 'content-type': 'application/json' }, body), settings.WECHAT_KIND);
  }

  return {
    async send(note) {
      const template = settings.WECHAT_TEMPLATES[note.template];
      if (template === undefined) return { outcome: 'dead', reason: 'no_template' };
      const body = bodyOf(note, template, settings);
      try {
        const token = await tokens.token();
        const result = await sendWith(token, body);
        return refusesToken(result) ? await sendWith(await tokens.token(token), body) : result;
      } catch (error) {
        return error instanceof NoToken ? again(error.message, error.answer, true) : failureOf(error);
      }
    },
    close: () => caller.close(),
  };
}
