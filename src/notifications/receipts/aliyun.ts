// Aliyun's SmsReport: a JSON array pushed over HTTP. It bears no signature, so the address it is given holds a secret.
import { z } from 'zod';
import { idPattern } from '#platform/id.ts';
import { type Push, type Receipt, type ReceiptReader, UnreadableReceipt } from './receipt.ts';
import { same } from './same.ts';

/** What this reader needs to know. */
export interface AliyunReceiptSettings {
  ALIYUN_RECEIPTS_TOKEN: string;
}

const short = z.string().max(200).nullish().catch(null);
const Report = z.looseObject({ success: z.union([z.boolean(), z.enum(['true', 'false'])]), err_code: short, biz_id: short, out_id: short });
type Report = z.infer<typeof Report>;
const Reports = z.array(Report).max(1_000);

/**
 * Said no to us, or is kept from us by the networks. No code stops a number as wrong: `INVALID_NUMBER` and `MOBILE_NOT_ON_SERVICE` are said of one
 * that does not exist and of a phone that is switched off or out of reach, which is where a phone in repair is.
 */
const UNSUBSCRIBED: ReadonlySet<string> = new Set(['USER_REJECT', 'MOBILE_IN_BLACK']);

function receiptOf({ success, err_code: code, biz_id: theirs, out_id: ours }: Report): Receipt[] {
  const of = ours && idPattern('message').test(ours) ? { messageId: ours } : theirs ? { providerId: theirs } : null;
  if (of === null) return [];
  if (String(success) === 'true') return [{ of, outcome: 'delivered', reason: null }];
  return [{ of, outcome: 'failed', reason: code ?? 'failed', ...(UNSUBSCRIBED.has(code ?? '') ? { stop: 'unsubscribed' as const } : {}) }];
}

const proves =
  (token: string) =>
  ({ query }: Pick<Push, 'query'>): boolean =>
    same(query.get('token') ?? '', token);

/** Reads Aliyun's reports. */
export const aliyunReceipts = ({ ALIYUN_RECEIPTS_TOKEN: token }: AliyunReceiptSettings): ReceiptReader => ({
  plausible: proves(token),
  verify: proves(token),
  read({ body }) {
    let json: unknown;
    try {
      json = JSON.parse(body.toString('utf8'));
    } catch {
      throw new UnreadableReceipt('The body is not JSON.');
    }
    const reports = Reports.safeParse(json);
    if (!reports.success) throw new UnreadableReceipt('The body is not an array of at most 1,000 reports, each with `success`.');
    return reports.data.flatMap(receiptOf);
  },
  answer: { type: 'application/json', body: JSON.stringify({ code: 0, msg: '接收成功' }) },
});
