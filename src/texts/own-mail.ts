// A mail in a brand's own words: filled in for a ticket, or tried out with samples before it is kept.
import type { Locale } from '#platform/schema.ts';
import { fill, troubleIn, type Values } from './template.ts';
import { type Problems, problem } from './trouble.ts';

/** As it is kept. */
export interface OwnMail {
  subject: string;
  paragraphs: readonly string[];
}

/** As it is sent. */
export interface FilledMail {
  subject: string;
  /** `isNext`: it is the next step and nothing else. */
  paragraphs: { text: string; isNext: boolean }[];
}

const SUBJECT_MAX = 200;
const alone = /^\s*\{\s*\$next\s*\}\s*$/;

/** The mail; null where its subject, or all of its paragraphs, name something that is not known, or where it does not say when and what next. */
export function fillMail({ subject, paragraphs }: OwnMail, locale: Locale, values: Values): FilledMail | null {
  const head = fill(subject, locale, values);
  const filled = paragraphs.flatMap((source) => {
    const text = fill(source, locale, values);
    return text === null ? [] : [{ text, isNext: alone.test(source) }];
  });
  const whole = filled.map(({ text }) => text).join('\n');
  return head === null || missingIn(whole, values).length > 0 ? null : { subject: head, paragraphs: filled };
}

/** What every mail has to say and this one does not: the day, and the next step. */
const missingIn = (whole: string, values: Values): ('on' | 'next')[] =>
  (['on', 'next'] as const).filter((name) => !whole.includes(values[name] ?? ''));

/** What is wrong with it, tried out with every sample. */
export function troubleInMail(mail: OwnMail, locale: Locale, samples: readonly Values[]): Problems {
  const found = [troubleIn(mail.subject, '/subject'), ...mail.paragraphs.map((source, n) => troubleIn(source, `/paragraphs/${n}`))].flat();
  if (found.length > 0) return found;
  for (const values of samples) {
    const said = `where outcome is ${values.outcome}, returnMethod ${values.returnMethod} and little else is known`;
    const head = fill(mail.subject, locale, values);
    if (head === null || !head.includes(values.code ?? ''))
      return [problem('/subject', 'missing_variable', `The subject does not name the ticket ({$code}) ${said}.`)];
    if (head.length > SUBJECT_MAX)
      return [problem('/subject', 'too_long', `The subject has ${head.length} characters, and ${SUBJECT_MAX} are the most.`)];
    const whole = mail.paragraphs.map((source) => fill(source, locale, values) ?? '').join('\n');
    const missing = missingIn(whole, values);
    if (missing.length > 0) {
      const what = missing.map((name) => `{$${name}}`).join(' and ');
      return [
        problem('/paragraphs', 'missing_variable', `The mail does not say ${what} ${said}. A customer reads a date and a next step in every mail.`),
      ];
    }
  }
  return [];
}
