// Guesses at one record over two API processes: what one of them counts, the other one knows before it tells.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SECRET, startApp, type TestApp } from '../../support/app.ts';
import { freePort } from '../../support/process.ts';
import { type Running, startEntry } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import { canary, newSerial, openRepair, prove } from './asking.ts';

const WAIT_MS = 10_000;
const right = canary.phone.slice(-4);
let test: TestApp;
let processes: (Running & { port: number })[] = [];
beforeAll(async () => {
  test = await startApp();
  processes = await Promise.all([0, 1].map(startApi));
}, 60_000);
afterAll(async () => {
  await Promise.all(processes.map((api) => api.stop()));
  await test?.close();
}, 60_000);

async function startApi(): Promise<Running & { port: number }> {
  const port = await freePort();
  const settings = {
    ...{ DATABASE_URL: test.databaseUrl, SECRETS: SECRET, LOG_LEVEL: 'silent', RATE_LIMITS: 'false', DATA_DIR: test.services.config.DATA_DIR },
    ...{ PORT: String(port), OPS_PORT: '0', DRAIN_SECONDS: '0' },
  };
  return { ...(await startEntry('api.ts', settings, `http://127.0.0.1:${port}/livez`)), port };
}

async function guess(nth: number, identifier: string, phoneLast4: string): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${processes[nth]?.port}/v1/lookup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ identifier, proof: { phoneLast4 } }),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { found: boolean }).found;
}

const failuresOf = async (ticketId: string): Promise<number> =>
  (await test.owner.selectFrom('lookup_failures').select('failures').where('ticket_id', '=', ticketId).executeTakeFirstOrThrow()).failures;

const waiting = async (): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*)::integer as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(test.owner);
  return rows[0]?.n ?? 0;
};

it('the fifth wrong one is counted before a right one that came after it is told', async () => {
  const serial = newSerial();
  const { id } = await openRepair(test, { serial });
  for (let i = 0; i < 4; i += 1) await prove(test, serial, { phoneLast4: `000${i}` });
  let opened: boolean | null = null;
  // Both have read four failures, and have compared: the fifth waits for its row, the sixth for the fifth.
  const [fifth, sixth] = await test.owner.transaction().execute(async (trx) => {
    await trx.selectFrom('lookup_failures').select('failures').where('ticket_id', '=', id).forUpdate().execute();
    const wrong = guess(0, serial, '0004');
    await until(async () => (await waiting()) === 1, WAIT_MS);
    const late = guess(1, serial, right).then((found) => (opened = found));
    await until(async () => opened !== null || (await waiting()) === 2, WAIT_MS);
    return [wrong, late];
  });
  expect(await Promise.all([fifth, sixth])).toEqual([false, false]);
  expect(await failuresOf(id)).toBe(5);
});

it('a right one that came before the fifth wrong one is told', async () => {
  const serial = newSerial();
  const { id } = await openRepair(test, { serial });
  for (let i = 0; i < 4; i += 1) await prove(test, serial, { phoneLast4: `000${i}` });
  expect(await guess(0, serial, right)).toBe(true);
  expect(await guess(1, serial, '0004')).toBe(false);
  expect(await guess(0, serial, right)).toBe(false);
  expect(await failuresOf(id)).toBe(5);
});

it('guesses by serial and by IMEI, at both processes at once, are five together', async () => {
  const [serial, imei] = [newSerial(), '490154203237518'];
  const { id } = await openRepair(test, { serial, imei });
  const guesses = Array.from({ length: 60 }, (_, n) => guess(n % 2, n % 4 < 2 ? serial : imei, String(n).padStart(4, '0')));
  expect(await Promise.all(guesses)).toEqual(guesses.map(() => false));
  expect(await failuresOf(id)).toBe(5);
});
