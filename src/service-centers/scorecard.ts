// How a center kept its word: what brands and centers compare themselves by.
import { z } from 'zod';
import { clockNames } from '#clocks/clock.ts';
import { day, decimal, id, int4 } from '#platform/schema.ts';

/** Days after a repair within which the device is not to come back. */
export const REPEAT_DAYS = 90;

/** The days looked at, on the calendar of the center; both belong to them. */
export const ScorecardQuery = z.strictObject({
  from: day().optional().meta({ description: 'First day. Default: 89 days before `to`.' }),
  to: day().optional().meta({ description: 'Last day, at most 366 days in all. Default: today.' }),
});
export type ScorecardQuery = z.infer<typeof ScorecardQuery>;

/** Promises to customers whose devices became ready to fetch, or left, in these days. */
export const PromiseScore = z
  .strictObject({
    finished: int4().meta({ description: 'Tickets that were finished: ready to fetch, or on their way.' }),
    keptFirst: int4().meta({ description: 'Finished by the day that was promised first.' }),
    keptLast: int4().meta({ description: 'Finished by the day that was promised last.' }),
    missed: int4().meta({ description: 'Finished later than every promise.' }),
    changesMean: decimal(0, 1_000_000).nullable().meta({ description: 'Promises made after the first, per ticket.' }),
    slipMedianHours: decimal(-1_000_000, 1_000_000)
      .nullable()
      .meta({ description: 'Half of the tickets were finished so long after the first promise, or earlier; negative: before it.' }),
  })
  .meta({ id: 'PromiseScore', example: { finished: 120, keptFirst: 96, keptLast: 114, missed: 6, changesMean: 0.25, slipMedianHours: -5.5 } });

/** One clock in these days. */
export const ClockScore = z
  .strictObject({
    clock: z.enum(clockNames),
    ended: int4().meta({ description: 'Runs that stopped.' }),
    breached: int4().meta({ description: 'Runs that passed their due, stopped or not.' }),
  })
  .meta({ id: 'ClockScore', example: { clock: 'repair', ended: 120, breached: 9 } });

/** The scorecard of a center. */
export const Scorecard = z
  .strictObject({
    centerId: id('center'),
    from: day(),
    to: day(),
    promises: PromiseScore,
    clocks: z.array(ClockScore).max(clockNames.length).meta({ description: 'Those of which a run ended or was breached.' }),
    repeats: z
      .strictObject({
        repaired: int4().meta({ description: 'Repaired devices that were delivered.' }),
        repeated: int4().meta({ description: `Of them, those that came back within ${REPEAT_DAYS} days.` }),
      })
      .meta({ id: 'RepeatScore', example: { repaired: 101, repeated: 2 } }),
    survey: z
      .strictObject({
        asked: int4().meta({ description: 'Customers who were asked in these days.' }),
        answered: int4().meta({ description: 'Of them, those who have answered.' }),
        nps: decimal(-100, 100)
          .nullable()
          .meta({ description: 'Percent of answers from 9 to 10, less percent of those from 0 to 6; null without answers.' }),
      })
      .meta({ id: 'SurveyScore', example: { asked: 110, answered: 42, nps: 61.9 } }),
  })
  .meta({
    id: 'Scorecard',
    example: {
      centerId: 'ctr_01kam3w0xf8q9r2s4t6v8w0x1y',
      from: '2026-09-01',
      to: '2026-11-22',
      promises: { finished: 120, keptFirst: 96, keptLast: 114, missed: 6, changesMean: 0.25, slipMedianHours: -5.5 },
      clocks: [{ clock: 'repair', ended: 120, breached: 9 }],
      repeats: { repaired: 101, repeated: 2 },
      survey: { asked: 110, answered: 42, nps: 61.9 },
    },
  });
export type Scorecard = z.infer<typeof Scorecard>;
