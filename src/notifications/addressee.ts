// Who a lane goes to, read anew for each run: an address that was corrected or an endpoint that was disabled counts at once.
import { sql } from 'kysely';
import { customerLink } from '#lookup/link.ts';
import type { Seal } from '#platform/seal.ts';
import type { HeldLane, WorkerDb } from './lane-store.ts';
import type { Addressee } from './scene.ts';

/** A partner's endpoint as a worker needs it. */
export interface Receiver {
  kind: 'endpoint';
  url: string;
  secrets: string[];
  strict: boolean;
}

/** A customer as a worker needs one. */
export interface Reader extends Addressee {
  kind: 'contact';
}

/** Nobody to send to, and why. */
export interface Nobody {
  kind: 'nobody';
  reason: 'endpoint_disabled' | 'endpoint_unknown' | 'no_address' | 'recipient_unknown';
}

type CustomerRow = Omit<Reader, 'kind' | 'email' | 'lookupUrl' | 'link'> & { email: string | null; generation: number | null };

async function customer(db: WorkerDb, lane: HeldLane, id: string, seal: Seal, publicUrl: string): Promise<Reader | Nobody> {
  // The language of the contact, else of the brand, else the house's.
  const { rows } = await sql<CustomerRow>`
    select k.email, coalesce(k.locale, b.locale, 'zh-CN') as locale, coalesce(k.time_zone, b.time_zone) as "timeZone",
           b.name as brand, b.contact_line as "contactLine", coalesce(c.name, b.name) as center,
           case when t.link_hash is not null then t.link_generation end as generation
      from contacts k
      join brands b on b.brand_id = k.brand_id
      left join tickets t on t.brand_id = k.brand_id and t.id = ${lane.subject}
      left join service_centers c on c.brand_id = t.brand_id and c.id = t.center_id
     where k.brand_id = ${lane.brandId} and k.id = ${id}`.execute(db);
  const [row] = rows;
  if (row === undefined || row.email === null) return { kind: 'nobody', reason: 'no_address' };
  const { generation, email, ...rest } = row;
  // Made anew for each mail: the secret is written down nowhere.
  const link = generation === null ? null : customerLink(seal, publicUrl, { ticketId: lane.subject, generation });
  return { kind: 'contact', ...rest, email, lookupUrl: publicUrl, link };
}

async function endpoint(db: WorkerDb, lane: HeldLane, id: string, seal: Seal): Promise<Receiver | Nobody> {
  const row = await db
    .selectFrom('webhook_endpoints')
    .select(['url', 'sealed_secrets', 'key_id', 'strict_order', 'disabled_at'])
    .where('brand_id', '=', lane.brandId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return { kind: 'nobody', reason: 'endpoint_unknown' };
  if (row.disabled_at !== null) return { kind: 'nobody', reason: 'endpoint_disabled' };
  return { kind: 'endpoint', url: row.url, secrets: row.sealed_secrets.map((sealed) => seal.open(sealed, row.key_id)), strict: row.strict_order };
}

/** Reads who the lane goes to; `publicUrl`: where this service is reached, as in PUBLIC_URL. */
export function addresseeOf(db: WorkerDb, lane: HeldLane, seal: Seal, publicUrl: string): Promise<Reader | Receiver | Nobody> {
  const [kind, id = ''] = lane.recipient.split(':');
  if (kind === 'contact') return customer(db, lane, id, seal, publicUrl);
  if (kind === 'endpoint') return endpoint(db, lane, id, seal);
  return Promise.resolve({ kind: 'nobody', reason: 'recipient_unknown' });
}
