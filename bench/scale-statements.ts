// How years of repairs are made inside the server: a statement per table over numbers, with five to eight rows of history per ticket.
// The later a ticket came the higher its number. Every second one of the last sixty-six days is open, which is one in thirty-three; all others have ended.

const path = (...statuses: string[]): string => `array[${statuses.map((status) => `'${status}'`).join(',')}]`;

/** The way of a ticket with so many steps, as long as it is open and once it has ended. */
const ways = `case when open then (${path('created', 'awaiting_device', 'inbound_transit', 'received', 'diagnosing', 'quoted', 'approved', 'in_repair')})[1 : n]
  when n = 5 then ${path('created', 'received', 'diagnosing', 'delivered', 'closed')}
  when n = 6 then ${path('created', 'received', 'diagnosing', 'ready', 'delivered', 'closed')}
  when n = 7 then ${path('created', 'received', 'diagnosing', 'in_repair', 'ready', 'delivered', 'closed')}
  else ${path('created', 'received', 'diagnosing', 'in_repair', 'quality_check', 'ready', 'delivered', 'closed')} end`;

/** The number of a serial: another one for every ticket, and in no order. */
const scattered = `lpad(upper(to_hex((i::bigint * 2654435761) % 4294967296)), 8, '0')`;

/** The serial of the ticket of a number, as the statements write it. */
export const serialOf = (i: number): string => `GB${((BigInt(i) * 2_654_435_761n) % 4_294_967_296n).toString(16).toUpperCase().padStart(8, '0')}K`;

/** Whether the ticket of a number is open, of so many `tickets` from `first` on. */
export const isOpen = (i: number, { first, tickets }: { first: number; tickets: number }): boolean =>
  Math.floor(i / 4) % 2 === 0 && (first + tickets - i) * 33 <= 2 * tickets;

/** What every statement reads: `:brand`, `:centers`, `:now`, `:first`, `:count`. */
const tickets = `(
  select *, ${ways} as way from (
    select i, '01m' || lpad(to_hex(i), 9, '0') || substr(md5(i::text), 1, 14) as tail, i / 4 % 2 = 0 and (:first + :count - i)::bigint * 33 <= 2 * :count as open, 5 + (i % 4) as n,
           'GB' || ${scattered} || 'K' as serial, (:centers)[1 + i % cardinality(:centers)] as center,
           :now - interval '9 hours' - (1 - (i - :first)::float8 / :count) * interval '1095 days' as created_at
      from generate_series(:first, :first + :count - 1) i
  ) numbered
) as t`;

const at = (step: string): string => `(created_at + (${step} - 1) * interval '1 hour')`;
const last = at('n');
const stages = `jsonb_build_object('intake', to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;

/** Statements in an order that foreign keys would accept. `:ipad`, `:opad`: the halves of the key under which serials are hashed; `:sealed`: a serial. */
export const inserts = [
  `insert into contacts (brand_id, id, name, phone, email, address, locale, time_zone, created_at)
   select :brand, 'ctc_' || tail, 'Customer ' || i, '+86138' || lpad((i % 100000000)::text, 8, '0'), 'c' || i || '@example.com', 'Road ' || i, 'zh-CN', 'Asia/Shanghai', created_at
     from ${tickets}`,
  `insert into devices (brand_id, id, kind, maker, model, created_at)
   select :brand, 'dev_' || tail, 'phone', 'Aurora', 'A' || i % 9, created_at from ${tickets}`,
  `insert into device_identifiers (brand_id, device_id, type, value_hash, confusable_hash, sealed, key_id, last4, created_at)
   select :brand, 'dev_' || tail, 'serial', hash, hash, :sealed, 1, right(serial, 4), created_at
     from ${tickets} cross join lateral (select sha256(:opad || sha256(:ipad || convert_to(serial, 'UTF8'))) as hash) as hashed`,
  `insert into tickets (brand_id, id, code, channel, status, version, center_id, opened_by, device_id, contact_id, fault_reported, return_method, jurisdiction,
                        stages_reached, created_at, updated_at, closed_at, outcome, next_update_by, promised_at, due_at, stuck_at, link_hash)
   select :brand, 'tkt_' || tail, 'S' || lpad(i::text, 10, '0'), 'mail_in', way[n], n, center, 'key', 'dev_' || tail, 'ctc_' || tail, 'Does not start', 'ship', 'CN',
          ${stages}, created_at, ${last}, case when not open then ${last} end, case when not open then 'repaired' end,
          case when open then :now + interval '2 days' end, case when open then :now + interval '6 days' end,
          case when open then :now + (i % 20 - 1) * interval '12 hours' end, case when open then ${last} + interval '9 days' end, sha256(convert_to(tail, 'UTF8'))
     from ${tickets}`,
  `insert into ticket_events (brand_id, ticket_id, seq, action, from_status, to_status, actor_kind, actor_id, data, request_id, occurred_at)
   select :brand, 'tkt_' || tail, seq, 'fill', case when seq > 1 then way[seq - 1] end, way[seq], 'center', 'key_' || center, '{"technician": "Zhao"}',
          '0b6a1c1e-95d4-4b8f-8f3a-' || lpad(to_hex(i), 12, '0'), ${at('seq')}
     from ${tickets} cross join generate_series(1, n) seq`,
  `insert into promises (brand_id, ticket_id, n, promised_at, reason, actor_kind, actor_id, made_at)
   select :brand, 'tkt_' || tail, 1, :now + interval '6 days', 'received', 'system', 'fill', created_at from ${tickets} where open`,
  `insert into clocks (brand_id, ticket_id, center_id, name, run, policy_version, basis, started_at, paused_ms, due_at, alarm_at)
   select :brand, 'tkt_' || tail, center, 'repair', 1, 0, 'working', created_at, 0, due, case when due > :now then due end
     from ${tickets} cross join lateral (select :now + (i % 20 - 1) * interval '12 hours' as due) as clock where open`,
];
