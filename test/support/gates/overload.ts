// R13: an API process is offered many times what it can carry. What it takes is to be answered soon, the rest refused at once, nothing lost, its
// memory bounded, and all of it over when the flood is.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Database } from '#platform/db/database.ts';
import { endsWithUs } from '../at-end.ts';
import type { Kind, Target } from '../overload/calls.ts';
import type { Flood, Flooded } from '../overload/flood.ts';
import { ticketFor } from '../storm-rows.ts';
import type { Ask } from '../storms.ts';

/** An API process to be overloaded. */
export interface Overloadable {
  port: number;
  /** As the owner of the tables of its database. */
  owner: Kysely<Database>;
  brandId: string;
  /** Of a center. */
  key: string;
  ask: Ask;
  /** Resident memory of the process, in MiB. */
  rss(): number;
  /** How long its main thread has waited for a processor, in ms; null where the system does not tell. */
  starvedMs(): number | null;
}

/** How it is played. */
export interface OverloadPlan {
  tickets: number;
  /** How many times what it can carry. */
  times: number;
  warmSeconds: number;
  capacitySeconds: number;
  floodSeconds: number;
  /** Under light load, before and after. */
  lightSeconds: number;
  tell(text: string): void;
}

/** What came of it. */
export interface OverloadFigures {
  /** Served per second where as many callers as `CARRIED_LINES` wait for their answers. */
  capacity: number;
  carried: Flooded;
  flood: Flooded;
  /** What a caller of its own saw meanwhile that calls now and then: it is not late itself. */
  witness: Flooded;
  /** Offered, served and refused per second. */
  rates: { offered: number; served: number; refused: number };
  /** The share of the flood in which the main thread was ready to run and had no processor: what the machine, not the process, is late. */
  starved: number | null;
  /** Under light load before the flood, and from the moment it ends. */
  before: Flooded;
  after: Flooded;
  /** From the end of the flood to the first second of which at most one light call in a hundred is refused or late; infinite: to none. */
  recoveryMs: number;
  /** Resident memory in MiB: under what can be carried, at the worst of the first half of the flood, and of the second. */
  memory: { carried: number; firstHalf: number; secondHalf: number };
  /** Tickets at another version than the one that was acknowledged last. */
  lost: string[];
}

const CARRIED_LINES = 32;
const FLOOD_LINES = 1_000;
const LIGHT_PER_SECOND = 100;
/** The witness of a flood has a tenth of the tickets. */
const WITNESS = { share: 0.1, perSecond: 50, lines: 100 };
const AT_ONCE = 8;

