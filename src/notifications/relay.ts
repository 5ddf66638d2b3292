// Carries what is due from PostgreSQL to the queue: claims lanes, commits, and only then adds hints, so that no transaction waits for Redis.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { listen } from '#platform/db/listen.ts';
import { OUTBOX_CHANNEL } from '#platform/outbox.ts';
import type { Queue } from '#platform/queue.ts';
import { type Claim, claimOverdue, claimReady, giveBack, type WorkerDb } from './lane-store.ts';
import { openOverdue, POLL_MS } from './overdue.ts';

interface Options {
  db: WorkerDb;
  /** Of a direct connection: LISTEN does not survive a transaction pooler. */
  databaseUrl: string;
  queue: Pick<Queue, 'add'>;
  leaseMs: number;
  log: Logger;
}

/** A running relay. */
export interface Relay {
  /** Something is due: look now. */
  wake(): void;
  close(): Promise<void>;
}

const BATCH = 100;
/** While the queue is full: what is in it lasts longer, and what has ended meanwhile is handed out together. */
const FULL_MS = 30;
const LONGEST_BACKOFF_MS = 5_000;

/** Lanes of one hint: a job costs more than a lane, and a process that dies takes no more than these with it until their leases run out. */
const LANES = 20;
/** So few lanes are spread over five jobs, so that several workers share them; more make jobs enough as it is. */
const FEW = 25;
const SPREAD = 5;

/** What a hint carries: lanes by id and generation, and the id of who each goes to. */
export interface HintData {
  lanes: [lane: number, generation: number, recipient: string][];
}

/** Deterministic: the same hint added twice is one job. */
function hintsOf(claims: readonly Claim[]): { id: string; data: HintData }[] {
  const hints: { id: string; data: HintData }[] = [];
  const each = claims.length > FEW ? LANES : Math.ceil(claims.length / SPREAD);
  for (let from = 0; from < claims.length; from += each) {
    const some = claims.slice(from, from + each);
    const id = `lanes-${some.map(({ lane, generation }) => `${lane}-${generation}`).join('_')}`;
    hints.push({ id, data: { lanes: some.map(({ lane, generation, recipient }) => [lane, generation, recipient]) } });
  }
  return hints;
}

/** Starts the relay; it runs in every worker process. */
export function startRelay({ db, databaseUrl, queue, leaseMs, log }: Options): Relay {
  // Set by a notification that comes while we are at work: without it that delivery would wait for the poll.
  let dirty = true;
  let closed = false;
  const closing = new AbortController();
  let rouse: (() => void) | undefined;
  const wake = (): void => {
    dirty = true;
    rouse?.();
  };
  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const hand = async (claims: Claim[]): Promise<void> => {
    if (claims.length === 0) return;
    try {
      await queue.add(hintsOf(claims));
    } catch (error) {
      await giveBack(db, claims);
      throw error;
    }
  };

  const overdue = openOverdue();
  /** One look; answers in how many milliseconds the next is due. */
  const look = async (): Promise<number> => {
    const began = performance.now();
    const { claims, full } = await claimReady(db, BATCH, leaseMs).catch((error: unknown) => {
      overdue.failed(Date.now());
      throw error;
    });
    overdue.looked(performance.now() - began, Date.now());
    await hand(claims);
    let more = claims.length === BATCH;
    if (overdue.isDue(Date.now())) {
      const others = await claimOverdue(db, BATCH, leaseMs);
      await hand(others);
      overdue.handedOut(others.length >= BATCH, Date.now());
      more ||= others.length >= BATCH;
    }
    if (more) return 0;
    return full ? FULL_MS : POLL_MS;
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!closed) {
      dirty = false;
      let restMs = POLL_MS;
      try {
        restMs = await look();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) log.warn({ err: error, part: 'relay' }, 'the relay could not hand on what is due; it goes on trying');
        // A failing backend is not hammered by every notification.
        await sleep(Math.min(POLL_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS), undefined, { signal: closing.signal }).catch(() => undefined);
        continue;
      }
      if (restMs > 0 && !dirty && !closed) await rest(restMs);
    }
  };
  const listening = listen(databaseUrl, OUTBOX_CHANNEL, wake);
  const running = run();
  return {
    wake,
    async close() {
      closed = true;
      closing.abort();
      wake();
      await listening.close();
      await running;
    },
  };
}
