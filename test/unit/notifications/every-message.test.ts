// Every message in every language and every shape: a date, one next step with its taker, where to look, whom to call, and nothing that does not belong.
import { describe, expect, test } from 'vitest';
import { messageNames, render } from '#notifications/render.ts';
import { type Locale, Locale as Locales } from '#platform/schema.ts';
import { reader } from '../../support/told.ts';
import { scenes } from '../../support/told-scenes.ts';

const day = { 'zh-CN': /2026年11月23日/, en: /November 23, 2026/ };
const next = { 'zh-CN': /下一步(（(您|我们|快递公司)）)?：\S/, en: /Next step( \((you|us|the carrier)\))?: \S/ };
/** What we owe, and an innocent "if", blame nobody. */
const blaming =
  /your fault|you failed|you forgot|you did not (?!ask for a repair|refuse it, or want)|you have not|must not|您没有(?!申请|拒收，或希望)|您未能|您忘|过错|(?<!我们对您的)责任/i;
const inner = /[a-z]+_[a-z]+|undefined|null|NaN|\[object|[{}]|Invalid Date|  /;
/** The other language, and marks that a missing word leaves behind. */
const wrong = { 'zh-CN': /。。|，。|：。|，，|；。|！|[\p{Script=Han}][,;:!?]|^[，。]/mu, en: /[，。；：（）“”]|\.\.| [.,;]|: \.|^[,.]|[.,;:]{2}/mu };
/** A sentence of the other language; names and words of a center may stand in either. */
const foreign = { 'zh-CN': /[A-Za-z]+( [a-z]+){3}/, en: /\p{Script=Han}{4}/u };
/** Addresses, numbers and secrets of a customer have no place in a text. */
const telling = /\+?\d{11,}|wang\.fang|Wang Fang|Nanjing Road \d/;
const selling = /offer|discount|sale\b|subscribe|newsletter|buy|优惠|促销|折扣|抢购|限时|关注我们|下载/i;

const told = ['7K3M9QX2RT5', 'https://repair.example', '400-820-0000', 'Prism Nanjing Road', 'w***@example.com'];
/** What a center or a brand wrote is quoted as it is. */
const quoted = ['Please call <b>Lin</b> & bring the charger.', 'Please bring the charger.', 'Water reached the board.', '换电池; 清洁'];

/** What is wrong with a mail; nothing where all is well. */
function faults({ subject, text, html }: ReturnType<typeof render>, locale: Locale): string[] {
  const body = html.replace(/<head>[^]*<\/head>/, '');
  const own = quoted.reduce((rest, words) => rest.replaceAll(words, '…'), text);
  const found = (where: string, pattern: RegExp, whole: string): string[] => {
    const match = pattern.exec(whole);
    return match === null ? [] : [`${where}: …${whole.slice(Math.max(0, match.index - 20), match.index + 20)}…`];
  };
  return [
    ...(day[locale].test(text) ? [] : ['no date']),
    ...(next[locale].test(text) ? [] : ['no next step']),
    ...(text.match(locale === 'en' ? /^Next step/gm : /^下一步/gm)?.length === 1 ? [] : ['not one next step']),
    ...told.filter((part) => !text.includes(part)).map((part) => `no ${part}`),
    ...(subject.includes('7K3M9QX2RT5') ? [] : ['no code in the subject']),
    ...[subject, text, body].flatMap((whole) => [
      ...found('something inner', inner, whole),
      ...found('selling', selling, whole),
      ...found('blaming', blaming, whole),
      ...found('telling who it is', telling, whole),
    ]),
    ...found('punctuation', wrong[locale], own),
    ...found('the other language', foreign[locale], own),
  ];
}

describe.each(Locales.options)('in %s', (locale) => {
  test.each(messageNames)('%s', (name) => {
    const wrongOnes = scenes.flatMap(([scene, given]) => faults(render(name, given, reader(locale)), locale).map((fault) => `${scene}: ${fault}`));
    expect(wrongOnes).toEqual([]);
  });
});
