// R7: relays, a queue and workers over the model of the lanes, under a clock that jumps: what crashes, comes twice, late, in another order or
// not at all is a seed's choice, and the same seed plays the same world again.
import { CRASHES, setAside, type Verdict, verdictOf } from '#notifications/lane-rules.ts';
import { type Random, random } from '../model/random.ts';
import { LaneModel, type ModelClaim, type ModelHeld, type Without } from './lane-model.ts';

/** What one world came to. */
export interface Simulated {
  seed: number;
  rows: number;
  arrivals: number;
  crashes: number;
  poisoned: number;
  /** Virtual seconds from the last fault to rest. */
  drainSeconds: number;
  steps: number;
  faults: string[];
}

const LEASE_MS = 12_000;
const POLL_MS = 500;
const BATCH = 100;
const ROWS = 50;
const WORKERS = 3;
/** Faults stop here; everything has to come to rest afterwards. */
const CALM_AT = 60_000;
/** A retry may be put off for a day and a half, twelve times. */
const END_AT = 20 * 86_400_000;
const STEPS = 200_000;

/** A piece of work that stops wherever the world may go on without it; it yields how long until its next step. */
type Work = Generator<number, void, void>;

class World {
  readonly db: LaneModel;
  readonly chance: Random;
  readonly faults: string[] = [];
  readonly arrivals: number[] = [];
  readonly lethal = new Set<number>();
  now = 0;
  steps = 0;
  crashes = 0;
  /** By row: workers that died between its arrival and its record. */
  readonly unrecorded = new Map<number, number>();
  /** By worker: rows that have arrived and are not recorded yet. */
  readonly inHand: Set<number>[] = Array.from({ length: WORKERS }, () => new Set());
  readonly #agenda: { at: number; nth: number; run(): void }[] = [];
  /** Each worker's life: what it had in hand dies with it. */
  readonly lives: number[] = Array.from({ length: WORKERS }, () => 0);

  constructor(seed: number, without: Without) {
    this.db = new LaneModel(without);
    this.chance = random(seed, 7);
  }

  get stormy(): boolean {
    return this.now < CALM_AT;
  }

  in(ms: number, run: () => void): void {
    this.#agenda.push({ at: this.now + ms, nth: (this.steps += 1), run });
  }

  /** Runs a work of one worker's life, step by step. */
  go(worker: number, work: Work): void {
    const life = this.lives[worker];
    const step = (): void => {
      if (this.lives[worker] !== life) return;
      const next = work.next();
      if (next.done !== true) this.in(next.value, step);
    };
    step();
  }

  crash(worker: number): void {
    this.crashes += 1;
    for (const id of this.inHand[worker] ?? []) this.unrecorded.set(id, (this.unrecorded.get(id) ?? 0) + 1);
    this.inHand[worker]?.clear();
    this.lives[worker] = (this.lives[worker] ?? 0) + 1;
    this.in(this.chance.int(100, 3_000), () => this.go(worker, relay(this, worker)));
  }

  /** The next moment; false where nothing is to come. */
  tick(): boolean {
    let first = 0;
    for (const [place, { at, nth }] of this.#agenda.entries()) {
      const best = this.#agenda[first];
      if (best !== undefined && (at < best.at || (at === best.at && nth < best.nth))) first = place;
    }
    const [next] = this.#agenda.splice(first, 1);
    if (next === undefined) return false;
    this.now = next.at;
    next.run();
    return true;
  }

  /** The queue: at least once, in any order, late, or never. */
  hint(claim: ModelClaim): void {
    const { chance } = this;
    if (this.stormy && chance.chance(0.1)) return;
    const copies = this.stormy && chance.chance(0.1) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const late = this.stormy && chance.chance(0.1) ? chance.int(0, 30_000) : chance.int(0, 50);
      const worker = chance.int(0, WORKERS - 1);
      this.in(late, () => this.go(worker, run(this, worker, claim)));
    }
  }
}

function* relay(world: World, worker: number): Work {
  for (;;) {
    const { db, chance } = world;
    const claims = [...db.claimReady(BATCH, world.now, LEASE_MS), ...db.claimOverdue(BATCH, world.now, LEASE_MS)];
    yield chance.int(1, 20);
    if (world.stormy && chance.chance(0.05)) {
      world.crash(worker);
      yield 0;
    }
    // The queue did not take them, or did without saying so.
    const refused = world.stormy && chance.chance(0.05);
    if (!refused || chance.chance(0.5)) for (const claim of claims) world.hint(claim);
    if (refused) db.giveBack(claims);
    const left = db.rows.some(({ state }) => state === 'pending') || [...db.lanes.values()].some(({ state }) => state !== 'idle');
    if (!left && !world.stormy) return;
    // A lane that waits for days is not looked at every half second: the clock jumps to its time.
    const next = Math.min(
      ...[...db.lanes.values()].map(({ state, leaseUntil, nextAt }) => leaseUntil ?? (state === 'waiting' ? nextAt : null) ?? world.now),
    );
    yield world.stormy ? POLL_MS : Math.max(POLL_MS, next - world.now + 1);
  }
}

