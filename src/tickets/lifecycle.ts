// The repair ticket's lifecycle as one table: who may do what from where, what it takes, and what the customer is told.
import type { OwnLabels } from '#texts/columns.ts';
import type { ActionRow } from './action.ts';
import * as guard from './guards.ts';
import type { Inputs } from './inputs.ts';
import type { ReturnMethod, Stage, Status } from './status.ts';

type Label = { 'zh-CN': string; en: string };
interface StatusRow {
  stage: Stage;
  label: Label | Record<ReturnMethod, Label>;
  /** Days after which the customer hears from us even if nothing has moved; null once nothing is to come. */
  quietDays: number | null;
}

/** Every status: its stage, its label (at most 5 Han characters, which is what a WeChat phrase field takes). */
export const statuses = {
  created: { stage: 'intake', label: { 'zh-CN': '已登记', en: 'Registered' }, quietDays: 3 },
  awaiting_device: { stage: 'intake', label: { 'zh-CN': '待收件', en: 'Waiting for your device' }, quietDays: 7 },
  inbound_transit: { stage: 'intake', label: { 'zh-CN': '寄送途中', en: 'On its way to us' }, quietDays: 5 },
  received: { stage: 'intake', label: { 'zh-CN': '已收件', en: 'Device received' }, quietDays: 3 },
  diagnosing: { stage: 'diagnosis', label: { 'zh-CN': '检测中', en: 'Being diagnosed' }, quietDays: 3 },
  quoted: { stage: 'quote', label: { 'zh-CN': '待您确认', en: 'Waiting for your decision' }, quietDays: 5 },
  approved: { stage: 'quote', label: { 'zh-CN': '待维修', en: 'Approved, in queue' }, quietDays: 3 },
  awaiting_parts: { stage: 'repair', label: { 'zh-CN': '等待配件', en: 'Waiting for a part' }, quietDays: 7 },
  in_repair: { stage: 'repair', label: { 'zh-CN': '维修中', en: 'Being repaired' }, quietDays: 5 },
  quality_check: { stage: 'repair', label: { 'zh-CN': '质检中', en: 'Final testing' }, quietDays: 3 },
  ready: {
    stage: 'return',
    label: { ship: { 'zh-CN': '待寄回', en: 'Ready to ship' }, pick_up: { 'zh-CN': '待取机', en: 'Ready for pick-up' } },
    quietDays: 7,
  },
  outbound_transit: { stage: 'return', label: { 'zh-CN': '已寄回', en: 'On its way back' }, quietDays: 5 },
  delivered: { stage: 'return', label: { 'zh-CN': '已签收', en: 'Delivered' }, quietDays: null },
  closed: { stage: 'end', label: { 'zh-CN': '已完成', en: 'Completed' }, quietDays: null },
  cancelled: { stage: 'end', label: { 'zh-CN': '已取消', en: 'Cancelled' }, quietDays: null },
  disposed: { stage: 'end', label: { 'zh-CN': '已处置', en: 'Disposed of' }, quietDays: null },
} as const satisfies Record<Status, StatusRow>;

export type Action = keyof Inputs;

const center = ['center', 'brand', 'admin'] as const;
const customer = [...center, 'customer'] as const;
const carrier = ['courier', 'center', 'brand', 'admin', 'system'] as const;
const system = ['system', 'admin'] as const;

const everywhere = Object.keys(statuses) as Status[];
const ongoing = everywhere.filter((status) => statuses[status].stage !== 'end');
/** A center has the device. */
export const withUs = ['received', 'diagnosing', 'quoted', 'approved', 'awaiting_parts', 'in_repair', 'quality_check', 'ready'] as const;
const agreed = ['approved', 'awaiting_parts', 'in_repair'] as const;
/** Where a part that was ordered can still come: also while the customer thinks about a changed quote, or after the repair was given up. */
const mayArrive = ['quoted', ...agreed, 'ready'] as const;

