// Started processes of the service, for suites that only speak HTTP to them.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { boundToUs, endsWithUs } from './at-end.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** A process and what it has said so far. */
export interface Started {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves with the exit code once it has ended and its pipes are closed. */
  ended: Promise<number | null>;
  /** Resolves once this is in stdout; rejects with what the process said where it ends before. */
  says(text: string, withinMs?: number): Promise<void>;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Runs an entry of src/ with these settings and none of the caller's own. */
export function startProcess(entry: string, settings: Record<string, string>, args: string[] = []): Started {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const env = { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...settings };
  const child = endsWithUs(
    spawn(...boundToUs(process.execPath, [path.join(root, 'src', entry), ...args]), { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    async says(text, withinMs = 30_000) {
      const until = Date.now() + withinMs;
      while (!stdout.includes(text)) {
        if (child.exitCode !== null || Date.now() > until) throw new Error(`${entry} did not say "${text}":\n${stdout}\n${stderr}`);
        await sleep(20);
      }
    },
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** A port that was free a moment ago; no outgoing call and no server on whatever port is free takes it until it is used. */
export { freePort } from '#platform/db/embedded.ts';
