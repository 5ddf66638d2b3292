// One run over one lane: row by row, in order, each try written down before it is made and fenced after it.
import { addresseeOf, type Caller, type Nobody, type Reader, type Receiver } from './addressee.ts';
import type { SendResult } from './channels/channel.ts';
import { fallBackToMail } from './fall-back.ts';
import { type Plan, planOf } from './gather.ts';
import type { Verdict } from './lane-rules.ts';
import {
  beginAttempt,
  type Claim,
  type DueRow,
  dueRows,
  finish,
  type HeldLane,
  letGather,
  type NoAttempt,
  putOff,
  settle,
  take,
} from './lane-store.ts';
import { quietUntil } from './quiet.ts';
import type { Throttle } from './throttle.ts';
import { type Sending, tryRow } from './try-row.ts';

/** What a run needs; one per process. */
export interface Delivery extends Sending {
  throttle: Throttle;
  lookupUrl: string;
  /** How long a message to a customer that can wait is held back for more to come, in seconds. */
  coalesceSeconds: number;
  /** Something was sent or set aside: for counting. */
  onOutcome(channel: string, outcome: Verdict['row']): void;
}

/** Rows of one run; then others get their turn. */
const ROWS = 50;

/** How a run ended. `more`: the lane is ready again. */
export type Run = 'stale' | 'held' | 'lost' | 'waiting' | 'stopped' | 'idle' | 'more';

/** Delivers what is due on the lane. A throw (the database is away) leaves the lane to its lease. */
export async function deliverLane(delivery: Delivery, claim: Claim): Promise<Run> {
  const { db, throttle, clock, leaseMs } = delivery;
  const lane = await take(db, claim, leaseMs);
  if (lane === undefined) return 'stale';
  const now = (): number => clock.now().getTime();
  const admission = await throttle.admit(lane.recipient, now);
  if ('seconds' in admission) {
    // Spread, so that the lanes of one receiver do not all come back in the same moment.
    await putOff(db, lane, admission.seconds * (1 + delivery.random()));
    return 'held';
  }
  try {
    return await deliverRows(delivery, lane);
  } finally {
    admission.leave(now());
  }
}

async function deliverRows(delivery: Delivery, lane: HeldLane): Promise<Run> {
  let rows = await dueRows(delivery.db, lane, ROWS);
  let emptied = rows.length < ROWS;
  const [first] = rows;
  const { db, seal, lookupUrl: publicUrl } = delivery;
  const to = first === undefined ? null : await addresseeOf({ db, seal, publicUrl }, lane, first.channel);
  while (to !== null && holdsSome(rows)) {
    const plan = turnOf(delivery, to, rows);
    if ('waitUntil' in plan) {
      await letGather(delivery.db, lane, (plan.waitUntil.getTime() - delivery.clock.now().getTime()) / 1000);
      return 'waiting';
    }
    const verdict = await deliverRow(delivery, lane, plan, to);
    if (verdict === 'lost') return 'lost';
    if (verdict !== 'gone') {
      if (verdict.lane !== 'on') return verdict.lane;
      // The receiver may have just told us to stay away: the next run finds that out for every row.
      if (verdict.row === 'dead' && (verdict.disable || to.kind !== 'endpoint')) {
        emptied = false;
        break;
      }
    }
    rows = rows.filter((row) => row !== plan.next && !plan.carried.includes(row));
  }
  return (await finish(delivery.db, lane, emptied)) ? 'more' : 'idle';
}

const holdsSome = (rows: DueRow[]): rows is [DueRow, ...DueRow[]] => rows.length > 0;

/** What comes next: a partner hears everything at once and in order, a customer is not written to five times in ten minutes. */
function turnOf({ clock, coalesceSeconds }: Delivery, to: Addressed, rows: [DueRow, ...DueRow[]]): Plan<DueRow> {
  if (to.kind === 'endpoint' || to.kind === 'nobody') return { next: rows[0], carried: [] };
  const now = clock.now();
  return planOf(rows, { now, seconds: coalesceSeconds, quietUntil: to.kind === 'phone' ? quietUntil(now, to.timeZone, to.quietHours) : null });
}

type Addressed = Reader | Caller | Receiver | Nobody;
type Turn = Extract<Plan<DueRow>, { next: DueRow }>;

/** One row, one try; what it carries ends with the beginning of the first. */
async function deliverRow(delivery: Delivery, lane: HeldLane, turn: Turn, to: Addressed): Promise<Verdict | NoAttempt> {
  const { db, leaseMs } = delivery;
  const row = turn.next;
  const attempt = await beginAttempt(db, lane, row, turn.carried, leaseMs);
  if (typeof attempt === 'string') return attempt;
  const tried = await tryRow(delivery, lane, row, to, attempt);
  const { verdict, result } = tried;
  if (result !== null) noticed(delivery, lane, result);
  const finished = {
    attempt: attempt.attempt,
    statusCode: result?.statusCode ?? null,
    detail: result?.outcome === 'sent' ? (result.providerId ?? null) : null,
    rendered: tried.rendered,
    units: tried.units,
  };
  if (lane.recipient.startsWith('phone:') && (verdict.row === 'dead' || verdict.row === 'skipped')) await fallBackToMail(delivery, lane, row);
  const ours = await settle(db, lane, row.id, verdict, finished, leaseMs);
  const { id: outboxId, messageId, channel } = row;
  delivery.log.info({ laneId: lane.id, outboxId, messageId, channel, attempt: attempt.attempt, outcome: verdict.row }, 'tried');
  if (!ours) return 'lost';
  delivery.onOutcome(channel, verdict.row);
  return verdict;
}

/** What one try says about the receiver as a whole. Customers' mail servers are the SMTP server's business. */
function noticed({ throttle, clock }: Delivery, lane: HeldLane, result: SendResult): void {
  if (result.outcome === 'sent') throttle.succeeded(lane.recipient);
  else if (result.outcome === 'retry' && result.throttle === true) throttle.failed(lane.recipient, clock.now().getTime(), result.after);
}