/** Every action: who, from where to where, under which condition, and what is told. */
export const actions = {
  'intake.open': {
    by: [...center, 'courier', 'system'],
    steps: [{ from: ['created'], to: 'awaiting_device' }],
    requires: guard.backupAgreed,
    tells: 'label',
  },
  'shipment.collected': { by: carrier, steps: [{ from: ['awaiting_device'], to: 'inbound_transit' }], tells: 'collected', held: 'too' },
  // A center cancels; who only carries takes its own booking back.
  'intake.withdraw': {
    by: ['courier'],
    steps: [{ from: ['created', 'awaiting_device'], to: 'cancelled', outcome: 'cancelled' }],
    tells: 'cancelled',
    reasonRequired: true,
    held: 'too',
  },
  'intake.expire': {
    by: system,
    steps: [{ from: ['awaiting_device'], to: 'cancelled', outcome: 'cancelled' }],
    requires: ({ reminders }) => (reminders < 2 ? 'reminders_missing' : null),
    tells: 'request_expired',
  },
  'device.receive': {
    by: center,
    steps: [{ from: ['created', 'awaiting_device', 'inbound_transit'], to: 'received' }],
    requires: guard.receivable,
    tells: 'received',
    held: 'too',
  },
  'transfer.receive': {
    by: center,
    steps: [{ from: withUs, to: 'same' }],
    requires: ({ takenOverBy }) => (takenOverBy === null ? 'not_addressed' : null),
    tells: 'moved_center',
    apart: true,
    held: 'too',
  },
  'diagnosis.start': { by: center, steps: [{ from: ['received'], to: 'diagnosing' }], tells: 'diagnosing' },
  'diagnosis.record': { by: center, steps: [{ from: ['diagnosing', 'in_repair'], to: 'same' }], tells: null, held: 'too' },
  'diagnosis.reopen': { by: center, steps: [{ from: ['in_repair'], to: 'diagnosing' }], tells: 'diagnosing_again', reasonRequired: true },
  'diagnosis.no_fault': { by: center, steps: [{ from: ['diagnosing'], to: 'ready', outcome: 'no_fault_found' }], tells: 'ready' },
  'diagnosis.unrepairable': { by: center, steps: [{ from: ['diagnosing'], to: 'ready', outcome: 'unrepairable' }], tells: 'unrepairable' },
  'coverage.accept': { by: center, steps: [{ from: ['diagnosing'], to: 'approved' }], tells: 'covered' },
  'quote.draft': {
    by: center,
    steps: [{ from: ['diagnosing', 'quoted', ...agreed], to: 'same' }],
    requires: guard.draftable,
    tells: null,
    held: 'too',
  },
  'quote.send': { by: center, steps: [{ from: ['diagnosing'], to: 'quoted' }], requires: guard.sendable, tells: 'quoted' },
  'quote.supersede': { by: center, steps: [{ from: ['quoted'], to: 'quoted' }], requires: guard.supersedes, tells: 'quote_changed' },
  'quote.revise': { by: center, steps: [{ from: agreed, to: 'quoted' }], requires: guard.revises, tells: 'quote_changed' },
  'quote.approve': {
    by: customer,
    steps: [{ from: ['quoted'], to: 'approved' }],
    requires: guard.approvable,
    tells: 'approved',
    held: 'too',
  },
  'quote.decline': {
    by: customer,
    steps: [{ from: ['quoted'], to: 'ready', outcome: 'returned_unrepaired' }],
    requires: guard.decidable,
    tells: 'declined',
    held: 'too',
  },
  'quote.expire': {
    by: system,
    steps: [{ from: ['quoted'], to: 'ready', outcome: 'returned_unrepaired' }],
    requires: guard.expirable,
    tells: 'quote_expired',
  },
  'parts.order': {
    by: center,
    steps: [{ from: ['approved', 'in_repair'], to: 'awaiting_parts' }],
    requires: (facts, { parts }) => guard.expectable(facts, parts),
    tells: 'awaiting_part',
  },
  'parts.delay': {
    by: center,
    steps: [{ from: ['approved', 'awaiting_parts'], to: 'same' }],
    requires: (facts, { parts }) => guard.expectable(facts, parts),
    tells: 'part_delayed',
    held: 'too',
  },
  'parts.receive': {
    by: center,
    steps: [{ from: mayArrive, to: 'same' }],
    requires: (facts, { partIds }) => (partIds.every((part) => guard.awaited(facts).includes(part)) ? null : 'part_unknown'),
    tells: null,
    held: 'too',
  },
  'parts.fit': {
    by: center,
    steps: [{ from: ['in_repair'], to: 'same' }],
    requires: (facts, { fitted }) => (fitted.every(({ partId }) => guard.inHand(facts).includes(partId)) ? null : 'part_unknown'),
    tells: null,
  },
  'parts.return': {
    by: center,
    steps: [{ from: ['awaiting_parts', 'in_repair', 'quality_check', 'ready'], to: 'same' }],
    requires: (facts, { partIds }) => (partIds.every((part) => guard.inHand(facts).includes(part)) ? null : 'part_unknown'),
    tells: null,
    held: 'too',
  },
  'repair.start': {
    by: center,
    steps: [{ from: ['approved', 'awaiting_parts'], to: 'in_repair' }],
    requires: (facts) => (guard.awaited(facts).length > 0 ? 'parts_outstanding' : null),
    tells: 'repair_started',
  },
  'repair.finish': {
    by: center,
    steps: [{ from: ['in_repair'], to: 'quality_check' }],
    requires: (facts) => (guard.inHand(facts).length > 0 ? 'parts_unfitted' : null),
    tells: null,
  },
  'repair.abandon': {
    by: center,
    steps: [{ from: agreed, to: 'ready', outcome: 'unrepairable' }],
    requires: (facts, { charge }) => (charge > (guard.approvedOf(facts)?.total ?? 0) ? 'charge_too_high' : null),
    tells: 'unrepairable',
  },
  'qc.fail': { by: center, steps: [{ from: ['quality_check'], to: 'in_repair' }], tells: null },
  'qc.pass': { by: center, steps: [{ from: ['quality_check'], to: 'ready', outcome: 'named' }], requires: guard.passable, tells: 'ready' },
  'shipment.dispatched': {
    by: carrier,
    steps: [{ from: ['ready'], to: 'outbound_transit' }],
    requires: ({ returnMethod, outboundShipment }) => {
      if (returnMethod === 'pick_up') return 'pick_up_only';
      return outboundShipment ? null : 'no_outbound_shipment';
    },
    tells: 'shipped',
  },
  'device.hand_over': {
    by: center,
    steps: [{ from: ['ready'], to: 'delivered' }],
    requires: ({ returnMethod }) => (returnMethod === 'ship' ? 'shipping_only' : null),
    tells: 'delivered',
  },
  'shipment.delivered': { by: carrier, steps: [{ from: ['outbound_transit'], to: 'delivered' }], tells: 'delivered', held: 'too' },
  'shipment.returned': { by: carrier, steps: [{ from: ['outbound_transit'], to: 'ready' }], tells: 'came_back', held: 'too' },
  'delivery.dispute': {
    by: customer,
    steps: [{ from: ['delivered'], to: 'ready' }],
    requires: ({ policy, deliveredAt, now }) => (guard.within(24 * policy.disputeDays, deliveredAt, now) ? null : 'dispute_too_late'),
    tells: 'disputed',
    held: 'too',
  },
  'ticket.settle': { by: system, steps: [{ from: ['delivered'], to: 'closed' }], tells: 'closed' },
  'ticket.cancel': {
    by: customer,
    steps: [
      { from: ['created', 'awaiting_device'], to: 'cancelled', outcome: 'cancelled' },
      { from: ['received', 'diagnosing', 'quoted', 'approved', 'awaiting_parts'], to: 'ready', outcome: 'returned_unrepaired' },
    ],
    tells: 'cancelled',
    reasonRequired: true,
    held: 'too',
  },
  'disposal.consent': {
    by: customer,
    steps: [{ from: ['quoted', 'ready'], to: 'disposed', outcome: 'disposed' }],
    requires: guard.consented,
    tells: 'disposed',
    held: 'too',
  },
  'storage.dispose': {
    by: ['admin'],
    steps: [{ from: ['ready'], to: 'disposed', outcome: 'disposed' }],
    requires: guard.disposable,
    tells: 'disposed',
  },
  'hold.open': {
    by: [...center, 'system'],
    steps: [{ from: ongoing, to: 'same' }],
    requires: ({ now }, { resumeBy }) => (new Date(resumeBy) <= now ? 'resume_in_past' : null),
    tells: 'hold_opened',
  },
  'hold.change': {
    by: [...center, 'system'],
    steps: [{ from: ongoing, to: 'same' }],
    requires: ({ now }, { resumeBy }) => (new Date(resumeBy) <= now ? 'resume_in_past' : null),
    tells: 'hold_opened',
    held: 'only',
  },
  'hold.resume': { by: [...center, 'system'], steps: [{ from: ongoing, to: 'same' }], tells: 'resumed', held: 'only' },
  'promise.change': { by: center, steps: [{ from: withUs, to: 'same' }], requires: guard.promisedAnew, tells: 'promise_moved', held: 'too' },
  'admin.reopen': {
    by: ['admin'],
    steps: [{ from: ['closed'], to: 'previous' }],
    requires: ({ policy, closedAt, now }) => (guard.within(policy.reopenHours, closedAt, now) ? null : 'reopen_too_late'),
    tells: 'reopened',
    reasonRequired: true,
  },
  'admin.correct': {
    by: ['admin'],
    steps: [{ from: everywhere, to: 'named' }],
    requires: ({ status }, { to }) => (to === status ? 'status_unchanged' : null),
    tells: null,
    reasonRequired: true,
    held: 'too',
  },
} as const satisfies { [A in Action]: ActionRow<A> };

/** The messages a step can cause: those of the table, and those that `telling.ts` puts in their place. */
export type Telling = Exclude<(typeof actions)[Action]['tells'], null> | 'created' | 'received_differently' | 'replaced';

/** A call for one action, input already validated. */
export type Command = { [A in Action]: { action: A; input: Inputs[A] } }[Action];

/** Whether nothing is to come any more. */
export const hasEnded = (status: Status): boolean => statuses[status].stage === 'end';

/** The label of a status in every language; that of `ready` depends on how the device goes back. `own`: the brand's, where it has any. */
export function labelOf(status: Status, returnMethod: ReturnMethod, own?: OwnLabels | null): Label {
  const label: StatusRow['label'] = statuses[status].label;
  return 'en' in label ? { ...label, ...own?.[status] } : { ...label[returnMethod], ...own?.[`${status}.${returnMethod}`] };
}
