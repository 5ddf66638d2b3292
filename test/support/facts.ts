// The facts of one ticket and a body for every action, such that each step of the table is possible with the right ones of them.
import type { QuoteRow } from '#quotes/quote.ts';
import { housePolicy } from '#service-centers/policy.ts';
import type { HoldRow, PartRow } from '#tickets/bench.ts';
import type { Facts } from '#tickets/guards.ts';
import { type Action, actions, type Command } from '#tickets/lifecycle.ts';
import type { Status } from '#tickets/status.ts';
import { checks } from './checks.ts';

export const now = new Date('2026-11-22T05:00:00.000Z');
export const consent = { method: 'in_person', takenBy: 'Lin', givenAt: '2026-11-22T04:00:00Z', textVersion: 'quote-1', locale: 'zh-CN' } as const;

const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(now.getTime() - days * DAY_MS).toISOString();

/** A quote that lies with the customer. */
export const quote: QuoteRow = {
  id: 'quo_1',
  version: 1,
  status: 'sent',
  form: 'standard',
  currency: 'CNY',
  lines: [{ kind: 'part', text: 'Battery', quantity: 1, unitPrice: 39_900 }],
  total: 39_900,
  diagnosisFee: 5_000,
  validDays: 30,
  validUntil: '2026-12-22T05:00:00.000Z',
  promisedDays: 3,
  supersedes: null,
  sentAt: daysAgo(0),
  decidedAt: null,
  decidedBy: null,
  wish: null,
  reminders: 0,
};

/** A part in this state. */
export const part = (state: PartRow['state']): PartRow => ({
  id: 'prt_1',
  partNo: 'B-1',
  name: 'Battery',
  grade: null,
  state,
  expectedOn: '2026-11-29',
  orderedAt: daysAgo(1),
  receivedAt: state === 'ordered' || state === 'backordered' ? null : daysAgo(0),
  fittedAt: null,
  serialOld: null,
  serialNew: null,
});

/** An open hold. */
export const hold: HoldRow = {
  id: 'hld_1',
  reason: 'customer_info',
  blame: 'customer',
  pausesClock: true,
  openedAt: daysAgo(1),
  resumeBy: '2026-11-25T05:00:00.000Z',
  customerText: null,
  internalText: null,
};

/** A ticket in this status about which nothing is special. */
export const facts = (status: Status, more: Partial<Facts> = {}): Facts => ({
  status,
  actorKind: 'center',
  returnMethod: 'ship',
  jurisdiction: 'CN',
  centerId: 'ctr_1',
  deviceKind: 'laptop',
  quote: null,
  draft: null,
  versions: more.quote ? [more.quote] : [],
  feeDisclosed: { amount: 5_000, currency: 'CNY' },
  parts: [],
  outboundShipment: true,
  underWay: false,
  takenOverBy: null,
  serialMatches: true,
  intakePhotos: 0,
  hold: null,
  promisedAt: new Date('2026-12-02T10:00:00.000Z'),
  promisedSince: new Date(daysAgo(3)),
  qcFailures: 0,
  repairedBy: ['Zhao'],
  previousStatus: 'delivered',
  deliveredAt: new Date(daysAgo(2)),
  closedAt: new Date(daysAgo(1)),
  reminders: 2,
  storage: null,
  policy: housePolicy,
  now,
  today: '2026-11-22',
  ...more,
});

const offer = {
  currency: 'CNY',
  lines: [{ kind: 'part', text: 'Battery', quantity: 1, unitPrice: 49_900 }],
  diagnosisFee: 0,
  validDays: 30,
  promisedDays: 3,
} as const satisfies Extract<Command, { action: 'quote.draft' }>['input']['offer'];

const resumeBy = '2026-11-29T05:00:00Z';

