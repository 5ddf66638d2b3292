// One run over one lane: row by row, in order, each try written down before it is made and fenced after it.
import type { Logger } from 'pino';
import type { Clock } from '#platform/clock.ts';
import type { Seal } from '#platform/seal.ts';
import { addresseeOf, type Nobody, type Reader, type Receiver } from './addressee.ts';
import type { SendResult } from './channels/channel.ts';
import type { Channels } from './channels/channels.ts';
import { type Composed, compose } from './compose.ts';
import { CRASHES, setAside, type Verdict, verdictOf } from './lane-rules.ts';
import {
  type Attempt,
  beginAttempt,
  type Claim,
  type DueRow,
  dueRows,
  extendLease,
  finish,
  type HeldLane,
  putOff,
  settle,
  take,
  type WorkerDb,
} from './lane-store.ts';
import type { Throttle } from './throttle.ts';

/** What a run needs; one per process. */
export interface Delivery {
  db: WorkerDb;
  channels: Channels;
  throttle: Throttle;
  seal: Seal;
  clock: Clock;
  log: Logger;
  leaseMs: number;
  lookupUrl: string;
  random(): number;
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
  const rows = await dueRows(delivery.db, lane, ROWS);
  let emptied = rows.length < ROWS;
  if (rows.length > 0) {
    const to = await addresseeOf(delivery.db, lane, delivery.seal, delivery.lookupUrl);
    for (const row of rows) {
      const verdict = await deliverRow(delivery, lane, row, to);
      if (verdict === null) return 'lost';
      if (verdict.lane !== 'on') return verdict.lane;
      // The receiver has just told us to stay away: the next run finds that out for every row.
      if (verdict.row === 'dead' && verdict.disable) {
        emptied = false;
        break;
      }
    }
  }
  return (await finish(delivery.db, lane, emptied)) ? 'more' : 'idle';
}

/** One row, one try. Null where the lane is not ours any more. */
async function deliverRow(delivery: Delivery, lane: HeldLane, row: DueRow, to: Reader | Receiver | Nobody): Promise<Verdict | null> {
  const { db, leaseMs } = delivery;
  const attempt = await beginAttempt(db, lane, row.id, leaseMs);
  if (attempt === undefined) return null;
  const tried = await tryRow(delivery, lane, row, to, attempt);
  const { verdict, result } = tried;
  const finished = {
    attempt: attempt.attempt,
    statusCode: result?.statusCode ?? null,
    detail: result?.outcome === 'sent' ? (result.providerId ?? null) : null,
    rendered: tried.rendered,
  };
  const ours = await settle(db, lane, row.id, verdict, finished, leaseMs);
  const { id: outboxId, messageId, channel } = row;
  delivery.log.info({ laneId: lane.id, outboxId, messageId, channel, attempt: attempt.attempt, outcome: verdict.row }, 'tried');
  if (!ours) return null;
  delivery.onOutcome(channel, verdict.row);
  return verdict;
}

interface Tried {
  verdict: Verdict;
  result: SendResult | null;
  rendered: object | null;
}

async function tryRow(delivery: Delivery, lane: HeldLane, row: DueRow, to: Reader | Receiver | Nobody, attempt: Attempt): Promise<Tried> {
  const manner = { strict: to.kind === 'endpoint' && to.strict, random: delivery.random() };
  const unsent = (verdict: Verdict): Tried => ({ verdict, result: null, rendered: null });
  if (to.kind === 'nobody') return unsent({ row: 'skipped', reason: to.reason, lane: 'on' });
  if (attempt.crashes >= CRASHES) return unsent(setAside('poison', manner.strict, false));
  let composed: Composed | null;
  try {
    composed = compose(row, to);
  } catch (error) {
    delivery.log.error({ err: error, outboxId: row.id, message: row.message }, 'a message cannot be rendered');
    return unsent(setAside('cannot_be_rendered', manner.strict, false));
  }
  if (composed === null) return unsent(setAside('unknown_message', manner.strict, false));
  const result = await send(delivery, lane, composed);
  minded(delivery, lane, result);
  const by = composed.message.kind === 'mail' ? delivery.channels.mailBy : 'webhook';
  return { verdict: verdictOf(result, attempt.tried, manner), result, rendered: { ...composed.rendered, by } };
}

/** Sends, and keeps the lease alive meanwhile: a slow receiver is no reason for a second worker to send the same. */
async function send({ channels, db, leaseMs }: Delivery, lane: HeldLane, { message }: Composed): Promise<SendResult> {
  const timer = setInterval(() => void extendLease(db, lane, leaseMs).catch(() => undefined), leaseMs / 3);
  try {
    return message.kind === 'mail' ? await channels.mail.send(message) : await channels.post.send(message);
  } finally {
    clearInterval(timer);
  }
}

/** What one try says about the receiver as a whole. Customers' mail servers are the SMTP server's business. */
function minded({ throttle, clock }: Delivery, lane: HeldLane, result: SendResult): void {
  if (result.outcome === 'sent') throttle.succeeded(lane.recipient);
  else if (result.outcome === 'retry' && result.throttle === true) throttle.failed(lane.recipient, clock.now().getTime(), result.after);
}
