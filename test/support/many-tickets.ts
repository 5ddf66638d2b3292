// Fills a database with many tickets in one brand, by SQL, history and all: for plans and benches that need volume.
import pg from 'pg';
import { newId, newTicketCode } from '#platform/id.ts';
import type { Seal } from '#platform/seal.ts';

/** What was made: the serials can be looked up, and every third device has an IMEI too. */
export interface ManyTickets {
  brandId: string;
  centerId: string;
  serials: string[];
}

const path = ['created', 'awaiting_device', 'inbound_transit', 'received', 'diagnosing', 'quoted', 'approved', 'in_repair'] as const;
const stageOf: Record<string, string> = { created: 'intake', diagnosing: 'diagnosis', quoted: 'quote', in_repair: 'repair' };
const HOUR_MS = 3_600_000;

/** Makes `count` tickets, each somewhere on the way from created to in_repair. `url`: a login that owns the tables. */
export async function fillTickets(url: string, seal: Seal, count: number, lookupMode = 'open'): Promise<ManyTickets> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const brandId = newId('brand');
  const centerId = newId('center');
  const now = Date.now();
  const rows = Array.from({ length: count }, (_, i) => ticketRow(seal, i, now));
  try {
    await client.query('begin');
    await client.query(
      `insert into brands (brand_id, slug, name, lookup_mode, contact_line, created_at, updated_at) values ($1, $2, 'Bench', $3, 'bench@example.com', now(), now())`,
      [brandId, `b${brandId.slice(-12)}`, lookupMode],
    );
    await client.query(
      `insert into service_centers (brand_id, id, code, name, kind, phone, address, locale, time_zone, created_at, updated_at)
       values ($1, $2, 'C1', 'Center 1', 'own', '+862112345678', 'Street 1', 'zh-CN', 'Asia/Shanghai', now(), now())`,
      [brandId, centerId],
    );
    await client.query(`create temp table fill on commit drop as select * from jsonb_to_recordset($1::jsonb) as r(${rowColumns})`, [
      JSON.stringify(rows),
    ]);
    for (const statement of inserts) await client.query(statement, statement.includes('$2') ? [brandId, centerId] : [brandId]);
    await client.query('commit');
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
  return { brandId, centerId, serials: rows.map((row) => row.serial) };
}

const rowColumns =
  'i int, ticket text, contact text, device text, code text, serial text, hash text, confusable text, sealed text, status text, version int, stages jsonb, events jsonb, at timestamptz, imei_hash text';

function ticketRow(seal: Seal, i: number, now: number) {
  const steps = path.slice(0, 1 + (i % path.length));
  const start = now - (24 + (i % 200)) * HOUR_MS;
  const serial = `GB${(i * 7919 + 1_000_003).toString(36).toUpperCase().padStart(8, 'Z')}`;
  const at = (step: number): string => new Date(start + step * HOUR_MS).toISOString();
  return {
    i,
    ticket: newId('ticket'),
    contact: newId('contact'),
    device: newId('device'),
    code: newTicketCode(),
    serial,
    hash: seal.hash('identifier', serial).toString('hex'),
    sealed: seal.seal(serial).toString('hex'),
    confusable: seal.hash('identifier', serial.replaceAll('O', '0').replaceAll(/[IL]/g, '1')).toString('hex'),
    status: steps.at(-1),
    version: steps.length,
    stages: Object.fromEntries(steps.flatMap((step, k) => (stageOf[step] === undefined ? [] : [[stageOf[step], at(k)]]))),
    events: steps.map((to, k) => ({ seq: k + 1, from: steps[k - 1] ?? null, to, at: at(k) })),
    at: at(0),
    imei_hash: i % 3 === 0 ? seal.hash('identifier', String(10 ** 14 + i)).toString('hex') : null,
  };
}

const inserts = [
  `insert into contacts (brand_id, id, name, phone, email, address, locale, time_zone, created_at)
   select $1, contact, 'Customer ' || i, '+86138' || lpad(i::text, 8, '0'), 'c' || i || '@example.com', 'Road ' || i, 'zh-CN', 'Asia/Shanghai', at from fill`,
  `insert into devices (brand_id, id, kind, maker, model, created_at) select $1, device, 'phone', 'Aurora', 'A' || i % 9, at from fill`,
  `insert into device_identifiers (brand_id, device_id, type, value_hash, confusable_hash, sealed, key_id, last4, created_at)
   select $1, device, 'serial', decode(hash, 'hex'), decode(confusable, 'hex'), decode(sealed, 'hex'), 1, right(serial, 4), at from fill
   union all
   select $1, device, 'imei', decode(imei_hash, 'hex'), decode(imei_hash, 'hex'), decode(sealed, 'hex'), 1, '0000', at from fill where imei_hash is not null`,
  `insert into tickets (brand_id, id, code, channel, status, version, center_id, opened_by, device_id, contact_id, fault_reported,
                        return_method, jurisdiction, stages_reached, created_at, updated_at, next_update_by, promised_at)
   select $1, ticket, code, 'mail_in', status, version, $2, 'key', device, contact, 'Does not start', 'ship', 'CN', stages, at, at, at + interval '30 days',
          case when status not in ('created', 'awaiting_device', 'inbound_transit') then at + interval '14 days' end from fill`,
  `insert into ticket_events (brand_id, ticket_id, seq, action, from_status, to_status, actor_kind, actor_id, data, request_id, occurred_at)
   select $1, ticket, (e->>'seq')::int, 'fill', e->>'from', e->>'to', 'system', 'fill', '{}', 'fill', (e->>'at')::timestamptz
     from fill, jsonb_array_elements(events) e`,
  `insert into promises (brand_id, ticket_id, n, promised_at, reason, actor_kind, actor_id, made_at)
   select $1, t.id, 1, t.promised_at, 'received', 'system', 'fill', t.created_at from tickets t where t.brand_id = $1 and t.promised_at is not null`,
  `insert into holds (brand_id, id, ticket_id, reason, blame, pauses, opened_at, resume_by, closed_at)
   select $1, 'hld_' || i, ticket, 'device_lock', 'customer', true, at, at + interval '2 days', at + interval '1 day' from fill where i % 10 = 0`,
];
