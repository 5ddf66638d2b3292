// All SQL of opening a ticket: one statement looks around, one writes everything.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import type { NewAlert } from '#alerts/alert.ts';
import { raiseCtes } from '#alerts/raise.ts';
import type { Clock } from '#clocks/clock.ts';
import { clockCtes } from '#clocks/columns.ts';
import type { hashesOf } from '#contacts/change-contact.ts';
import type { ContactRow } from '#contacts/contact.ts';
import { linkHash } from '#lookup/link.ts';
import { endpointsSql, type Recipients } from '#notifications/recipients.ts';
import { violates } from '#platform/db/failures.ts';
import { type Due, outboxCtes } from '#platform/outbox.ts';
import { Problem } from '#problems.ts';
import { houseSql } from '#service-centers/house.ts';
import { REPEAT_DAYS } from '#service-centers/scorecard.ts';
import type { OwnLabels } from '#texts/columns.ts';
import type { TicketInput, TicketView } from './ticket.ts';

/** What is there already when a ticket is to be opened. */
export interface Surroundings {
  /** With the language and the time zone of whoever names none. */
  center: (TicketView['center'] & { locale: 'zh-CN' | 'en'; timeZone: string }) | null;
  /** The brand's own. */
  labels: OwnLabels;
  /** The last repair of the device that was given back not long ago. */
  recent: { ticketId: string; deliveredAt: string } | null;
  deviceId: string | null;
  knownHashes: ReadonlySet<string>;
  open: { code: string; centerId: string } | null;
  /** The ticket named by reRepairOf, where the actor may see it. */
  parent: { deviceId: string; status: string; outcome: string | null; deliveredAt: string | null } | null;
  /** As `houseOf` reads it. */
  house: unknown;
  endpoints: Recipients['endpoints'];
  /** Why addresses of the contact are on the stop list. */
  stops: ContactRow['stops'];
}

/** An identifier ready to be stored: found by its hashes, shown by its seal. */
export interface Identifier {
  type: 'serial' | 'imei' | 'imei2';
  raw: string;
  hash: Buffer;
  confusableHash: Buffer;
  last4: string;
}

/** Everything that an opened ticket consists of. */
export interface Opening {
  ticketId: string;
  contactId: string;
  deviceId: string;
  deviceIsNew: boolean;
  code: string;
  centerId: string;
  input: TicketInput;
  /** Hashes of the contact's addresses. */
  addresses: ReturnType<typeof hashesOf>;
  locale: 'zh-CN' | 'en';
  timeZone: string;
  identifiers: Identifier[];
  stagesReached: { intake: string };
  nextUpdateBy: Date;
  clocks: Clock[];
  dueAt: Date | null;
  alerts: NewAlert[];
}

/** The center with its defaults, the device if it was here before, its open ticket, and the partners that listen. */
export async function surroundings(
  deed: Deed,
  centerId: string,
  hashes: Buffer[],
  parentId: string | null,
  addresses: Opening['addresses'],
): Promise<Surroundings> {
  const { rows } = await sql<Omit<Surroundings, 'knownHashes'> & { knownHashes: string[] }>`
    with device as (
      select i.device_id as id, encode(i.value_hash, 'hex') as hash, i.type = 'serial' as by_serial
        from device_identifiers i where i.brand_id = ${deed.brandId} and i.value_hash = any(${hashes}::bytea[])
    ), chosen as (select id from device order by by_serial desc limit 1)
    select b.labels,
           (select jsonb_build_object('ticketId', t.id, 'deliveredAt', to_char(k.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
              from tickets t
              join clocks k on k.brand_id = t.brand_id and k.ticket_id = t.id and k.name = 'redo'
             where t.brand_id = b.brand_id and t.device_id in (select id from device)
               and k.started_at > ${deed.now}::timestamptz - make_interval(days => ${REPEAT_DAYS}::integer)
             order by k.started_at desc limit 1) as recent,
           (select jsonb_build_object('id', c.id, 'code', c.code, 'name', c.name, 'locale', c.locale, 'timeZone', c.time_zone)
              from service_centers c where c.brand_id = b.brand_id and c.id = ${centerId}) as center,
           (select id from chosen) as "deviceId",
           array(select hash from device) as "knownHashes",
           (select jsonb_build_object('code', t.code, 'centerId', t.center_id) from tickets t
             where t.brand_id = b.brand_id and t.device_id in (select id from device)
               and t.status not in ('closed', 'cancelled', 'disposed') limit 1) as open,
           (select jsonb_build_object('deviceId', t.device_id, 'status', t.status, 'outcome', t.outcome, 'deliveredAt',
                     (select max(e.occurred_at) from ticket_events e
                       where e.brand_id = t.brand_id and e.ticket_id = t.id and e.to_status = 'delivered'
                        and e.from_status <> 'delivered' and e.action <> 'admin.reopen'))
              from tickets t where t.brand_id = b.brand_id and t.id = ${parentId} ${visibleTo(deed.actor)}) as parent,
           (select ${houseSql} from (select ${deed.brandId} as brand_id, ${centerId} as center_id) t) as house,
           ${endpointsSql({ brandId: deed.brandId, centerId, openedBy: deed.actor.id })} as endpoints,
           (select coalesce(jsonb_object_agg(s.kind, s.reason), '{}') from stopped_addresses s
             where s.brand_id = b.brand_id and s.removed_at is null
               and ((s.kind = 'email' and s.hash = ${addresses.email_hash}) or (s.kind = 'sms' and s.hash = ${addresses.phone_hash})
                    or (s.kind = 'wechat' and s.hash = ${addresses.wechat_hash}))) as stops
      from brands b where b.brand_id = ${deed.brandId}`.execute(deed.trx);
  const [row] = rows;
  if (row === undefined) throw new Problem('not_found', 'There is no such brand.');
  return { ...row, knownHashes: new Set(row.knownHashes) };
}

