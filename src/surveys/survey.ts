// The one question a customer is asked some days after the device is back, and the answer.
import { z } from 'zod';
import { instant, int4, text } from '#platform/schema.ts';

/** What a customer answers. */
export const SurveyAnswer = z
  .strictObject({
    score: int4(0, 10).meta({ description: 'How likely it is that the customer recommends the repairs: 0 not at all, 10 certainly.' }),
    reason: text(1_000).optional(),
  })
  .meta({ id: 'SurveyAnswer', example: { score: 9, reason: 'Quick, and I always knew where it was.' } });
export type SurveyAnswer = z.infer<typeof SurveyAnswer>;

/** The answer as it is kept. */
export const AnsweredSurvey = z
  .strictObject({ score: int4(0, 10), reason: z.string().max(1_000).nullable(), answeredAt: instant() })
  .meta({ id: 'AnsweredSurvey', example: { score: 9, reason: null, answeredAt: '2026-11-30T05:00:00.000Z' } });
export type AnsweredSurvey = z.infer<typeof AnsweredSurvey>;
