// SQL of mail-in jobs: tickets that came by this channel, each with its newest inbound parcel.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import type { Status } from '#tickets/status.ts';
import { newestOf, type ShipmentRow } from './store.ts';

/** A job as it is stored. */
export interface JobRow {
  ticketId: string;
  code: string;
  status: Status;
  version: number;
  centerId: string;
  externalRef: string | null;
  /** Where the device is collected and brought back to; its telephone number and mail are nobody's who only carries. */
  customer: { name: string | null; address: string | null };
  center: { name: string; address: string; phone: string };
  createdAt: Date;
  updatedAt: Date;
}

/** A job with the newest parcel of each way. */
export interface JobWithParcels {
  job: JobRow;
  inbound: ShipmentRow | null;
  outbound: ShipmentRow | null;
}

const columns = sql`
  t.id as "ticketId", t.code, t.status, t.version, t.center_id as "centerId", t.external_ref as "externalRef",
  (select jsonb_build_object('name', k.name, 'address', k.address) from contacts k where k.brand_id = t.brand_id and k.id = t.contact_id) as customer,
  (select jsonb_build_object('name', c.name, 'address', c.address, 'phone', c.phone)
     from service_centers c where c.brand_id = t.brand_id and c.id = t.center_id) as center,
  t.created_at as "createdAt", t.updated_at as "updatedAt"`;

async function withParcels(deed: Deed, jobs: JobRow[]): Promise<JobWithParcels[]> {
  const ids = jobs.map(({ ticketId }) => ticketId);
  const [inbound, outbound] = [await newestOf(deed, ids, 'inbound'), await newestOf(deed, ids, 'outbound')];
  return jobs.map((job) => ({ job, inbound: inbound.get(job.ticketId) ?? null, outbound: outbound.get(job.ticketId) ?? null }));
}

/** One job, or undefined where the actor may not see it. */
export async function jobById(deed: Deed, ticketId: string): Promise<JobWithParcels | undefined> {
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
): Promise<JobWithParcels[]> {
  const status = filter.status === undefined ? sql`` : sql`and t.status = ${filter.status}`;
  const from = after === null ? sql`` : sql`and (t.updated_at, t.id) < (${after.updatedAt}, ${after.id})`;
  const { rows } = await sql<JobRow>`
    select ${columns} from tickets t
    where t.brand_id = ${deed.brandId} and t.channel = 'mail_in' ${status} ${visibleTo(deed.actor)} ${from}
    order by t.updated_at desc, t.id desc limit ${limit}`.execute(deed.trx);
  return withParcels(deed, rows);
}
