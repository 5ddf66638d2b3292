// All SQL of the lookup: one statement answers, over a view of allowed columns, before any tenant is known.
import { createHash } from 'node:crypto';
import DataLoader from 'dataloader';
import { CompiledQuery } from 'kysely';
import type { Deed } from '#access/deed.ts';
import type { Db } from '#platform/db/connect.ts';
import type { Wish } from '#quotes/quote.ts';
import type { WeekHours } from '#service-centers/week-hours.ts';
import type { OwnLabels } from '#texts/columns.ts';
import type { HoldReason } from '#tickets/holds.ts';
import type { PromiseReason } from '#tickets/promise.ts';
import type { Outcome, ReturnMethod, Stage, Status } from '#tickets/status.ts';

/** What a serial alone may be told. */
export interface OpenRow {
  status: Status;
  return_method: ReturnMethod;
  stages_reached: Partial<Record<Stage, string>>;
  next_update_by: Date | null;
  time_zone: string;
  /** Null as well where the device came back to us after that day: it had left, and the day is no promise any more. */
  promised_at: Date | null;
  /** For a proven owner alone; a serial alone is told that there is one. */
  hold_reason: HoldReason | null;
  /** What a customer who declined wishes for the device. */
  wish: Wish | null;
}

/** What the owner may be told, and what the proof is compared with. */
export interface OwnerRow extends OpenRow {
  brand_id: string;
  ticket_id: string;
  code: string;
  phone_last4: string | null;
  proof_failures: number | null;
  proof_window_start: Date | null;
  outcome: Outcome | null;
  identifier_last4: string;
  maker: string | null;
  model: string | null;
  center_name: string | null;
  center_phone: string | null;
  timeline: { status: Status; at: string }[] | null;
  parcels: { carrier: string; waybillLast4: string }[] | null;
  quote_total: { amount: number; currency: string } | null;
  contact_line: string;
  /** Oldest first. */
  promises: { promisedAt: string; reason: PromiseReason; note: string | null; madeAt: string }[] | null;
  hold: { resumeBy: string; customerText: string | null } | null;
  center_hours: WeekHours | null;
  center_time_zone: string | null;
  /** The brand's own. */
  labels: OwnLabels | null;
  /** Until when the quote that lies with the customer can be approved; null where none lies there. */
  quote_until: Date | null;
}

// As link-store.ts has it; a day that has not passed when the device comes back is promised on, as its clock is. Most repairs have never been near
// their return, and are not looked through.
const promisedAt = `
  case when p.stages_reached ? 'return' and p.status not in ('outbound_transit', 'delivered', 'closed', 'cancelled', 'disposed')
        and p.came_back_at >= p.promised_at and p.came_back_at > (p.promises->-1->>'madeAt')::timestamptz
       then null else p.promised_at end as promised_at`;
const openColumns = `p.status, p.return_method, p.stages_reached, p.next_update_by, p.time_zone, ${promisedAt}, p.hold_reason, p.wish`;
const ownerColumns = `${openColumns}, p.brand_id, p.ticket_id, p.code, p.phone_last4, p.proof_failures, p.proof_window_start, p.outcome,
         p.identifier_last4, p.maker, p.model, p.center_name, p.center_phone, p.timeline, p.parcels, p.quote_total, p.contact_line,
         p.promises, p.hold, p.center_hours, p.center_time_zone, p.labels, p.quote_until`;
/** Which rows a serial alone, and a proof, may be shown; the third value is since when. */
const shownAlone = `p.identifier_type = 'serial' and p.lookup_mode = 'open' and (p.closed_at is null or p.closed_at > $3)`;
const shownProven = `p.lookup_mode <> 'link' and (p.closed_at is null or p.closed_at > $3)`;

// Brands that ask for a proof take no part, so that the answer is the same whether or not they know the serial.
const openProgress = `
  select asked.n::integer, p.*
    from unnest($1::bytea[], $2::text[]) with ordinality as asked (value_hash, brand_slug, n)
   cross join lateral (
    select ${openColumns}
      from public_progress p
     where p.value_hash = asked.value_hash and ${shownAlone}
       and (asked.brand_slug is null or p.brand_slug = asked.brand_slug)
     order by p.created_at desc
     limit 1
  ) p`;

