// The parts of bench/fuzz.ts: what each plays, what it finds wrong, and how its figures read.
import { Agent } from 'undici';
import { fill } from '../test/support/contract/world.ts';
import { isOpenedAmong, playGuesses } from '../test/support/fuzz/guesses.ts';
import { openQuestion, playOracle, wrongProof } from '../test/support/fuzz/oracle.ts';
import { playFuzz } from '../test/support/fuzz/play.ts';
import { freshCallers } from '../test/support/fuzz/range.ts';
import { playTenants, withoutChecks } from '../test/support/fuzz/tenants.ts';
import { fillTickets } from '../test/support/many-tickets.ts';
import { random } from '../test/support/model/random.ts';
import type { FuzzGround } from './fuzz-ground.ts';
import { record, told } from './support.ts';

/** How a part is played. */
export interface FuzzTurn {
  ground: FuzzGround;
  seed: number;
  /** Of the malformed requests: the number of the first, how many, and after how many minutes it is enough. */
  from: number;
  count: number;
  limit: number;
  /** Since the program began. */
  minutes(): string;
  tell(text: string): void;
  /** What is wrong is shown and counted. */
  fail(faults: readonly string[]): void;
}

/** Records at each of which so many guesses race, one of them right. */
const [RACES, RIVALS] = [1_000, 20];

async function fuzz({ ground, seed, from, count, limit, minutes, tell, fail }: FuzzTurn): Promise<object> {
  const api = await ground.startApi();
  const plan = { seed, from, count, lanes: 32, worldEvery: 4_000, most: 20, isOver: () => Number(minutes()) >= limit };
  let shown = 0;
  const figures = await playFuzz({ port: api.port, world: () => freshCallers(ground.app) }, plan, ({ requests, faults }) => {
    fail(faults.slice(shown));
    shown = faults.length;
    if (requests % 5_000 === 0) tell(`${requests} requests, ${faults.length} faults, ${minutes()} min`);
  }).finally(() => api.stop());
  fail(figures.faults.slice(shown));
  const { faults, succeeded, ...counts } = figures;
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
  return { ...counts, faults: faults.length, succeeded: succeeded.length };
}

