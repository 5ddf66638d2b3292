// The repair ticket's lifecycle as one table: who may do what from where, what it takes, and what the customer is told.
import type { Actor } from '#access/actor.ts';
import { type Inputs, inputs } from './inputs.ts';
import type { Refusal } from './refusals.ts';
import type { Outcome, ReturnMethod, Stage, Status } from './status.ts';

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
  disposed: { stage: 'end', label: { 'zh-CN': '已处置', en: 'Disposed as agreed' }, quietDays: null },
} as const satisfies Record<Status, StatusRow>;

/** What the guards look at; loaded with the ticket in one statement. */
export interface Facts {
  status: Status;
  returnMethod: ReturnMethod;
  jurisdiction: 'CN' | 'EU' | 'US-CA' | 'none';
  /** Latest quote, whatever became of it. */
  quote: { id: string; status: 'sent' | 'approved' | 'declined'; currency: string; total: number; validUntil: Date } | null;
  /** Parts ordered and not yet received. */
  partsOutstanding: string[];
  /** An outbound parcel with a waybill that has not ended. */
  outboundShipment: boolean;
  /** Set for device.receive: whether the scanned serial is one of the device's identifiers; null where it has none. */
  serialMatches: boolean | null;
  now: Date;
}

/** The total of a quote in minor units; discounts count negative. */
export const quoteTotal = (lines: Inputs['quote.send']['offer']['lines']): number =>
  lines.reduce((sum, line) => sum + (line.kind === 'discount' ? -1 : 1) * line.quantity * line.unitPrice, 0);

/** Least validity of a quote in days: Regulation-like form of Directive (EU) 2024/1799 Art. 4, house policy elsewhere. */
const minimumValidDays = { EU: 30, CN: 10, 'US-CA': 10, none: 10 } as const;

type Guard<A extends Action> = (facts: Facts, input: Inputs[A]) => Refusal | null;

const decidable = (facts: Facts, input: { quoteId: string; consent: { givenAt: string } }): Refusal | null => {
  if (facts.quote?.id !== input.quoteId) return 'quote_unknown';
  if (facts.quote.status !== 'sent') return 'quote_decided';
  return new Date(input.consent.givenAt) > facts.now ? 'consent_in_future' : null;
};

const partsHere: Guard<'repair.start'> = (facts) => (facts.partsOutstanding.length > 0 ? 'parts_outstanding' : null);

type Role = Actor['kind'];
interface Step {
  from: readonly Status[];
  /** `same`: the status stays; `named`: the one the input names. */
  to: Status | 'same' | 'named';
  /** Set once; `named`: the one the input names. */
  outcome?: Outcome | 'named';
}
interface Row<A extends Action> {
  by: readonly Role[];
  steps: readonly Step[];
  requires?: Guard<A>;
  /** The message to the customer; null: the customer's picture does not change. */
  tells: string | null;
  /** The caller must say why. */
  reasonRequired?: true;
}
export type Action = keyof typeof inputs;

const center = ['center', 'brand', 'admin'] as const;
const carrier = ['courier', 'center', 'brand', 'admin', 'system'] as const;

