// What a PostgreSQL server reads that its own buffers do not hold: off /proc, as the database's own counters come late.
import { readdirSync, readFileSync } from 'node:fs';

/** Bytes since the server began: asked of the system, and those of them that came off the disk. */
export interface Read {
  asked: number;
  disk: number;
}

/** Of the server's processes that run now; null where the system does not tell (proc_pid_io(5)). */
export function readBy(postmaster: number): Read | null {
  if (process.platform !== 'linux') return null;
  const sum: Read = { asked: 0, disk: 0 };
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) !== postmaster) continue;
      const io = Object.fromEntries(
        Array.from(readFileSync(`/proc/${pid}/io`, 'utf8').matchAll(/(\w+): (\d+)/g), ([, name, value]) => [name, Number(value)]),
      );
      sum.asked += io['rchar'] ?? 0;
      sum.disk += io['read_bytes'] ?? 0;
    } catch {
      // It ended meanwhile, or is not ours to look into.
    }
  }
  return sum;
}