/** Tickets whose devices have come in. */
async function prepare(ask: Ask, count: number): Promise<Target[]> {
  const targets: Target[] = [];
  const lane = async (_: unknown, first: number): Promise<void> => {
    for (let nth = first; nth < count; nth += AT_ONCE) {
      const serial = `FLOOD${String(nth).padStart(6, '0')}`;
      const opened = await ask({ method: 'POST', url: '/v1/tickets', headers: { 'idempotency-key': `open-${serial}` }, body: ticketFor(serial) });
      const { id } = JSON.parse(opened.body) as { id: string };
      const input = { serialScanned: serial, accessories: [], condition: [{ area: 'screen', grade: 'used' }], powersOn: true, receivedBy: 'Chen' };
      const headers = { 'idempotency-key': `receive-${serial}`, 'if-match': '"v1"' };
      const received = await ask({ method: 'POST', url: `/v1/tickets/${id}/transitions`, headers, body: { action: 'device.receive', input } });
      if (received.status !== 200) throw new Error(received.body);
      targets.push({ id, serial, version: 2, unsure: false });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return targets;
}

/** Floods from a process of its own; calls `meanwhile` four times a second. */
async function flooded(order: Flood, meanwhile: () => void = () => undefined): Promise<Flooded> {
  const child = endsWithUs(fork(path.join(import.meta.dirname, '../overload/flood.ts')));
  const timer = setInterval(meanwhile, 250);
  child.send(order);
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the flood ended with code ${String(code)}`)));
  try {
    const [figures] = (await Promise.race([once(child, 'message'), ended])) as [Flooded];
    return figures;
  } finally {
    clearInterval(timer);
    if (child.connected) child.disconnect();
    ended.catch(() => undefined);
  }
}

const all = (counts: Flooded['served']): number => Object.values(counts).reduce((sum, { count }) => sum + count, 0);

async function lostOn({ owner, brandId }: Overloadable, targets: readonly Target[]): Promise<string[]> {
  const { rows } = await sql<{ id: string; version: number; steps: number }>`
    select t.id, t.version, (select count(*)::integer from ticket_events e where e.brand_id = t.brand_id and e.ticket_id = t.id) as steps
      from tickets t where t.brand_id = ${brandId}`.execute(owner);
  const found = new Map(rows.map((row) => [row.id, row]));
  return targets.flatMap(({ id, version, unsure }) => {
    const row = found.get(id);
    const asTold = unsure ? (row?.version ?? 0) >= version : row?.version === version;
    return asTold && row?.steps === row?.version ? [] : [`${id}: told ${version}, is ${row?.version} with ${row?.steps} steps`];
  });
}

/** Measures what the process can carry, floods it with `times` as much, and watches it come back. */
export async function playOverload(api: Overloadable, plan: OverloadPlan): Promise<OverloadFigures> {
  const { tell } = plan;
  let targets = await prepare(api.ask, plan.tickets);
  tell(`${targets.length} tickets are ready`);
  const call = async (order: Pick<Flood, 'perSecond' | 'lines' | 'seconds'>, lateMs = 0, meanwhile?: () => void): Promise<Flooded> => {
    const figures = await flooded({ port: api.port, key: api.key, targets, lateMs, ...order }, meanwhile);
    ({ targets } = figures);
    return figures;
  };
  const light = { perSecond: LIGHT_PER_SECOND, lines: FLOOD_LINES };
  const closed = { perSecond: null, lines: CARRIED_LINES };

  const warm = await call({ ...closed, seconds: plan.warmSeconds });
  let carriedMiB = 0;
  const carried = await call({ ...closed, seconds: plan.capacitySeconds }, 0, () => void (carriedMiB = Math.max(carriedMiB, api.rss())));
  // In the short form a second each: a machine that stands still in one of them would have so little called what is carried that ten times as much is no flood.
  const capacity = Math.max(...[warm, carried].map(({ served, seconds }) => all(served) / seconds));
  const before = await call({ ...light, seconds: plan.lightSeconds });
  tell(`${capacity.toFixed(0)} calls a second are carried; ${plan.times} times as many come now`);

  const weights: number[] = [];
  const starvedBefore = api.starvedMs();
  const some = Math.ceil(targets.length * WITNESS.share);
  const [ofWitness, ofFlood] = [targets.slice(0, some), targets.slice(some)];
  const order = { port: api.port, key: api.key, lateMs: 0, seconds: plan.floodSeconds };
  const [flood, witness] = await Promise.all([
    flooded({ ...order, targets: ofFlood, perSecond: capacity * plan.times, lines: FLOOD_LINES }, () => void weights.push(api.rss())),
    flooded({ ...order, targets: ofWitness, perSecond: WITNESS.perSecond, lines: WITNESS.lines }),
  ]);
  targets = [...flood.targets, ...witness.targets];
  const starvedAfter = api.starvedMs();
  const after = await call({ ...light, seconds: plan.lightSeconds }, Math.max(50, 3 * slowest(before.served)));
  const back = after.troubled.findIndex((share) => share <= 0.01);
  const half = Math.ceil(weights.length / 2);
  return {
    capacity,
    carried,
    flood,
    witness,
    rates: { offered: flood.calls / flood.seconds, served: all(flood.served) / flood.seconds, refused: all(flood.refused) / flood.seconds },
    starved: starvedBefore === null || starvedAfter === null ? null : (starvedAfter - starvedBefore) / (flood.seconds * 1_000),
    before,
    after,
    recoveryMs: back === -1 ? Number.POSITIVE_INFINITY : back * 1_000,
    memory: { carried: carriedMiB, firstHalf: Math.max(...weights.slice(0, half)), secondHalf: Math.max(...weights.slice(half)) },
    lost: await lostOn(api, targets),
  };
}

/** p99 of the slowest class, in ms. */
export const slowest = (times: Record<Kind, { p99: number }>): number => Math.max(...Object.values(times).map(({ p99 }) => p99));
