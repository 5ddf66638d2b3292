// All SQL of the documents: one statement reads what a receipt or a quote is written from, out of the tables of the ticket.
import { type RawBuilder, sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import type { Agreement, Offer, Reception, Repair } from './record.ts';

/** The repair as it was read; identifiers are still sealed. */
export interface RepairRow extends Omit<Repair, 'identifiers'> {
  identifiers: { type: Repair['identifiers'][number]['type']; sealed: string; keyId: number }[];
}

/** `centerId`: whose paper it is, over `tickets t`; `known`: which identifiers were known then, over `device_identifiers i`. */
const repairColumns = (centerId: RawBuilder<unknown>, known: RawBuilder<unknown> = sql``) => sql`
  t.code, t.fault_reported as "faultReported", t.return_method as "returnMethod", t.jurisdiction, t.created_at as "openedAt",
  (select jsonb_build_object('name', b.name, 'contactLine', b.contact_line) from brands b where b.brand_id = t.brand_id) as brand,
  (select jsonb_build_object('name', c.name, 'address', c.address, 'phone', c.phone, 'timeZone', c.time_zone)
     from service_centers c where c.brand_id = t.brand_id and c.id = ${centerId}) as center,
  (select jsonb_build_object('name', k.name, 'phone', k.phone, 'email', k.email, 'address', k.address, 'locale', k.locale)
     from contacts k where k.brand_id = t.brand_id and k.id = t.contact_id) as customer,
  (select jsonb_build_object('kind', d.kind, 'maker', d.maker, 'model', d.model)
     from devices d where d.brand_id = t.brand_id and d.id = t.device_id) as device,
  (select coalesce(jsonb_agg(jsonb_build_object('type', i.type, 'sealed', encode(i.sealed, 'base64'), 'keyId', i.key_id) order by i.type desc), '[]')
     from device_identifiers i where i.brand_id = t.brand_id and i.device_id = t.device_id ${known}) as identifiers`;

/** What the last step of this name recorded, over `tickets t`. */
const recorded = (action: string) => sql`(
  select jsonb_build_object('at', e.occurred_at, 'data', e.data) from ticket_events e
   where e.brand_id = t.brand_id and e.ticket_id = t.id and e.action = ${action} order by e.seq desc limit 1)`;

/** The center that took the last of these steps (over `ticket_events r`): where the device went on since, the one it was with before the first time. */
const centerOf = (step: RawBuilder<unknown>) => sql`coalesce((
  select e.data ->> 'fromCenterId' from ticket_events e
   where e.brand_id = t.brand_id and e.ticket_id = t.id and e.action = 'transfer.receive' and e.seq > (
     select max(r.seq) from ticket_events r where r.brand_id = t.brand_id and r.ticket_id = t.id and ${step})
   order by e.seq limit 1), t.center_id)`;

const receivedAt = centerOf(sql`r.action = 'device.receive'`);

/** A unit that replaced the device since has its serial on no receipt for the one that was handed in. */
const knownThen = sql`and i.created_at <= (
  select max(e.occurred_at) from ticket_events e where e.brand_id = t.brand_id and e.ticket_id = t.id and e.action = 'device.receive')`;

/** A draft is nobody's yet: whoever has the ticket sends it. */
const madeAt = (quoteId: string) =>
  centerOf(sql`r.action in ('quote.send', 'quote.supersede', 'quote.revise') and r.data ->> 'quoteId' = ${quoteId}`);

/** A step of the history: when, and what it recorded. */
export interface Recorded<T> {
  /** As JSON writes it. */
  at: string;
  data: T;
}

/** What a receipt is written from. */
export interface ReceiptRow extends RepairRow {
  received: Recorded<Reception> | null;
  opened: Recorded<{ backupConsent?: Agreement }> | null;
  firstPromise: Date | null;
  promisedAt: Date | null;
}

/** The ticket's intake, or undefined where the actor may not see the ticket. */
export async function intakeOf(deed: Deed, ticketId: string): Promise<ReceiptRow | undefined> {
  const { rows } = await sql<ReceiptRow>`
    select ${repairColumns(receivedAt, knownThen)}, ${recorded('device.receive')} as received, ${recorded('intake.open')} as opened, t.promised_at as "promisedAt",
           (select p.promised_at from promises p where p.brand_id = t.brand_id and p.ticket_id = t.id order by p.n limit 1) as "firstPromise"
      from tickets t
     where t.brand_id = ${deed.brandId} and t.id = ${ticketId} ${visibleTo(deed.actor)}`.execute(deed.trx);
  return rows[0];
}

const INSTANTS = ['sentAt', 'validUntil', 'decidedAt'] as const;

/** A quote as JSON: its instants are text. */
export type OfferJson = Omit<Offer, (typeof INSTANTS)[number]> & Record<(typeof INSTANTS)[number], string | null>;

/** A quote as it was read, with the version it replaced. */
export interface QuoteRow extends RepairRow {
  quote: OfferJson | null;
  replaced: OfferJson | null;
  replacedBy: number | null;
  why: string | null;
}

const offerJson = sql`jsonb_build_object('version', q.version, 'status', q.status, 'form', q.form, 'currency', q.currency, 'lines', q.lines,
  'total', q.total, 'diagnosisFee', q.diagnosis_fee, 'validDays', q.valid_days, 'promisedDays', q.promised_days, 'sentAt', q.sent_at,
  'validUntil', q.valid_until, 'decidedAt', q.decided_at, 'decidedBy', q.decided_by, 'consent', q.consent, 'wish', q.wish)`;

/** The ticket's quote, or undefined where the actor may not see the ticket. */
export async function quoteById(deed: Deed, ticketId: string, quoteId: string): Promise<QuoteRow | undefined> {
  const { rows } = await sql<QuoteRow>`
    select ${repairColumns(madeAt(quoteId))},
           (select max(n.version) from quotes n
             where n.brand_id = t.brand_id and n.ticket_id = t.id and n.supersedes = ${quoteId} and n.status <> 'draft') as "replacedBy",
           (select e.data ->> 'why' from ticket_events e
             where e.brand_id = t.brand_id and e.ticket_id = t.id and e.action = 'quote.revise' and e.data ->> 'quoteId' = ${quoteId}) as why,
           (select ${offerJson} from quotes q where q.brand_id = t.brand_id and q.ticket_id = t.id and q.id = ${quoteId}) as quote,
           (select ${offerJson} from quotes n join quotes q on q.brand_id = n.brand_id and q.ticket_id = n.ticket_id and q.id = n.supersedes
             where n.brand_id = t.brand_id and n.ticket_id = t.id and n.id = ${quoteId}) as replaced
      from tickets t
     where t.brand_id = ${deed.brandId} and t.id = ${ticketId} ${visibleTo(deed.actor)}`.execute(deed.trx);
  return rows[0];
}
