// Transitions against the limit of the machine: the API over HTTP, and the very same statements straight through pg.
import { Agent, request } from 'undici';
import { createBrand } from '#access/manage-brands.ts';
import { createKey } from '#access/manage-keys.ts';
import { asSystem } from '#access/perform.ts';
import { buildApp } from '#app.ts';
import { readConfig } from '#config.ts';
import { APP_ROLE, openDb, openPool } from '#platform/db/connect.ts';
import { freePort } from '#platform/db/embedded.ts';
import { newId } from '#platform/id.ts';
import { openCenter } from '#service-centers/manage-centers.ts';
import { createServices, type Services } from '#services.ts';
import { openTicket } from '#tickets/open-ticket.ts';
import type { TicketView } from '#tickets/ticket.ts';
import type { TransitionInput } from '#tickets/transition.ts';
import { checks } from '../test/support/checks.ts';
import { recordStatements, type Statement } from '../test/support/statements.ts';
import { median, record, SECRET, startProcess, throwAwayDatabase } from './support.ts';

const HTTP_CONNECTIONS = 32;
const DB_CONNECTIONS = 8;
const PER_ROUND = Number(process.argv[2] ?? 1_000);

/** Six rounds of one repair; the side that goes first alternates. */
const rounds: TransitionInput[] = [
  {
    action: 'device.receive',
    input: { serialUnreadable: true, accessories: [], condition: [{ area: 'screen', grade: 'used' }], powersOn: true, receivedBy: 'Chen' },
  },
  { action: 'diagnosis.start', input: { technician: 'Zhao' } },
  { action: 'coverage.accept', input: { basis: 'Warranty', evidence: 'Invoice of 2026-03-01' } },
  { action: 'repair.start', input: { technician: 'Zhao' } },
  { action: 'repair.finish', input: { work: ['Battery replaced'] } },
  { action: 'qc.pass', input: { checks: checks.laptop, inspector: 'Sun', outcome: 'repaired' } },
];

/** Runs `work` over the items, `lanes` at a time; answers items per second. */
async function rate<T>(items: readonly T[], lanes: number, work: (item: T, lane: number) => Promise<void>): Promise<number> {
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item, lane);
    }),
  );
  return items.length / ((performance.now() - started) / 1000);
}

/** A brand, a center, its key, and tickets that mail their customer: every step writes an outbox row too. */
async function prepare(services: Services, tickets: number): Promise<{ key: string; made: TicketView[] }> {
  const brand = await asSystem(services, '*', (deed) =>
    createBrand(deed, { slug: 'bench', name: 'Bench', lookupMode: 'open', locale: 'en', timeZone: 'UTC', contactLine: 'nobody' }),
  );
  const where = { phone: '1', address: 'Here', locale: 'en', timeZone: 'UTC' } as const;
  const center = await asSystem(services, brand.id, (deed) => openCenter(deed, { code: 'B1', name: 'Bench', kind: 'own', ...where }));
  const { key } = await asSystem(services, brand.id, (deed) => createKey(deed, { kind: 'center', name: 'bench', centerId: center.id }));
  const made: TicketView[] = [];
  await rate([...Array(tickets).keys()], DB_CONNECTIONS, async (i) => {
    const opened = await asSystem(services, brand.id, (deed) =>
      openTicket(deed, {
        channel: 'walk_in',
        centerId: center.id,
        device: { kind: 'laptop', maker: 'Aurora', model: 'Book 14', serial: `BENCH${String(i).padStart(8, '0')}` },
        contact: { name: 'Wang Fang', email: 'fang@example.com' },
        faultReported: 'Does not charge',
        returnMethod: 'pick_up',
        jurisdiction: 'none',
      }),
    );
    made.push(opened);
  });
  return { key, made };
}

const headersOf = (key: string, version: number): Record<string, string> => ({
  authorization: `Bearer ${key}`,
  'content-type': 'application/json',
  'if-match': `"v${version}"`,
  'idempotency-key': newId('event'),
});

/** The statements of one transition, as the API itself sends them. */
async function statementsOf(services: Services, key: string, ticket: TicketView, version: number, body: TransitionInput): Promise<Statement[]> {
  const app = await buildApp(services);
  const call = (): Promise<{ statusCode: number; body: string }> =>
    app.inject({ method: 'POST', url: `/v1/tickets/${ticket.id}/transitions`, headers: headersOf(key, version), payload: body });
  await app.inject({ url: `/v1/tickets/${ticket.id}`, headers: { authorization: `Bearer ${key}` } });
  const statements = await recordStatements(services, async () => {
    const answer = await call();
    if (answer.statusCode !== 200) throw new Error(answer.body);
  });
  await app.close();
  return statements.filter(({ text }) => !/^notify|key_ring|last_used_at/.test(text));
}

