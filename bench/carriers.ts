// Carriers' pushes against the limit of the machine: the API over HTTP, the very same statements straight through pg, and the bare insert.
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { createBrand } from '#access/manage-brands.ts';
import { asSystem } from '#access/perform.ts';
import { buildApp } from '#app.ts';
import { readConfig } from '#config.ts';
import { bookMailInJob } from '#mail-in/book-mail-in-job.ts';
import { registerCarrierAccount } from '#mail-in/register-carrier-account.ts';
import { APP_ROLE, openDb, openPool } from '#platform/db/connect.ts';
import { freePort } from '#platform/db/embedded.ts';
import { newId } from '#platform/id.ts';
import { openCenter } from '#service-centers/manage-centers.ts';
import { createServices, type Services } from '#services.ts';
import { type History, sample } from '../test/support/carrier-samples.ts';
import { wire } from '../test/support/carrier-wires.ts';
import { recordStatements, type Statement } from '../test/support/statements.ts';
import { median, record, SECRET, startProcess, throwAwayDatabase } from './support.ts';

const HTTP_CONNECTIONS = 32;
const DB_CONNECTIONS = 8;
const PER_ROUND = Number(process.argv[2] ?? 1_000);
const PACE = 200;
const PACED_SECONDS = Number(process.argv[3] ?? 30);
const CARRIER = 'easypost';
const WEBHOOK_SECRET = 'a secret of this bench';

/** Every push repeats all before it, as carriers do; each round brings one scan that is new, the last none. */
const history: History = [
  ['collected', 1],
  ['moving', 5],
  ['moving', 9],
  ['moving', 14],
  ['at_door', 20],
  ['delivered', 22],
];
const rounds: { name: string; told: History; isNew: boolean }[] = [
  ...history.map(([stop], index) => ({ name: stop, told: history.slice(0, index + 1), isNew: true })),
  { name: 'repeated', told: history, isNew: false },
];

interface Parcel {
  ticketId: string;
  code: string;
  shipmentId: string;
  waybill: string;
}

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

/** A brand, its account, and parcels on their way in: the first scan moves the ticket and mails its customer. */
async function prepare(services: Services, count: number): Promise<{ brandId: string; path: string; parcels: Parcel[] }> {
  const brand = await asSystem(services, '*', (deed) =>
    createBrand(deed, { slug: 'bench', name: 'Bench', lookupMode: 'open', locale: 'en', timeZone: 'UTC', contactLine: 'nobody' }),
  );
  const where = { phone: '1', address: 'Here', locale: 'en', timeZone: 'UTC' } as const;
  const center = await asSystem(services, brand.id, (deed) => openCenter(deed, { code: 'B1', name: 'Bench', kind: 'own', ...where }));
  const account = await asSystem(services, brand.id, (deed) =>
    registerCarrierAccount(deed, { carrier: CARRIER, name: 'bench', webhookSecret: WEBHOOK_SECRET }),
  );
  const parcels: Parcel[] = [];
  await rate([...Array(count).keys()], DB_CONNECTIONS, async (i) => {
    const waybill = `BENCH${String(i).padStart(10, '0')}`;
    const { ticketId, code, shipment } = await asSystem(services, brand.id, (deed) =>
      bookMailInJob(deed, {
        centerId: center.id,
        device: { kind: 'laptop', maker: 'Aurora', model: 'Book 14', serial: `SN${waybill}` },
        contact: { name: 'Wang Fang', email: 'fang@example.com' },
        faultReported: 'Does not charge',
        returnMethod: 'pick_up',
        jurisdiction: 'none',
        label: { carrier: CARRIER, waybill, payer: 'brand' },
        intake: {
          contactVerified: true,
          backupConsent: { method: 'signature', takenBy: 'Lin', givenAt: '2026-11-20T09:30:00+08:00', textVersion: 'b-1', locale: 'en' },
        },
      }),
    );
    parcels.push({ ticketId, code, shipmentId: shipment?.id ?? '', waybill });
  });
  return { brandId: brand.id, path: account.webhookPath, parcels };
}

