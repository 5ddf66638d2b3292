// The customer's answer, given by the link of the ticket.
import type { Deed } from '#access/deed.ts';
import { ticketOf } from '#lookup/use-link.ts';
import { Problem } from '#problems.ts';
import { type AnswerRow, askedSurvey, writeAnswer } from './store.ts';
import type { AnsweredSurvey, SurveyAnswer } from './survey.ts';

const unasked = (): Problem =>
  new Problem('not_found', 'Nothing was asked about this repair. The question comes by mail some days after the device is back.');

const view = ({ score, reason, answeredAt }: AnswerRow): AnsweredSurvey | null =>
  score === null || answeredAt === null ? null : { score, reason, answeredAt: answeredAt.toISOString() };

/** The answer so far; null: there is none yet. Problem: not_found where nothing was asked. */
export async function readAnswer(deed: Deed): Promise<AnsweredSurvey | null> {
  const row = await askedSurvey(deed, ticketOf(deed));
  if (row === undefined) throw unasked();
  return view(row);
}

/** Keeps the answer; the last one counts. Problem: not_found where nothing was asked. */
export async function answerSurvey(deed: Deed, { score, reason }: SurveyAnswer): Promise<AnsweredSurvey> {
  const row = await writeAnswer(deed, ticketOf(deed), score, reason ?? null);
  const answered = row === undefined ? null : view(row);
  if (answered === null) throw unasked();
  return answered;
}
