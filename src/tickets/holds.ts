// The reasons for which a repair stands still: whose turn it is, whether the center's clocks stand still too, and its name.
import { z } from 'zod';
import type { Locale } from '#platform/schema.ts';

/** Whose turn it is while the ticket is on hold. */
export type Blame = 'customer' | 'center' | 'maker' | 'carrier' | 'external';

interface HoldRow {
  label: Record<Locale, string>;
  blame: Blame;
  /** The center's clocks stand still. */
  pauses: boolean;
}

/** Every reason. zh-CN labels have at most 5 Han characters, which is what a WeChat phrase field takes. */
export const holds = {
  customer_info: { label: { 'zh-CN': '待补资料', en: 'We need information from you' }, blame: 'customer', pauses: true },
  customer_unreachable: { label: { 'zh-CN': '暂联系不上', en: 'We could not reach you' }, blame: 'customer', pauses: true },
  payment: { label: { 'zh-CN': '待您付款', en: 'Waiting for payment' }, blame: 'customer', pauses: true },
  device_lock: { label: { 'zh-CN': '待解锁', en: 'Please turn off the device lock' }, blame: 'customer', pauses: true },
  proof_of_purchase: { label: { 'zh-CN': '待购机凭证', en: 'Proof of purchase needed' }, blame: 'customer', pauses: true },
  maker_decision: { label: { 'zh-CN': '待厂家审核', en: 'Waiting for the manufacturer' }, blame: 'maker', pauses: false },
  tech_support: { label: { 'zh-CN': '技术会诊', en: 'Specialist review' }, blame: 'center', pauses: false },
  not_reproduced: { label: { 'zh-CN': '观察测试', en: 'Long test, fault not seen yet' }, blame: 'center', pauses: false },
  rescheduled_center: { label: { 'zh-CN': '改约时间', en: 'New date from us' }, blame: 'center', pauses: false },
  rescheduled_customer: { label: { 'zh-CN': '改约时间', en: 'New date you asked for' }, blame: 'customer', pauses: true },
  shipment_problem: { label: { 'zh-CN': '物流异常', en: 'Carrier problem' }, blame: 'carrier', pauses: true },
  serial_mismatch: { label: { 'zh-CN': '序列号不符', en: 'Device differs from the request' }, blame: 'customer', pauses: true },
  suspected_loss: { label: { 'zh-CN': '核实中', en: 'We are locating your device' }, blame: 'center', pauses: false },
  legal_block: { label: { 'zh-CN': '暂停处理', en: 'On hold for legal reasons' }, blame: 'external', pauses: true },
  force_majeure: { label: { 'zh-CN': '暂停处理', en: 'Service paused' }, blame: 'external', pauses: true },
} as const satisfies Record<string, HoldRow>;

/** Why a ticket is on hold. */
export const HoldReason = z
  .enum(Object.keys(holds) as [keyof typeof holds, ...(keyof typeof holds)[]])
  .meta({ id: 'HoldReason', example: 'device_lock' });
export type HoldReason = z.infer<typeof HoldReason>;