/** Every action: who, from where to where, under which condition, and what is told. */
export const actions = {
  'intake.open': {
    by: [...center, 'courier', 'system'],
    steps: [{ from: ['created'], to: 'awaiting_device' }],
    tells: 'label',
  },
  'shipment.collected': {
    by: carrier,
    steps: [{ from: ['awaiting_device'], to: 'inbound_transit' }],
    tells: null,
  },
  'device.receive': {
    by: center,
    steps: [{ from: ['created', 'awaiting_device', 'inbound_transit'], to: 'received' }],
    requires: (facts, input) => (facts.serialMatches === false && input.acceptMismatch !== true ? 'serial_differs' : null),
    tells: 'received',
  },
  'diagnosis.start': {
    by: center,
    steps: [{ from: ['received'], to: 'diagnosing' }],
    tells: 'diagnosing',
  },
  'diagnosis.no_fault': {
    by: center,
    steps: [{ from: ['diagnosing'], to: 'ready', outcome: 'no_fault_found' }],
    tells: 'ready',
  },
  'diagnosis.unrepairable': {
    by: center,
    steps: [{ from: ['diagnosing'], to: 'ready', outcome: 'unrepairable' }],
    tells: 'ready',
  },
  'coverage.accept': {
    by: center,
    steps: [{ from: ['diagnosing'], to: 'approved' }],
    tells: 'covered',
  },
  'quote.send': {
    by: center,
    steps: [{ from: ['diagnosing'], to: 'quoted' }],
    requires: (facts, { offer }) => {
      const total = quoteTotal(offer.lines);
      if (total < 0) return 'total_negative';
      if (total > 2_147_483_647) return 'total_too_large';
      return offer.validDays < minimumValidDays[facts.jurisdiction] ? 'validity_too_short' : null;
    },
    tells: 'quoted',
  },
  'quote.approve': {
    by: center,
    steps: [{ from: ['quoted'], to: 'approved' }],
    requires: (facts, input) => {
      const refusal = decidable(facts, input);
      if (refusal !== null || facts.quote === null) return refusal;
      if (facts.quote.validUntil < facts.now) return 'quote_expired';
      const { amount, currency } = input.amountShown;
      return amount !== facts.quote.total || currency !== facts.quote.currency ? 'amount_differs' : null;
    },
    tells: 'approved',
  },
  'quote.decline': {
    by: center,
    steps: [{ from: ['quoted'], to: 'ready', outcome: 'returned_unrepaired' }],
    requires: decidable,
    tells: 'ready',
  },
  'parts.order': {
    by: center,
    steps: [{ from: ['approved', 'in_repair'], to: 'awaiting_parts' }],
    requires: (facts, { parts }) => (parts.some((part) => new Date(`${part.expectedOn}T23:59:59Z`) < facts.now) ? 'expected_in_past' : null),
    tells: 'awaiting_part',
  },
  'parts.receive': {
    by: center,
    steps: [{ from: ['awaiting_parts'], to: 'same' }],
    requires: (facts, { partIds }) => (partIds.every((part) => facts.partsOutstanding.includes(part)) ? null : 'part_unknown'),
    tells: null,
  },
  'repair.start': {
    by: center,
    steps: [{ from: ['approved', 'awaiting_parts'], to: 'in_repair' }],
    requires: partsHere,
    tells: null,
  },
  'repair.finish': {
    by: center,
    steps: [{ from: ['in_repair'], to: 'quality_check' }],
    tells: null,
  },
  'qc.fail': {
    by: center,
    steps: [{ from: ['quality_check'], to: 'in_repair' }],
    tells: null,
  },
  'qc.pass': {
    by: center,
    steps: [{ from: ['quality_check'], to: 'ready', outcome: 'named' }],
    tells: 'ready',
  },
  'shipment.dispatched': {
    by: carrier,
    steps: [{ from: ['ready'], to: 'outbound_transit' }],
    requires: (facts) => {
      if (facts.returnMethod === 'pick_up') return 'pick_up_only';
      return facts.outboundShipment ? null : 'no_outbound_shipment';
    },
    tells: 'shipped',
  },
  'device.hand_over': {
    by: center,
    steps: [{ from: ['ready'], to: 'delivered' }],
    requires: (facts) => (facts.returnMethod === 'ship' ? 'shipping_only' : null),
    tells: 'delivered',
  },
  'shipment.delivered': {
    by: carrier,
    steps: [{ from: ['outbound_transit'], to: 'delivered' }],
    tells: 'delivered',
  },
  'ticket.settle': {
    by: ['system', 'admin'],
    steps: [{ from: ['delivered'], to: 'closed' }],
    tells: 'closed',
  },
  'ticket.cancel': {
    by: center,
    steps: [
      { from: ['created', 'awaiting_device'], to: 'cancelled', outcome: 'cancelled' },
      { from: ['received', 'diagnosing', 'quoted', 'approved', 'awaiting_parts'], to: 'ready', outcome: 'returned_unrepaired' },
    ],
    tells: 'cancelled',
    reasonRequired: true,
  },
  'admin.correct': {
    by: ['admin'],
    steps: [{ from: Object.keys(statuses) as Status[], to: 'named' }],
    requires: (facts, input) => (input.to === facts.status ? 'status_unchanged' : null),
    tells: null,
    reasonRequired: true,
  },
} as const satisfies { [A in Action]: Row<A> };

/** The messages the table can cause; `notifications/messages.ts` does not compile while one is missing. */
export type Telling = Exclude<(typeof actions)[Action]['tells'], null> | 'created';

/** A call for one action, input already validated. */
export type Command = { [A in Action]: { action: A; input: Inputs[A] } }[Action];

/** The answer of `move`: the next status, or the reason why not. */
export type Move = { ok: true; to: Status; outcome: Outcome | null } | { ok: false; refusal: Refusal | 'not_from_here' };

/** Applies one action to a ticket's facts. Total and pure: every status, action and input has an answer. */
export function move(facts: Facts, command: Command): Move {
  const row: Row<Action> = actions[command.action] as Row<Action>;
  const step = row.steps.find(({ from }) => from.includes(facts.status));
  if (step === undefined) return { ok: false, refusal: 'not_from_here' };
  const refusal = row.requires?.(facts, command.input as never) ?? null;
  if (refusal !== null) return { ok: false, refusal };
  return { ok: true, to: target(step, facts.status, command), outcome: outcomeOf(step, command) };
}

function target(step: Step, status: Status, command: Command): Status {
  if (step.to === 'same') return status;
  if (step.to !== 'named') return step.to;
  return command.action === 'admin.correct' ? command.input.to : status;
}

function outcomeOf(step: Step, command: Command): Outcome | null {
  if (step.outcome !== 'named') return step.outcome ?? null;
  return command.action === 'qc.pass' ? command.input.outcome : null;
}

/** What this role may do from this status, in the order of the table. */
export const allowedActions = (status: Status, role: Role): Action[] =>
  (Object.keys(actions) as Action[]).filter((action) => {
    const row: Row<Action> = actions[action] as Row<Action>;
    return row.by.includes(role) && row.steps.some(({ from }) => from.includes(status));
  });

/** Whether nothing is to come any more. */
export const hasEnded = (status: Status): boolean => statuses[status].stage === 'end';

/** The label of a status in every language; that of `ready` depends on how the device goes back. */
export function labelOf(status: Status, returnMethod: ReturnMethod): Label {
  const label: StatusRow['label'] = statuses[status].label;
  return 'en' in label ? label : label[returnMethod];
}