/** A body for every action. */
export const commands: { [A in Action]: Extract<Command, { action: A }>['input'] } = {
  'intake.open': { contactVerified: true, backupConsent: consent },
  'intake.expire': {},
  'device.receive': { serialScanned: 'X', accessories: [], condition: [{ area: 'screen', grade: 'used' }], powersOn: true, receivedBy: 'Chen' },
  'shipment.collected': {},
  'intake.withdraw': {},
  'transfer.receive': { receivedBy: 'Chen' },
  'diagnosis.start': { technician: 'Zhao' },
  'diagnosis.record': { technician: 'Zhao', findings: 'Battery worn', faults: [{ symptom: 'NO_CHARGE' }], reproducible: 'always' },
  'diagnosis.reopen': {},
  'quote.draft': { offer: { ...offer, lines: [...offer.lines] } },
  'quote.send': { offer: { ...offer, lines: [...offer.lines] } },
  'quote.supersede': { offer: { ...offer, lines: [...offer.lines] } },
  'quote.revise': { offer: { ...offer, lines: [...offer.lines] }, why: 'The board is damaged as well' },
  'quote.expire': {},
  'coverage.accept': { basis: 'Warranty', evidence: 'Invoice' },
  'diagnosis.no_fault': { evidence: 'Tested for two days' },
  'diagnosis.unrepairable': { why: 'Board corroded', evidence: 'Photos' },
  'quote.approve': { quoteId: 'quo_1', amountShown: { amount: 39_900, currency: 'CNY' }, consent },
  'quote.decline': { quoteId: 'quo_1', consent },
  'parts.order': { parts: [{ partNo: 'B-1', name: 'Battery', expectedOn: '2026-11-29' }] },
  'parts.delay': { parts: [{ partId: 'prt_1', expectedOn: '2026-12-06' }] },
  'parts.receive': { partIds: ['prt_1'] },
  'parts.fit': { fitted: [{ partId: 'prt_1', serialNew: 'BAT-2' }] },
  'parts.return': { partIds: ['prt_1'] },
  'repair.start': { technician: 'Zhao' },
  'repair.finish': { work: ['Battery replaced'] },
  'repair.abandon': { why: 'The board broke', evidence: 'Photos', charge: 0 },
  'qc.fail': { failed: [{ check: 'Charging', note: 'Slow' }], inspector: 'Sun' },
  'qc.pass': { checks: checks.laptop, inspector: 'Sun', outcome: 'repaired' },
  'shipment.dispatched': {},
  'shipment.returned': {},
  'device.hand_over': { identityCheck: 'ticket_code', handedOverBy: 'Chen' },
  'shipment.delivered': {},
  'delivery.dispute': { what: 'not_received', details: 'Nothing has come' },
  'ticket.settle': {},
  'ticket.cancel': { requestedBy: 'customer' },
  'disposal.consent': { consent },
  'storage.dispose': { signedOffBy: 'Gao', wipeCertificate: 'W-1' },
  'hold.open': { reason: 'customer_info', resumeBy },
  'hold.change': { reason: 'tech_support', resumeBy },
  'hold.resume': {},
  'promise.change': { promisedAt: '2026-12-10T10:00:00Z', reason: 'workload' },
  'admin.reopen': {},
  'admin.correct': { to: 'received' },
};

/** A call of this action. */
export const command = (action: Action, input: object = commands[action]): Command => ({ action, input }) as Command;

/** What must be so for an action of the table to be possible. */
export function enabling(action: Action): Partial<Facts> {
  const expired = { ...quote, validUntil: daysAgo(3), reminders: 2 };
  const storage = {
    since: daysAgo(200),
    freeUntil: daysAgo(170),
    dailyFee: 0,
    currency: 'CNY',
    keepUntil: daysAgo(20),
    notices: ['a', 'b', 'c'].map((kind) => ({ at: daysAgo(30), kind })),
  };
  const state = action === 'parts.fit' || action === 'parts.return' ? 'received' : 'ordered';
  const needsPart = action.startsWith('parts.') && action !== 'parts.order';
  const approved = action === 'repair.abandon' || action === 'quote.revise';
  return {
    quote: action === 'quote.expire' ? expired : approved ? { ...quote, status: 'approved' } : quote,
    parts: needsPart ? [part(state)] : [],
    returnMethod: action === 'device.hand_over' || action === 'storage.dispose' ? 'pick_up' : 'ship',
    storage: action === 'storage.dispose' ? storage : null,
    takenOverBy: action === 'transfer.receive' ? { id: 'ctr', code: 'HZ1', name: 'Hangzhou' } : null,
    hold: 'held' in actions[action] && (actions[action] as { held: string }).held === 'only' ? hold : null,
  };
}