/** Writes contact, device, identifiers, ticket, first history row, outbox rows and lanes. Problem: open_ticket_exists where another call was faster. */
export async function insert(deed: Deed, opening: Opening, due: readonly Due[]): Promise<void> {
  const { brandId, now, actor, seal } = deed;
  const { input } = opening;
  const { contact, device } = input;
  const identifiers = opening.identifiers.map(({ type, raw, hash, confusableHash, last4 }) => ({
    type,
    hash: hash.toString('hex'),
    confusableHash: confusableHash.toString('hex'),
    sealed: seal.seal(raw).toString('hex'),
    last4,
  }));
  const statement = sql`
    with contact as (
      insert into contacts (brand_id, id, name, phone, email, address, locale, time_zone, created_at, wechat_openid, opted_out, quiet_hours,
                            email_hash, phone_hash, wechat_hash)
      values (${brandId}, ${opening.contactId}, ${contact.name ?? null}, ${contact.phone ?? null}, ${contact.email ?? null},
              ${contact.address ?? null}, ${opening.locale}, ${opening.timeZone}, ${now}, ${contact.wechatOpenid ?? null},
              ${[...new Set(contact.optedOut)]}::text[], ${contact.quietHours === undefined ? null : JSON.stringify(contact.quietHours)}::jsonb,
              ${opening.addresses.email_hash}, ${opening.addresses.phone_hash}, ${opening.addresses.wechat_hash})
    ), device as (
      insert into devices (brand_id, id, kind, maker, model, created_at)
      select ${brandId}, ${opening.deviceId}, ${device.kind}, ${device.maker ?? null}, ${device.model ?? null}, ${now}::timestamptz
       where ${opening.deviceIsNew}::boolean
    ), identifier as (
      insert into device_identifiers (brand_id, device_id, type, value_hash, confusable_hash, sealed, key_id, last4, created_at)
      select ${brandId}, ${opening.deviceId}, i.type, decode(i.hash, 'hex'), decode(i."confusableHash", 'hex'), decode(i.sealed, 'hex'),
             ${seal.keyId}::smallint, i.last4, ${now}::timestamptz
        from jsonb_to_recordset(${JSON.stringify(identifiers)}::jsonb)
             as i(type text, hash text, "confusableHash" text, sealed text, last4 text)
    ), ticket as (
      insert into tickets (brand_id, id, code, channel, status, version, center_id, opened_by, device_id, contact_id, fault_reported,
                           return_method, jurisdiction, external_ref, stages_reached, created_at, updated_at, next_update_by,
                           link_hash, parent_ticket_id, due_at)
      values (${brandId}, ${opening.ticketId}, ${opening.code}, ${input.channel}, 'created', 1, ${opening.centerId}, ${actor.id},
              ${opening.deviceId}, ${opening.contactId}, ${input.faultReported}, ${input.returnMethod}, ${input.jurisdiction},
              ${input.externalRef ?? null}, ${JSON.stringify(opening.stagesReached)}::jsonb, ${now}, ${now}, ${opening.nextUpdateBy},
              ${linkHash(seal, { ticketId: opening.ticketId, generation: 1 })}, ${input.reRepairOf ?? null}, ${opening.dueAt})
    ), event as (
      insert into ticket_events (brand_id, ticket_id, seq, action, from_status, to_status, actor_kind, actor_id, data, request_id, occurred_at)
      values (${brandId}, ${opening.ticketId}, 1, 'ticket.create', null, 'created', ${actor.kind}, ${actor.id},
              ${JSON.stringify({ channel: input.channel, reRepairOf: input.reRepairOf })}::jsonb, ${deed.requestId}, ${now})
    )${sql.join(
      [
        ...clockCtes(deed, opening, opening.clocks),
        ...raiseCtes(deed, opening.ticketId, opening.centerId, opening.alerts),
        ...outboxCtes(deed, due),
      ].map((cte) => sql`, ${cte}`),
      sql``,
    )}
    select 1`;
  try {
    await statement.execute(deed.trx);
  } catch (error) {
    if (violates(error, 'tickets_open_device_key') || violates(error, 'device_identifiers_pkey')) {
      throw new Problem('open_ticket_exists', 'The device has an open ticket already. Read it instead of opening another.');
    }
    throw error;
  }
}
