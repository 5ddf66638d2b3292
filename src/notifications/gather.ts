// Which message of a customer's lane goes next, what it takes along, and what it waits for: a walk-in's five steps become one message. Pure.
import { stillToKeep } from '#tickets/promise-words.ts';
import type { MessageName, TicketFacts } from './event.ts';
import { type InstantWay, isUrgent, routeOf, routes } from './routing.ts';

/** A row that is due to a customer. */
export interface Pending {
  message: string;
  facts: object;
  createdAt: Date;
  /** It was sent before and failed, or nobody knows: what it said stays what it says. */
  tried: boolean;
}

/** What it says. */
type Said = Pick<Pending, 'message' | 'facts'>;

/** The rules of this moment. */
export interface Manner {
  now: Date;
  /** How long a message that can wait is held back for more to come; 0: each goes by itself. */
  seconds: number;
  /** The end of quiet hours that are running on this lane. */
  quietUntil: Date | null;
  phone?: Telephone;
}

/** A telephone: the message that goes says itself alone, and nothing of what it carries. */
interface Telephone {
  /** The ways to it that are open, and for which there is a provider. */
  ways: readonly InstantWay[];
  /** Its owner reads mails, too. */
  mailed: boolean;
}

/** What to do with the lane. */
export type Plan<R> = { waitUntil: Date } | { next: R; carried: R[] };

const named = ({ message }: Said): MessageName | null => (Object.hasOwn(routes, message) ? (message as MessageName) : null);
const factsOf = ({ facts }: Said): TicketFacts => facts as TicketFacts;

/** A message this release does not know is set aside by whoever sends it: it waits for nothing. */
const urgent = (row: Said): boolean => {
  const name = named(row);
  return name === null || isUrgent(name, factsOf(row));
};

const breaksNight = (row: Pending): boolean => {
  const name = named(row);
  return name !== null && routeOf(name).night === true;
};

/** Whether what a row asks for is still asked for after a later one: nobody is asked for an answer that was given. */
function stillAsks(row: Said, last: Said): boolean {
  if (row === last) return true;
  const [then, now] = [factsOf(row), factsOf(last)];
  return then.status === now.status && then.hold?.resumeBy === now.hold?.resumeBy && then.quote?.version === now.quote?.version;
}

/** Whether a row is due by itself where the one that carried it ends unsent: not what asks for an answer that was given by then. */
export const outlives = (row: Said, carrier: Said): boolean => !urgent(row) || stillAsks(row, carrier);

/** Whether no way is open by which this telephone is told of it: it ends at once, and carries nothing that others are told of. */
const isMute = (row: Pending, { ways }: Telephone): boolean => {
  const name = named(row);
  return name !== null && !row.tried && !routeOf(name).instant.some((way) => ways.includes(way));
};

/**
 * Whether a telephone that carries this row says what is said nowhere else: no mail tells it, and its news stands as it was. One that says
 * no more than which status was reached is in every later note, and a later one of its own name says it anew.
 */
function isLostIn(row: Pending, next: Pending, { mailed }: Telephone): boolean {
  const name = named(row);
  if (name === null || next.message === name) return false;
  const { mail, news } = routeOf(name);
  if ((mail === 'always' && mailed) || news === 'once') return false;
  const [then, now] = [factsOf(row), factsOf(next)];
  if (name === 'promise_moved') return then.promise?.at === now.promise?.at && stillToKeep(now.status, now.returnMethod, now.wish);
  return then.status === now.status && then.quote?.version === now.quote?.version;
}

/** Plans the next message of a lane; `rows` are all that are due, oldest first, at least one. */
export function planOf<R extends Pending>(rows: readonly [R, ...R[]], manner: Manner): Plan<R> {
  const { phone } = manner;
  const mute = phone && rows.find((row) => isMute(row, phone));
  if (mute !== undefined) return { next: mute, carried: [] };
  return manner.quietUntil === null ? choose(rows, manner) : atNight(rows, manner.quietUntil, manner);
}

/** Only what may ring rings. What still asks for something keeps its own call for the morning: on a telephone the one that rings would not say it. */
function atNight<R extends Pending>(rows: readonly [R, ...R[]], quietUntil: Date, { seconds, phone }: Manner): Plan<R> {
  const loud = rows.filter(breaksNight);
  const next = loud.find(({ tried }) => tried) ?? loud.at(seconds === 0 ? 0 : -1);
  if (next === undefined) return { waitUntil: quietUntil };
  if (next.tried || seconds === 0) return { next, carried: [] };
  const waits = (row: R): boolean =>
    row.tried || (urgent(row) && !breaksNight(row) && stillAsks(row, next)) || (phone !== undefined && isLostIn(row, next, phone));
  return { next, carried: rows.slice(0, rows.indexOf(next)).filter((row) => !waits(row)) };
}

function choose<R extends Pending>(rows: readonly [R, ...R[]], { now, seconds, phone }: Manner): Plan<R> {
  const [oldest] = rows;
  if (oldest.tried || seconds === 0) return { next: oldest, carried: [] };
  const stop = rows.findIndex(({ tried }) => tried);
  const fresh = stop === -1 ? [...rows] : rows.slice(0, stop);
  const last = fresh.at(-1) ?? oldest;
  const asking = fresh.findLast((row) => urgent(row) && stillAsks(row, last));
  const ready = new Date(oldest.createdAt.getTime() + seconds * 1000);
  if (asking === undefined && ready > now && !fresh.some(urgent)) {
    const again = rows[stop];
    return again === undefined ? { waitUntil: ready } : { next: again, carried: [] };
  }
  const next = asking ?? last;
  const before = fresh.slice(0, fresh.indexOf(next));
  if (phone === undefined) return { next, carried: before };
  // What asks is not kept waiting by it; else each is told in its order.
  const first = asking === undefined ? before.findIndex((row) => isLostIn(row, next, phone)) : -1;
  const own = before[first];
  return own === undefined ? { next, carried: before.filter((row) => !isLostIn(row, next, phone)) } : { next: own, carried: before.slice(0, first) };
}