async function tenants({ ground, fail }: FuzzTurn): Promise<object> {
  const { app } = ground;
  const played: Record<'on' | 'off', object | null> = { on: null, off: null };
  const rows: string[] = [];
  for (const checks of ['on', 'off'] as const) {
    const asked = await ground.openApp();
    const worlds = [await fill(app, await app.addBrand()), await fill(app, await app.addBrand()), await fill(app, await app.addBrand())];
    const rewritten = checks === 'off' ? withoutChecks(asked.services.db.pool) : () => 0;
    let made = 0;
    const whole = { chosen: () => (made += 1) > 0, everyOperation: true };
    const { calls, operations, ...wrong } = await told(() => `checks ${checks}: ${made} calls`, playTenants(asked, worlds, whole));
    await asked.close();
    const { leaks, served, changed, serverErrors } = wrong;
    fail([...leaks, ...served, ...changed, ...serverErrors]);
    if (checks === 'off' && rewritten() < operations * 10) fail([`only ${rewritten()} checks were taken out`]);
    const counts = { leaks: leaks.length, served: served.length, changed: changed.length, serverErrors: serverErrors.length, rewritten: rewritten() };
    played[checks] = { operations, calls, ...counts };
    rows.push(`| ${[checks, operations, calls, ...Object.values(counts)].join(' | ')} |`);
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
  return played;
}

async function oracle({ ground, tell, fail }: FuzzTurn): Promise<object> {
  const { serials } = await fillTickets(ground.url, ground.app.services.seal, 22_000, 'proof');
  const strangers = serials
    .map((serial) => `${serial.slice(0, -1)}${serial.endsWith('A') ? 'B' : 'A'}`)
    .filter((serial) => !serials.includes(serial));
  const known = serials.slice(0, strangers.length);
  tell(`${known.length} pairs`);
  const api = await ground.startApi();
  let asked = 0;
  const counted = (call: typeof openQuestion) => (serial: string) => {
    asked += 1;
    return call(serial);
  };
  const play = async (count: number, call: typeof openQuestion, how?: { lanes: number; times: number }): ReturnType<typeof playOracle> => {
    asked = 0;
    const work = playOracle(api.port, known.slice(0, count), strangers.slice(0, count), counted(call), how);
    return told(() => `${asked} asked ${call === openQuestion ? 'by the serial alone' : 'with a wrong proof'}`, work);
  };
  await play(1_000, openQuestion);
  const open = await play(6_000, openQuestion);
  // Four wrong ones leave a record open: each is looked up, compared and counted.
  const proof = await play(known.length, wrongProof, { lanes: 32, times: 4 });
  await api.stop();
  if (open.answers !== 1 || proof.answers !== 1) fail(['an answer tells known from unknown']);
  if (open.gapMs >= 0.2 || proof.gapMs >= 0.2) fail([`the median gap is ${open.gapMs} ms, with a wrong proof ${proof.gapMs} ms`]);
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
  return { open, proof };
}

async function guesses({ ground, seed, fail }: FuzzTurn): Promise<object> {
  const { app, url, startApi } = ground;
  const { brandId, serials } = await fillTickets(url, app.services.seal, 2 + RACES, 'proof');
  const agent = new Agent({ connections: 128 });
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
  const guessed = async (nth: number, limits: 'on' | 'off', count: number) => {
    let answered = 0;
    const figures = await over(String(limits === 'on'), (ports) => {
      const work = playGuesses(ports, agent, serials[nth] ?? '', count, 64, random(seed, nth), () => void (answered += 1));
      return told(() => `limits ${limits}: ${answered} of ${count} guesses`, work);
    });
    const tries = await triesOf();
    if (tries > 5 || Object.keys(figures.others).length > 0) fail([`${tries} tries of one record, other answers: ${JSON.stringify(figures.others)}`]);
    return { ...figures, tries };
  };
  const limited = { on: await guessed(0, 'on', 10_000), off: await guessed(1, 'off', 1_000) };
  const race = { records: RACES, rivals: RIVALS, raced: 0, opened: 0 };
  await over('false', async (ports) => {
    const one = async (nth: number): Promise<void> => {
      const isOpened = await isOpenedAmong(ports, agent, serials[nth] ?? '', String(nth).padStart(4, '0'), RIVALS, random(seed, nth));
      race.raced += 1;
      if (isOpened) race.opened += 1;
    };
    const all = async (): Promise<void> => {
      for (let nth = 2; nth < 2 + RACES; nth += 1) await one(nth);
    };
    await told(() => `${race.raced} of ${RACES} records raced for, ${race.opened} opened`, all());
  });
  const most = (RACES * 5) / RIVALS;
  // Three times what chance alone adds.
  if (race.opened > most + 3 * Math.sqrt(most * (1 - 5 / RIVALS)))
    fail([`${race.opened} of ${RACES} records were opened, ${most} by five tries each`]);
  await agent.close();
  record(
    'Guesses',
    `FUZZ_SEED=${seed} node bench/fuzz.ts guesses`,
    `S3. The last four digits of one record's telephone number guessed, each guess from an address of its own, over two API processes at once.

| limits of the lookup | addresses | refused by a limit | answered with nothing | opened | wrong proofs of the record (goal ≤ 5 a day) |
| --- | --- | --- | --- | --- | --- |
${Object.entries(limited)
  .map(([limits, one]) => `| ${limits} | ${one.addresses} | ${one.limited} | ${one.shown} | ${one.opened} | ${one.tries} |`)
  .join('\n')}

What was counted is not all: of ${RACES} further records each was asked by ${RIVALS} guesses at the same moment, half of them at each process, the right one at a
random place among them. Five tries a record open ${most} of them on average, six ${((RACES * 6) / RIVALS).toFixed(0)}: **${race.opened}** were opened.`,
  );
  return { limits: limited, race };
}

/** By the name on the command line; each answers its figures. */
export const parts = { fuzz, tenants, oracle, guesses } satisfies Record<string, (turn: FuzzTurn) => Promise<object>>;
