// Keeps the open pages of this process up to date: wakes on hints, reads the truth from PostgreSQL, and looks every few seconds anyway.
import { Gauge } from '@prometheus-io/client';
import { metrics } from '#platform/metrics.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import { catchUp, type Following, mayFollow, type Wire } from './follower.ts';
import { type Since, STEPS_AT_ONCE, stepsSince } from './stream-store.ts';

/** What a hint that was lost costs. */
const LOOK_EVERY_MS = 3_000;
/** As many connections as a browser opens to one host. */
const PER_TICKET = 6;
const PER_STATEMENT = 500;

const openStreams = new Gauge({ name: 'glassbench_live_streams', help: 'Pages that are kept up to date.', registers: [metrics] });

interface Follower {
  following: Following;
  first: PromiseWithResolvers<void>;
  /** What was read before there was a wire. */
  held: Since | null;
  wire: Wire | null;
  behind: boolean;
}

/** A place that was given; `attach` begins, `leave` ends it. */
export interface Seat {
  attach(wire: Wire): void;
  /** The reader has caught up. */
  drained(): void;
  leave(): void;
}

/** The pages of one process. */
export interface Pages {
  /** Takes a place and reads what is new. Problems: too_many_requests (for this ticket), overloaded (of this process), unauthorized. */
  seat(following: Following): Promise<Seat>;
  /** Ends every stream, and takes no more. */
  close(): Promise<void>;
}

/** Opens the pages; nothing is asked before the first one. */
export function openPages(services: Services): Pages {
  const { db, log, live, config } = services;
  const byTicket = new Map<string, Set<Follower>>();
  const all = new Set<Follower>();
  const due = new Set<Follower>();
  let looks: NodeJS.Timeout | null = null;
  let looking = false;
  let failing = false;
  let closed = false;

  const leave = (follower: Follower): void => {
    if (!all.delete(follower)) return;
    openStreams.dec();
    due.delete(follower);
    const { ticketId } = follower.following;
    const others = byTicket.get(ticketId);
    others?.delete(follower);
    if (others?.size === 0) byTicket.delete(ticketId);
  };
  const refuse = (follower: Follower): void => {
    follower.first.reject(new Problem('unauthorized', 'The link has ended.'));
    leave(follower);
    void follower.wire?.end();
  };
  const take = (follower: Follower, since: Since | null): void => {
    if (!all.has(follower)) return;
    if (!mayFollow(follower.following, since)) return refuse(follower);
    if (follower.wire === null) {
      follower.held = since;
      return follower.first.resolve();
    }
    follower.behind = !catchUp(follower.following, since, follower.wire);
    if (!follower.behind && since.steps.length === STEPS_AT_ONCE) due.add(follower);
  };
  const read = async (followers: readonly Follower[]): Promise<void> => {
    try {
      const found = await stepsSince(
        db,
        followers.map(({ following }) => following),
      );
      for (const [index, follower] of followers.entries()) take(follower, found[index] ?? null);
      failing = false;
    } catch (error) {
      // Who waits for the first answer is told; the others are looked after again soon.
      for (const { first } of followers) first.reject(error as Error);
      if (!failing) log.warn({ err: error }, 'live streams stand still: the database does not answer');
      failing = true;
    }
  };
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    while (due.size > 0) {
      const now = [...due].filter(({ behind }) => !behind).slice(0, PER_STATEMENT);
      for (const follower of now) due.delete(follower);
      if (now.length === 0) break;
      await read(now);
    }
    looking = false;
  };
  const wake = (followers: Iterable<Follower>): void => {
    for (const follower of followers) due.add(follower);
    if (due.size > 0) void look();
  };
  /** With the first page, so that a process without any is asked for nothing. */
  const begin = (): void => {
    if (looks !== null) return;
    looks = setInterval(() => wake(all), LOOK_EVERY_MS).unref();
    live.subscribe((ids) => wake(ids === null ? all : ids.flatMap((id) => [...(byTicket.get(id) ?? [])])));
  };
  const admit = ({ ticketId }: Following): Set<Follower> => {
    if (closed) throw new Problem('unavailable', 'This process is shutting down.');
    const same = byTicket.get(ticketId) ?? new Set();
    if (same.size >= PER_TICKET) {
      throw new Problem('too_many_requests', `At most ${PER_TICKET} streams of one ticket at once.`, { headers: { 'retry-after': '30' } });
    }
    if (all.size >= config.STREAMS_MAX)
      throw new Problem('overloaded', 'No more pages can be kept up to date just now.', { headers: { 'retry-after': '30' } });
    byTicket.set(ticketId, same);
    return same;
  };

  return {
    async seat(following) {
      const same = admit(following);
      begin();
      const follower: Follower = { following, first: Promise.withResolvers(), held: null, wire: null, behind: false };
      all.add(follower);
      same.add(follower);
      openStreams.inc();
      wake([follower]);
      try {
        await follower.first.promise;
      } catch (error) {
        leave(follower);
        throw error;
      }
      return {
        attach(wire) {
          follower.wire = wire;
          take(follower, follower.held);
          follower.held = null;
          if (closed) void wire.end();
        },
        drained() {
          follower.behind = false;
          wake([follower]);
        },
        leave: () => leave(follower),
      };
    },
    async close() {
      closed = true;
      if (looks !== null) clearInterval(looks);
      await Promise.all([...all].map(async ({ wire }) => wire?.end()));
    },
  };
}
