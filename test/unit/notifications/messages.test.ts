// Every message in every language says when, who does what next, where to look and whom to call, and sells nothing.
import { describe, expect, test } from 'vitest';
import type { MessageName, TicketFacts } from '#notifications/event.ts';
import { messages } from '#notifications/messages.ts';
import { render } from '#notifications/render.ts';
import { type Addressee, dayIn, masked, moneyIn } from '#notifications/scene.ts';
import { type Locale, Locale as Locales } from '#platform/schema.ts';
import { statuses } from '#tickets/lifecycle.ts';
import { Outcome, ReturnMethod, type Status } from '#tickets/status.ts';

const reader = (locale: Locale): Addressee => ({
  email: 'wang.fang@example.com',
  locale,
  timeZone: 'Asia/Shanghai',
  brand: 'Prism',
  contactLine: '400-820-0000',
  center: 'Prism Nanjing Road',
  lookupUrl: 'https://repair.example',
});
const facts: TicketFacts = {
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
const bare: TicketFacts = { ...facts, nextUpdateBy: null, quote: null, parts: [], shipment: null };

/** Every shape a message can take. */
const names = Object.keys(messages) as MessageName[];
const scenes: [string, TicketFacts][] = [
  ...(Object.keys(statuses) as Status[]).map((status): [string, TicketFacts] => [status, { ...facts, status }]),
  ...Outcome.options.flatMap((outcome) =>
    ReturnMethod.options.map((returnMethod): [string, TicketFacts] => [
      `${outcome}, ${returnMethod}`,
      { ...facts, status: 'ready', outcome, returnMethod },
    ]),
  ),
  ['nothing known', bare],
  ['nothing known, pick-up', { ...bare, status: 'ready', returnMethod: 'pick_up' }],
  ['with a note', { ...facts, customerNote: 'Please call <b>Lin</b> & bring the charger.' }],
];
const day = { 'zh-CN': /2026年11月23日/, en: /November 23, 2026/ };
const next = { 'zh-CN': /下一步（(您|我们|快递公司|无)）：\S/, en: /Next step \((you|us|the carrier|nobody)\): \S/ };
const selling = /offer|discount|sale\b|subscribe|newsletter|buy|优惠|促销|折扣|抢购|限时|关注我们|下载/i;

describe.each(Locales.options)('in %s', (locale) => {
  describe.each(names)('%s', (name) => {
    test.each(scenes)('%s', (_scene, given) => {
      const { subject, text, html } = render(name, given, reader(locale));
      expect(text).toMatch(day[locale]);
      expect(text).toMatch(next[locale]);
      for (const said of ['7K3M9QX2RT5', 'https://repair.example', '400-820-0000', 'Prism Nanjing Road', 'w***@example.com'])
        expect(text).toContain(said);
      expect(subject).toContain('7K3M9QX2RT5');
      for (const whole of [subject, text, html]) {
        expect(whole).not.toMatch(/undefined|null|NaN|\[object|\{|Invalid Date/);
        expect(whole).not.toMatch(selling);
        expect(whole).not.toContain('wang.fang');
      }
      if (locale === 'en') expect(text).not.toMatch(/\p{Script=Han}/u);
    });
  });
});

test('ready says what became of the device and how it goes back', () => {
  const of = (outcome: TicketFacts['outcome'], returnMethod: TicketFacts['returnMethod']) =>
    render('ready', { ...facts, status: 'ready', outcome, returnMethod }, reader('en'));
  expect(of('repaired', 'ship').subject).toBe('Repair finished, ready to ship (7K3M9QX2RT5)');
  expect(of('repaired', 'pick_up').text).toContain('Next step (you): Pick the device up at Prism Nanjing Road');
  expect(of('unrepairable', 'ship').text).toContain('cannot be repaired');
  expect(of('no_fault_found', 'pick_up').text).toContain('could not find the fault');
  expect(of('returned_unrepaired', 'ship').text).toContain('The diagnosis costs CN¥50.00');
});

test('cancelled before and after the device came are two different messages', () => {
  expect(render('cancelled', { ...facts, status: 'cancelled' }, reader('en')).text).toContain('Your device is not with us');
  expect(render('cancelled', { ...facts, status: 'ready', outcome: 'returned_unrepaired' }, reader('en')).text).toContain('goes back unrepaired');
});

test('what staff wrote is shown as text, never as markup', () => {
  const { text, html } = render('received', { ...facts, customerNote: '<img src=x> & "you"' }, reader('en'));
  expect(text).toContain('<img src=x> & "you"');
  expect(html).toContain('&lt;img src=x&gt; &amp; &quot;you&quot;');
});

test('days are those of the reader, amounts have the digits of their currency, addresses are masked', () => {
  expect(dayIn('2026-11-22T18:00:00Z', 'en', 'America/Los_Angeles')).toBe('November 22, 2026');
  expect(moneyIn({ amount: 39_900, currency: 'CNY' }, 'zh-CN')).toBe('¥399.00');
  expect(moneyIn({ amount: 500, currency: 'JPY' }, 'en')).toBe('¥500');
  expect([masked('w@example.com'), masked('not an address')]).toEqual(['w***@example.com', '***']);
});
