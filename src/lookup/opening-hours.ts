// When a center is open, in words: days with the same hours stand together.
import type { Locale } from '#platform/schema.ts';
import type { WeekHours } from '#service-centers/week-hours.ts';

const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const names: Record<Locale, Record<(typeof week)[number], string>> = {
  'zh-CN': { mon: '周一', tue: '周二', wed: '周三', thu: '周四', fri: '周五', sat: '周六', sun: '周日' },
  en: { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' },
};
const marks: Record<Locale, { to: string; and: string; next: string }> = {
  'zh-CN': { to: '至', and: '、', next: '；' },
  en: { to: '–', and: ', ', next: '; ' },
};

/** E.g. `Mon–Fri 09:00–18:00; Sat 10:00–16:00`; what is not named is closed. */
export function openingHours(hours: WeekHours, locale: Locale): string {
  const { to, and, next } = marks[locale];
  const runs: { from: string; until: string; open: string }[] = [];
  let last: (typeof runs)[number] | undefined;
  for (const day of week) {
    const open = (hours[day] ?? []).map(([from, until]) => `${from}–${until}`).join(and);
    const name = names[locale][day];
    if (last?.open === open) last.until = name;
    else runs.push((last = { from: name, until: name, open }));
  }
  return runs
    .filter(({ open }) => open !== '')
    .map(({ from, until, open }) => `${from === until ? from : `${from}${to}${until}`} ${open}`)
    .join(next);
}
