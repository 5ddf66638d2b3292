// The list of providers that report: a new one is a file beside this one and a line here.
import { aliyunReceipts } from './aliyun.ts';
import type { ReceiptReader } from './receipt.ts';
import { twilioReceipts } from './twilio.ts';
import { wechatReceipts } from './wechat.ts';

/** What decides whose receipts are taken: each provider's own secret. */
export interface ReceiptSettings {
  PUBLIC_URL: string;
  TWILIO_AUTH_TOKEN?: string | undefined;
  ALIYUN_RECEIPTS_TOKEN?: string | undefined;
  WECHAT_TOKEN?: string | undefined;
}

/** The readers of the providers that are configured, by their name in `/v1/receipts/{provider}`. */
export function receiptReaders({
  PUBLIC_URL,
  TWILIO_AUTH_TOKEN,
  ALIYUN_RECEIPTS_TOKEN,
  WECHAT_TOKEN,
}: ReceiptSettings): ReadonlyMap<string, ReceiptReader> {
  const readers = new Map<string, ReceiptReader>();
  if (TWILIO_AUTH_TOKEN !== undefined) readers.set('twilio', twilioReceipts({ TWILIO_AUTH_TOKEN, PUBLIC_URL }));
  if (ALIYUN_RECEIPTS_TOKEN !== undefined) readers.set('aliyun', aliyunReceipts({ ALIYUN_RECEIPTS_TOKEN }));
  if (WECHAT_TOKEN !== undefined) readers.set('wechat', wechatReceipts({ WECHAT_TOKEN }));
  return readers;
}
