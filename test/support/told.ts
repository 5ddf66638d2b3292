// Facts of a ticket and a reader, for the suites that read what a customer is told.
import type { MessageName, ParcelFacts, TicketFacts } from '#notifications/event.ts';
import { render } from '#notifications/render.ts';
import type { Addressee } from '#notifications/scene.ts';
import type { Locale } from '#platform/schema.ts';
import type { HoldReason } from '#tickets/holds.ts';
import type { PromiseReason } from '#tickets/promise.ts';

export const reader = (locale: Locale): Addressee => ({
  email: 'wang.fang@example.com',
  locale,
  timeZone: 'Asia/Shanghai',
  brand: 'Prism',
  contactLine: '400-820-0000',
  center: 'Prism Nanjing Road',
  lookupUrl: 'https://repair.example',
  link: 'https://repair.example/t/lnk_QmFzZTY0dXJsVG9rZW4xMg',
});
export const facts: TicketFacts = {
  code: '7K3M9QX2RT5',
  status: 'diagnosing',
  version: 4,
  outcome: null,
  returnMethod: 'ship',
  centerId: 'ctr_1',
  occurredAt: '2026-11-22T18:00:00.000Z',
  nextUpdateBy: '2026-11-25T18:00:00.000Z',
  quote: {
    total: { amount: 39_900, currency: 'CNY' },
    diagnosisFee: { amount: 5_000, currency: 'CNY' },
    validUntil: '2026-12-22T05:00:00.000Z',
    promisedDays: 3,
  },
  parts: [{ name: 'Battery', expectedOn: '2026-11-28' }],
  shipment: { carrier: 'sf', waybillTail: '1234', eta: '2026-11-24T05:00:00.000Z' },
  customerNote: null,
};
export const bare: TicketFacts = { ...facts, nextUpdateBy: null, quote: null, parts: [], shipment: null };
export const at = '2026-12-03T09:00:00.000Z';
export const previous = '2026-12-01T09:00:00.000Z';
export const fee = { amount: 500, currency: 'CNY' };
export const hold = (reason: HoldReason, customerText: string | null = null): TicketFacts => ({
  ...facts,
  hold: { reason, resumeBy: at, customerText },
});
export const promise = (reason: PromiseReason, from: string | null = previous): TicketFacts => ({
  ...facts,
  promise: { at, previous: from, reason, note: null },
});
export const aboutParcel = (more: Partial<ParcelFacts>): TicketFacts => ({
  ...facts,
  parcel: { direction: 'inbound', openBy: at, openByBefore: null, answerBy: at, etaBefore: previous, claim: null, ...more },
});
export const quote = (more: Partial<NonNullable<TicketFacts['quote']>>): TicketFacts => ({
  ...facts,
  quote: { total: { amount: 39_900, currency: 'CNY' }, diagnosisFee: { amount: 0, currency: 'CNY' }, validUntil: at, promisedDays: 3, ...more },
});
export const stored = (freeUntil: string, dailyFee = fee): TicketFacts => ({
  ...facts,
  status: 'ready',
  returnMethod: 'pick_up',
  storage: { freeUntil, dailyFee, keepUntil: '2027-05-21T09:00:00.000Z' },
});

/** The text of a message, per language. */
export const said = {
  'zh-CN': (name: MessageName, given: TicketFacts) => render(name, given, reader('zh-CN')).text,
  en: (name: MessageName, given: TicketFacts) => render(name, given, reader('en')).text,
};
