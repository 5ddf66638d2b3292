// The limit of PostgreSQL itself: pgbench, which comes with PostgreSQL's client programs and not with the embedded server.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { APP_ROLE } from '#platform/db/connect.ts';
import { boundToUs, endsWithUs } from '../test/support/at-end.ts';

const version = /\d+(\.\d+)?/.exec(spawnSync('pgbench', ['--version']).stdout?.toString() ?? '')?.[0] ?? null;

/** Which pgbench measures here; null where there is none, and then that limit is left out. */
export const pgbenchVersion = version;

/** What to run. */
export interface PgbenchRun {
  url: string;
  /** One transaction, `:name` for variables; `select-only` is the built-in one (-S). */
  script: string;
  clients: number;
  /** How long, or how many transactions each client runs. */
  seconds?: number;
  transactions?: number;
  define?: Record<string, string | number>;
  /** The tenant of every statement; sets the application's role too. */
  brandId?: string;
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = endsWithUs(spawn(...boundToUs('pgbench', args), { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] }));
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`pgbench ended with code ${code}: ${errors.slice(0, 2_000)}`))));
  });
}

/** Makes the tables of the built-in scripts: a hundred thousand accounts. */
export const preparePgbench = async (url: string): Promise<void> => void (await run(['-i', '-q', '-s', '1', url]));

/** Runs it with prepared statements; answers transactions per second, connecting left out. */
export async function pgbench({ url, script, clients, seconds, transactions, define = {}, brandId }: PgbenchRun): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'glassbench-pgbench-'));
  const file = path.join(folder, 'transaction.sql');
  writeFileSync(file, script);
  try {
    const output = await run(
      [
        ...['-n', '-M', 'prepared', '-c', String(clients), '-j', '1'],
        ...(seconds === undefined ? ['-t', String(transactions)] : ['-T', String(seconds)]),
        ...(script === 'select-only' ? ['-S'] : ['-f', file]),
        ...Object.entries(define).flatMap(([name, value]) => ['-D', `${name}=${value}`]),
        url,
      ],
      brandId === undefined ? {} : { PGOPTIONS: `-c role=${APP_ROLE} -c app.brand_id=${brandId}` },
    );
    const failed = /number of failed transactions: (\d+)/.exec(output)?.[1] ?? '0';
    const tps = Number(/tps = ([\d.]+)/.exec(output)?.[1]);
    if (failed !== '0' || !(tps > 0)) throw new Error(`pgbench: ${output}`);
    return tps;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
