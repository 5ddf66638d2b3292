// The public lookup against its limits on this machine: a bare Fastify + pg handler doing the same SELECT, and pgbench.
// All run as processes of their own over one database; they take turns, so that a slow moment of the machine hits each.
import { freePort } from '#platform/db/embedded.ts';
import { createSeal } from '#platform/seal.ts';
import { fillTickets } from '../test/support/many-tickets.ts';
import { random } from '../test/support/model/random.ts';
import type { Measured } from './fire.ts';
import { pgbench, pgbenchVersion, preparePgbench } from './pgbench.ts';
import { fire, median, SECRET, startProcess, throwAwayDatabase } from './support.ts';

const TICKETS = 5_000;
const CONNECTIONS = 32;
const DB_CONNECTIONS = 8;
const WARM_SECONDS = 6;

/** What came of it; pgbench's ratio is null where there is no pgbench. */
export interface LookupLimits {
  ofBare: number;
  ofPgbench: number | null;
  /** Resident memory of the API under load, in MiB. */
  peakMiB: number;
  /** Answers of either side that were none. */
  failed: number;
  text: string;
}

/** Fires at both servers in turn, so many rounds of so many seconds a side; the seed says in which order the serials are asked for. */
export async function measureLookups(rounds: number, seconds: number, seed: number): Promise<LookupLimits> {
  const database = await throwAwayDatabase(false);
  try {
    const { serials } = await fillTickets(database.url, createSeal([SECRET]), TICKETS);
    if (pgbenchVersion !== null) await preparePgbench(database.url);
    const env = {
      DATABASE_URL: database.url,
      SECRETS: SECRET,
      RATE_LIMITS: 'false',
      LOG_LEVEL: 'info',
      DRAIN_SECONDS: '0',
      OPS_PORT: '0',
      HOST: '127.0.0.1',
    };
    const [apiPort, barePort] = [await freePort(), await freePort()];
    const paths = random(seed, 0)
      .shuffled(serials.filter((_, i) => i % 5 === 0))
      .map((serial) => `/v1/lookup/${serial}`);
    const api = await startProcess('src/api.ts', { ...env, PORT: String(apiPort) }, `http://127.0.0.1:${apiPort}/livez`);
    const bare = await startProcess('bench/bare-lookup.ts', { ...env, PORT: String(barePort) }, `http://127.0.0.1:${barePort}${paths[0]}`);
    const shoot = (port: number, duration: number, meanwhile?: () => void): Promise<Measured> =>
      fire({ url: `http://127.0.0.1:${port}`, connections: CONNECTIONS, seconds: duration, paths }, meanwhile);

    let peak = 0;
    const weigh = (): void => void (peak = Math.max(peak, api.rss()));
    for (const port of [apiPort, barePort]) await shoot(port, WARM_SECONDS);

    const lines: string[] = [];
    let failed = 0;
    const [ofBare, ofPgbench]: [number[], number[]] = [[], []];
    for (let round = 1; round <= rounds; round += 1) {
      const ours = await shoot(apiPort, seconds, weigh);
      const limit = await shoot(barePort, seconds);
      const rows = pgbenchVersion === null ? null : await pgbench({ url: database.url, script: 'select-only', clients: DB_CONNECTIONS, seconds });
      ofBare.push(ours.perSecond / limit.perSecond);
      failed += ours.failed + limit.failed;
      if (rows !== null) ofPgbench.push(ours.perSecond / rows);
      lines.push(
        `| ${round} | ${ours.perSecond} | ${ours.p50} / ${ours.p99} | ${limit.perSecond} | ${limit.p50} / ${limit.p99} | ${rows?.toFixed(0) ?? ''} | ${ofBare.at(-1)?.toFixed(2)} | ${ofPgbench.at(-1)?.toFixed(2) ?? ''} | ${ours.failed + limit.failed} |`,
      );
      console.log(lines.at(-1));
    }
    await Promise.all([api.stop(), bare.stop()]);

    const [ratio, rowsRatio] = [median(ofBare), ofPgbench.length === 0 ? null : median(ofPgbench)];
    return {
      ofBare: ratio,
      ofPgbench: rowsRatio,
      ...{ peakMiB: peak, failed },
      text: `\`GET /v1/lookup/{serial}\` of the API process (info log to nowhere, no rate limits) and the bare handler with the same SELECT, ${TICKETS} tickets,
${CONNECTIONS} connections, autocannon 9 in a process of its own; ${pgbenchVersion === null ? 'pgbench is not on this machine' : `\`pgbench -S -M prepared\` ${pgbenchVersion} over ${DB_CONNECTIONS} connections`}. ${seconds} s each in turn,
PostgreSQL without fsync.

| round | ours, req/s | p50 / p99 ms | bare, req/s | p50 / p99 ms | pgbench, select/s | of bare | of pgbench | failed |
|---|---|---|---|---|---|---|---|---|
${lines.join('\n')}

Median **${ratio.toFixed(2)}** of bare Fastify + pg (goal 0.90), ${rowsRatio?.toFixed(2) ?? 'not measured'} of pgbench. API process under load: at most **${Math.ceil(peak)} MiB** resident (goal 180).`,
    };
  } finally {
    await database.stop();
  }
}
