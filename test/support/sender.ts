// What is due to partners, without the rest of the product: endpoints, events made due on their lanes, and a look at what became of them.
import { type Kysely, sql } from 'kysely';
import type { Database } from '#platform/db/database.ts';
import { newId } from '#platform/id.ts';
import { type Due, enqueue } from '#platform/outbox.ts';
import type { Services } from '#services.ts';

/** A secret that every endpoint of the suites and benches shares. */
export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

interface Ground {
  services: Services;
  /** Full rights, no row-level security. */
  owner: Kysely<Database>;
  brandId: string;
  /** Where the receiver listens. */
  receiverUrl: string;
}

interface EndpointOptions {
  strict?: boolean;
  events?: string[];
  verified?: boolean;
  ownerEmail?: string | null;
  /** Another receiver than that of the ground. */
  url?: string;
}

export interface Row {
  id: number;
  state: string;
  attempts: number;
  reason: string | null;
  messageId: string;
}

/** Makes things due. */
export interface Sender {
  /** An endpoint that calls `path` of the receiver. */
  endpoint(path: string, more?: EndpointOptions): Promise<string>;
  /** Makes one event due per number, in one transaction each; answers nothing, the receiver hears of it. */
  tell(endpointId: string, subject: string, numbers: readonly number[]): Promise<void>;
  /** Makes `each` events due on each of so many lanes, in one statement; `spread` names the endpoint of a lane. Subjects are `<prefix>-<n>`. */
  fill(prefix: string, lanes: number, each: number, spread: readonly string[]): Promise<void>;
  /** The rows of a subject, oldest first. */
  rows(subject: string): Promise<Row[]>;
  /** How many rows are in which state, over everything. */
  states(): Promise<Record<string, number>>;
  lane(subject: string): Promise<{ state: string; generation: number } | undefined>;
  /** Brings every waiting lane's next try to now. */
  hurry(): Promise<void>;
}

/** Opens it over a migrated database. */
export function openSender({ services, owner, brandId, receiverUrl }: Ground): Sender {
  return {
    async endpoint(path, { strict = false, events = ['ticket.advanced'], verified = true, ownerEmail = null, url = receiverUrl } = {}) {
      const id = newId('endpoint');
      const at = new Date();
      const standing = { disabled_at: null, disabled_reason: null, verified_at: verified ? at : null, owner_email: ownerEmail };
      const sealed = { sealed_secrets: [services.seal.seal(SECRET)], key_id: services.seal.keyId };
      const whose = { brand_id: brandId, id, owner_key_id: 'test', owner_kind: 'brand' as const, center_id: null };
      const values = { ...whose, url: `${url}${path}`, ...sealed, events, strict_order: strict, ...standing, created_at: at, updated_at: at };
      await owner.insertInto('webhook_endpoints').values(values).execute();
      return id;
    },
    async tell(endpointId, subject, numbers) {
      for (const n of numbers) {
        const due: Due = { subject, recipient: `endpoint:${endpointId}`, channel: 'webhook', message: 'ticket.advanced', facts: { n }, eventSeq: n };
        await services.db
          .of(brandId)
          .transaction()
          .execute((trx) => enqueue({ trx, brandId, now: new Date(), traceparent: null, enqueued: false }, [due]));
      }
      services.nudge();
    },
    async fill(prefix, lanes, each, spread) {
      await sql`
        with planned as (
          select l, r, ${prefix} || '-' || l as subject, 'endpoint:' || (${[...spread]}::text[])[1 + l % ${spread.length}::integer] as recipient
            from generate_series(1, ${lanes}::integer) l, generate_series(1, ${each}::integer) r
        ), numbered as (
          select *, nextval('outbox_id_seq') as id from (select * from planned order by r, l) as ordered
        ), lane as (
          insert into lanes (brand_id, subject, recipient, state, tail)
          select ${brandId}, subject, recipient, 'ready', max(id) from numbered group by subject, recipient
          returning id, subject, recipient
        )
        insert into outbox (brand_id, id, lane_id, subject, recipient, event_seq, channel, message, facts, message_id, created_at)
        select ${brandId}, n.id, lane.id, n.subject, n.recipient, n.r, 'webhook', 'ticket.advanced', jsonb_build_object('n', n.r, 'lane', n.subject),
               'msg_' || ${prefix}::text || '_' || n.l || '_' || n.r, clock_timestamp()
          from numbered n join lane using (subject, recipient)`.execute(owner);
      services.nudge();
    },
    rows: (subject) =>
      owner
        .selectFrom('outbox')
        .select(['id', 'state', 'attempts', 'dead_reason as reason', 'message_id as messageId'])
        .where('subject', '=', subject)
        .orderBy('id')
        .execute(),
    async states() {
      const { rows } = await sql<{ state: string; n: number }>`select state, count(*)::integer as n from outbox group by state`.execute(owner);
      return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
    },
    lane: (subject) => owner.selectFrom('lanes').select(['state', 'generation']).where('subject', '=', subject).executeTakeFirst(),
    async hurry() {
      await sql`update lanes set next_at = now() where state = 'waiting'`.execute(owner);
    },
  };
}
