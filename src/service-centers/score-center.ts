// Adds up how a center kept its promises over some days of its own calendar.
import type { Deed } from '#access/deed.ts';
import { atWall, dayIn } from '#platform/time-zone.ts';
import { Problem } from '#problems.ts';
import { readCenter } from './manage-centers.ts';
import type { Scorecard, ScorecardQuery } from './scorecard.ts';
import { clockScores, promiseScore, repeatScore, surveyScore } from './scorecard-store.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 366;
const USUAL_DAYS = 90;

const dayOf = (wall: number): string => new Date(wall).toISOString().slice(0, 10);
const refused = (pointer: string, code: string, detail: string): Problem =>
  new Problem('validation_failed', detail, { errors: [{ in: 'query', pointer, code, detail }] });

/** The days asked for, as days since 1970. Problem: validation_failed. */
function daysOf({ from, to }: ScorecardQuery, today: string): [number, number] {
  const last = Date.parse(to ?? today) / DAY_MS;
  const first = from === undefined ? last - USUAL_DAYS + 1 : Date.parse(from) / DAY_MS;
  if (last < first) throw refused('/from', 'after_to', 'from is after to. Name the first day first.');
  if (last - first >= MAX_DAYS) throw refused('/from', 'range_too_long', `The range is longer than ${MAX_DAYS} days. Ask for fewer.`);
  if (first < 0 || last > Date.parse('2200-01-01') / DAY_MS) throw refused('/from', 'out_of_range', 'Only days from 1970 to 2199 can be asked for.');
  return [first, last];
}

/** The scorecard of a center; a center key reads its own. Problems: not_found, validation_failed. */
export async function scoreCenter(deed: Deed, centerId: string, query: ScorecardQuery): Promise<Scorecard> {
  const { timeZone } = await readCenter(deed, centerId);
  const [first, last] = daysOf(query, dayIn(timeZone, deed.now));
  const stretch = {
    centerId,
    from: new Date(atWall(timeZone, first * DAY_MS)),
    before: new Date(atWall(timeZone, (last + 1) * DAY_MS)),
  };
  return {
    centerId,
    from: dayOf(first * DAY_MS),
    to: dayOf(last * DAY_MS),
    promises: await promiseScore(deed, stretch),
    clocks: await clockScores(deed, stretch),
    repeats: await repeatScore(deed, stretch),
    survey: await surveyScore(deed, stretch),
  };
}
