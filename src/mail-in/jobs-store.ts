// SQL of mail-in jobs: tickets that came by this channel, each with its newest inbound parcel.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import type { Status } from '#tickets/status.ts';
import { newestInbound, type ShipmentRow } from './store.ts';

/** A job as it is stored. */
export interface JobRow {
  ticketId: string;
  code: string;
  status: Status;
  version: number;
  centerId: string;
  externalRef: string | null;
  createdAt: Date;
  updatedAt: Date;
}

const columns = sql`
  t.id as "ticketId", t.code, t.status, t.version, t.center_id as "centerId", t.external_ref as "externalRef",
  t.created_at as "createdAt", t.updated_at as "updatedAt"`;

const withParcels = async (deed: Deed, jobs: JobRow[]): Promise<{ job: JobRow; shipment: ShipmentRow | null }[]> => {
  const parcels = await newestInbound(
    deed,
    jobs.map(({ ticketId }) => ticketId),
  );
  const byTicket = new Map(parcels.map((parcel) => [parcel.ticketId, parcel]));
  return jobs.map((job) => ({ job, shipment: byTicket.get(job.ticketId) ?? null }));
};

/** One job, or undefined where the actor may not see it. */
export async function jobById(deed: Deed, ticketId: string): Promise<{ job: JobRow; shipment: ShipmentRow | null } | undefined> {
  const { rows } = await sql<JobRow>`
    select ${columns} from tickets t
    where t.brand_id = ${deed.brandId} and t.id = ${ticketId} and t.channel = 'mail_in' ${visibleTo(deed.actor)}`.execute(deed.trx);
  return (await withParcels(deed, rows))[0];
}

/** Jobs the actor may see, last changed first. */
export async function jobs(
  deed: Deed,
  filter: { status?: Status | undefined },
  after: { updatedAt: Date; id: string } | null,
  limit: number,
): Promise<{ job: JobRow; shipment: ShipmentRow | null }[]> {
  const status = filter.status === undefined ? sql`` : sql`and t.status = ${filter.status}`;
  const from = after === null ? sql`` : sql`and (t.updated_at, t.id) < (${after.updatedAt}, ${after.id})`;
  const { rows } = await sql<JobRow>`
    select ${columns} from tickets t
    where t.brand_id = ${deed.brandId} and t.channel = 'mail_in' ${status} ${visibleTo(deed.actor)} ${from}
    order by t.updated_at desc, t.id desc limit ${limit}`.execute(deed.trx);
  return withParcels(deed, rows);
}
