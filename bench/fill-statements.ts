// How a brand of open tickets is filled, as SQL over one row per ticket: what each ticket is, and the rows that hang on it.
// The wishes are those of a bad day: what is overdue says nothing about the last change, what is stuck was changed long ago,
// some statuses and reasons are rare, and a hold that pauses the clocks leaves nothing overdue.

/** Share of the open tickets by status, in percent. */
const shares: Record<string, number> = {
  created: 3,
  awaiting_device: 8,
  inbound_transit: 5,
  received: 8,
  diagnosing: 12,
  quoted: 14,
  approved: 8,
  awaiting_parts: 14,
  in_repair: 12,
  quality_check: 3,
  ready: 9,
  outbound_transit: 3,
  delivered: 1,
};
const ladder = Object.entries(shares).flatMap(([status, percent]) => Array.from({ length: percent }, () => status));

/** Reasons of the holds; the last one is one in five hundred. */
const reasons = [
  ...(['payment', 'customer_info', 'device_lock', 'tech_support'] as const).flatMap((reason, i) =>
    Array.from({ length: 200 - 40 * i }, () => reason),
  ),
  ...['customer_unreachable', 'proof_of_purchase', 'maker_decision', 'serial_mismatch'].flatMap((reason) => Array.from({ length: 14 }, () => reason)),
  'legal_block',
];
const standing = ['tech_support', 'maker_decision'];

const textArray = (values: readonly string[]): string => `array[${values.map((value) => `'${value}'`).join(',')}]`;
const either = (values: readonly string[]): string => `(${values.map((value) => `'${value}'`).join(',')})`;

const beforeReceipt = either(['created', 'awaiting_device', 'inbound_transit']);
const ourTurn = either(['received', 'diagnosing', 'approved', 'awaiting_parts', 'in_repair', 'quality_check']);
const decided = either(['approved', 'awaiting_parts', 'in_repair', 'quality_check', 'ready', 'outbound_transit', 'delivered']);

/** What is random of a ticket. Parameters: brand, centers, count, now, share of what is due, first number. */
export const drawn = `
create unlogged table drawn as
with dice as materialized (
  select i, random() as age, random() as where_, random() as what, random() as due, random() as held, random() as why, random() as far
    from generate_series($6::int, $6::int + $3::int - 1) i
), placed as (
  select *, ($2::text[])[case when where_ < 0.3 then 1 else 2 + floor((where_ - 0.3) / 0.7 * (cardinality($2::text[]) - 1))::int end] as center,
         (${textArray(ladder)})[1 + floor(what * 100)::int] as status
    from dice
), shared as (
  -- The last center has next to nothing that is due, whatever the brand has. What was delivered has moved within six days, and is not settled yet.
  select *, $4::timestamptz - least(-ln(age + 1e-9) * 3, case status when 'delivered' then 6 else 60 end) * interval '1 day' as updated_at,
         case when center = ($2::text[])[cardinality($2::text[])] and cardinality($2::text[]) > 2 then least($5::float8, 0.0001) else $5::float8 end as share
    from placed
), held as (
  select *, case when held < share and status not in ${beforeReceipt} then (${textArray(reasons)})[1 + floor(why * ${reasons.length})::int] end as hold_reason from shared
)
select $1::text as brand, $4::timestamptz as now, center, status, i, updated_at, updated_at - far * interval '20 days' as created_at, hold_reason,
       case when status in ('created', 'delivered') or hold_reason not in ${either(standing)} then null
            when due < share then $4::timestamptz - far * interval '10 days' - interval '1 second'
            when due < 2 * share then $4::timestamptz + interval '1 second' + far * interval '23 hours'
            else $4::timestamptz + interval '1 day' + (0.01 + far) * interval '20 days' end as due_at,
       -- Twelve parts in a hundred of the longest unchanged are stuck where five in a hundred are overdue.
       case when status in ${ourTurn} and hold_reason is null
            then updated_at + (-ln(least(share * 1.7, 1)) * 3) * interval '1 day' end as stuck_at,
       '01m' || lpad(to_hex(i), 9, '0') || substr(md5(i::text || $1), 1, 14) as tail
  from held`;