const pushOf = (parcel: Parcel, told: History) => wire(CARRIER, sample(CARRIER, parcel.waybill, told), WEBHOOK_SECRET, new Date());

/** The statements of one push, as the API itself sends them. */
async function statementsOf(services: Services, path: string, parcel: Parcel, told: History): Promise<Statement[]> {
  const app = await buildApp(services);
  const { headers, body } = pushOf(parcel, told);
  const statements = await recordStatements(services, async () => {
    const answer = await app.inject({ method: 'POST', url: path, headers, payload: body });
    if (answer.statusCode !== 200) throw new Error(answer.body);
  });
  await app.close();
  return statements.filter(({ text }) => !text.startsWith('notify'));
}

/** The same statement about another parcel: its ids everywhere, own ids for what is inserted. */
function forParcel(statements: readonly Statement[], from: Parcel, to: Parcel): Statement[] {
  const adapt = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(adapt);
    if (typeof value !== 'string') return value;
    return value
      .replaceAll(from.ticketId, to.ticketId)
      .replaceAll(from.shipmentId, to.shipmentId)
      .replaceAll(from.waybill, to.waybill)
      .replaceAll(from.code, to.code)
      .replaceAll(/(evt|msg)_\w{26}/g, (_, kind: string) => newId(kind === 'evt' ? 'event' : 'message'));
  };
  return statements.map(({ text, values }) => ({ text, values: values.map(adapt) }));
}

const isBare = ({ text }: Statement): boolean => /^(start transaction|commit)|insert into tracking_events/.test(text.trim());

/** Sends at a fixed pace, whether or not answers come; each is timed from when it was due. Answers the times in ms, sorted. */
async function paced(url: string, agent: Agent, items: readonly { parcel: Parcel; told: History }[]): Promise<number[]> {
  const times: number[] = [];
  const running: Promise<void>[] = [];
  const pushes = items.map(({ parcel, told }) => pushOf(parcel, told));
  const began = performance.now() + 100;
  for (const [index, { headers, body }] of pushes.entries()) {
    const due = began + (index * 1_000) / PACE;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    running.push(
      request(url, { method: 'POST', headers, body, dispatcher: agent }).then(async (answer) => {
        const text = await answer.body.text();
        if (answer.statusCode !== 200) throw new Error(text);
        times.push(performance.now() - due);
      }),
    );
  }
  await Promise.all(running);
  return times.toSorted((a, b) => a - b);
}

const database = await throwAwayDatabase(true);
const port = await freePort();
// With rate limits: what a carrier proves is not counted.
const env = { DATABASE_URL: database.url, SECRETS: SECRET, LOG_LEVEL: 'error', PORT: String(port), OPS_PORT: '0', DRAIN_SECONDS: '0' };
const services = createServices(readConfig(env));
const pacedParcels = Math.ceil((PACE * PACED_SECONDS) / rounds.length);
console.log(`preparing ${PER_ROUND * 2 + 1 + pacedParcels} parcels`);
const { path, parcels } = await prepare(services, PER_ROUND * 2 + 1 + pacedParcels);
const [first, ...others] = parcels;
if (first === undefined) throw new Error('no parcel was made');
const overHttp = others.slice(0, PER_ROUND);
const overPg = others.slice(PER_ROUND, 2 * PER_ROUND);
const atPace = others.slice(2 * PER_ROUND);

const api = await startProcess('src/api.ts', env, `http://127.0.0.1:${port}/livez`);
const url = `http://127.0.0.1:${port}${path}`;
const agent = new Agent({ connections: HTTP_CONNECTIONS });
const straight = openDb(openPool({ url: database.url, max: DB_CONNECTIONS, name: 'bench', role: APP_ROLE }));
const clients = await Promise.all(Array.from({ length: DB_CONNECTIONS }, () => straight.pool.connect()));

