// WeChat's events after a template message, in plain text mode: the query is signed with sha1 over token, timestamp and nonce.
import { createHash } from 'node:crypto';
import { flatXml } from './flat-xml.ts';
import { type Push, type Receipt, type ReceiptReader, UnreadableReceipt } from './receipt.ts';
import { same } from './same.ts';

/** What this reader needs to know. */
export interface WechatReceiptSettings {
  WECHAT_TOKEN: string;
}

/** The longest event is one of a few hundred bytes. */
const EVENT_BYTES = 65_536;

/** `failed:user block` → `user_block`. */
const reasonOf = (status: string): string => {
  const words = status
    .replace(/^failed:/, '')
    .trim()
    .toLowerCase();
  return words.replaceAll(/[^a-z]+/g, '_').slice(0, 60) || 'failed';
};

/** Other events of the account come to the same address; they are thanked for and left alone. */
function receiptsOf(event: Map<string, string>): Receipt[] {
  const providerId = event.get('MsgID') ?? event.get('MsgId') ?? '';
  const status = event.get('Status') ?? '';
  if (event.get('Event') !== 'TEMPLATESENDJOBFINISH' || !/^\d{1,30}$/.test(providerId)) return [];
  if (status === 'success') return [{ of: { providerId }, outcome: 'delivered', reason: null }];
  const reason = reasonOf(status);
  return [{ of: { providerId }, outcome: 'failed', reason, ...(reason === 'user_block' ? { stop: 'unsubscribed' as const } : {}) }];
}

/** The body is not signed. */
const proves =
  (token: string) =>
  ({ query }: Pick<Push, 'query'>): boolean => {
    const parts = [token, query.get('timestamp') ?? '', query.get('nonce') ?? ''];
    const expected = createHash('sha1').update(parts.toSorted().join('')).digest('hex');
    return same(query.get('signature') ?? '', expected);
  };

/** Reads WeChat's events. */
export const wechatReceipts = ({ WECHAT_TOKEN: token }: WechatReceiptSettings): ReceiptReader => ({
  plausible: proves(token),
  verify: proves(token),
  read({ body }) {
    const event = body.length > EVENT_BYTES ? null : flatXml(body.toString('utf8'));
    if (event === null) throw new UnreadableReceipt('The body is not an event as WeChat writes it in plain text mode.');
    return receiptsOf(event);
  },
  answer: { type: 'text/plain', body: 'success' },
  confirm: ({ query }) => (query.get('echostr') ?? '').slice(0, 200),
});
