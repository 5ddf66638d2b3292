// Brands say things in their own words: written, read with their history, and withdrawn; what could not be sent is not kept.
import type { Deed } from '#access/deed.ts';
import { type ClockName, clockNames } from '#clocks/clock.ts';
import { isMessage, messageNames } from '#notifications/render.ts';
import { sampleValues } from '#notifications/samples.ts';
import type { Locale } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import { builtInLabels } from '#tickets/labels.ts';
import { troubleInMail } from './own-mail.ts';
import { addVersion, currentTexts, lockTexts, setLabel, type TextRow, versionsOf } from './store.ts';
import { selectors, variables } from './template.ts';
import type { BrandText, BrandTextDetail, BrandTextInput, BrandTexts, WritableText } from './text.ts';
import { type Problems, problem } from './trouble.ts';

const HISTORY = 100;
/** What a phrase of WeChat takes (design §10.4). */
const LABEL_HAN = 5;
const LABEL_EN = 40;

/** The times of the law whose passing can give the customer an option. */
const legalClocks = clockNames.filter((name) => name.startsWith('cn_'));

type Named = { kind: 'message' | 'label' | 'entitlement'; rest: string };

/** What a name means. Problem: not_found. */
function read(name: string): Named {
  const [kind = '', ...parts] = name.split('.');
  const rest = parts.join('.');
  if (kind === 'message' && isMessage(rest)) return { kind, rest };
  if (kind === 'label' && builtInLabels.has(rest)) return { kind, rest };
  if (kind === 'entitlement' && legalClocks.includes(rest as ClockName)) return { kind, rest };
  throw new Problem('not_found', 'There is no text of this name. GET /v1/texts lists what there is.');
}

const view = ({ body, madeAt, ...row }: TextRow): BrandText => ({
  ...row,
  subject: body?.subject ?? null,
  paragraphs: body?.paragraphs ?? null,
  text: body?.text ?? null,
  withdrawn: body === null,
  madeAt: madeAt.toISOString(),
});

function writable(): WritableText[] {
  return [
    ...messageNames.map((name): WritableText => ({ name: `message.${name}`, kind: 'message', builtIn: null })),
    ...[...builtInLabels].map(([name, builtIn]): WritableText => ({ name: `label.${name}`, kind: 'label', builtIn })),
    ...legalClocks.map((name): WritableText => ({ name: `entitlement.${name}`, kind: 'entitlement', builtIn: null })),
  ];
}

/** Everything the brand can say, and does. */
export async function readTexts(deed: Deed): Promise<BrandTexts> {
  return { data: (await currentTexts(deed)).map(view), names: writable(), variables: [...variables], selectors: [...selectors] };
}

/** One text with its history. Problem: not_found where the brand has never said it in its own words. */
export async function readText(deed: Deed, name: string, locale: Locale): Promise<BrandTextDetail> {
  read(name);
  const versions = (await versionsOf(deed, name, locale, HISTORY)).map(view);
  const [current] = versions;
  if (current === undefined) throw new Problem('not_found', 'The brand has no words of its own for this. The built-in ones count.');
  return { current, history: versions };
}

function troubleInLabel(text: string, locale: Locale): Problems {
  if (locale === 'zh-CN')
    return /^\p{Script=Han}+$/u.test(text) && [...text].length <= LABEL_HAN
      ? []
      : [problem('/text', 'label_too_long', `A label in Chinese has 1 to ${LABEL_HAN} Han characters and nothing else: that is what WeChat shows.`)];
  return text.length <= LABEL_EN && !/\p{Script=Han}/u.test(text)
    ? []
    : [problem('/text', 'label_too_long', `A label in English has at most ${LABEL_EN} characters, and none of them is Chinese.`)];
}

const missing = (field: string, kind: string): Problems => [problem(`/${field}`, 'required', `A ${kind} takes ${field}.`)];
const needless = (input: BrandTextInput, fields: readonly (keyof BrandTextInput)[], kind: string): Problems =>
  fields.filter((field) => input[field] !== undefined).map((field) => problem(`/${field}`, 'unexpected', `A ${kind} takes no ${field}.`));

function troubleWith({ kind }: Named, input: BrandTextInput, locale: Locale): Problems {
  const { subject, paragraphs, text } = input;
  if (kind === 'message') {
    const shape = [
      ...(subject === undefined ? missing('subject', kind) : []),
      ...(paragraphs === undefined ? missing('paragraphs', kind) : []),
      ...needless(input, ['text'], kind),
    ];
    return shape.length > 0 || subject === undefined || paragraphs === undefined
      ? shape
      : troubleInMail({ subject, paragraphs }, locale, sampleValues(locale));
  }
  const shape = [...(text === undefined ? missing('text', kind) : []), ...needless(input, ['subject', 'paragraphs'], kind)];
  return shape.length > 0 || text === undefined ? shape : kind === 'label' ? troubleInLabel(text, locale) : [];
}

/** Keeps a text as the next version; it counts from then on. Problems: not_found, validation_failed with the place and what to change. */
export async function writeText(deed: Deed, name: string, locale: Locale, input: BrandTextInput): Promise<BrandText> {
  const named = read(name);
  const errors = troubleWith(named, input, locale);
  if (errors.length > 0) throw new Problem('validation_failed', errors[0]?.detail ?? '', { errors: errors.slice(0, 20) });
  return keep(deed, name, locale, named, Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)));
}

/** Has the built-in words count again; the history stays. Problem: not_found where there is nothing to withdraw. */
export async function withdrawText(deed: Deed, name: string, locale: Locale): Promise<BrandText> {
  const named = read(name);
  const [current] = await versionsOf(deed, name, locale, 1);
  if (current === undefined || current.body === null)
    throw new Problem('not_found', 'The brand has no words of its own for this, so there is nothing to withdraw.');
  return keep(deed, name, locale, named, null);
}

async function keep(deed: Deed, name: string, locale: Locale, { kind, rest }: Named, body: TextRow['body']): Promise<BrandText> {
  await lockTexts(deed);
  const row = await addVersion(deed, name, locale, body);
  if (kind === 'label') await setLabel(deed, rest, locale, body?.text ?? null);
  return view(row);
}

/** The option that the brand has approved for the passing of this time; null where it has approved none. */
export async function approvedOption(deed: Deed, clock: string, locale: Locale): Promise<string | null> {
  const [current] = await versionsOf(deed, `entitlement.${clock}`, locale, 1);
  return current?.body?.text ?? null;
}
