// What a process takes of its machine: memory, and what it does not get of the processors.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Resident memory of a process that runs, in MiB. */
export function residentMiB(pid: number): number {
  const kib =
    process.platform === 'linux'
      ? /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kib) / 1024;
}

/** How long the main thread of a process has been ready to run and had no processor, in ms; null where the system does not tell. */
export function starvedMs(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  const [, waited] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
  return Number(waited) / 1e6;
}
