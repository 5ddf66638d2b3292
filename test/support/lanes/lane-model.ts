// The statements of notifications/lane-store.ts, lane-run-store.ts and platform/outbox.ts as pure code over a clock of one's own: their
// specification, which test/integration/notifications/lane-model.test.ts holds against the SQL, and the ground of the simulation.
import type { Verdict } from '#notifications/lane-rules.ts';

export interface ModelLane {
  id: number;
  /** A person's, not an endpoint's: who is told something more may be reached elsewhere since. */
  person: boolean;
  state: 'idle' | 'ready' | 'enqueued' | 'waiting' | 'stopped';
  generation: number;
  tail: number;
  done: number;
  leaseUntil: number | null;
  nextAt: number | null;
}

export interface ModelRow {
  id: number;
  lane: number;
  state: 'pending' | 'sent' | 'dead' | 'skipped';
  attempts: number;
}

/** How a try ended; null while nobody knows. */
interface ModelTry {
  row: number;
  attempt: number;
  outcome: string | null;
}

export interface ModelClaim {
  lane: number;
  generation: number;
}

export type ModelHeld = Pick<ModelLane, 'id' | 'generation' | 'tail'>;

/** What a mutation leaves out; the product leaves out nothing. */
export interface Without {
  /** A job is not asked whether its generation is the lane's. */
  fence?: boolean;
  /** A finished run does not ask whether something has come meanwhile. */
  tail?: boolean;
}

const ROWS = 50;

/** One database. Every method is one statement, and so one step of the world. */
export class LaneModel {
  readonly lanes = new Map<number, ModelLane>();
  readonly rows: ModelRow[] = [];
  readonly tries: ModelTry[] = [];
  readonly #without: Without;

  constructor(without: Without = {}) {
    this.#without = without;
  }

