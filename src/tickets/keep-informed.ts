// A customer who was promised word by a day gets it, even if all there is to say is that nothing has moved.
import type { Deed } from '#access/deed.ts';
import { asSystem } from '#access/perform.ts';
import { announce } from '#notifications/announce.ts';
import type { Services } from '#services.ts';
import { factsOf } from './facts.ts';
import { quietDays } from './stands.ts';
import { lock } from './store.ts';
import { promiseWord, wordDue } from './sweep-store.ts';

const DAY_MS = 86_400_000;

/** Tells everyone whose day has come and promises the next one; answers how many were told. */
export async function keepInformed(services: Services): Promise<number> {
  let told = 0;
  for (const { brandId, ticketId } of await asSystem(services, '*', wordDue)) {
    try {
      if (await asSystem(services, brandId, (deed) => tellWait(deed, ticketId))) told += 1;
    } catch (error) {
      services.log.error({ err: error, brandId, ticketId }, 'a customer could not be told that nothing has moved');
    }
  }
  return told;
}

async function tellWait(deed: Deed, ticketId: string): Promise<boolean> {
  const row = await lock(deed, ticketId);
  // It moved while we came: the step itself has told the customer.
  if (row === undefined || row.nextUpdateBy === null || row.nextUpdateBy > deed.now) return false;
  const days = quietDays(row);
  const nextUpdateBy = days === null ? null : new Date(deed.now.getTime() + days * DAY_MS);
  await promiseWord(deed, ticketId, nextUpdateBy);
  if (nextUpdateBy === null) return false;
  const facts = factsOf(deed, { ...row, nextUpdateBy });
  await announce(deed, { type: 'ticket.waiting', ticketId, seq: null, telling: 'still_with_us', facts }, row.recipients);
  return true;
}
