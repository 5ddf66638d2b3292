// One run over one lane: row by row, in order, each try written down before it is made and fenced after it.
import { setTimeout as sleep } from 'node:timers/promises';
import { isRetryable, isUnavailable } from '#platform/db/failures.ts';
import { oneAtATime } from '#platform/one-at-a-time.ts';
import type { Tracing } from '#platform/tracing.ts';
import { type Anyone, addresseeOf } from './addressee.ts';
import { CHALLENGE } from './challenge.ts';
import type { SendResult } from './channels/channel.ts';
import { type Mark, markEndpoint } from './endpoint-health-store.ts';
import { fallBackToMail } from './fall-back.ts';
import { outlives, type Plan, planOf } from './gather.ts';
import type { Verdict } from './lane-rules.ts';
import { type LaneBook, openLaneBook, type Standing } from './lane-run-store.ts';
import {
  type Attempt,
  beginAttempt,
  type Claim,
  type DueRow,
  finish,
  freeCarried,
  type HeldLane,
  letGather,
  type NoAttempt,
  putOff,
  type WorkerDb,
} from './lane-store.ts';
import { ROWS, type Taken } from './lane-take-store.ts';
import { quietUntil } from './quiet.ts';
import type { Throttle } from './throttle.ts';
import { type Sending, type Tried, tryRow } from './try-row.ts';

/** What a run needs; one per process. */
export interface Delivery extends Sending {
  book: LaneBook;
  throttle: Throttle;
  tracing: Tracing;
  lookupUrl: string;
  /** How long a message to a customer that can wait is held back for more to come, in seconds. */
  coalesceSeconds: number;
  /** Aborted when the process does not wait any longer for what is at work. */
  ending: AbortSignal;
  /** A row was tried: for counting. `seconds` since the commit of its cause. */
  onOutcome(channel: string, outcome: Verdict['row'], seconds: number): void;
}

/** A lane that was handed out, by its id and generation. */
export type { Claim };

/** Opens what a run needs; the statements of runs that go on side by side are shared, over `bookDb`. */
export const openDelivery = (parts: Omit<Delivery, 'book'>, bookDb: WorkerDb = parts.db): Delivery => ({
  ...parts,
  book: openLaneBook(bookDb, parts.leaseMs),
});

/** How a run ended. `more`: the lane is ready again. */
export type Run = 'stale' | 'held' | 'lost' | 'waiting' | 'stopped' | 'idle' | 'more';

/** Delivers what is due on the lane. A throw (the database is away) leaves the lane to its lease. */
export async function deliverLane(delivery: Delivery, claim: Claim): Promise<Run> {
  const { db, book, throttle, clock } = delivery;
  const now = (): number => clock.now().getTime();
  const admission = await throttle.admit(claim.recipient, now);
  if ('seconds' in admission) {
    // Spread, so that the lanes of one receiver do not all come back in the same moment.
    await putOff(db, claim, admission.seconds * (1 + delivery.random()));
    return 'held';
  }
  try {
    const taken = await book.take(claim);
    return taken === undefined ? 'stale' : await deliverRows(delivery, taken);
  } finally {
    admission.leave(now());
  }
}

async function deliverRows(delivery: Delivery, taken: Taken): Promise<Run> {
  const { lane } = taken;
  let { rows, begun } = taken;
  const emptied = rows.length < ROWS;
  const [first] = rows;
  const { db, seal, lookupUrl: publicUrl } = delivery;
  const to = first === undefined ? null : await addresseeOf({ db, seal, publicUrl, now: delivery.clock.now() }, taken, first.channel);
  while (to !== null && holdsSome(rows)) {
    const plan = turnOf(delivery, to, rows);
    if ('waitUntil' in plan) {
      await letGather(delivery.db, lane, (plan.waitUntil.getTime() - delivery.clock.now().getTime()) / 1000);
      return 'waiting';
    }
    const others = rows.filter((row) => row !== plan.next);
    const left = others.filter((row) => !plan.carried.includes(row));
    const ended = await deliverRow(delivery, lane, { ...plan, to, last: emptied && left.length === 0, begun });
    begun = null;
    // What was withdrawn carries nothing.
    rows = ended === 'gone' ? others : left;
    if (ended === 'gone') continue;
    if (ended === 'lost') return 'lost';
    const { verdict, standing } = ended;
    if (standing !== 'held') return standing;
    if (verdict.lane !== 'on') return verdict.lane;
    if (breaksOff(verdict, to)) return (await finish(delivery.db, lane, false)) ? 'more' : 'idle';
  }
  return (await finish(delivery.db, lane, emptied)) ? 'more' : 'idle';
}