/** The same statement for another ticket: its id everywhere, an own idempotency key, own message ids. */
function forTicket(statements: readonly Statement[], from: TicketView, to: TicketView): Statement[] {
  const idempotencyKey = statements.flatMap(({ values }) => values).find((value) => typeof value === 'string' && /^evt_\w{26}$/.test(value));
  const fresh = newId('event');
  const adapt = (value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    return value
      .replaceAll(from.id, to.id)
      .replaceAll(String(idempotencyKey), fresh)
      .replaceAll(/msg_\w{26}/g, () => newId('message'));
  };
  return statements.map(({ text, values }) => ({ text, values: values.map(adapt) }));
}

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
console.log(`preparing ${PER_ROUND * 2 + rounds.length} tickets`);
const { key, made } = await prepare(services, PER_ROUND * 2 + 1);
const [sample, ...others] = made;
if (sample === undefined) throw new Error('no ticket was made');
const overHttp = others.slice(0, PER_ROUND);
const overPg = others.slice(PER_ROUND);

const api = await startProcess('src/api.ts', env, `http://127.0.0.1:${port}/livez`);
const agent = new Agent({ connections: HTTP_CONNECTIONS });
const straight = openDb(openPool({ url: database.url, max: DB_CONNECTIONS, name: 'bench', role: APP_ROLE }));
const clients = await Promise.all(Array.from({ length: DB_CONNECTIONS }, () => straight.pool.connect()));

let peakMiB = 0;
const lines: string[] = [];
const ratios: number[] = [];
for (const [round, body] of rounds.entries()) {
  const version = round + 1;
  const statements = await statementsOf(services, key, sample, version, body);
  const http = (): Promise<number> =>
    rate(overHttp, HTTP_CONNECTIONS, async (ticket) => {
      const url = `http://127.0.0.1:${port}/v1/tickets/${ticket.id}/transitions`;
      const answer = await request(url, { method: 'POST', headers: headersOf(key, version), body: JSON.stringify(body), dispatcher: agent });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(text);
    });
  const sql = (): Promise<number> =>
    rate(overPg, DB_CONNECTIONS, async (ticket, lane) => {
      for (const { text, values } of forTicket(statements, sample, ticket)) await clients[lane]?.query(text, values);
    });
  const [first, second] = round % 2 === 0 ? [http, sql] : [sql, http];
  const [a, b] = [await first(), await second()];
  const [ours, limit] = round % 2 === 0 ? [a, b] : [b, a];
  peakMiB = Math.max(peakMiB, api.rss());
  ratios.push(ours / limit);
  lines.push(`| ${body.action} | ${statements.length} | ${ours.toFixed(0)} | ${limit.toFixed(0)} | ${(ours / limit).toFixed(2)} |`);
  console.log(lines.at(-1));
}
const { done } = await services.db
  .of('*')
  .transaction()
  .execute((trx) =>
    trx
      .selectFrom('tickets')
      .select(({ fn }) => fn.countAll<number>().as('done'))
      .where('status', '=', 'ready')
      .executeTakeFirstOrThrow(),
  );
if (done !== made.length) throw new Error(`only ${done} of ${made.length} tickets went the whole way`);

for (const client of clients) client.release();
await straight.close();
await agent.close();
await api.stop();
await services.close();
await database.stop();

record(
  'Transitions',
  `node bench/transitions.ts ${PER_ROUND}`,
  `The API over HTTP (${HTTP_CONNECTIONS} connections, own loop over undici, ${DB_CONNECTIONS} database connections) against the very statements it sends,
recorded from it and sent straight through pg over ${DB_CONNECTIONS} connections; fsync on, ${PER_ROUND} transitions a round and side, sides alternating.

| round | round trips | API/s | same SQL/s | ratio |
| --- | --- | --- | --- | --- |
${lines.join('\n')}

Median ratio **${median(ratios).toFixed(2)}** (goal 0.55). API process: ${peakMiB.toFixed(0)} MiB resident under load (goal 180).`,
);
