// Texts that brands write at run time, in MessageFormat 2: what they may name, what they have to say, and how they are filled in.
import { MessageFormat, type MessageSyntaxError, type Model, parseMessage, validate, visit } from 'messageformat';
import type { Locale } from '#platform/schema.ts';
import { type Problems, problem } from './trouble.ts';

/** What a text may show; a value is null where nothing is known about the ticket. */
export const variables = [
  ...(['brand', 'center', 'contact', 'code', 'label', 'on', 'by', 'next', 'why'] as const),
  ...(['promisedOn', 'holdLabel', 'holdWhy', 'holdUntil', 'quoteTotal', 'quoteUntil', 'diagnosisFee', 'parts'] as const),
  ...(['carrier', 'waybillTail', 'eta', 'storageFreeUntil', 'storageKeepUntil', 'storageFee', 'warrantyUntil', 'diagnosisBy'] as const),
] as const;
export type Variable = (typeof variables)[number];

/** What a `.match` may ask for; codes, which no text shows. */
export const selectors = ['outcome', 'returnMethod', 'status', 'turn'] as const;
export type Selector = (typeof selectors)[number];

/** What a text is filled in with. Selectors that are not known are `none`. */
export type Values = Record<Variable, string | null> & Record<Selector, string>;

const known: ReadonlySet<string> = new Set([...variables, ...selectors]);
const codes: ReadonlySet<string> = new Set(selectors);

/** What is wrong with this text; nothing where it can be filled in. */
export function troubleIn(source: string, pointer: string): Problems {
  let message: Model.Message;
  try {
    message = parseMessage(source);
  } catch (error) {
    const { type, start } = error as MessageSyntaxError;
    return [
      problem(pointer, 'syntax', `It is no MessageFormat 2: ${type} at character ${start}. Braces that are meant as text are written \\{ and \\}.`),
    ];
  }
  const found: Problems = [];
  const { functions, variables: named } = validate(message, (type, node) => {
    void node;
    found.push(problem(pointer, 'syntax', `It is no MessageFormat 2: ${type}.`));
  });
  for (const name of named) {
    if (!known.has(name)) found.push(problem(pointer, 'unknown_variable', `There is no $${name}. GET /v1/texts lists what there is.`));
  }
  for (const name of functions) {
    if (name !== 'string')
      found.push(problem(pointer, 'unknown_function', `:${name} is not for texts: dates and amounts come written already. Only :string is.`));
  }
  if (message.declarations.some(({ type }) => type === 'local'))
    found.push(problem(pointer, 'local_variable', 'A text takes no .local: it names what there is.'));
  visit(message, {
    markup: () => void found.push(problem(pointer, 'markup', 'A text takes no markup: it goes out as plain text too.')),
    value: (value, context) => {
      if (context === 'placeholder' && value.type === 'variable' && codes.has(value.name))
        found.push(problem(pointer, 'code_in_text', `$${value.name} is a code: a .match may ask for it, a text may not show it.`));
    },
  });
  // A pair of tags is one mistake.
  return found.filter(({ detail }, n) => found.findIndex((other) => other.detail === detail) === n);
}

/** The text filled in; null where it names something that is not known. */
export function fill(source: string, locale: Locale, values: Values): string | null {
  let whole = true;
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
  const text = new MessageFormat(locale, source, { bidiIsolation: 'none' }).format(given, () => {
    whole = false;
  });
  return whole ? text : null;
}
