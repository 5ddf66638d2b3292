// Holds the product's answer against the model's expectation.
import type { Coverage } from './coverage.ts';
import { count } from './coverage.ts';
import { type Expectation, type Seen, seen } from './expectation.ts';
import type { Asked, Repair, Who } from './repair.ts';
import { offered } from './table.ts';
import { differences } from './view.ts';

/** What the product answered. */
export type Answer =
  | { kind: 'taken'; seen: Seen; allowed: readonly string[]; by: Who }
  | { kind: 'refused'; refusal: string }
  | { kind: 'not_from_here'; offered: readonly string[] }
  | { kind: 'forbidden' | 'no_reason' | 'stale' | 'other_open' }
  | { kind: 'unexpected'; what: string };

/** Where they differ, in words; and counts what was seen. */
export function judged(run: Coverage, before: Repair, asked: Asked, expected: Expectation, answer: Answer): string[] {
  run.commands += 1;
  switch (expected.kind) {
    case 'taken':
      run.accepted += 1;
      count(run.edges, `${asked.action} ${before.status}`);
      break;
    case 'refused':
      count(run.refusals, expected.refusal);
      break;
    case 'not_from_here':
    case 'forbidden':
    case 'no_reason':
    case 'stale':
    case 'other_open':
      count(run.others, expected.kind);
      break;
  }
  if (expected.kind === 'taken' && answer.kind === 'taken') {
    const { next } = expected;
    return [
      ...differences(seen(next), answer.seen),
      ...differences(offered(next.status, next.hold !== null, answer.by), answer.allowed.toSorted()).map((text) => `allowed${text}`),
    ];
  }
  if (expected.kind === 'not_from_here' && answer.kind === 'not_from_here') return differences(expected.offered, answer.offered.toSorted());
  return differences(short(expected), short(answer));
}

const short = (one: Expectation | Answer): string =>
  one.kind === 'refused' ? `refused: ${one.refusal}` : one.kind === 'unexpected' ? `unexpected: ${one.what}` : one.kind;

/** One disagreement as a line that can be repeated. */
export const told = (at: { seed: number; sequence: number; nth: number; before: Repair; asked: Asked; texts: string[] }): string =>
  `seed ${at.seed} sequence ${at.sequence} command ${at.nth}: ${at.asked.action} by ${at.asked.by} from ${at.before.status}` +
  ` (${at.before.log.join(' ')}) ${JSON.stringify(at.asked.input)}\n    ${at.texts.join('\n    ')}`;
