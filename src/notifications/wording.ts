// The shape of a message: what happened, and the one next step with whoever takes it.
import type { Locale } from '#platform/schema.ts';
import type { Scene } from './scene.ts';

/** Who takes the next step. */
export type Taker = 'you' | 'us' | 'carrier' | 'nobody';

/** A message before the frame (date of the next word, link, lookup, contact line) is put around it. */
export interface Wording {
  subject: string;
  happened: string[];
  next: { by: Taker; text: string };
  /** Where on the ticket's own page the next step is taken; the page itself where absent. */
  action?: Action;
}

/** A step that the reader takes on the page behind the link. */
export type Action = 'decide' | 'answer';

/** A message in every language. */
export type Row = Record<Locale, (scene: Scene) => Wording>;