// The folded hash is the same for every spelling that could be meant, the exact one among them. The newest ticket of a
// device speaks for it: an earlier owner's tickets stay out of sight.
const ownerProgress = `
  with newest as (
    select distinct on (brand_id, device_id) brand_id, ticket_id, value_hash, identifier_type, value_hash = $1 as exact
      from public_progress
     where confusable_hash = $2 and ($4::text is null or brand_slug = $4)
     order by brand_id, device_id, value_hash = $1 desc, created_at desc
  ), meant as (
    select *, count(*) over () as devices, bool_or(exact) over () as any_exact from newest
  )
  select ${ownerColumns}
    from meant m
    join public_progress p on p.brand_id = m.brand_id and p.ticket_id = m.ticket_id
                          and p.value_hash = m.value_hash and p.identifier_type = m.identifier_type
   where (m.exact or (not m.any_exact and m.devices = 1))
     and ${shownProven}
   order by p.created_at desc
   limit 5`;

const named = (text: string): { name: string; text: string } => ({ name: createHash('sha256').update(text).digest('base64url').slice(0, 22), text });

/** The statements, for whoever asks PostgreSQL how it would run them. */
export const statements = { openProgress: named(openProgress), ownerProgress: named(ownerProgress) };

/** Asks for the newest ticket behind a serial in the brands that answer a serial alone. `brand`: slug, or null for any. */
export type OpenFinder = DataLoader<{ valueHash: Buffer; brand: string | null }, OpenRow | null>;

const MAX_AT_ONCE = 100;

/**
 * What is asked within one turn of the event loop goes to PostgreSQL as one statement: under load the way there and back
 * costs more than the search. Nothing is remembered.
 */
export const openFinder = (db: Db, visibleSince: () => Date): OpenFinder =>
  new DataLoader(
    async (asked) => {
      const values = [asked.map(({ valueHash }) => valueHash), asked.map(({ brand }) => brand), visibleSince()];
      // Past Kysely: this is the hottest statement of all, and there is nothing to build.
      const { rows } = await db.pool.query<OpenRow & { n: number }>({ ...statements.openProgress, values });
      const found = new Map(rows.map((row) => [row.n, row]));
      return asked.map((_, index) => found.get(index + 1) ?? null);
    },
    { cache: false, maxBatchSize: MAX_AT_ONCE, batchScheduleFn: (send) => void setImmediate(send) },
  );

/** The newest ticket of each device that may be meant, the newest first: the exact ones, or the only look-alike. */
export async function findOwned(
  db: Db,
  hashes: { value: Buffer; confusable: Buffer },
  visibleSince: Date,
  brand: string | null,
): Promise<OwnerRow[]> {
  const { rows } = await db.pool.query<OwnerRow>({ ...statements.ownerProgress, values: [hashes.value, hashes.confusable, visibleSince, brand] });
  return rows;
}

// After an exchange the device has the serial of the new unit beside the old one.
const newest = `(select i.created_at from device_identifiers i
                  where i.brand_id = p.brand_id and i.value_hash = p.value_hash and i.type = p.identifier_type)`;
const preview = (columns: string, shown: string): string => `
  select ${columns} from public_progress p where p.brand_id = $1 and p.ticket_id = $2 and ${shown}
   order by p.identifier_type = 'serial' desc, ${newest} desc limit 1`;
const previews = { open: preview(openColumns, shownAlone), owner: preview(ownerColumns, shownProven) };

/** What a serial alone would be told of this ticket. */
export async function previewOpen({ trx, brandId }: Deed, ticketId: string, visibleSince: Date): Promise<OpenRow | undefined> {
  const { rows } = await trx.executeQuery<OpenRow>(CompiledQuery.raw(previews.open, [brandId, ticketId, visibleSince]));
  return rows[0];
}

/** What a proof would be told of it. */
export async function previewOwner({ trx, brandId }: Deed, ticketId: string, visibleSince: Date): Promise<OwnerRow | undefined> {
  const { rows } = await trx.executeQuery<OwnerRow>(CompiledQuery.raw(previews.owner, [brandId, ticketId, visibleSince]));
  return rows[0];
}
