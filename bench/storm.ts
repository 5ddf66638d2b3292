// Storms on a started API: conflicting writers on one ticket (R4), and racing copies of every call (R5). Prints its seed and its figures.
import { Agent, request } from 'undici';
import { createBrand } from '#access/manage-brands.ts';
import { createKey } from '#access/manage-keys.ts';
import { asSystem } from '#access/perform.ts';
import { readConfig } from '#config.ts';
import { freePort } from '#platform/db/embedded.ts';
import { openCenter } from '#service-centers/manage-centers.ts';
import { createServices } from '#services.ts';
import { seedOf } from '../test/support/model/random.ts';
import { chained, conflicted, countTickets, ticketFor } from '../test/support/storm-rows.ts';
import { type Ask, race } from '../test/support/storms.ts';
import { record, SECRET, startProcess, throwAwayDatabase } from './support.ts';

const [attempts = 100_000, keys = 10_000, writers = 256, copies = 8] = process.argv.slice(2).map(Number);
const seed = seedOf(process.env['STORM_SEED']);
console.log(`seed ${seed}`);

const database = await throwAwayDatabase(true);
const port = await freePort();
const env = {
  DATABASE_URL: database.url,
  SECRETS: SECRET,
  LOG_LEVEL: 'error',
  RATE_LIMITS: 'false',
  PORT: String(port),
  OPS_PORT: '0',
  DRAIN_SECONDS: '0',
};
const services = createServices(readConfig(env));
const brand = await asSystem(services, '*', (deed) =>
  createBrand(deed, { slug: 'storm', name: 'Storm', lookupMode: 'open', locale: 'en', timeZone: 'UTC', contactLine: 'nobody' }),
);
const where = { phone: '1', address: 'Here', locale: 'en', timeZone: 'UTC' } as const;
const center = await asSystem(services, brand.id, (deed) => openCenter(deed, { code: 'S1', name: 'Storm', kind: 'own', ...where }));
const { key } = await asSystem(services, brand.id, (deed) => createKey(deed, { kind: 'center', name: 'storm', centerId: center.id }));

const api = await startProcess('src/api.ts', env, `http://127.0.0.1:${port}/livez`);
const agent = new Agent({ connections: writers });
const ask: Ask = async ({ method, url, headers, body }) => {
  const answer = await request(`http://127.0.0.1:${port}${url}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? null : JSON.stringify(body),
    dispatcher: agent,
  });
  const etag = answer.headers['etag'];
  return {
    status: answer.statusCode,
    etag: typeof etag === 'string' ? etag : null,
    replayed: answer.headers['idempotency-replayed'] === 'true',
    body: await answer.body.text(),
  };
};

let began = performance.now();
const seconds = (): number => (performance.now() - began) / 1000;
const fight = await conflicted(ask, { writers, attempts, seed }, (text) => console.log(text));
const history = await chained(services.db.of(brand.id), fight.ticketId);
const fightSeconds = seconds();
console.log(JSON.stringify({ seed, ...fight, versions: fight.versions.length, history, seconds: fightSeconds }));

began = performance.now();
const before = await countTickets(services.db.of(brand.id));
const raced = await race(ask, (nth) => ({ url: '/v1/tickets', body: ticketFor(`RACE${seed}X${nth}`) }), { keys, copies, lanes: 16, seed });
const made = (await countTickets(services.db.of(brand.id))) - before;
const raceSeconds = seconds();
console.log(JSON.stringify({ seed, ...raced, made, seconds: raceSeconds }));

await agent.close();
await api.stop();
await services.close();
await database.stop();

const faults = [
  ...fight.wrong,
  ...history.faults,
  ...raced.wrong,
  ...(history.versions === fight.won + 2 ? [] : [`${fight.won} calls were taken, the ticket is at version ${history.versions}`]),
  ...(made === keys ? [] : [`${keys} keys made ${made} tickets`]),
];
const ok = faults.length === 0 && raced.unequal + raced.notOnce + raced.mismatchesTaken === 0;
for (const fault of faults.slice(0, 20)) console.log(fault);
record(
  'Storm',
  `STORM_SEED=${seed} node bench/storm.ts ${attempts} ${keys} ${writers} ${copies}`,
  `One API process over HTTP, fsync on. R4: ${writers} writers on one ticket, each with the version it saw last. R5: every key sent ${copies} times at once,
then once more with another body.

| R4 attempts | taken | illegal steps | gaps | losers with another answer than 409 or 412 | seconds | attempts/s |
| --- | --- | --- | --- | --- | --- | --- |
| ${fight.attempts} | ${fight.won} | ${history.illegal} | ${history.gaps} | ${fight.wrong.length} | ${fightSeconds.toFixed(0)} | ${(fight.attempts / fightSeconds).toFixed(0)} |

Answers: ${Object.entries(fight.answers)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ')}.

| R5 keys | calls | effects | keys with unequal replays | keys served other than once | mismatches not 422 | seconds |
| --- | --- | --- | --- | --- | --- | --- |
| ${raced.keys} | ${raced.calls} | ${made} | ${raced.unequal} | ${raced.notOnce} | ${raced.mismatchesTaken} | ${raceSeconds.toFixed(0)} |`,
);
process.exitCode = ok ? 0 : 1;
