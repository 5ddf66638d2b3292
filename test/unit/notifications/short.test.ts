// Short messages fit: every message in every language with the longest values, a signature of 12 characters and the longest page address.
import { describe, expect, test } from 'vitest';
import type { MessageName, TicketFacts } from '#notifications/event.ts';
import { labelIn, shorts } from '#notifications/messages/short.ts';
import { messages } from '#notifications/messages.ts';
import { noteFor, PAGE, pageOf, type ShortReader, textFor, wordingOf } from '#notifications/short.ts';
import { type TemplateName, templates } from '#notifications/short-templates.ts';
import { isGsm7, smsParts } from '#notifications/sms-parts.ts';
import { type Locale, Locale as Locales } from '#platform/schema.ts';
import { HoldReason } from '#tickets/holds.ts';
import { statuses } from '#tickets/lifecycle.ts';
import { ReturnMethod, type Status } from '#tickets/status.ts';
import { bare, facts, hold, promise, quote, stored } from '../../support/told.ts';

const names = Object.keys(messages) as MessageName[];
/** The longest there are: a day of six characters in Chinese, in English as well. */
const day = '2026-12-31T10:00:00.000Z';
const before = '2026-12-30T10:00:00.000Z';
const longest: TicketFacts = {
  ...facts,
  code: 'MS8RDC2NZ0X',
  occurredAt: '2026-12-29T10:00:00.000Z',
  nextUpdateBy: day,
  promise: { at: day, previous: before, reason: 'workload', note: null },
  shipment: { carrier: 'A carrier with a long name', waybillTail: '0001', eta: day },
  closesAt: day,
  disputeUntil: day,
};
const prices = [0, 39_900, 1_234_567, 2_147_483_647].flatMap((amount) =>
  ['CNY', 'EUR', 'USD', 'JPY', 'CHF', 'KWD'].map((currency) => ({ amount, currency })),
);
const scenes: TicketFacts[] = [
  ...(Object.keys(statuses) as Status[]).flatMap((status) => ReturnMethod.options.map((returnMethod) => ({ ...longest, status, returnMethod }))),
  ...HoldReason.options.map((reason) => ({ ...longest, hold: { ...(hold(reason).hold as NonNullable<TicketFacts['hold']>), resumeBy: day } })),
  ...[before, day, '2026-12-01T10:00:00.000Z'].map((until) => ({ ...stored(until), code: longest.code, occurredAt: before, nextUpdateBy: day })),
  { ...promise('workload'), code: longest.code },
  { ...longest, promise: null },
  { ...bare, code: longest.code },
  { ...bare, code: longest.code, status: 'ready', returnMethod: 'pick_up' },
  { ...bare, code: longest.code, status: 'cancelled' },
  ...[stored(day), { ...longest, status: 'ready' as const }].map((scene) => ({
    ...longest,
    ...scene,
    code: longest.code,
    wish: 'disposal' as const,
  })),
];
const priced: TicketFacts[] = prices.map((total) => ({
  ...longest,
  status: 'quoted' as const,
  quote: { ...(quote({}).quote as NonNullable<TicketFacts['quote']>), validUntil: day, total },
}));
const given = [...names.flatMap((name) => scenes.map((scene) => ({ name, scene }))), ...priced.map((scene) => ({ name: 'quoted' as const, scene }))];
const SIGNATURE = 12;
const lookupUrl = `https://${'r'.repeat(PAGE)}`;
const reader = (locale: Locale): ShortReader => ({ locale, timeZone: 'Asia/Shanghai', lookupUrl, link: `${lookupUrl}/t/lnk_QmFzZTY0` });
const signed = { 'zh-CN': (text: string) => `【${'名'.repeat(SIGNATURE)}】${text}`, en: (text: string) => `${'N'.repeat(SIGNATURE)}: ${text}` };
const selling = /拒收请回复|回T退订|优惠|促销|好评|问卷|评价|offer|discount|sale\b|review us|survey|rate us|STOP/i;
const broken = /undefined|null|NaN|\[object|[{}$]\{|Invalid|  |。。|，，|[a-z]+_[a-z]+/;
const dated = { 'zh-CN': /\d{1,2}月\d{1,2}日/, en: /\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2}\b/ };

describe.each(Locales.options)('in %s', (locale) => {
  const told = given.flatMap(({ name, scene }) => {
    const text = textFor(name, scene, reader(locale));
    return text === null ? [] : [{ name, ...text }];
  });

  test('every text names the repair, a day and the page, and nothing is left out of it', () => {
    for (const { name, text, values } of told) {
      expect(text, name).toContain('MS8RDC2NZ0X');
      expect(text, name).toMatch(dated[locale]);
      expect(text.endsWith(` ${'r'.repeat(PAGE)}`), text).toBe(true);
      expect(text, name).not.toMatch(broken);
      expect(text, name).not.toMatch(selling);
      // Providers refuse a place that takes a link, and an empty one.
      for (const value of Object.values(values)) expect(value, `${name}: ${text}`).toMatch(/^(?!.*(https?:|\/|\.[a-z]{2,}$)).+$/);
    }
  });

  test('every text costs one part', () => {
    const longestOf = (texts: string[]): string => texts.toSorted((a, b) => b.length - a.length)[0] ?? '';
    const texts = told.map(({ text }) => signed[locale](text));
    expect(texts.filter((text) => smsParts(text) > 1)).toEqual([]);
    if (locale === 'zh-CN') expect(longestOf(texts).length).toBeLessThanOrEqual(70);
    else expect(texts.filter((text) => !isGsm7(text))).toEqual([]);
  });

  test('every note fits its fields', () => {
    for (const { name, scene } of given) {
      const note = noteFor(name, scene, reader(locale));
      if (note === null) continue;
      const { template, fields, url } = note;
      expect(template).toMatch(locale === 'en' ? /^(progress|action|quote)\.en$/ : /^(progress|action|quote)$/);
      expect(fields['code']).toMatch(/^[A-Za-z0-9]{1,32}$/);
      expect(fields['status'], name).toMatch(locale === 'en' ? /^[ -~]{1,20}$/ : /^\p{Script=Han}{1,5}$/u);
      expect(fields['date']).toMatch(locale === 'en' ? /^\d{4}-\d\d-\d\d \d\d:\d\d$/ : /^\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d$/);
      expect([...(fields['text'] ?? '')].length).toBeLessThanOrEqual(20);
      expect(fields['text']).not.toMatch(selling);
      expect('amount' in fields).toBe(template.startsWith('quote'));
      if ('amount' in fields) expect(fields['amount']).toMatch(/^\D[\d.]{1,11}$/u);
      expect(url).toBe(`${lookupUrl}/t/lnk_QmFzZTY0`);
    }
  });

  test('every label has a short form', () => {
    const labels = [
      ...(Object.keys(statuses) as Status[]).flatMap((status) =>
        ReturnMethod.options.map((returnMethod) => labelIn({ ...bare, status, returnMethod }, locale)),
      ),
      ...HoldReason.options.map((reason) => labelIn(hold(reason), locale)),
    ];
    expect(labels.filter((label) => label.length > (locale === 'en' ? 20 : 5))).toEqual([]);
  });
});

describe('templates', () => {
  const all = Object.keys(templates) as TemplateName[];

  test('are a dozen, for each has to be read and allowed by hand', () => {
    expect(all.length).toBeLessThanOrEqual(12);
    const used = new Set(names.flatMap((name) => scenes.map((scene) => shorts[name]?.(scene, reader('zh-CN')).template ?? 'step')));
    expect([...used].toSorted()).toEqual(all.toSorted());
  });

  test.each(all)('%s: its places are the same in all languages, stand apart, and are less than its words', (name) => {
    const [one, ...others] = Locales.options.map((locale) => {
      const wording = wordingOf(name, locale, lookupUrl);
      expect(wording).not.toMatch(/\}[^\p{L}]*\$\{/u);
      expect(wording.replaceAll(/\$\{\w+\}/g, '').length).toBeGreaterThan(10);
      return [...templates[name].text[locale].matchAll(/\$\{(\w+)\}/g)].map(([, place]) => place).toSorted();
    });
    for (const other of others) expect(other).toEqual(one);
  });
});

test('a text reads as a person would write it', () => {
  const shop = { ...reader('zh-CN'), lookupUrl: 'https://repair.example/' };
  expect(textFor('quoted', quote({}), shop)?.text).toBe('维修单7K3M9QX2RT5报价¥399，请在12月3日前答复 repair.example');
  expect(textFor('quoted', quote({}), { ...shop, locale: 'en' })?.text).toBe(
    'Repair 7K3M9QX2RT5: the quote is CN¥399. Please say yes or no by Dec 3. repair.example',
  );
  expect(textFor('hold_opened', hold('device_lock'), shop)?.text).toBe('维修单7K3M9QX2RT5状态为待解锁，请在12月3日前联系我们 repair.example');
  expect(textFor('received', { ...facts, status: 'received' }, shop)).toEqual({
    text: '维修单7K3M9QX2RT5现为已收件，最迟11月26日再告知进展 repair.example',
    template: 'step',
    values: { code: '7K3M9QX2RT5', date: '11月26日', label: '已收件' },
  });
});

test('who did not ask for their contact details to be changed is told what to do, on the telephone too', () => {
  const shop = { ...reader('zh-CN'), lookupUrl: 'https://repair.example/' };
  expect(textFor('contact_changed', facts, shop)?.text).toMatch(/^维修单7K3M9QX2RT5于11月\d+日完成联系方式更改，有误请联系我们 repair[.]example$/);
  expect(textFor('contact_changed', facts, { ...shop, locale: 'en' })?.text).toMatch(
    /as of Nov \d+ your contact details have changed[.] If anything is wrong, please contact us[.]/,
  );
});

test('what must not be said in short is not', () => {
  const none = names.filter((name) => textFor(name, longest, reader('zh-CN')) === null);
  expect(none.toSorted()).toEqual(['link_renewed', 'lookups_blocked', 'survey']);
  expect(names.filter((name) => noteFor(name, longest, reader('en')) === null)).toEqual(['survey']);
});

test('the night belongs to the reader: days are those of the reader’s time zone', () => {
  const late = { ...facts, nextUpdateBy: '2026-11-25T18:00:00.000Z' };
  expect(textFor('received', late, { ...reader('en'), timeZone: 'America/Los_Angeles' })?.text).toContain('by Nov 25');
  expect(textFor('received', late, reader('en'))?.text).toContain('by Nov 26');
});

test('a page with a long address is not named', () => {
  expect(pageOf(`https://${'r'.repeat(PAGE + 1)}`)).toBeNull();
  expect(textFor('received', facts, { ...reader('en'), lookupUrl: 'https://repair.a-brand-with-a-long-name.example' })?.text).toMatch(/by Nov 26\.$/);
});

test('parts are counted as networks carry them', () => {
  expect([smsParts('a'.repeat(160)), smsParts('a'.repeat(161)), smsParts('a'.repeat(307))]).toEqual([1, 2, 3]);
  expect([smsParts('维'.repeat(70)), smsParts('维'.repeat(71)), smsParts('维'.repeat(135))]).toEqual([1, 2, 3]);
  expect([smsParts('€'.repeat(80)), smsParts('€'.repeat(81)), isGsm7('’')]).toEqual([1, 2, false]);
});
