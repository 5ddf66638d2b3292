// Content negotiation in the questions that are asked here: which language, text or JSON, and which of some types (RFC 9110 §12.5).
import type { Locale } from '../schema.ts';

function* preferences(header: string): Generator<{ range: string; weight: number }> {
  for (const part of header.split(',', 20)) {
    const [range = '', ...parameters] = part.split(';');
    const q = parameters.map((parameter) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/i.exec(parameter)?.[1]).find((value) => value !== undefined);
    yield { range: range.trim().toLowerCase(), weight: q === undefined ? 1 : Number(q) };
  }
}

/** The language to answer in: the heaviest that we speak, Chinese where none is asked for. */
export function preferredLocale(acceptLanguage: string | undefined): Locale {
  let best: Locale = 'zh-CN';
  let most = 0;
  for (const { range, weight } of preferences(acceptLanguage ?? '')) {
    const locale: Locale | undefined = /^zh(-|$)/.test(range) ? 'zh-CN' : /^en(-|$)/.test(range) ? 'en' : undefined;
    if (locale !== undefined && weight > most) [best, most] = [locale, weight];
  }
  return best;
}

/** Whether plain text is asked for, and more so than JSON. */
export function prefersText(accept: string | undefined): boolean {
  if (accept === undefined || !accept.includes('text/')) return false;
  let text = 0;
  let json = 0;
  for (const { range, weight } of preferences(accept)) {
    if (range === 'text/plain' || range === 'text/*') text = Math.max(text, weight);
    if (range === 'application/json' || range === 'application/*') json = Math.max(json, weight);
  }
  return text > json;
}

/** The offered media type that is wanted most, the first of equals; null where none of them is acceptable. */
export function preferredMedia<T extends string>(accept: string | undefined, offered: readonly [T, ...T[]]): T | null {
  if (accept === undefined || accept.trim() === '') return offered[0];
  const ranges = [...preferences(accept)];
  // The most specific range that matches a type speaks for it (RFC 9110 §12.5.1).
  const weightOf = (type: string): number => {
    const patterns = [type, `${type.split('/')[0]}/*`, '*/*'];
    const matching = patterns.map((pattern) => ranges.find(({ range }) => range === pattern)).find((found) => found !== undefined);
    return matching?.weight ?? 0;
  };
  let best: T | null = null;
  let most = 0;
  for (const type of offered) if (weightOf(type) > most) [best, most] = [type, weightOf(type)];
  return best;
}