/** The receiver may have just told us to stay away: the next run finds that out for every row. */
const breaksOff = (verdict: Verdict, to: Anyone): boolean => verdict.row === 'dead' && (verdict.disable || to.kind !== 'endpoint');

const holdsSome = (rows: DueRow[]): rows is [DueRow, ...DueRow[]] => rows.length > 0;

/** What comes next: a partner hears everything at once and in order, a customer is not written to five times in ten minutes. */
function turnOf({ clock, channels, coalesceSeconds }: Delivery, to: Anyone, rows: [DueRow, ...DueRow[]]): Plan<DueRow> {
  if (to.kind !== 'contact' && to.kind !== 'phone') return { next: rows[0], carried: [] };
  const now = clock.now();
  const seconds = to.gathers ? coalesceSeconds : 0;
  if (to.kind === 'contact') return planOf(rows, { now, seconds, quietUntil: null });
  const provided = { wechat: channels.wechat !== null, sms: channels.text !== null };
  const ways = (['wechat', 'sms'] as const).filter((way) => to.ways[way] !== undefined && provided[way]);
  return planOf(rows, { now, seconds, quietUntil: quietUntil(now, to.timeZone, to.quietHours), phone: { ways, mailed: to.mailed } });
}

interface Turn extends Extract<Plan<DueRow>, { next: DueRow }> {
  to: Anyone;
  /** Nothing is left to do after it. */
  last: boolean;
  /** Its try, where taking the lane has begun it. */
  begun: Attempt | null;
}

/** How a row ended and whose the lane is then; or that it was not tried: the lane is not ours, or the row not due any more. */
type Ended = { verdict: Verdict; standing: Exclude<Standing, 'lost'> } | 'lost' | 'gone';

/**
 * A row at whose work a worker has died is tried by itself, one after the other in this process: if it is what kills, nobody else is at
 * work with it, and what was merely beside it is not taken for poison.
 */
const deliverRow = (delivery: Delivery, lane: HeldLane, turn: Turn): Promise<Ended> =>
  turn.next.crashed ? oneAtATime('suspects', () => tryAndSettle(delivery, lane, turn)) : tryAndSettle(delivery, lane, turn);

/** One row, one try; what it carries ends with the beginning of the first. */
async function tryAndSettle(delivery: Delivery, lane: HeldLane, turn: Turn): Promise<Ended> {
  const { db, book } = delivery;
  const { next: row, to, last } = turn;
  const attempt = turn.begun ?? (await begin(delivery, lane, turn));
  if (typeof attempt === 'string') return attempt;
  const tried = await traced(delivery, row, attempt, () => tryRow(delivery, lane, row, to, attempt));
  const { verdict, result } = tried;
  if (result !== null) noticed(delivery, lane, result);
  const finished = {
    attempt: attempt.attempt,
    statusCode: result?.statusCode ?? null,
    detail: result?.outcome === 'sent' ? (result.providerId ?? null) : null,
    rendered: tried.rendered,
    units: tried.units,
    exchange: result?.exchange ?? null,
  };
  const mark = markOf(verdict, result, row, to);
  if (mark !== null) await insisting(() => markEndpoint(db, lane, mark), delivery.ending);
  const unheard = verdict.row === 'dead' || verdict.row === 'skipped';
  if (unheard && lane.recipient.startsWith('phone:')) await insisting(() => fallBackToMail(delivery, lane, row), delivery.ending);
  const freed = unheard ? attempt.carried.filter((one) => outlives(one, row)).map(({ id }) => id) : [];
  if (freed.length > 0) await insisting(() => freeCarried(db, lane, row.id, freed, delivery.clock.now()), delivery.ending);
  const settlement = { lane, outboxId: row.id, verdict, finished, emptied: last && !breaksOff(verdict, to) };
  const standing = await insisting(() => book.settle(settlement), delivery.ending);
  const { id: outboxId, messageId, channel } = row;
  delivery.log.info({ laneId: lane.id, outboxId, messageId, channel, attempt: attempt.attempt, outcome: verdict.row }, 'tried');
  if (standing === 'lost') return 'lost';
  delivery.onOutcome(channel, verdict.row, (delivery.clock.now().getTime() - row.createdAt.getTime()) / 1000);
  return { verdict, standing };
}