let peakMiB = 0;
const lines: string[] = [];
const ratios: number[] = [];
const bareRatios: number[] = [];
for (const [round, { name, told, isNew }] of rounds.entries()) {
  const statements = await statementsOf(services, path, first, told);
  const http = async (): Promise<number> => {
    const pushes = overHttp.map((parcel) => pushOf(parcel, told));
    return rate(pushes, HTTP_CONNECTIONS, async ({ headers, body }) => {
      const answer = await request(url, { method: 'POST', headers, body, dispatcher: agent });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(text);
    });
  };
  const replay = (which: (statement: Statement) => boolean, items: readonly Parcel[]) => async (): Promise<number> => {
    const chosen = statements.filter(which);
    const prepared = items.map((parcel) => forParcel(chosen, first, parcel));
    return rate(prepared, DB_CONNECTIONS, async (all, lane) => {
      for (const { text, values } of all) await clients[lane]?.query(text, values);
    });
  };
  // The bare inserts go to waybills that nobody else has, so that they insert as much.
  const strangers = overPg.map((parcel) => ({ ...parcel, waybill: `X${round}${parcel.waybill}` }));
  const sides = { http, same: replay(() => true, overPg), bare: replay(isBare, strangers) };
  const order = (['http', 'same', 'bare'] as const).map((_, index, all) => all[(index + round) % all.length] ?? 'http');
  const rates = { http: 0, same: 0, bare: 0 };
  for (const side of order) rates[side] = await sides[side]();
  peakMiB = Math.max(peakMiB, api.rss());
  const [same, bare] = [rates.http / rates.same, rates.http / rates.bare];
  if (isNew) {
    ratios.push(same);
    bareRatios.push(bare);
  }
  const cells = [rates.http, rates.same, rates.bare].map((value) => value.toFixed(0));
  lines.push(`| ${name} | ${told.length} | ${statements.length} | ${cells.join(' | ')} | ${same.toFixed(2)} | ${bare.toFixed(2)} |`);
  console.log(lines.at(-1));
}

// A steady mix, as parcels are on all parts of their way at once; the scans of one come a quarter of a second apart.
const items = rounds
  .flatMap(({ told }, round) => atPace.map((parcel, index) => ({ parcel, told, turn: index + round * 50 })))
  .toSorted((one, other) => one.turn - other.turn);
const times = await paced(url, agent, items);
const at = (part: number): string => (times[Math.min(times.length - 1, Math.floor(part * times.length))] ?? 0).toFixed(1);

const { events } = await services.db
  .of('*')
  .transaction()
  .execute((trx) =>
    trx
      .selectFrom('tracking_events')
      .select(({ fn }) => fn.countAll<number>().as('events'))
      .where('shipment_id', 'is not', null)
      .executeTakeFirstOrThrow(),
  );
const expected = (2 * PER_ROUND + 1 + atPace.length) * history.length;
for (const client of clients) client.release();
await straight.close();
await agent.close();
await api.stop();
await services.close();
await database.stop();
// The bare inserts belong to the first parcel of the statements: they count for nobody.
if (events < expected) throw new Error(`only ${events} of ${expected} scans were kept`);

record(
  'Carriers',
  `node bench/carriers.ts ${PER_ROUND} ${PACED_SECONDS}`,
  `Signed pushes of ${CARRIER} over HTTP (${HTTP_CONNECTIONS} connections, ${DB_CONNECTIONS} database connections), each with the whole history and one new scan, against the
very statements the API sends and against nothing but its insert in a transaction, both straight through pg over ${DB_CONNECTIONS} connections; fsync on, ${PER_ROUND}
parcels a side, sides in turn. The first scan also moves the ticket and mails its customer.

| new scan | in the push | round trips | API/s | same SQL/s | bare insert/s | of the same | of the insert |
| --- | --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}

Median ratio **${median(ratios).toFixed(2)}** of the same statements (goal 0.5), ${median(bareRatios).toFixed(2)} of the bare insert. At ${PACE} pushes per second for ${PACED_SECONDS} s: median ${at(0.5)} ms,
p95 ${at(0.95)} ms, p99 **${at(0.99)} ms**, worst ${at(1)} ms from when each was due. API process: ${peakMiB.toFixed(0)} MiB resident under load.`,
);