  #row(id: number): ModelRow | undefined {
    return this.rows.find((row) => row.id === id);
  }

  /** Something falls due on a lane; the lane is made by its first. Ids rise and may leave numbers out. `wakes`: a lane that waits waits no longer. */
  enqueue(laneId: number, id = this.rows.length + 1, { wakes = false, person = false } = {}): ModelRow {
    const row: ModelRow = { id, lane: laneId, state: 'pending', attempts: 0 };
    this.rows.push(row);
    const lane = this.lanes.get(laneId);
    if (lane === undefined) {
      this.lanes.set(laneId, { id: laneId, person, state: 'ready', generation: 0, tail: row.id, done: 0, leaseUntil: null, nextAt: null });
    } else {
      lane.tail = row.id;
      if (lane.state === 'idle' || (wakes && lane.state === 'waiting')) lane.state = 'ready';
    }
    return row;
  }

  #handOut(chosen: ModelLane[], now: number, leaseMs: number): ModelClaim[] {
    return chosen.map((lane) => {
      lane.generation += 1;
      Object.assign(lane, { state: 'enqueued', leaseUntil: now + leaseMs });
      return { lane: lane.id, generation: lane.generation };
    });
  }

  #in(state: ModelLane['state']): ModelLane[] {
    return [...this.lanes.values()].filter((lane) => lane.state === state).toSorted((a, b) => a.id - b.id);
  }

  claimReady(limit: number, now: number, leaseMs: number): ModelClaim[] {
    return this.#handOut(this.#in('ready').slice(0, limit), now, leaseMs);
  }

  claimOverdue(limit: number, now: number, leaseMs: number): ModelClaim[] {
    const lost = this.#in('enqueued').filter(({ leaseUntil }) => leaseUntil !== null && leaseUntil < now);
    const claims = this.#handOut(lost.slice(0, limit), now, leaseMs);
    const waited = this.#in('waiting').filter(({ nextAt }) => nextAt !== null && nextAt <= now);
    return [...claims, ...this.#handOut(waited.slice(0, limit), now, leaseMs)];
  }

  giveBack(claims: readonly ModelClaim[]): void {
    for (const { lane: id, generation } of claims) {
      const lane = this.lanes.get(id);
      if (lane?.state === 'enqueued' && lane.generation === generation) Object.assign(lane, { state: 'ready', leaseUntil: null });
    }
  }

  take({ lane: id, generation }: ModelClaim, now: number, leaseMs: number): ModelHeld | undefined {
    const lane = this.lanes.get(id);
    if (lane === undefined || lane.state !== 'enqueued') return undefined;
    if (this.#without.fence !== true) {
      if (lane.generation !== generation) return undefined;
      lane.generation += 1;
    }
    // A lease that is fresh is kept.
    if (lane.leaseUntil === null || lane.leaseUntil <= now + (leaseMs * 2) / 3) lane.leaseUntil = now + leaseMs;
    return { id, generation: lane.generation, tail: lane.tail };
  }

  due({ id }: ModelHeld): ModelRow[] {
    return this.rows.filter(({ lane, state }) => lane === id && state === 'pending').slice(0, ROWS);
  }

  #held({ id, generation }: ModelHeld): ModelLane | undefined {
    const lane = this.lanes.get(id);
    const mine = lane?.state === 'enqueued' && (this.#without.fence === true || lane.generation === generation);
    return mine ? lane : undefined;
  }

  begin(held: ModelHeld, rowId: number): { attempt: number; crashes: number } | 'lost' | 'gone' {
    if (this.#held(held) === undefined) return 'lost';
    const row = this.#row(rowId);
    if (row?.state !== 'pending') return 'gone';
    const crashes = this.tries.filter((one) => one.row === rowId && one.outcome === null).length;
    row.attempts += 1;
    this.tries.push({ row: rowId, attempt: row.attempts, outcome: null });
    return { attempt: row.attempts, crashes };
  }

  extend(held: ModelHeld, now: number, leaseMs: number): void {
    const lane = this.#held(held);
    if (lane !== undefined) lane.leaseUntil = now + leaseMs;
  }

  /** What a message carried that ends unsent is due again: the tail moves on though no row came. */
  free(held: ModelHeld, tail: number): void {
    const lane = this.#held(held);
    if (lane !== undefined) lane.tail = tail;
  }

  settle(
    held: ModelHeld,
    rowId: number,
    attempt: number,
    verdict: Verdict,
    emptied: boolean,
    now: number,
    leaseMs: number,
  ): 'held' | 'lost' | 'idle' | 'more' {
    const over = verdict.row !== 'pending';
    const tried = this.tries.find((one) => one.row === rowId && one.attempt === attempt);
    if (tried?.outcome === null) tried.outcome = over ? verdict.row : 'retry';
    const lane = this.#held(held);
    const row = this.#row(rowId);
    if (lane === undefined) {
      // Whoever has the lane now has not begun the row: what has arrived is not sent again.
      if (verdict.row === 'sent' && row?.state === 'pending' && row.attempts === attempt) row.state = 'sent';
      return 'lost';
    }
    if (row !== undefined && (row.state === 'pending' || (verdict.row === 'sent' && row.state !== 'sent'))) row.state = verdict.row;
    const ends = verdict.lane === 'on' && emptied;
    if (over) lane.done = Math.max(lane.done, rowId, ends ? held.tail : 0);
    lane.leaseUntil = verdict.lane === 'on' && !ends ? now + leaseMs : null;
    if (verdict.lane === 'waiting') lane.nextAt = now + verdict.seconds * 1000;
    else if (verdict.lane !== 'on' || ends) lane.nextAt = null;
    if (verdict.lane === 'waiting') lane.state = lane.person && lane.tail > held.tail ? 'ready' : 'waiting';
    if (verdict.lane === 'stopped') lane.state = 'stopped';
    if (!ends) return 'held';
    const nothingCame = this.#without.tail === true || lane.tail <= Math.max(lane.done, rowId, held.tail);
    lane.state = nothingCame ? 'idle' : 'ready';
    return nothingCame ? 'idle' : 'more';
  }

  finish(held: ModelHeld, emptied: boolean): boolean {
    const lane = this.#held(held);
    if (lane === undefined) return false;
    if (emptied) lane.done = Math.max(lane.done, held.tail);
    lane.state = emptied && (this.#without.tail === true || lane.tail <= lane.done) ? 'idle' : 'ready';
    lane.leaseUntil = null;
    return lane.state === 'ready';
  }
}
