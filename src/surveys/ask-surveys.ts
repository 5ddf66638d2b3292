// Asks customers whose device has been back for some days; whoever disputed the delivery, or whose device was disposed of, is left in peace.
import type { Deed } from '#access/deed.ts';
import type { Services } from '#services.ts';
import { askable } from '#tickets/ask-customer.ts';
import { eachDue } from '#tickets/each-due.ts';
import { tellNoticeOf } from '#tickets/tell-notice.ts';
import { putOffSurvey, settleSurvey, surveysDue } from './store.ts';

const BATCH = 200;

/** Asks all who are due; answers how many were asked. */
export const askSurveys = (services: Services): Promise<number> =>
  eachDue(services, { what: 'survey', find: (deed) => surveysDue(deed, BATCH), act: ask, putOff: putOffSurvey });

async function ask(deed: Deed, ticketId: string): Promise<boolean> {
  const row = await askable(deed, ticketId);
  // The ticket is locked: of two sweeps at once the second finds the survey off the list.
  if (!(await settleSurvey(deed, ticketId, row !== null)) || row === null) return false;
  await tellNoticeOf(deed, row, 'survey');
  return true;
}
