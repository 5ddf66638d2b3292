// Measures the public lookup against its limit on this machine: a bare Fastify + pg handler doing the same SELECT.
// Both run as processes of their own over one database; they take turns, so that a slow moment of the machine hits both.
import { freePort } from '#platform/db/embedded.ts';
import { createSeal } from '#platform/seal.ts';
import { fillTickets } from '../test/support/many-tickets.ts';
import type { Measured } from './fire.ts';
import { fire, median, record, SECRET, startProcess, throwAwayDatabase } from './support.ts';

const TICKETS = 5_000;
const CONNECTIONS = 32;
const [rounds = 5, seconds = 8] = process.argv.slice(2).map(Number);

const database = await throwAwayDatabase(false);
try {
  const { serials } = await fillTickets(database.url, createSeal([SECRET]), TICKETS);
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
  const paths = serials.filter((_, i) => i % 5 === 0).map((serial) => `/v1/lookup/${serial}`);
  const api = await startProcess('src/api.ts', { ...env, PORT: String(apiPort) }, `http://127.0.0.1:${apiPort}/livez`);
  const bare = await startProcess('bench/bare-lookup.ts', { ...env, PORT: String(barePort) }, `http://127.0.0.1:${barePort}${paths[0]}`);
  const shoot = (port: number, duration: number, meanwhile?: () => void): Promise<Measured> =>
    fire({ url: `http://127.0.0.1:${port}`, connections: CONNECTIONS, seconds: duration, paths }, meanwhile);

  let peak = 0;
  const weigh = (): void => void (peak = Math.max(peak, api.rss()));
  for (const port of [apiPort, barePort]) await shoot(port, 8);

  const lines: string[] = [];
  const ratios: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const ours = await shoot(apiPort, seconds, weigh);
    const limit = await shoot(barePort, seconds);
    const ratio = ours.perSecond / limit.perSecond;
    ratios.push(ratio);
    lines.push(
      `| ${round} | ${ours.perSecond} | ${ours.p50} / ${ours.p99} | ${limit.perSecond} | ${limit.p50} / ${limit.p99} | ${ratio.toFixed(2)} | ${ours.failed + limit.failed} |`,
    );
    console.log(lines.at(-1));
  }
  await Promise.all([api.stop(), bare.stop()]);

  record(
    'Lookup',
    `node bench/lookup.ts ${rounds} ${seconds}`,
    `\`GET /v1/lookup/{serial}\` of the API process (info log to nowhere, no rate limits) and the bare handler, ${TICKETS} tickets, ${CONNECTIONS} connections,
${seconds} s each in turn, autocannon 9 in a process of its own, PostgreSQL without fsync.

| Round | ours, req/s | p50 / p99 ms | limit, req/s | p50 / p99 ms | ratio | failed |
|---|---|---|---|---|---|---|
${lines.join('\n')}

Median ratio **${median(ratios).toFixed(2)}** (goal ≥ 0.85). API process under load: at most **${Math.ceil(peak)} MiB** resident (goal ≤ 180).`,
  );
} finally {
  await database.stop();
}
