// All SQL of surveys.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';

/** A survey and whose it is. */
export interface DueSurvey {
  brandId: string;
  ticketId: string;
}

/** Surveys of all brands that are to be asked now. */
export async function surveysDue(deed: Deed, limit: number): Promise<DueSurvey[]> {
  const { rows } = await sql<DueSurvey>`
    select brand_id as "brandId", ticket_id as "ticketId" from surveys where alarm_at <= ${deed.now} order by alarm_at limit ${limit}`.execute(
    deed.trx,
  );
  return rows;
}

/** Takes the survey of this ticket off the list; `asked`: the question goes out now. False where it was not on the list any more. */
export async function settleSurvey(deed: Deed, ticketId: string, asked: boolean): Promise<boolean> {
  const { rows } = await sql`
    update surveys set alarm_at = null, asked_at = ${asked ? deed.now : null}
     where brand_id = ${deed.brandId} and ticket_id = ${ticketId} and alarm_at <= ${deed.now} returning 1`.execute(deed.trx);
  return rows.length > 0;
}

/** Has it looked at again then. */
export async function putOffSurvey(deed: Deed, ticketId: string, until: Date): Promise<void> {
  await sql`update surveys set alarm_at = ${until} where brand_id = ${deed.brandId} and ticket_id = ${ticketId} and alarm_at is not null`.execute(
    deed.trx,
  );
}

/** An answer as it was read. */
export interface AnswerRow {
  score: number | null;
  reason: string | null;
  answeredAt: Date | null;
}

/** The survey that was asked, with its answer; undefined where none was. */
export async function askedSurvey(deed: Deed, ticketId: string): Promise<AnswerRow | undefined> {
  const { rows } = await sql<AnswerRow>`
    select score, reason, answered_at as "answeredAt" from surveys
     where brand_id = ${deed.brandId} and ticket_id = ${ticketId} and asked_at is not null`.execute(deed.trx);
  return rows[0];
}

/** Writes the answer; a later one takes the place of the one before. Undefined where nothing was asked. */
export async function writeAnswer(deed: Deed, ticketId: string, score: number, reason: string | null): Promise<AnswerRow | undefined> {
  const { rows } = await sql<AnswerRow>`
    update surveys set score = ${score}, reason = ${reason}, answered_at = ${deed.now}
     where brand_id = ${deed.brandId} and ticket_id = ${ticketId} and asked_at is not null
    returning score, reason, answered_at as "answeredAt"`.execute(deed.trx);
  return rows[0];
}
