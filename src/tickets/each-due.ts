// Works off what is due ticket by ticket: each in a transaction of its own, so that one that fails does not stop the others.
import type { Deed } from '#access/deed.ts';
import { asSystem } from '#access/perform.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import { BATCH, type Found } from './due.ts';

/** Something that falls due by its alarm. */
export interface Falling {
  /** For the log, and for nobody else. */
  what: string;
  find(deed: Deed): Promise<Found[]>;
  /** Deals with one ticket; false where it had moved on and nothing was to do. */
  act(deed: Deed, ticketId: string): Promise<boolean>;
  /** Has one that could not be dealt with looked at again at another time, so that it does not stand in the way of the others. */
  putOff(deed: Deed, ticketId: string, until: Date): Promise<void>;
}

/** So many batches a run; what is left is found by the next. */
const BATCHES = 10;
const AGAIN_MS = 3_600_000;

/** Deals with what is due; answers with how many. What cannot be dealt with is looked at again in an hour. */
export async function eachDue(services: Services, falling: Falling): Promise<number> {
  let done = 0;
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const due = await asSystem(services, '*', falling.find);
    for (const { brandId, ticketId } of due) {
      try {
        if (await asSystem(services, brandId, (deed) => falling.act(deed, ticketId))) done += 1;
      } catch (error) {
        await setAside(services, falling, { brandId, ticketId }, error);
      }
    }
    if (due.length < BATCH) break;
  }
  return done;
}

async function setAside(services: Services, { what, putOff }: Falling, { brandId, ticketId }: Found, cause: unknown): Promise<void> {
  const { log } = services;
  if (cause instanceof Problem)
    log.warn({ job: what, brandId, ticketId, code: cause.code, refusal: cause.extras.refusal }, 'due, and not possible now');
  else log.error({ err: cause, job: what, brandId, ticketId }, 'what is due could not be dealt with');
  try {
    await asSystem(services, brandId, (deed) => putOff(deed, ticketId, new Date(deed.now.getTime() + AGAIN_MS)));
  } catch (error) {
    log.error({ err: error, job: what, brandId, ticketId }, 'an alarm could not be put off');
  }
}
