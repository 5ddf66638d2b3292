// Facts for every shape that a message can take: statuses, outcomes, holds, promises, quotes, parcels, and what only some messages carry.
import { ClaimState } from '#mail-in/claim.ts';
import { Direction } from '#mail-in/shipment.ts';
import type { TicketFacts } from '#notifications/event.ts';
import { HoldReason } from '#tickets/holds.ts';
import { Discrepancy } from '#tickets/inputs.ts';
import { statuses } from '#tickets/lifecycle.ts';
import { PromiseReason } from '#tickets/promise.ts';
import { Outcome, ReturnMethod, type Status } from '#tickets/status.ts';
import { aboutParcel, at, bare, facts, fee, hold, previous, promise, quote, stored } from './told.ts';

/** Every shape a message can take, by a name that says what is special about it. */
export const scenes: [string, TicketFacts][] = [
  ...(Object.keys(statuses) as Status[]).map((status): [string, TicketFacts] => [status, { ...facts, status }]),
  ...Outcome.options.flatMap((outcome) =>
    ReturnMethod.options.map((returnMethod): [string, TicketFacts] => [
      `${outcome}, ${returnMethod}`,
      { ...facts, status: 'ready', outcome, returnMethod },
    ]),
  ),
  ['nothing known', bare],
  ['nothing known, pick-up', { ...bare, status: 'ready', returnMethod: 'pick_up' }],
  ...HoldReason.options.flatMap((reason): [string, TicketFacts][] => [
    [`held: ${reason}`, hold(reason)],
    [`held: ${reason}, with a note`, hold(reason, 'Please bring the charger.')],
  ]),
  ...PromiseReason.options.map((reason): [string, TicketFacts] => [`promised: ${reason}`, promise(reason)]),
  ['promised, not moved', promise('received', null)],
  ['promised, pick-up', { ...promise('workload'), returnMethod: 'pick_up' }],
  ['first quote', quote({ version: 1, previousTotal: null, previousApproved: false })],
  ['dearer quote after a yes', quote({ version: 2, previousTotal: { amount: 30_000, currency: 'CNY' }, previousApproved: true })],
  ['cheaper quote', quote({ version: 3, previousTotal: { amount: 50_000, currency: 'CNY' }, previousApproved: false })],
  ['quote of the same total', quote({ version: 3, previousTotal: { amount: 39_900, currency: 'CNY' } })],
  ['quote in another currency', quote({ version: 3, previousTotal: { amount: 39_900, currency: 'EUR' } })],
  ['quote that ends today', quote({ validUntil: facts.occurredAt })],
  ['kept for nothing so far', stored(at)],
  ['kept for a fee', stored('2026-11-20T09:00:00.000Z')],
  ['kept for nothing', stored(at, { amount: 0, currency: 'CNY' })],
  ['to be closed', { ...bare, closesAt: at }],
  ['a part later than before', { ...facts, parts: [{ name: 'Battery', expectedOn: '2026-12-03', previousOn: '2026-11-28' }] }],
  ['a reason in the words of the center, and a charge', { ...facts, outcome: 'unrepairable', why: 'Water reached the board.', charge: fee }],
  ['given up for nothing', { ...facts, outcome: 'unrepairable', why: null, charge: { amount: 0, currency: 'CNY' } }],
  [
    'a promise that was missed',
    {
      ...promise('received', null),
      occurredAt: '2026-11-22T18:00:00.000Z',
      promise: { at: '2026-11-20T09:00:00.000Z', previous: null, reason: 'received', note: null },
    },
  ],
  ...Discrepancy.options.map((kind): [string, TicketFacts] => [`differs: ${kind}`, { ...facts, status: 'received', discrepancies: [kind] }]),
  ['differs in all', { ...facts, status: 'received', discrepancies: [...Discrepancy.options] }],
  ['diagnosis due', { ...facts, status: 'received', diagnosisBy: at }],
  ['diagnosis overdue', { ...facts, diagnosisBy: '2026-11-20T09:00:00.000Z' }],
  ...(['same_model', 'equivalent', 'refurbished'] as const).flatMap((kind) =>
    (['remaining', 'restart'] as const).map((warranty): [string, TicketFacts] => [
      `replaced: ${kind}, ${warranty}`,
      { ...stored(at), outcome: 'replaced', swap: { kind, warranty } },
    ]),
  ),
  [
    'repaired and given back',
    { ...facts, status: 'delivered', outcome: 'repaired', repair: { work: ['换电池', '清洁'], fitted: ['BAT-2'], warrantyUntil: at } },
  ],
  ['given back, can be disputed', { ...facts, status: 'delivered', outcome: 'returned_unrepaired', disputeUntil: at }],
  ['given back, nothing noted', { ...facts, status: 'delivered', outcome: 'repaired', repair: { work: [], fitted: [], warrantyUntil: null } }],
  ...(['return', 'disposal'] as const).flatMap((wish) =>
    ReturnMethod.options.map((returnMethod): [string, TicketFacts] => [
      `declined, ${wish}, ${returnMethod}`,
      { ...stored(at), ...promise('customer_wish'), status: 'ready', outcome: 'returned_unrepaired', returnMethod, wish },
    ]),
  ),
  ['an agreed price', { ...quote({ version: 1, approved: true }), status: 'ready', outcome: 'repaired', returnMethod: 'pick_up' }],
  ...Direction.options.map((direction): [string, TicketFacts] => [`a parcel: ${direction}`, aboutParcel({ direction })]),
  ['a parcel that was passed on', { ...aboutParcel({}), shipment: { carrier: 'easypost', waybillTail: '9876', sentAs: '1234', eta: null } }],
  ['a parcel, no day known', aboutParcel({ openBy: null, answerBy: null, etaBefore: null })],
  ['a parcel that should have been opened', aboutParcel({ openByBefore: previous })],
  ...ClaimState.options.flatMap((state): [string, TicketFacts][] => [
    [`a claim: ${state}`, aboutParcel({ claim: { state, number: 'SF-118', amount: fee } })],
    [`a claim: ${state}, nothing known`, aboutParcel({ answerBy: null, claim: { state, number: null, amount: null } })],
  ]),
  ['a claim without an answer', aboutParcel({ claim: { state: 'filed', number: 'SF-118', amount: null, overdue: true } })],
  ['a time of the law', { ...facts, entitlement: { since: previous, text: '2026-12-01' } }],
  ['a wrong message', { ...facts, recalled: { sentAt: previous } }],
  ['nothing new known', { ...bare, promise: null, hold: null, storage: null, closesAt: null }],
  ['with a note', { ...facts, customerNote: 'Please call <b>Lin</b> & bring the charger.' }],
];
