// A1, S1, S2, S3 by hand: malformed requests against a started API, every route by every tenant, and what a stranger can find out. FUZZ_SEED repeats a run,
// FUZZ_FROM with a count of 1 a single request.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Agent } from 'undici';
import { freePort } from '#platform/db/embedded.ts';
import { openApp, SECRET } from '../test/support/app-over.ts';
import { atEnd } from '../test/support/at-end.ts';
import { fill } from '../test/support/contract/world.ts';
import { type GuessFigures, isOpenedAmong, playGuesses } from '../test/support/fuzz/guesses.ts';
import { openQuestion, playOracle, wrongProof } from '../test/support/fuzz/oracle.ts';
import { playFuzz } from '../test/support/fuzz/play.ts';
import { freshCallers, fuzzSettings } from '../test/support/fuzz/range.ts';
import { playTenants, withoutChecks } from '../test/support/fuzz/tenants.ts';
import { fillTickets } from '../test/support/many-tickets.ts';
import { random, seedOf } from '../test/support/model/random.ts';
import { record, startProcess, throwAwayDatabase } from './support.ts';

const [parts = 'fuzz,tenants,oracle,guesses', given, limit = '600'] = process.argv.slice(2);
const count = Number(given ?? 200_000);
const from = Number(process.env['FUZZ_FROM'] ?? 0);
const seed = seedOf(process.env['FUZZ_SEED']);
const wanted = new Set(parts.split(','));
/** Records at each of which so many guesses race, one of them right. */
const [RACES, RIVALS] = [1_000, 20];
console.log(`seed ${seed}`);

const database = await throwAwayDatabase(false);
const folder = mkdtempSync(path.join(tmpdir(), 'glassbench-fuzz-'));
const tidyUp = (): void => rmSync(folder, { recursive: true, force: true });
atEnd(tidyUp);
const env = {
  ...{ DATABASE_URL: database.url, SECRETS: SECRET, LOG_LEVEL: 'silent', RATE_LIMITS: 'false', DATA_DIR: folder, OPS_PORT: '0', DRAIN_SECONDS: '0' },
  ...fuzzSettings,
};
const app = await openApp({ url: database.url, drop: async () => undefined }, { ...fuzzSettings, DATA_DIR: folder });

/** Another API process over the database, with settings of its own. */
async function startApi(more: Record<string, string> = {}): Promise<{ port: number; stop(): Promise<void> }> {
  const port = await freePort();
  const api = await startProcess('src/api.ts', { ...env, ...more, PORT: String(port) }, `http://127.0.0.1:${port}/livez`);
  return { port, stop: () => api.stop() };
}

let wrong = 0;
const began = performance.now();
const minutes = (): string => ((performance.now() - began) / 60_000).toFixed(1);
const failed = (faults: readonly string[]): void => {
  wrong += faults.length;
  for (const fault of faults.slice(0, 20)) console.log(`${fault}\n`);
};

if (wanted.has('fuzz')) {
  const api = await startApi();
  const plan = { seed, from, count, lanes: 32, worldEvery: 4_000, most: 20, isOver: () => Number(minutes()) >= Number(limit) };
  let told = 0;
  const figures = await playFuzz({ port: api.port, world: () => freshCallers(app) }, plan, ({ requests, faults }) => {
    for (const fault of faults.slice(told)) console.log(`${fault}\n`);
    told = faults.length;
    if (requests % 5_000 === 0) console.log(`${requests} requests, ${faults.length} faults, ${minutes()} min`);
  }).finally(() => api.stop());
  failed(figures.faults.slice(told));
  wrong += told;
  const { faults, succeeded, ...counts } = figures;
  console.log(JSON.stringify({ seed, ...counts, faults: faults.length, succeeded: succeeded.length }));
  record(
    'Fuzz',
    `FUZZ_SEED=${seed} node bench/fuzz.ts fuzz ${count} ${limit}`,
    `A1. Requests made of the contract and spoilt in one to three ways, or by chance alone, to one API process; every answer held against \`openapi.json\`.

| requests (goal 200,000) | 5xx | undocumented statuses or types | off schema | unanswered | sent again after a 503 | with what is inside | operations that also succeeded | minutes |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| ${figures.requests} | ${figures.serverErrors} | ${figures.undocumented} | ${figures.offSchema} | ${figures.unanswered} | ${figures.retried} | ${figures.leaks} | ${succeeded.length} | ${minutes()} |

Answers: ${Object.entries(figures.statuses)
      .map(([status, times]) => `${status} ${times}`)
      .join(', ')}.`,
  );
}

if (wanted.has('tenants')) {
  const rows: string[] = [];
  for (const checks of ['on', 'off']) {
    const tenants = await openApp({ url: database.url, drop: async () => undefined }, { ...fuzzSettings, DATA_DIR: folder });
    const worlds = [await fill(app, await app.addBrand()), await fill(app, await app.addBrand()), await fill(app, await app.addBrand())];
    const rewritten = checks === 'off' ? withoutChecks(tenants.services.db.pool) : () => 0;
    const { calls, operations, leaks, served, changed, serverErrors } = await playTenants(tenants, worlds);
    await tenants.close();
    failed([...leaks, ...served, ...changed, ...serverErrors]);
    console.log(
      JSON.stringify({ checks, calls, operations, leaks: leaks.length, served: served.length, changed: changed.length, rewritten: rewritten() }),
    );
    if (checks === 'off' && rewritten() < operations * 10) failed([`only ${rewritten()} checks were taken out`]);
    rows.push(
      `| ${checks} | ${operations} | ${calls} | ${leaks.length} | ${served.length} | ${changed.length} | ${serverErrors.length} | ${rewritten()} |`,
    );
  }
  record(
    'Tenants',
    'node bench/fuzz.ts tenants',
    `S1. Three tenants, each with one of everything, each asking with each of its keys for what each of the others has: every operation, in every place
every kind of id, every filter, every body. With the check off every \`brand_id = $n\` of the application is \`(brand_id = $n or true)\`.

| application's check | operations | calls | leaks | served | changed | 5xx | checks taken out |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}`,
  );
}

