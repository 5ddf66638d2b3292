// Process: as many signed calls, and the rows that tell of them, as our deliveries make, written through pg without a queue, a relay, a lease or a fence.
// The limit to hold ours against: what the promise costs by itself that a try is written down before it is made, and how it ended after it.
import { createHmac } from 'node:crypto';
import { Agent, request } from 'undici';
import { APP_ROLE, openPool } from '#platform/db/connect.ts';
import { spentBy } from './cpu.ts';

/** What to run. */
export interface BareDeliveries {
  databaseUrl: string;
  brandId: string;
  receiverUrl: string;
  /** Ids of endpoints; the n-th is at `/e<n>`. */
  endpoints: readonly string[];
  /** Subjects are `<prefix>-<n>`. */
  prefix: string;
  lanes: number;
}

interface Made {
  id: number;
  lane: number;
  messageId: string;
  createdAt: Date;
  facts: { n: number; lane: string };
  place: number;
}

const AT_ONCE = 100;
/** Hundreds on their way at once. */
const SIDE_BY_SIDE = 4;
const KEY = Buffer.alloc(32, 7);

const { databaseUrl, brandId, receiverUrl, endpoints, prefix, lanes } = JSON.parse(process.argv[2] ?? '{}') as BareDeliveries;
const pool = openPool({ url: databaseUrl, max: SIDE_BY_SIDE, name: 'bench-bare', role: APP_ROLE, brandId: '*', byIndex: true, keptPlans: true });
const agent = new Agent({ pipelining: 1, connections: 8 });

const INSERT = `
  with planned as (select l, $2 || '-' || l as subject, (l % cardinality($3::text[]))::integer as place from generate_series($4::integer, $5::integer) l
  ), lane as (
    insert into lanes (brand_id, subject, recipient, state, tail)
    select $1, subject, 'endpoint:' || ($3::text[])[1 + place], 'idle', nextval('outbox_id_seq') from planned
    returning id, subject, recipient, tail
  ), row as (
    insert into outbox (brand_id, id, lane_id, subject, recipient, event_seq, channel, message, facts, message_id, attempts, created_at)
    select $1, tail, id, subject, recipient, 1, 'webhook', 'ticket.advanced', jsonb_build_object('n', 1, 'lane', subject), 'msg_' || subject, 0, clock_timestamp() from lane
    returning id, lane_id, subject, message_id, created_at, facts
  )
  select row.id, row.lane_id as lane, row.message_id as "messageId", row.created_at as "createdAt", row.facts, planned.place from row join planned using (subject)`;
const BEGIN = `
  with row as (
    update outbox o set attempts = o.attempts + 1 from jsonb_to_recordset($1::jsonb) as w(n integer, id bigint)
     where w.n between 0 and 9999 and o.id = w.id returning o.id, o.brand_id, o.attempts)
  insert into delivery_attempts (brand_id, outbox_id, attempt, started_at) select brand_id, id, attempts, clock_timestamp() from row`;
const END = `
  with wanted as materialized (
    select * from jsonb_to_recordset($1::jsonb) as w(n integer, id bigint, lane bigint, status integer, rendered jsonb, exchange jsonb) where w.n between 0 and 9999
  ), lane as (update lanes l set done = w.id from wanted w where l.id = w.lane
  ), row as (update outbox o set state = 'sent', rendered = w.rendered, finished_at = clock_timestamp() from wanted w where o.id = w.id)
  update delivery_attempts a set finished_at = clock_timestamp(), outcome = 'sent', status_code = w.status, exchange = w.exchange
    from wanted w where a.outbox_id = w.id and a.attempt = 1`;

async function call({ id, lane, messageId, createdAt, facts, place }: Made, n: number): Promise<object> {
  const payload = { type: 'ticket.advanced', timestamp: createdAt.toISOString(), data: facts };
  const body = JSON.stringify(payload);
  const at = String(Math.floor(Date.now() / 1000));
  const signature = `v1,${createHmac('sha256', KEY).update(`${messageId}.${at}.${body}`).digest('base64')}`;
  const headers = { 'content-type': 'application/json', 'webhook-id': messageId, 'webhook-timestamp': at, 'webhook-signature': signature };
  const url = `${receiverUrl}/e${place}`;
  const answer = await request(url, { method: 'POST', headers, body, dispatcher: agent });
  await answer.body.dump();
  const exchange = { url, requestHeaders: headers, responseHeaders: answer.headers, responseBody: null };
  return { n, id, lane, status: answer.statusCode, rendered: { body: payload }, exchange };
}

async function hundred(from: number, to: number): Promise<void> {
  const { rows } = await pool.query<Made>(INSERT, [brandId, prefix, endpoints, from, to]);
  await pool.query(BEGIN, [JSON.stringify(rows.map(({ id }, n) => ({ n, id })))]);
  const ended = await Promise.all(rows.map(call));
  await pool.query(END, [JSON.stringify(ended)]);
}

const before = spentBy({ worker: [process.pid] });
const began = performance.now();
let next = 0;
await Promise.all(
  Array.from({ length: SIDE_BY_SIDE }, async () => {
    while (next < lanes) {
      const from = next;
      next += AT_ONCE;
      await hundred(from, Math.min(from + AT_ONCE, lanes) - 1);
    }
  }),
);
const perSecond = lanes / ((performance.now() - began) / 1000);
const after = spentBy({ worker: [process.pid] });
await pool.end();
await agent.close();
console.log(JSON.stringify({ perSecond, ms: before === null || after === null ? null : (after['worker'] ?? 0) - (before['worker'] ?? 0) }));
