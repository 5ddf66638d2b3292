// What the ledger of one message says: which tries may have arrived, and whether each began only when it was allowed to.

/** One try as it was written down; instants in milliseconds of the database's clock. */
export interface Try {
  attempt: number;
  startedAt: number;
  finishedAt: number | null;
  outcome: string | null;
  statusCode: number | null;
  detail: string | null;
}

/** What follows from the tries of a message. */
export interface Ledger {
  /** The receiver said yes so often: at least so often it has arrived. */
  least: number;
  /** It has arrived no more often than that: a yes, no end that anybody lived to tell, or no answer. */
  most: number;
  /** Tries of which the next one could not know how they ended. */
  endless: number;
  /** The last try ended as sent. */
  sent: boolean;
  faults: string[];
}

/** A statement's time is taken at its beginning for the lease and in it for the ledger; between them it may have waited for the disk. */
const SLACK_MS = 1_000;
/** Nothing is called too late before this: what connects has five seconds, what is called fifteen. */
const PATIENCE_MS = 4_500;
/** The line broke, perhaps behind the last byte of the call. A line that was refused carried nothing. */
const BROKEN: ReadonlySet<string> = new Set(['und_err_socket', 'econnreset', 'epipe', 'econnection', 'esocket']);
const LATE: ReadonlySet<string> = new Set(['timeout', 'etimedout']);

/** Whether the receiver may have taken what it gave no answer to. */
function isUnanswered({ outcome, statusCode, detail, startedAt, finishedAt }: Try): boolean {
  if (outcome !== 'retry' || statusCode !== null || detail === null) return false;
  return BROKEN.has(detail) || (LATE.has(detail) && finishedAt !== null && finishedAt - startedAt >= PATIENCE_MS);
}

/**
 * Reads it. `settled`: when other messages of the same lane were settled, each of which may have been the last to extend its lease before one of these
 * tries began. `leaseMs`: for so long a lane is nobody else's.
 */
export function ledgerOf(tries: readonly Try[], settled: readonly number[], leaseMs: number): Ledger {
  const faults: string[] = [];
  let endless = 0;
  for (const [place, one] of tries.entries()) {
    if (one.attempt !== place + 1) faults.push(`try ${place + 1} is written as ${one.attempt}`);
    const next = tries[place + 1];
    if (next === undefined) {
      if (one.finishedAt === null) endless += 1;
    } else if (one.finishedAt !== null && one.finishedAt <= next.startedAt) {
      if (one.outcome !== 'retry') faults.push(`tried again after try ${place + 1} had ended as ${one.outcome}`);
    } else {
      endless += 1;
      const free = heldFrom(one, settled, leaseMs) + leaseMs;
      // Else two workers had the lane at once, whatever came of it.
      if (next.startedAt < free - SLACK_MS) faults.push(`tried again ${Math.round(free - next.startedAt)} ms before try ${place + 1} could be lost`);
    }
  }
  const least = tries.filter(({ outcome }) => outcome === 'sent').length;
  const most = tries.filter((one) => one.outcome === 'sent' || one.finishedAt === null || isUnanswered(one)).length;
  return { least, most, endless, sent: tries.at(-1)?.outcome === 'sent', faults };
}

/** When the lease under which a try began was last extended, so far as it is known: not later than this. */
function heldFrom({ startedAt }: Try, settled: readonly number[], leaseMs: number): number {
  const extended = settled.filter((at) => at <= startedAt && at > startedAt - leaseMs);
  return extended.length === 0 ? startedAt : Math.max(...extended);
}
