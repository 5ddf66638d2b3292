// What a PostgreSQL server reads for its callers that its own buffers do not hold: off /proc, as the database's own counters come late.
import { readFileSync } from 'node:fs';
import { processes, statOf } from './cpu.ts';

/** Bytes: asked of the system, and those of them that came off the disk. */
export interface Read {
  asked: number;
  disk: number;
}

/** By process, since each began. */
export type Reads = ReadonlyMap<string, Read>;

/** Who serves callers, and reads for those who do; not vacuum and the like. As they title themselves: `postgres: <user> <database> <host>(<port>) …`. */
const SERVES = /^postgres: .*(\(\d+\) |io worker)/;

/** Of the server's processes that run now; null where the system does not tell (proc_pid_io(5)). */
export function readBy(postmaster: number): Reads | null {
  if (process.platform !== 'linux') return null;
  const reads = new Map<string, Read>();
  for (const pid of processes()) {
    if (statOf(pid)?.parent !== postmaster) continue;
    try {
      if (!SERVES.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))) continue;
      const io = new Map(Array.from(readFileSync(`/proc/${pid}/io`, 'utf8').matchAll(/(\w+): (\d+)/g), ([, name, value]) => [name, Number(value)]));
      reads.set(pid, { asked: io.get('rchar') ?? 0, disk: io.get('read_bytes') ?? 0 });
    } catch {
      // It ended meanwhile, or is not ours to look into.
    }
  }
  return reads;
}

/** What those that run at the end have read since; null where the system does not tell. */
export function since(before: Reads | null, after: Reads | null): Read | null {
  if (before === null || after === null) return null;
  const sum = { asked: 0, disk: 0 };
  for (const [pid, { asked, disk }] of after) {
    sum.asked += asked - (before.get(pid)?.asked ?? 0);
    sum.disk += disk - (before.get(pid)?.disk ?? 0);
  }
  return sum;
}
