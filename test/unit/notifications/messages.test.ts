// Every message in every language says when, who does what next, where to look and whom to call, and sells nothing.
import { describe, expect, test } from 'vitest';
import type { MessageName, TicketFacts } from '#notifications/event.ts';
import { messages } from '#notifications/messages.ts';
import { render } from '#notifications/render.ts';
import { dayIn, masked, moneyIn } from '#notifications/scene.ts';
import { Locale as Locales } from '#platform/schema.ts';
import { HoldReason, holds } from '#tickets/holds.ts';
import { statuses } from '#tickets/lifecycle.ts';
import { PromiseReason } from '#tickets/promise.ts';
import { Outcome, ReturnMethod, type Status } from '#tickets/status.ts';
import { at, bare, facts, fee, hold, promise, quote, reader, stored } from '../../support/told.ts';

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
  ['nothing new known', { ...bare, promise: null, hold: null, storage: null, closesAt: null }],
  ['with a note', { ...facts, customerNote: 'Please call <b>Lin</b> & bring the charger.' }],
];
const day = { 'zh-CN': /2026年11月23日/, en: /November 23, 2026/ };
const next = { 'zh-CN': /下一步(（(您|我们|快递公司)）)?：\S/, en: /Next step( \((you|us|the carrier)\))?: \S/ };
const blaming = /your fault|you failed|you forgot|you did not (?!ask for a repair)|you have not|must not|您没有(?!申请)|您未能|您忘|过错|责任/i;
const inner = /[a-z]+_[a-z]+|undefined|null|NaN|\[object|[{}]|Invalid Date|  /;
/** The other language, and marks that a missing word leaves behind. */
const wrong = { 'zh-CN': /。。|，。|：。|^[，。]/m, en: /\p{Script=Han}|\.\.| \.|: \.|^[,.]/mu };
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
        expect(whole).not.toMatch(inner);
        expect(whole).not.toMatch(selling);
        expect(whole).not.toMatch(blaming);
        expect(whole).not.toContain('wang.fang');
      }
      expect(text).not.toMatch(wrong[locale]);
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

test('labels of holds fit a WeChat phrase, in one language each', () => {
  const labels = Object.values(holds).map(({ label }) => label);
  expect(labels.filter((label) => !/^\p{Script=Han}{1,5}$/u.test(label['zh-CN']))).toEqual([]);
  expect(labels.filter((label) => /\p{Script=Han}/u.test(label.en))).toEqual([]);
});

test('a mail carries the link to its own ticket, unless the ticket has none', () => {
  const own = 'https://repair.example/t/lnk_QmFzZTY0dXJsVG9rZW4xMg';
  expect(render('received', facts, reader('en')).text).toContain(`Your own link to this repair (please do not pass it on): ${own}`);
  expect(render('received', facts, reader('en')).html).toContain(`<a href="${own}">${own}</a>`);
  const { text, html } = render('received', facts, { ...reader('zh-CN'), link: null });
  for (const whole of [text, html]) expect(whole).not.toMatch(/lnk_|专属链接/);
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
