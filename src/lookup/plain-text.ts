// The answers as lines of text, for screen readers, terminals and telephones that read aloud.
import type { Locale } from '#platform/schema.ts';
import type { NotShown, OpenProgress, OwnerProgress } from './progress.ts';
import type { Who } from './wording.ts';

interface Phrases {
  next: Record<Who, string>;
  updateBy: string;
  notYet: string;
  parcel: string;
  quote: string;
  center: string;
  colon: string;
}

const phrases: Record<Locale, Phrases> = {
  'zh-CN': {
    next: { you: '下一步（请您操作）', us: '下一步（我们）', carrier: '下一步（快递）', nobody: '下一步' },
    updateBy: '最迟下次更新时间',
    notYet: '未到',
    parcel: '寄回包裹',
    quote: '报价合计',
    center: '维修中心',
    colon: '：',
  },
  en: {
    next: { you: 'Next step (you)', us: 'Next step (us)', carrier: 'Next step (carrier)', nobody: 'Next step' },
    updateBy: 'Next update at the latest',
    notYet: 'not yet',
    parcel: 'Parcel to you',
    quote: 'Quote total',
    center: 'Service center',
    colon: ': ',
  },
};

/** ISO 4217 minor units as people write them, e.g. `129.00 CNY`. */
function money(amount: number, currency: string): string {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`;
}

function ownerLines(answer: OwnerProgress, words: Phrases): string[] {
  return [
    ...answer.timeline.map(({ at, label }) => `${at.slice(0, 16).replace('T', ' ')} UTC  ${label}`),
    ...answer.parcels.map(({ carrier, waybillLast4 }) => `${words.parcel}${words.colon}${carrier} …${waybillLast4}`),
    ...(answer.quoteTotal === null ? [] : [`${words.quote}${words.colon}${money(answer.quoteTotal.amount, answer.quoteTotal.currency)}`]),
    ...(answer.center === null ? [] : [`${words.center}${words.colon}${answer.center.name}, ${answer.center.phone}`]),
  ];
}

/** Any answer of the lookup as text; the token is left out, for this form is read by people. */
export function plainText(answer: OpenProgress | OwnerProgress | NotShown, locale: Locale): string {
  if (!answer.found) return `${answer.verifyHint.text}\n`;
  const words = phrases[locale];
  const lines = [
    answer.label,
    answer.whatThisMeans,
    `${words.next[answer.nextStep.who]}${words.colon}${answer.nextStep.text}`,
    ...(answer.nextUpdateBy === null ? [] : [`${words.updateBy}${words.colon}${answer.nextUpdateBy.slice(0, 10)}`]),
    ...answer.stages.map(({ label, reachedOn }) => `${label}${words.colon}${reachedOn ?? words.notYet}`),
    ...(answer.tier === 1 ? ownerLines(answer, words) : []),
  ];
  return `${lines.join('\n')}\n`;
}
