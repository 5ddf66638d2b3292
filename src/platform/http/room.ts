// How many calls of a class may be in progress: as many as are served soon. A number that a quiet machine serves in a moment takes a busy one, or
// one with a slow database, a second; so the room shrinks with the time that calls take, and grows again with it.

/** The bounds of a room. */
export interface RoomPlan {
  /** Of an idle process: what comes all at once is begun all at once, and the last of it waits for all the others. */
  first: number;
  most: number;
  /** Not less while most of what comes is served: a machine that is busy with something else is no flood. */
  calm: number;
  /** Not less in a flood: so many keep the connections of the pool busy, whatever they take. */
  least: number;
  /** Three calls in four are to be served within this time, in ms. */
  soonMs: number;
}

/** What was seen since the room was last looked at. */
export interface Seen {
  /** The time in ms within which three calls in four were served. */
  ms: number;
  /** The most that were in progress at once. */
  peak: number;
  /** More were refused than served. */
  flooded: boolean;
}

const GROWTH = 8;

/**
 * The size of the room after that. It shrinks by half at most, and only where half of it was in use: a few calls that are slow are no crowd.
 * Back to its first size it grows by itself, beyond that where it is used.
 */
export function roomAfter(size: number, { first, most, calm, least, soonMs }: RoomPlan, { ms, peak, flooded }: Seen): number {
  const floor = flooded ? least : calm;
  const used = peak * 2 >= size;
  if (ms > soonMs) return Math.max(floor, used ? Math.floor(size * Math.max(0.5, soonMs / ms)) : size);
  return Math.max(floor, used || size < first ? Math.min(most, size + Math.ceil(size / GROWTH)) : size);
}

/** Looked at after so many ms where so many calls have ended, or after the longer time with however few. */
const LOOK = { afterMs: 100, calls: 10, atLatestMs: 1_000 };

/** So many refusals within so many ms are a flood, not what one client asks at once; it is taken to last for twice that time after them. */
const FLOOD = { refusals: 16, withinMs: 100 };

/** The calls of one class. */
export interface Room {
  /**
   * Whether a call is to be refused. In a flood one is let in a turn of the event loop: calls that end together would otherwise make room for as many
   * that begin together, take their steps together from then on, and have everybody else, the refused above all, wait for turns of all their work.
   */
  full(): boolean;
  enter(): void;
  leave(): void;
  /** A call was refused. */
  refused(): void;
  /** A call has been served in so many ms, its body not counted, which comes as slowly as its caller sends it. */
  served(ms: number): void;
}

/** Opens an empty room. */
export function openRoom(plan: RoomPlan): Room {
  let size = plan.first;
  let inside = 0;
  let peak = 0;
  let times: number[] = [];
  let refused = 0;
  let since = performance.now();
  let begunInTurn = false;
  const crowd = { from: 0, count: 0, until: 0 };

  const look = (now: number): void => {
    const sorted = times.toSorted((a, b) => a - b);
    size = roomAfter(size, plan, { ms: sorted[Math.floor(sorted.length * 0.75)] ?? 0, peak, flooded: refused > times.length });
    times = [];
    refused = 0;
    peak = inside;
    since = now;
  };
  return {
    full: () => inside >= size || (begunInTurn && performance.now() < crowd.until),
    enter() {
      if (!begunInTurn) {
        begunInTurn = true;
        setImmediate(() => {
          begunInTurn = false;
        });
      }
      inside += 1;
      peak = Math.max(peak, inside);
    },
    leave() {
      inside -= 1;
    },
    refused() {
      refused += 1;
      const now = performance.now();
      if (now - crowd.from > FLOOD.withinMs) Object.assign(crowd, { from: now, count: 0 });
      crowd.count += 1;
      if (crowd.count >= FLOOD.refusals) crowd.until = now + 2 * FLOOD.withinMs;
    },
    served(ms) {
      times.push(ms);
      const now = performance.now();
      if (now - since >= (times.length >= LOOK.calls ? LOOK.afterMs : LOOK.atLatestMs)) look(now);
    },
  };
}
