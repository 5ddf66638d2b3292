// R16: restores a backup into a server of its own, looks whether everything is there and works, and says how long it took.
// `npm run restore-drill` makes up a database; `-- --data .data` takes that of an installation, `-- --dump file` a dump of pg_dump -Fc.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Kysely, PostgresDialect } from 'kysely';
import { type Config, configOfProcess, readConfig } from '#config.ts';
import { openPool } from '#platform/db/connect.ts';
import type { Database } from '#platform/db/database.ts';
import { type EmbeddedPostgres, runningEmbedded, startEmbedded } from '#platform/db/embedded.ts';
import { migrateToLatest } from '#platform/db/migrate.ts';
import { migrateQueue } from '#platform/queue.ts';
import { secretsKeptIn } from '#platform/secrets-file.ts';
import { begin, Trouble } from '#platform/trouble.ts';
import { createServices } from '#services.ts';
import { fillTickets } from '../test/support/many-tickets.ts';
import { openSender } from '../test/support/sender.ts';
import { startReceiver } from '../test/support/webhook-receiver.ts';
import { copyServer, startCopy, startDump } from './restore/backup.ts';
import { type Check, countsHold, dueGoesOut, historiesHold, lookupHolds, rowsOf, schemaHolds, silence } from './restore/checks.ts';

/** What is restored. */
export type Source =
  /** A running server on this machine. */
  | { url: string }
  /** A dump; what it should hold is not known. */
  | { dump: string };

/** What a drill found. */
export interface Report {
  seconds: Record<'backup' | 'restore' | 'checks', number>;
  checks: Check[];
  ok: boolean;
}

const owning = (url: string): Kysely<Database> =>
  new Kysely<Database>({ dialect: new PostgresDialect({ pool: openPool({ url, max: 2, name: 'restore-drill', statementTimeoutMs: 0 }) }) });

async function counted(url: string): Promise<Record<string, number>> {
  const owner = owning(url);
  return rowsOf(owner).finally(() => owner.destroy());
}

/** Copies or restores, checks, and leaves nothing behind. `spoil`: for a test, what happens to the copy before it is checked. */
export async function drill(source: Source, secrets: string, spoil?: (url: string) => Promise<void>): Promise<Report> {
  const folder = mkdtempSync(path.join(tmpdir(), 'glassbench-restore-'));
  const dataDir = path.join(folder, 'data');
  const receiver = await startReceiver();
  let server: EmbeddedPostgres | undefined;
  try {
    const before = 'url' in source ? await counted(source.url) : null;
    const copying = performance.now();
    if ('url' in source) await copyServer(source.url, dataDir);
    const copied = performance.now();
    const after = 'url' in source ? await counted(source.url) : null;
    const restoring = performance.now();
    server = 'url' in source ? await startCopy(dataDir) : await startDump(source.dump, dataDir);
    const restored = performance.now();
    await spoil?.(server.url);
    const owner = owning(server.url);
    const found = await rowsOf(owner);
    await silence(owner, receiver.url);
    await migrateQueue(server.url);
    const env = { DATABASE_URL: server.url, SECRETS: secrets, LOG_LEVEL: 'silent', RATE_LIMITS: 'false', WEBHOOKS_TO_PRIVATE: 'true' };
    const services = createServices(readConfig({ ...env, DATA_DIR: folder, COALESCE_SECONDS: '0' }));
    const rows = before === null || after === null ? countsHold(found, found, found) : countsHold(before, after, found);
    const lookup = await lookupHolds(owner, services);
    const untried: Check = { name: 'due', ok: false, figure: 'not tried, because the lookup failed' };
    const due = lookup.ok ? await dueGoesOut(owner, services) : untried;
    const checks = [rows, await schemaHolds(owner), await historiesHold(owner), lookup, due];
    await services.close();
    await owner.destroy();
    const seconds = {
      backup: (copied - copying) / 1000,
      restore: (restored - restoring) / 1000,
      checks: (performance.now() - restored) / 1000,
    };
    return { seconds, checks, ok: checks.every(({ ok }) => ok) };
  } finally {
    await server?.stop();
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const SECRET = 'for a drill with made-up data only and long enough';

/** A server with made-up repairs, some of which have something due. */
async function madeUp(tickets: number): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'glassbench-drill-'));
  const server = await startEmbedded({ dataDir: path.join(folder, 'data'), durable: true });
  await migrateToLatest(server.url);
  const services = createServices(readConfig({ DATABASE_URL: server.url, SECRETS: SECRET, LOG_LEVEL: 'silent', RATE_LIMITS: 'false' }));
  const owner = owning(server.url);
  const { brandId } = await fillTickets(server.url, services.seal, tickets);
  const sender = openSender({ services, owner, brandId, receiverUrl: 'http://127.0.0.1:9' });
  await sender.fill('drill', Math.ceil(tickets / 20), 2, [await sender.endpoint('/hook')]);
  await owner.destroy();
  await services.close();
  return {
    url: server.url,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The server of an installation: the one that runs, or one that is started for the drill. */
async function installed(dataDir: string): Promise<{ url: string; stop(): Promise<void> }> {
  const postgres = path.resolve(dataDir, 'postgres');
  if (!existsSync(path.join(postgres, 'PG_VERSION')))
    throw new Trouble(`${postgres} is no data directory of PostgreSQL: name the DATA_DIR of an installation.`);
  const running = runningEmbedded(postgres);
  return running === null ? startEmbedded({ dataDir: postgres, durable: true }) : { url: running, stop: async () => undefined };
}

/**
 * The secrets of what is restored, as its installation finds them; `data`: its folder, where that is known. None are made: what a backup holds could be
 * read with none but its own. Throws a Trouble.
 */
export function secretsFor(data: string | undefined, { SECRETS, SECRETS_FILE, DATA_DIR }: Config): string {
  const beside = path.resolve(data ?? DATA_DIR, 'secrets');
  // The settings are those of the installation here: one that lies elsewhere has a file of its own, or the same settings.
  if (beside !== path.resolve(DATA_DIR, 'secrets') && existsSync(beside)) return secretsKeptIn(beside);
  if (SECRETS !== undefined) return SECRETS;
  const file = path.resolve(SECRETS_FILE ?? beside);
  if (!existsSync(file))
    throw new Trouble(`The secrets of the data are missing: set SECRETS, or put them into ${file}. Without them nothing of it can be read.`);
  return secretsKeptIn(file);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { data: { type: 'string' }, dump: { type: 'string' }, tickets: { type: 'string', default: '5000' } } });
  const secrets = values.data === undefined && values.dump === undefined ? SECRET : secretsFor(values.data, configOfProcess());
  const began = performance.now();
  const from = values.dump !== undefined ? null : values.data === undefined ? await madeUp(Number(values.tickets)) : await installed(values.data);
  const report = await drill(from === null ? { dump: path.resolve(values.dump ?? '') } : from, secrets).finally(() => from?.stop());
  for (const { name, ok, figure } of report.checks) console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}: ${figure}`);
  const { backup, restore, checks } = report.seconds;
  console.log(
    `backup ${backup.toFixed(1)} s, restore ${restore.toFixed(1)} s, checks ${checks.toFixed(1)} s; ${((performance.now() - began) / 1000).toFixed(1)} s in all`,
  );
  process.exitCode = report.ok ? 0 : 1;
}

if (import.meta.main) await begin(main);
