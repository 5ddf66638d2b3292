// Every word of the pages by language.
import type { Locale } from '#platform/schema.ts';
import { zh } from './chinese.ts';
import { en, type Words } from './english.ts';

export type { Trouble, Words } from './english.ts';

/** By language. */
export const words: Record<Locale, Words> = { 'zh-CN': zh, en };
