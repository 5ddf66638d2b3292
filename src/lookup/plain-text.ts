// The answers as lines of text, for screen readers, terminals and telephones that read aloud.
import { carrierIn } from '#mail-in/carrier-words.ts';
import type { Locale } from '#platform/schema.ts';
import { openingHours } from './opening-hours.ts';
import type { NotShown, OpenProgress, OwnerProgress } from './progress.ts';
import type { Who } from './wording.ts';

interface Phrases {
  next: Record<Who, string>;
  promised: string;
  moved: string;
  onHold: string;
  until: string;
  note: string;
  updateBy: string;
  notYet: string;
  parcel: string;
  quote: string;
  center: string;
  hours: string;
  colon: string;
  comma: string;
}

const phrases: Record<Locale, Phrases> = {
  'zh-CN': {
    next: { you: '下一步（请您操作）', us: '下一步（我们）', carrier: '下一步（快递）', nobody: '下一步' },
    promised: '承诺日期',
    moved: '日期更改',
    onHold: '暂停原因',
    until: '最迟到',
    note: '维修中心留言',
    updateBy: '最迟下次更新时间',
    notYet: '未到',
    parcel: '寄回包裹',
    quote: '报价合计',
    center: '维修中心',
    hours: '营业时间',
    colon: '：',
    comma: '，',
  },
  en: {
    next: { you: 'Next step (you)', us: 'Next step (us)', carrier: 'Next step (carrier)', nobody: 'Next step' },
    promised: 'Promised day',
    moved: 'Day moved',
    onHold: 'On hold',
    until: 'until',
    note: 'Note from the service center',
    updateBy: 'Next update at the latest',
    notYet: 'not yet',
    parcel: 'Parcel to you',
    quote: 'Quote total',
    center: 'Service center',
    hours: 'Open',
    colon: ': ',
    comma: ', ',
  },
};

/** ISO 4217 minor units as people write them, e.g. `129.00 CNY`. */
function money(amount: number, currency: string): string {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`;
}

const withCarrier = (carrier: string, number: string, locale: Locale): string => [carrierIn(carrier, locale) ?? [], number].flat().join(' ');

function ownerLines(answer: OwnerProgress, words: Phrases, locale: Locale): string[] {
  const { hold, center } = answer;
  const moved = answer.promiseHistory.filter(({ previousOn, promisedOn }) => previousOn !== null && previousOn !== promisedOn);
  return [
    ...(hold === null ? [] : [`${words.onHold}${words.colon}${hold.label}${words.comma}${words.until} ${hold.untilOn}`]),
    ...(hold === null || hold.note === null ? [] : [`${words.note}${words.colon}${hold.note}`]),
    ...moved.map(({ previousOn, promisedOn, reason }) => `${words.moved}${words.colon}${previousOn} → ${promisedOn}${words.comma}${reason}`),
    ...answer.timeline.map(({ at, label }) => `${at.slice(0, 16).replace('T', ' ')} UTC  ${label}`),
    ...answer.parcels.map(({ carrier, waybillLast4 }) => `${words.parcel}${words.colon}${withCarrier(carrier, `…${waybillLast4}`, locale)}`),
    ...(answer.quoteTotal === null ? [] : [`${words.quote}${words.colon}${money(answer.quoteTotal.amount, answer.quoteTotal.currency)}`]),
    ...(center === null ? [] : [`${words.center}${words.colon}${center.name}${words.comma}${center.phone}`]),
    ...(center === null || center.hours === null ? [] : [`${words.hours}${words.colon}${openingHours(center.hours, locale)}`]),
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
    ...(answer.promisedOn === null ? [] : [`${words.promised}${words.colon}${answer.promisedOn}`]),
    ...(answer.nextUpdateOn === null ? [] : [`${words.updateBy}${words.colon}${answer.nextUpdateOn}`]),
    ...answer.stages.map(({ label, reachedOn }) => `${label}${words.colon}${reachedOn ?? words.notYet}`),
    ...(answer.tier === 1 ? ownerLines(answer, words, locale) : []),
  ];
  return `${lines.join('\n')}\n`;
}