/** What the receiver says, as the product's own rules judge it. */
function answered({ chance, stormy }: World, tried: number): Verdict {
  const manner = { strict: false, random: chance.next() };
  if (stormy && chance.chance(0.05)) return verdictOf({ outcome: 'retry', reason: 'status_503', statusCode: 503 }, tried, manner);
  if (stormy && chance.chance(0.01)) return verdictOf({ outcome: 'dead', reason: 'status_400', statusCode: 400 }, tried, manner);
  return verdictOf({ outcome: 'sent', statusCode: 204 }, tried, manner);
}

function* run(world: World, worker: number, claim: ModelClaim): Work {
  const { db, chance } = world;
  const held = db.take(claim, world.now, LEASE_MS);
  if (held === undefined) return;
  yield chance.int(0, 5);
  const rows = db.due(held);
  const emptied = rows.length < ROWS;
  for (const [place, { id }] of rows.entries()) {
    yield chance.int(0, 5);
    const begun = db.begin(held, id);
    if (begun === 'lost') return;
    if (begun === 'gone') continue;
    yield chance.int(0, 5);
    const verdict = begun.crashes >= CRASHES ? setAside('poison', false, false) : yield* send(world, worker, held, id, begun.attempt);
    const standing = db.settle(held, id, begun.attempt, verdict, emptied && place === rows.length - 1, world.now, LEASE_MS);
    world.inHand[worker]?.delete(id);
    if (standing !== 'held' || verdict.lane !== 'on') return;
  }
  db.finish(held, emptied);
}

function* send(world: World, worker: number, held: ModelHeld, id: number, attempt: number): Generator<number, Verdict, void> {
  const { db, chance } = world;
  if (world.stormy && chance.chance(0.02)) {
    world.crash(worker);
    yield 0;
  }
  const verdict = answered(world, attempt);
  if (verdict.row === 'sent') {
    world.arrivals.push(id);
    world.inHand[worker]?.add(id);
  }
  if (world.lethal.has(id) || (world.stormy && chance.chance(0.02))) {
    world.crash(worker);
    yield 0;
  }
  // A slow receiver: the lease is kept alive meanwhile.
  const slow = world.stormy && chance.chance(0.05) ? chance.int(5_000, 30_000) : chance.int(1, 40);
  for (let left = slow; left > 0; left -= LEASE_MS / 3) {
    yield Math.min(left, LEASE_MS / 3);
    db.extend(held, world.now, LEASE_MS);
  }
  return verdict;
}

/** Plays one world to its rest and looks at what it has left. */
export function simulate(seed: number, without: Without = {}): Simulated {
  const world = new World(seed, without);
  const { db, chance } = world;
  const lanes = chance.int(1, 6);
  for (let rows = chance.int(5, 40); rows > 0; rows -= 1) {
    world.in(chance.int(0, CALM_AT - 5_000), () => {
      const lane = chance.int(1, lanes);
      const { id } = db.enqueue(lane, undefined, { person: lane % 2 === 0 });
      if (chance.chance(0.02)) world.lethal.add(id);
    });
  }
  for (let worker = 0; worker < WORKERS; worker += 1) world.in(chance.int(0, POLL_MS), () => world.go(worker, relay(world, worker)));
  let turns = 0;
  while (turns < STEPS && world.now < END_AT && world.tick()) turns += 1;
  const faults = faultsOf(world);
  const poisoned = db.rows.filter(({ id, state }) => state === 'dead' && world.lethal.has(id)).length;
  return {
    seed,
    rows: db.rows.length,
    arrivals: world.arrivals.length,
    crashes: world.crashes,
    poisoned,
    drainSeconds: Math.max(0, world.now - CALM_AT) / 1000,
    steps: turns,
    faults,
  };
}

function faultsOf({ db, arrivals, unrecorded, lethal }: World): string[] {
  const faults: string[] = [];
  for (const { id, lane, state } of db.rows) {
    const came = arrivals.filter((one) => one === id).length;
    if (state === 'pending') faults.push(`row ${id} of lane ${lane} is lost`);
    if (state === 'sent' && came === 0) faults.push(`row ${id} is marked as sent and never came`);
    if (came > 1 + (unrecorded.get(id) ?? 0)) faults.push(`row ${id} came ${came} times, ${unrecorded.get(id) ?? 0} of them unrecorded`);
    if (lethal.has(id) && (state === 'sent' || came > CRASHES)) faults.push(`row ${id} kills workers, is ${state} and came ${came} times`);
  }
  const newest = new Map<number, number>();
  for (const id of arrivals) {
    const lane = db.rows[id - 1]?.lane ?? 0;
    if (id < (newest.get(lane) ?? 0)) faults.push(`row ${id} came after ${newest.get(lane)} of lane ${lane}`);
    newest.set(lane, Math.max(id, newest.get(lane) ?? 0));
  }
  for (const { id, state, done, tail } of db.lanes.values())
    if (state !== 'idle' || done !== tail) faults.push(`lane ${id} is ${state}, ${done} of ${tail} done`);
  return faults;
}
