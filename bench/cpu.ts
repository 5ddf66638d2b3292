// What a processor spends on a piece of work, by kind of process: read off /proc, so that a busy neighbor changes little about it.
import { readdirSync, readFileSync } from 'node:fs';

/** The processes of a ground by what they do; each with those it started. */
export type Kinds = Record<string, readonly number[]>;

/** Milliseconds of processor time by kind. */
export type Spent = Record<string, number>;

/** USER_HZ, which Linux holds at 100 on every architecture that Node runs on. */
const TICK_MS = 10;

/** Every process there is, by its id in decimal. */
export const processes = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

/** Fields 4 and 14 to 17 of /proc/<pid>/stat (proc_pid_stat(5)); the name before them may hold spaces. */
export function statOf(pid: string | number): { parent: number; ms: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { parent: Number(fields[1]), ms: ticks * TICK_MS };
  } catch {
    // It has ended: what it took is counted with its parent.
    return null;
  }
}

/** What the processes have taken since they began, with their children; null where the system does not tell. */
export function spentBy(kinds: Kinds): Spent | null {
  if (process.platform !== 'linux') return null;
  const running = processes().flatMap((name) => {
    const stat = statOf(name);
    return stat === null ? [] : [{ pid: Number(name), ...stat }];
  });
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, pids]) => {
      // The bench is the parent of all the others.
      const own = running.filter(({ pid, parent }) => pids.includes(pid) || (kind !== 'bench' && pids.includes(parent)));
      return [kind, own.reduce((sum, { ms }) => sum + ms, 0)];
    }),
  );
}

/** Milliseconds per piece of work, by kind and over all; null where the system does not tell. */
export function perPiece(before: Spent | null, after: Spent | null, pieces: number): Spent | null {
  if (before === null || after === null) return null;
  const each = Object.entries(after).map(([kind, ms]): [string, number] => [kind, (ms - (before[kind] ?? 0)) / pieces]);
  return Object.fromEntries([...each, ['all', each.reduce((sum, [, ms]) => sum + ms, 0)]]);
}