/** A try is a trace of its own, linked to that of its cause: it may come days later, and twelve times. */
async function traced({ tracing, clock }: Delivery, row: DueRow, { attempt }: Attempt, work: () => Promise<Tried>): Promise<Tried> {
  const span = tracing.begin({
    name: `deliver ${row.channel}`,
    kind: 'producer',
    link: row.traceparent,
    facts: {
      'glassbench.channel': row.channel,
      'glassbench.message': row.message,
      'glassbench.message_id': row.messageId,
      'glassbench.attempt': attempt,
      'glassbench.wait_seconds': (clock.now().getTime() - row.createdAt.getTime()) / 1000,
    },
  });
  if (span === null) return work();
  try {
    const tried = await work();
    const status = tried.result?.statusCode;
    span.end(
      { 'glassbench.outcome': tried.verdict.row, ...(status === undefined || status === null ? {} : { 'http.response.status_code': status }) },
      false,
    );
    return tried;
  } catch (error) {
    span.end({ 'glassbench.outcome': 'broken_off' }, true);
    throw error;
  }
}

const AGAIN_MS = 250;
const INSIST_MS = 600_000;

/**
 * What was tried was tried: while the database is away, or takes it for a deadlock, it is told again and again, beyond the lease too, because the
 * fence knows whether the lane is still ours. Else what has arrived would be sent once more, and a row that was at work in three outages would
 * pass for one that kills its workers.
 */
async function insisting<T>(tell: () => Promise<T>, ending: AbortSignal): Promise<T> {
  const until = performance.now() + INSIST_MS;
  for (;;) {
    try {
      return await tell();
    } catch (error) {
      if (!(isUnavailable(error) || isRetryable(error)) || ending.aborted || performance.now() > until) throw error;
      await sleep(AGAIN_MS);
    }
  }
}

/** By whom the lane is of, and not by who they are now: also where nobody is reached any more, it is known what a row carries. */
function begin({ db, book, leaseMs }: Delivery, lane: HeldLane, { next, carried }: Turn): Promise<Attempt | NoAttempt> {
  const carries = /^(contact|phone|former):/.test(lane.recipient);
  return carries ? beginAttempt(db, lane, next, carried, leaseMs) : book.begin({ lane, outboxId: next.id });
}

/** What the try says about a partner's endpoint; null where nothing has changed. */
function markOf(verdict: Verdict, result: SendResult | null, row: DueRow, to: Anyone): Mark | null {
  if (to.kind !== 'endpoint' || result === null) return null;
  if (row.message === CHALLENGE) return result.outcome === 'sent' ? { is: 'proven', url: to.challengeUrl } : null;
  if (verdict.row === 'dead' && verdict.disable) return { is: 'gone', reason: verdict.reason };
  if (result.outcome !== 'sent') return { is: 'failing' };
  return to.failing ? { is: 'working' } : null;
}

/** What one try says about a partner's receiver as a whole. Providers are spared by their channels, whoever the customer is. */
function noticed({ throttle, clock }: Delivery, lane: HeldLane, result: SendResult): void {
  if (!lane.recipient.startsWith('endpoint:')) return;
  if (result.outcome === 'sent') throttle.succeeded(lane.recipient);
  else if (result.outcome === 'retry' && result.throttle === true) throttle.failed(lane.recipient, clock.now().getTime(), result.after);
}
