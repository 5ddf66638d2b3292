// Chance that can be repeated: xorshift with a seed that is printed.

/** A source of chance. */
export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number from `min` to `max`. */
  int(min: number, max: number): number;
  /** Whether it happens, with this probability. */
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** One of the items, each as likely as it weighs. */
  weighed<T>(items: readonly T[], weight: (item: T) => number): T;
  /** All of the items, in any order. */
  shuffled<T>(items: readonly T[]): T[];
}

/** The same seed and stream, the same numbers (xorshift32, Marsaglia 2003). */
export function random(seed: number, stream: number): Random {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35)) | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let warm = 0; warm < 8; warm += 1) next();
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  const weighed = <T>(items: readonly T[], weight: (item: T) => number): T => {
    let left = next() * items.reduce((sum, item) => sum + weight(item), 0);
    for (const item of items) {
      left -= weight(item);
      if (left < 0) return item;
    }
    return items.at(-1) as T;
  };
  const shuffled = <T>(items: readonly T[]): T[] => {
    const all = [...items];
    for (let last = all.length - 1; last > 0; last -= 1) {
      const other = int(0, last);
      [all[last], all[other]] = [all[other] as T, all[last] as T];
    }
    return all;
  };
  return {
    next,
    int,
    weighed,
    shuffled,
    chance: (probability) => next() < probability,
    pick: (items) => items[int(0, items.length - 1)] as (typeof items)[number],
  };
}

/** The seed of a run: the one that was given, so that a run can be repeated. */
export const seedOf = (given: string | undefined): number =>
  given === undefined || given === '' ? Math.floor(Math.random() * 2 ** 31) : Number(given);