/** The rows of every table, in an order that the foreign keys would accept too. $1: the sealed serial that all of them show. */
export const inserts = [
  `insert into contacts (brand_id, id, name, phone, email, address, locale, time_zone, created_at)
   select brand, 'ctc_' || tail, 'Customer ' || i, '+86138' || lpad(i::text, 8, '0'), 'c' || i || '@example.com', 'Road ' || i, 'zh-CN', 'Asia/Shanghai', created_at from drawn`,
  `insert into devices (brand_id, id, kind, maker, model, created_at) select brand, 'dev_' || tail, 'phone', 'Aurora', 'A' || i % 9, created_at from drawn`,
  `insert into device_identifiers (brand_id, device_id, type, value_hash, confusable_hash, sealed, key_id, last4, created_at)
   select brand, 'dev_' || tail, type, coalesce(s.hash, h), coalesce(s.hash, h), decode($1, 'hex'), 1, '0000', created_at
     from drawn cross join lateral (select 'serial' as type union all select 'imei' where i % 3 = 0) as kinds
     cross join lateral (select sha256(convert_to(brand || type || i, 'UTF8')) as h) as made
     left join samples s using (i, type)`,
  `insert into tickets (brand_id, id, code, channel, status, version, center_id, opened_by, device_id, contact_id, fault_reported, return_method, jurisdiction,
                        stages_reached, created_at, updated_at, next_update_by, promised_at, due_at, stuck_at, hold_reason, link_hash)
   select brand, 'tkt_' || tail, coalesce(s.code, upper(substr(tail, 4, 9)) || '--'), case when i % 3 = 0 then 'walk_in' else 'mail_in' end, status, 1, center, 'key', 'dev_' || tail,
          'ctc_' || tail, 'Does not start', case when i % 2 = 0 then 'ship' else 'pick_up' end, 'CN', jsonb_build_object('intake', to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), created_at, updated_at,
          updated_at + interval '70 days', case when status not in ${beforeReceipt} then updated_at + interval '90 days' end, due_at, stuck_at, hold_reason, sha256(convert_to(tail, 'UTF8'))
     from drawn left join (select i, code from samples where type = 'serial') s using (i)`,
  `insert into ticket_events (brand_id, ticket_id, seq, action, from_status, to_status, actor_kind, actor_id, data, request_id, occurred_at)
   select brand, 'tkt_' || tail, 1, 'fill', null, status, 'system', 'fill', '{}', 'fill', created_at from drawn`,
  `insert into promises (brand_id, ticket_id, n, promised_at, reason, actor_kind, actor_id, made_at)
   select brand, 'tkt_' || tail, 1, updated_at + interval '90 days', 'received', 'system', 'fill', created_at from drawn where status not in ${beforeReceipt}`,
  `insert into holds (brand_id, id, ticket_id, reason, blame, pauses, opened_at, resume_by, alarm_at)
   select brand, 'hld_' || tail, 'tkt_' || tail, hold_reason, 'customer', hold_reason not in ${either(standing)}, updated_at, updated_at + interval '80 days', updated_at + interval '80 days'
     from drawn where hold_reason is not null`,
  `insert into quotes (brand_id, id, ticket_id, version, status, currency, lines, total, diagnosis_fee, valid_days, valid_until, promised_days, sent_at, decided_at, decided_by)
   select brand, 'quo_' || tail, 'tkt_' || tail, 1, case when status = 'quoted' then 'sent' else 'approved' end, 'CNY',
          '[{"kind": "labor", "text": "Replacement", "quantity": 1, "unitPrice": 10000}]', 10000, 5000, 30, updated_at + interval '80 days', 3, updated_at,
          case when status <> 'quoted' then updated_at end, case when status <> 'quoted' then 'center' end
     from drawn where status = 'quoted' or (status in ${decided} and i % 2 = 0)`,
  `insert into part_lines (brand_id, id, ticket_id, part_no, name, expected_on, ordered_at, received_at, state)
   select brand, 'prt_' || tail, 'tkt_' || tail, 'P' || i % 500, 'Battery', current_date + 5, updated_at, case when status <> 'awaiting_parts' then updated_at end,
          case when status <> 'awaiting_parts' then 'received' else 'ordered' end
     from drawn where status = 'awaiting_parts' or (status in ${decided} and i % 4 = 0)`,
  `insert into shipments (brand_id, id, ticket_id, direction, carrier, waybill, status, payer, booked_by, created_at, updated_at)
   select brand, 'shp_' || tail, 'tkt_' || tail, 'inbound', 'easypost', 'EZ' || i, 'delivered', 'brand', 'key', created_at, updated_at from drawn where i % 3 <> 0`,
  `insert into shipment_tickets (brand_id, shipment_id, ticket_id, caused)
   select brand, 'shp_' || tail, 'tkt_' || tail, '{shipment.collected}' from drawn where i % 3 <> 0`,
  // The clock that makes the ticket due has alarmed where it is overdue; one has run out before, and the promise runs beside.
  `insert into clocks (brand_id, ticket_id, center_id, name, run, policy_version, basis, started_at, stopped_at, paused_since, paused_ms, remaining_ms, due_at, alarm_at, breached_at)
   select brand, 'tkt_' || tail, center, c.name, 1, 0, c.basis, created_at, c.stopped, c.paused, 0, case when c.paused is not null then 86400000 end,
          c.due, case when c.stopped is null and c.paused is null and c.due > now then c.due end, case when c.stopped is null and c.due <= now then c.due end
     from drawn cross join lateral (
       select 'acknowledge' as name, 'working' as basis, updated_at as stopped, null::timestamptz as paused, created_at + interval '2 days' as due where status not in ('created')
       union all
       select case when status in ('received', 'diagnosing') then 'diagnosis' when status = 'quoted' then 'quote_answer' when status = 'awaiting_parts' then 'parts'
                   when status = 'ready' then 'storage' else 'repair' end, 'working', null, case when due_at is null then updated_at end, due_at
        where status not in ${beforeReceipt} and status <> 'delivered'
       union all
       select 'diagnosis', 'working', updated_at, null, updated_at where status in ${decided}
       union all
       select 'promise', 'calendar', null, case when due_at is null then updated_at end, case when due_at is not null then updated_at + interval '90 days' end
        where status not in ${beforeReceipt}
       union all
       select 'cn_own_fault', 'calendar', null, null, null where status not in ${beforeReceipt}
     ) as c`,
];