if (wanted.has('oracle')) {
  const { serials } = await fillTickets(database.url, app.services.seal, 22_000, 'proof');
  const strangers = serials
    .map((serial) => `${serial.slice(0, -1)}${serial.endsWith('A') ? 'B' : 'A'}`)
    .filter((serial) => !serials.includes(serial));
  const known = serials.slice(0, strangers.length);
  const api = await startApi();
  await playOracle(api.port, known.slice(0, 1_000), strangers.slice(0, 1_000), openQuestion);
  const open = await playOracle(api.port, known.slice(0, 6_000), strangers.slice(0, 6_000), openQuestion);
  // Four wrong ones leave a record open: each is looked up, compared and counted.
  const proof = await playOracle(api.port, known, strangers, wrongProof, { lanes: 32, times: 4 });
  await api.stop();
  console.log(JSON.stringify({ open, proof }));
  if (open.answers !== 1 || proof.answers !== 1) failed(['an answer tells known from unknown']);
  if (open.gapMs >= 0.2 || proof.gapMs >= 0.2) failed([`the median gap is ${open.gapMs} ms, with a wrong proof ${proof.gapMs} ms`]);
  const row = (name: string, one: typeof open): string =>
    `| ${name} | ${one.pairs} | ${one.answers} | ${one.medianKnownMs.toFixed(3)} | ${one.medianUnknownMs.toFixed(3)} | ${one.gapMs.toFixed(3)} | ${one.betweenMs.map((ms) => ms.toFixed(3)).join(' to ')} | ${one.fastestGapMs.toFixed(3)} |`;
  record(
    'Oracle',
    'node bench/fuzz.ts oracle',
    `S2. A brand in mode \`proof\`; known and unknown serials asked in pairs, alone over one connection, with a wrong proof over 32. Without Date, request id and
limits every answer is the same bytes. The gap is the median of the pairs' differences, beside it where that lies with a certainty of 95 %. A wrong proof is
answered after a random 20 to 60 ms, behind which its comparison and its count are over; the fastest fiftieth of the answers, which show most of what such a
time hides, differ by the last column.

| asked | pairs | different answers (goal 1) | median known, ms | median unknown, ms | gap, ms (goal < 0.2) | with 95 % | of the fastest 2 %, ms |
| --- | --- | --- | --- | --- | --- | --- | --- |
${row('the serial alone', open)}
${row('with a wrong proof', proof)}`,
  );
}

if (wanted.has('guesses')) {
  const { brandId, serials } = await fillTickets(database.url, app.services.seal, 2 + RACES, 'proof');
  const agent = new Agent({ connections: 128 });
  const rows: string[] = [];
  const triesOf = async (): Promise<number> => {
    const tries = await app.owner.selectFrom('lookup_failures').select('failures').where('brand_id', '=', brandId).execute();
    return Math.max(0, ...tries.map(({ failures }) => failures));
  };
  const over = async <T>(limits: string, play: (ports: number[]) => Promise<T>): Promise<T> => {
    const apis = [await startApi({ RATE_LIMITS: limits, TRUST_PROXY: '1' }), await startApi({ RATE_LIMITS: limits, TRUST_PROXY: '1' })];
    const figures = await play(apis.map(({ port }) => port));
    for (const api of apis) await api.stop();
    return figures;
  };
  for (const [nth, [limits, guesses]] of (
    [
      ['true', 10_000],
      ['false', 1_000],
    ] as const
  ).entries()) {
    const figures: GuessFigures = await over(limits, (ports) => playGuesses(ports, agent, serials[nth] ?? '', guesses, 64, random(seed, nth)));
    const tries = await triesOf();
    console.log(JSON.stringify({ limits, ...figures, tries }));
    if (tries > 5 || Object.keys(figures.others).length > 0)
      failed([`${tries} tries of one record, other answers: ${JSON.stringify(figures.others)}`]);
    rows.push(
      `| ${limits === 'true' ? 'on' : 'off'} | ${figures.addresses} | ${figures.limited} | ${figures.shown} | ${figures.opened} | ${tries} |`,
    );
  }
  const opened = await over('false', async (ports) => {
    let count = 0;
    for (let nth = 2; nth < 2 + RACES; nth += 1)
      if (await isOpenedAmong(ports, agent, serials[nth] ?? '', String(nth).padStart(4, '0'), RIVALS, random(seed, nth))) count += 1;
    return count;
  });
  const most = (RACES * 5) / RIVALS;
  // Three times what chance alone adds.
  if (opened > most + 3 * Math.sqrt(most * (1 - 5 / RIVALS))) failed([`${opened} of ${RACES} records were opened, ${most} by five tries each`]);
  await agent.close();
  record(
    'Guesses',
    `FUZZ_SEED=${seed} node bench/fuzz.ts guesses`,
    `S3. The last four digits of one record's telephone number guessed, each guess from an address of its own, over two API processes at once.

| limits of the lookup | addresses | refused by a limit | answered with nothing | opened | wrong proofs of the record (goal ≤ 5 a day) |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

What was counted is not all: of ${RACES} further records each was asked by ${RIVALS} guesses at the same moment, half of them at each process, the right one at a
random place among them. Five tries a record open ${most} of them on average, six ${((RACES * 6) / RIVALS).toFixed(0)}: **${opened}** were opened.`,
  );
}

await app.close();
await database.stop();
tidyUp();
process.exitCode = wrong === 0 ? 0 : 1;
