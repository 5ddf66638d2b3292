// Carriers’ pushes against the limit of the machine: the API over HTTP, and its statements, its writes and its bare insert straight through pg.
// node bench/carriers.ts [pushes a round and side] [seconds at a steady pace].
import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { Agent, request } from 'undici';
import { asSystem } from '#access/perform.ts';
import { buildApp } from '#app.ts';
import { bookMailInJob } from '#mail-in/book-mail-in-job.ts';
import { registerCarrierAccount } from '#mail-in/register-carrier-account.ts';
import { newId } from '#platform/id.ts';
import type { Services } from '#services.ts';
import { openCounter } from '../test/support/bare-brand.ts';
import { type History, sample } from '../test/support/carrier-samples.ts';
import { wire } from '../test/support/carrier-wires.ts';
import { recordStatements, type Statement, sendAgain, tripsOf } from '../test/support/statements.ts';
import { openApiGround } from './api-ground.ts';
import { median, record } from './support.ts';
import { rate } from './transition-ground.ts';

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

/** A brand, its account, and parcels on their way in: the first scan moves the ticket and mails its customer. */
async function prepare(services: Services, count: number): Promise<{ brandId: string; path: string; parcels: Parcel[] }> {
  const { brandId, centerId } = await openCounter(services);
  const account = await asSystem(services, brandId, (deed) =>
    registerCarrierAccount(deed, { carrier: CARRIER, name: 'bench', webhookSecret: WEBHOOK_SECRET }),
  );
  const parcels: Parcel[] = [];
  await rate([...Array(count).keys()], DB_CONNECTIONS, async (i) => {
    const waybill = `BENCH${String(i).padStart(10, '0')}`;
    const { ticketId, code, shipment } = await asSystem(services, brandId, (deed) =>
      bookMailInJob(deed, {
        centerId,
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
  return { brandId, path: account.webhookPath, parcels };
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
  return statements.map((one) => ({ ...one, values: one.values.map(adapt) }));
}

const isFrame = ({ text }: Statement): boolean => /^(start transaction|commit)/.test(text.trim());
/** What is inserted and updated, without what is read and locked for it; the scans' insert finds its parcel in the same statement. */
const isWrite = (statement: Statement): boolean => isFrame(statement) || /\b(insert into|update \w+ set|update \w+ as)\b/.test(statement.text);
const isBare = (statement: Statement): boolean => isFrame(statement) || statement.text.includes('insert into tracking_events');

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

// With rate limits: what a carrier proves is not counted.
const ground = await openApiGround({ RATE_LIMITS: 'true' });
const { services } = ground;
const pacedParcels = Math.ceil((PACE * PACED_SECONDS) / rounds.length);
console.log(`preparing ${PER_ROUND * 3 + 1 + pacedParcels} parcels`);
const { path, parcels } = await prepare(services, PER_ROUND * 3 + 1 + pacedParcels);
const [first, ...others] = parcels;
if (first === undefined) throw new Error('no parcel was made');
const overHttp = others.slice(0, PER_ROUND);
const overPg = others.slice(PER_ROUND, 2 * PER_ROUND);
const onlyWritten = others.slice(2 * PER_ROUND, 3 * PER_ROUND);
const atPace = others.slice(3 * PER_ROUND);

const api = await ground.start();
const url = `${ground.baseUrl}${path}`;
const agent = new Agent({ connections: HTTP_CONNECTIONS });
const clients = await ground.straight(DB_CONNECTIONS);

let peakMiB = 0;
const lines: string[] = [];
const ratios: number[] = [];
const writeRatios: number[] = [];
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
    return rate(prepared, clients.length, (all, lane) => sendAgain(clients[lane] as PoolClient, all));
  };
  // The inserts alone go to waybills that nobody else has, so that they insert as much; the writes update parcels that are their own.
  const strangers = overPg.map((parcel) => ({ ...parcel, waybill: `X${round}${parcel.waybill}` }));
  const sides = { http, same: replay(() => true, overPg), writes: replay(isWrite, onlyWritten), bare: replay(isBare, strangers) };
  const order = (['http', 'same', 'writes', 'bare'] as const).map((_, index, all) => all[(index + round) % all.length] ?? 'http');
  const rates = { http: 0, same: 0, writes: 0, bare: 0 };
  for (const side of order) rates[side] = await sides[side]();
  peakMiB = Math.max(peakMiB, api.rss());
  const [same, writes, bare] = [rates.http / rates.same, rates.http / rates.writes, rates.http / rates.bare];
  if (isNew) {
    ratios.push(same);
    writeRatios.push(writes);
    bareRatios.push(bare);
  }
  const cells = [rates.http, rates.same, rates.writes, rates.bare].map((value) => value.toFixed(0));
  const parts = [same, writes, bare].map((value) => value.toFixed(2));
  lines.push(`| ${[name, told.length, statements.length, tripsOf(statements).length, ...cells, ...parts].join(' | ')} |`);
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
const expected = (3 * PER_ROUND + 1 + atPace.length) * history.length;
await agent.close();
await ground.close();
// The bare inserts belong to the first parcel of the statements: they count for nobody.
if (events < expected) throw new Error(`only ${events} of ${expected} scans were kept`);

record(
  'Carriers',
  `node bench/carriers.ts ${PER_ROUND} ${PACED_SECONDS}`,
  `Signed pushes of ${CARRIER} over HTTP (${HTTP_CONNECTIONS} connections, ${DB_CONNECTIONS} database connections), each with the whole history and one new scan; fsync on,
${PER_ROUND} parcels a side, sides in turn, all on one machine. The limits go straight through pg over ${DB_CONNECTIONS} connections, in as many trips as the API makes:

- *same*: every statement of a push. What the API adds is HTTP, the signature, reading the history and deciding.
- *writes*: its transaction with what it inserts and updates and nothing it reads or locks; the first scan also moves the ticket and mails its
  customer. That is the nearest to "the same inserts": a push that writes no more than these rows cannot be faster.
- *bare*: the insert of the scans in a transaction, without the parcel, the ticket and the mail; no push can do with so little.

| new scan | in the push | statements | trips | API/s | same/s | writes/s | bare/s | of the same | of the writes | of the bare |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}

Median ratio **${median(ratios).toFixed(2)}** of the same statements, **${median(writeRatios).toFixed(2)}** of the same writes (goal 0.5), ${median(bareRatios).toFixed(2)} of the bare insert. At ${PACE} pushes per
second for ${PACED_SECONDS} s: median ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 **${at(0.99)} ms**, worst ${at(1)} ms from when each was due. API process: ${peakMiB.toFixed(0)} MiB resident under load.`,
);
