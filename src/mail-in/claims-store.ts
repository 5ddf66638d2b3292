// All SQL of claims. Whoever writes one holds the tickets of its parcel locked.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import { violates } from '#platform/db/failures.ts';
import { Problem } from '#problems.ts';
import { BATCH } from '#tickets/due.ts';
import type { ClaimKind, ClaimSearch, ClaimState } from './claim.ts';

/** A claim as it is stored; amounts in minor units of one currency. */
export interface ClaimRow {
  id: string;
  shipmentId: string;
  kind: ClaimKind;
  state: ClaimState;
  amount: number | null;
  paid: number | null;
  currency: string | null;
  claimNumber: string | null;
  /** The carrier takes a claim until then; null: nobody knows. */
  fileBy: Date | null;
  answerBy: Date | null;
  note: string | null;
  openedBy: string;
  createdAt: Date;
  updatedAt: Date;
  filedAt: Date | null;
  settledAt: Date | null;
  /** When the carrier should have answered; of a draft: when it is high time to file it. */
  alarmAt: Date | null;
}

const columns = sql`
  c.id, c.shipment_id as "shipmentId", c.kind, c.state, c.amount, c.paid, c.currency, c.claim_number as "claimNumber", c.file_by as "fileBy", c.answer_by as "answerBy",
  c.note, c.opened_by as "openedBy", c.created_at as "createdAt", c.updated_at as "updatedAt", c.filed_at as "filedAt",
  c.settled_at as "settledAt", c.alarm_at as "alarmAt"`;

const seen = (deed: Deed) => sql`
  and exists (select from shipment_tickets x join tickets t on t.brand_id = x.brand_id and t.id = x.ticket_id
               where x.brand_id = c.brand_id and x.shipment_id = c.shipment_id ${visibleTo(deed.actor)})`;

/** One claim, or undefined where the actor may not see its parcel. */
export async function claimById(deed: Deed, claimId: string): Promise<ClaimRow | undefined> {
  const { rows } = await sql<ClaimRow>`
    select ${columns} from claims c where c.brand_id = ${deed.brandId} and c.id = ${claimId} ${seen(deed)}`.execute(deed.trx);
  return rows[0];
}

/** Claims from the newest. */
export async function listClaims(deed: Deed, search: ClaimSearch, after: string | null, limit: number): Promise<ClaimRow[]> {
  const { state, kind, shipmentId } = search;
  const { rows } = await sql<ClaimRow>`
    select ${columns} from claims c
     where c.brand_id = ${deed.brandId} ${seen(deed)}
       ${state === undefined ? sql`` : sql`and c.state = ${state}`}
       ${kind === undefined ? sql`` : sql`and c.kind = ${kind}`}
       ${shipmentId === undefined ? sql`` : sql`and c.shipment_id = ${shipmentId}`}
       ${after === null ? sql`` : sql`and c.id < ${after}`}
     order by c.id desc limit ${limit}`.execute(deed.trx);
  return rows;
}

/** A parcel is claimed for once: what the carrier has accepted is not paid yet, and can still be denied. */
export const alreadyOpen = (kind: ClaimKind): Problem =>
  new Problem('already_exists', `A claim of the kind ${kind} is open for this parcel. Change that one.`);

/** The claim of this kind that is not settled yet. */
export async function openClaim(deed: Deed, shipmentId: string, kind: ClaimKind): Promise<ClaimRow | undefined> {
  const { rows } = await sql<ClaimRow>`
    select ${columns} from claims c
     where c.brand_id = ${deed.brandId} and c.shipment_id = ${shipmentId} and c.kind = ${kind} and c.state in ('draft', 'filed', 'accepted')`.execute(
    deed.trx,
  );
  return rows[0];
}

/** Whether somebody has opened a claim of one of these kinds, of which the customer was told then. */
export async function isClaimed(deed: Deed, shipmentId: string, kinds: readonly ClaimKind[]): Promise<boolean> {
  const { rows } = await sql`
    select from claims c
     where c.brand_id = ${deed.brandId} and c.shipment_id = ${shipmentId} and c.kind = any(${kinds}::text[]) and c.opened_by <> 'system'
       and c.state <> 'withdrawn' limit 1`.execute(deed.trx);
  return rows.length > 0;
}

/** The newest claim of this kind, however it stands. */
export async function latestClaim(deed: Deed, shipmentId: string, kind: ClaimKind): Promise<ClaimRow | undefined> {
  const { rows } = await sql<ClaimRow>`
    select ${columns} from claims c
     where c.brand_id = ${deed.brandId} and c.shipment_id = ${shipmentId} and c.kind = ${kind} order by c.id desc limit 1`.execute(deed.trx);
  return rows[0];
}

/** Inserts it, or writes what may change of it. Problem: already_exists where one of its kind was opened at the same time. */
export async function writeClaim(deed: Deed, row: ClaimRow): Promise<void> {
  const statement = sql`
    insert into claims (brand_id, id, shipment_id, kind, state, amount, paid, currency, claim_number, file_by, answer_by, note, opened_by,
                        created_at, updated_at, filed_at, settled_at, alarm_at)
    values (${deed.brandId}, ${row.id}, ${row.shipmentId}, ${row.kind}, ${row.state}, ${row.amount}, ${row.paid}, ${row.currency},
            ${row.claimNumber}, ${row.fileBy}, ${row.answerBy}, ${row.note}, ${row.openedBy}, ${row.createdAt}, ${row.updatedAt}, ${row.filedAt},
            ${row.settledAt}, ${row.alarmAt})
    on conflict (brand_id, id) do update
      set state = excluded.state, amount = excluded.amount, paid = excluded.paid, currency = excluded.currency,
          claim_number = excluded.claim_number, answer_by = excluded.answer_by, note = excluded.note, updated_at = excluded.updated_at,
          filed_at = excluded.filed_at, settled_at = excluded.settled_at, alarm_at = excluded.alarm_at`;
  try {
    await statement.execute(deed.trx);
  } catch (error) {
    if (violates(error, 'claims_open_key')) throw alreadyOpen(row.kind);
    throw error;
  }
}

/** Claims of all brands that the carrier should have answered by now, or that should be filed. */
export async function claimsDue(deed: Deed): Promise<{ brandId: string; claimId: string }[]> {
  const { rows } = await sql<{ brandId: string; claimId: string }>`
    select brand_id as "brandId", id as "claimId" from claims where alarm_at <= ${deed.now} order by alarm_at limit ${BATCH}`.execute(deed.trx);
  return rows;
}
