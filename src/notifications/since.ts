// What a customer was to be told before a message and is told with it: nothing that mattered is lost where several steps become one.
import type { Locale } from '#platform/schema.ts';
import type { MessageName, TicketFacts } from './event.ts';
import { messages } from './messages.ts';
import { note } from './phrases.ts';
import { type Addressee, sceneOf } from './scene.ts';
import type { Wording } from './wording.ts';

/** A message that another one carries. */
export interface Earlier {
  message: string;
  facts: object;
}

const heading: Record<Locale, string> = { 'zh-CN': '自上次通知以来：', en: 'Since our last message:' };

/** Paragraphs that say what happened before, oldest first, without what is `said` anyway; none where nothing is left. */
export function sinceThen(earlier: readonly Earlier[], reader: Addressee, said: readonly string[]): string[] {
  const seen = new Set(said);
  const told = earlier.flatMap(({ message, facts }) => {
    // A release that knows this message has written it down, and was rolled back since.
    if (!Object.hasOwn(messages, message)) return [];
    const at = facts as TicketFacts;
    const wording: Wording = messages[message as MessageName][reader.locale](sceneOf(at, reader));
    const fresh = [...wording.happened, ...note[reader.locale](reader.center, at.customerNote)].filter((sentence) => !seen.has(sentence));
    for (const sentence of fresh) seen.add(sentence);
    return fresh.length === 0 ? [] : [`• ${fresh.join(' ')}`];
  });
  return told.length === 0 ? [] : [heading[reader.locale], ...told];
}
