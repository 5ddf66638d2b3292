// Days and amounts as the pages write them, in both languages.
import { expect, it } from 'vitest';
import { pagePen } from '#pages/pen.ts';

const on = '2026-12-09';

it.each([
  ['en', 'Wed, December 9, 2026', 'Wed, December 9<span class="year">, 2026</span>', 'Dec 9'],
  ['zh-CN', '2026年12月9日 周三', '<span class="year">2026年</span>12月9日 周三', '12月9日'],
] as const)('a day in %s has its weekday, and a year that can stand back', (locale, long, big, short) => {
  const pen = pagePen(locale, 'Asia/Shanghai');
  expect([pen.day(on).text, pen.bigDay(on).text, pen.shortDay(on).text]).toEqual(
    [long, big, short].map((text) => `<time datetime="${on}">${text}</time>`),
  );
});

it('an amount that is taken off has a minus, which is no hyphen', () => {
  expect(pagePen('en', 'UTC').money({ amount: -2_000, currency: 'CNY' })).toBe('\u2212CN¥20.00');
  expect(pagePen('zh-CN', 'UTC').money({ amount: 45_900, currency: 'CNY' })).toBe('¥459.00');
});
