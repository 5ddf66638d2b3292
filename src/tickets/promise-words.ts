// Why the promised day was set or moved, as a customer reads it in mails and lookup.
import type { Locale } from '#platform/schema.ts';
import type { Wish } from '#quotes/quote.ts';
import { hasEnded } from './lifecycle.ts';
import type { PromiseReason } from './promise.ts';
import type { ReturnMethod, Status } from './status.ts';
import { isUnconfirmed } from './wish.ts';

/** One row per reason; does not compile while one is missing. They stand alone, or behind "reason:". */
export const promiseWords = {
  received: { 'zh-CN': '收到设备时约定', en: 'set when your device arrived' },
  quote_sent: { 'zh-CN': '报价时约定', en: 'set with the quote' },
  quote_approved: { 'zh-CN': '您同意维修后约定', en: 'set when you approved the repair' },
  covered: { 'zh-CN': '确认免费维修后约定', en: 'set when the repair was found to be covered' },
  part_delayed: { 'zh-CN': '配件到货时间有变化', en: 'the delivery date of a part has changed' },
  hold: { 'zh-CN': '维修有过暂停', en: 'the repair stood still for a while' },
  workload: { 'zh-CN': '维修中心近期维修量较大', en: 'the service center has more repairs than usual' },
  technical: { 'zh-CN': '维修难度超出预期', en: 'the repair takes more work than expected' },
  customer_wish: { 'zh-CN': '按您的要求更改', en: 'changed as you asked' },
  correction: { 'zh-CN': '更正之前登记的日期', en: 'the date given before was not right' },
} as const satisfies Record<PromiseReason, Record<Locale, string>>;

/** Whether the promised day is still to be kept: no more once the device is on its way, waits to be picked up, or is not wanted back. */
export const stillToKeep = (status: Status, returnMethod: ReturnMethod, wish: Wish | null | undefined): boolean =>
  !(
    isUnconfirmed(status, wish) ||
    status === 'outbound_transit' ||
    status === 'delivered' ||
    hasEnded(status) ||
    (status === 'ready' && returnMethod === 'pick_up')
  );
