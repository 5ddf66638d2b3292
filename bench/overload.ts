// R13: ten times what an API process can serve. What is accepted is served in time, the rest refused at once, memory stays, and it recovers.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { createBrand } from '#access/manage-brands.ts';
import { createKey } from '#access/manage-keys.ts';
import { asSystem } from '#access/perform.ts';
import { readConfig } from '#config.ts';
import { freePort } from '#platform/db/embedded.ts';
import { openCenter } from '#service-centers/manage-centers.ts';
import { createServices } from '#services.ts';
import { fillTickets } from '../test/support/many-tickets.ts';
import type { Pace, Paced } from './open-loop.ts';
import { record, SECRET, startProcess, throwAwayDatabase } from './support.ts';

const [seconds = 15, factor = 10] = process.argv.slice(2).map(Number);
const run = promisify(execFile);

const database = await throwAwayDatabase(false);
const port = await freePort();
const env = {
  ...{ DATABASE_URL: database.url, SECRETS: SECRET, LOG_LEVEL: 'error', RATE_LIMITS: 'false', PORT: String(port), OPS_PORT: '0', DRAIN_SECONDS: '0' },
};
const services = createServices(readConfig(env));
const { serials } = await fillTickets(database.url, services.seal, 2_000);
const brand = await asSystem(services, '*', (deed) =>
  createBrand(deed, { slug: 'overload', name: 'Overload', lookupMode: 'open', locale: 'en', timeZone: 'UTC', contactLine: 'nobody' }),
);
const where = { phone: '1', address: 'Here', locale: 'en', timeZone: 'UTC' } as const;
const center = await asSystem(services, brand.id, (deed) => openCenter(deed, { code: 'S1', name: 'Overload', kind: 'own', ...where }));
const { key } = await asSystem(services, brand.id, (deed) => createKey(deed, { kind: 'center', name: 'overload', centerId: center.id }));
await services.close();

const api = await startProcess('src/api.ts', env, `http://127.0.0.1:${port}/livez`);
const lookups = serials.map((serial) => `GET /v1/lookup/${serial} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
let opened = 0;
const openings = (): string[] =>
  Array.from({ length: 20_000 }, () => {
    opened += 1;
    const body = JSON.stringify({
      ...{ channel: 'walk_in', device: { kind: 'phone', serial: `OVER${opened}LOAD` }, contact: {}, faultReported: 'Dark' },
      ...{ returnMethod: 'pick_up', jurisdiction: 'CN' },
    });
    const headers = `Host: localhost\r\nAuthorization: Bearer ${key}\r\nIdempotency-Key: over-${opened}\r\nContent-Type: application/json`;
    return `POST /v1/tickets HTTP/1.1\r\n${headers}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  });

let peak = 0;
async function fire(pace: Omit<Pace, 'port' | 'requests'>, requests: string[]): Promise<Paced> {
  const watch = setInterval(() => void (peak = Math.max(peak, api.rss())), 200);
  // A command line holds so much; the process repeats them.
  const args = [path.join(import.meta.dirname, 'open-loop.ts'), JSON.stringify({ ...pace, port, requests: requests.slice(0, 200) })];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 2 ** 24 });
  clearInterval(watch);
  return JSON.parse(stdout) as Paced;
}

let wrong = 0;
const rows: string[] = [];
for (const [name, requests] of [
  ['GET /v1/lookup/{serial}', () => lookups],
  ['POST /v1/tickets', openings],
] as const) {
  // What it can serve: a little more is asked until it begins to refuse.
  let rate = 100;
  let capacity = 0;
  for (;;) {
    const { served, seconds: spent } = await fire({ perSecond: rate, seconds: 3, connections: 256 }, requests());
    const good =
      Object.entries(served).reduce((sum, [status, { count }]) => sum + (status.startsWith('2') || status.startsWith('4') ? count : 0), 0) / spent;
    console.log(`${name}: asked ${rate}/s, served ${good.toFixed(0)}/s ${JSON.stringify(served)}`);
    capacity = Math.max(capacity, good);
    if (good < rate * 0.9) break;
    rate = Math.round(rate * 1.6);
  }
  const before = api.rss();
  peak = 0;
  const over = await fire({ perSecond: Math.round(capacity * factor), seconds, connections: 3_000 }, requests());
  // Recovered: within five seconds everything of half its capacity is served again.
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const afterwards = await fire({ perSecond: Math.round(capacity / 2), seconds: 3, connections: 256 }, requests());
  console.log(JSON.stringify({ name, capacity: Math.round(capacity), before, peak, over, afterwards }));
  const accepted = Object.entries(over.served).filter(([status]) => status !== '503');
  const p99 = Math.max(...accepted.map(([, one]) => one.p99));
  const refused = over.served['503'] ?? { count: 0, p50: 0, p99: 0, max: 0 };
  const lost = afterwards.served['503']?.count ?? 0;
  if (p99 >= 300 || refused.p99 > 20 || lost > 0) wrong += 1;
  rows.push(
    `| ${name} | ${Math.round(capacity)} | ${Math.round(over.sent / over.seconds)} | ${accepted.reduce((sum, [, { count }]) => sum + count, 0)} | ${p99} | ${refused.count} | ${refused.p50} / ${refused.p99} | ${over.unanswered} | ${Math.round(before)} → ${Math.round(peak)} | ${lost} |`,
  );
}
await api.stop();
await database.stop();
record(
  'Overload',
  `node bench/overload.ts ${seconds} ${factor}`,
  `R13. One API process asked for ${factor} times what it can serve, at a pace that waits for no answer (the sender shares the machine); latency counts from
the moment a request was due. Afterwards half of what it can serve, five seconds later.

| call | can serve, /s | asked, /s | accepted | p99 of accepted, ms (goal < 300) | refused with 503 | p50 / p99 of refused, ms (goal ≤ 20) | unanswered | MiB | refused 5 s later (goal 0) |
|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}`,
);
process.exitCode = wrong === 0 ? 0 : 1;
