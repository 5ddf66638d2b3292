// Who a lane goes to, read anew for each run: an address that was corrected or an endpoint that was disabled counts at once.
import { sql } from 'kysely';
import { type Reach, reachOf, reachOfFormer } from '#contacts/reach.ts';
import { unsubscribeLink } from '#contacts/unsubscribe.ts';
import { customerLink } from '#lookup/link.ts';
import { openingHours } from '#lookup/opening-hours.ts';
import type { Seal } from '#platform/seal.ts';
import type { WeekHours } from '#service-centers/week-hours.ts';
import { ownMailsSql } from '#texts/columns.ts';
import type { HeldLane, WorkerDb } from './lane-store.ts';
import type { EndpointRow, Taken } from './lane-take-store.ts';
import type { Owner } from './owner-mail.ts';
import { houseQuietHours, type QuietHours } from './quiet.ts';
import type { InstantWay } from './routing.ts';
import type { Addressee } from './scene.ts';

/** A partner's endpoint as a worker needs it. */
export interface Receiver {
  kind: 'endpoint';
  url: string;
  /** Where a challenge goes: the new address while one waits to be proven. */
  challengeUrl: string;
  /** It has answered a challenge: events go nowhere before. */
  proven: boolean;
  /** Nothing has got through lately. */
  failing: boolean;
  secrets: string[];
  strict: boolean;
}

/** A customer as a lane treats one. */
interface Gathered {
  /** What can wait is held back for more to come. Not in a sandbox: the days of a story pass at once, and its messages are not one. */
  gathers: boolean;
}

/** A customer who reads mails. */
export interface Reader extends Addressee, Gathered {
  kind: 'contact';
}

/** A customer whose telephone rings. */
export interface Caller extends Omit<Addressee, 'email'>, Gathered {
  kind: 'phone';
  /** The addresses of the ways that are open. */
  ways: Partial<Record<InstantWay, string>>;
  /** They read mails, too. */
  mailed: boolean;
  quietHours: QuietHours;
  /** SMS parts: what the ticket may cost, and has cost. */
  sms: { budget: number; spent: number };
}

/** Nobody to send to, and why. */
export interface Nobody {
  kind: 'nobody';
  reason: string;
}

/** A customer and in whose name they are written to, before there is an address or a link. */
export interface Person extends Omit<Addressee, 'email' | 'lookupUrl' | 'link'> {
  /** Of the ticket's link; null where it has none. */
  generation: number | null;
  /** SMS parts that a ticket may cost. */
  budget: number;
  /** The brand is one for play. */
  sandbox: boolean;
}

type PersonRow = Omit<Person, 'place'> & { address: string | null; hours: WeekHours | null };

/** Reads the customer of a ticket; undefined where there is none. */
export async function personOf(db: WorkerDb, brandId: string, ticketId: string, contactId: string): Promise<Person | undefined> {
  // The language of the contact, else of the brand, else the house's.
  const locale = sql`coalesce(k.locale, b.locale, 'zh-CN')`;
  const { rows } = await sql<PersonRow>`
    select ${locale} as locale, b.labels, ${ownMailsSql(sql`k.brand_id`, locale)} as mails, coalesce(k.time_zone, b.time_zone) as "timeZone",
           b.name as brand, b.contact_line as "contactLine", coalesce(c.name, b.name) as center, c.address, c.hours, l.accent_light as color, b.sms_budget as budget, b.sandbox,
           case when t.link_hash is not null then t.link_generation end as generation
      from contacts k
      join brands b on b.brand_id = k.brand_id
      left join looks l on l.brand_id = k.brand_id
      left join tickets t on t.brand_id = k.brand_id and t.id = ${ticketId}
      left join service_centers c on c.brand_id = t.brand_id and c.id = t.center_id
     where k.brand_id = ${brandId} and k.id = ${contactId}`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { address, hours, ...person } = row;
  const open = hours === null ? '' : openingHours(hours, person.locale);
  return { ...person, place: address === null ? null : { address: address.replace(/[.。]+$/u, ''), hours: open === '' ? null : open } };
}

/** SMS parts that the ticket has cost. */
async function spentOn(db: WorkerDb, { brandId, subject }: HeldLane): Promise<number> {
  const { rows } = await sql<{ units: number }>`
    select coalesce(sum(units), 0)::integer as units from outbox where brand_id = ${brandId} and subject = ${subject}`.execute(db);
  return rows[0]?.units ?? 0;
}

async function customer(post: Post, lane: HeldLane, reach: Reach | undefined, by: 'email' | 'instant'): Promise<Reader | Caller | Nobody> {
  const { db, seal, publicUrl, now } = post;
  const found = reach && (await personOf(db, lane.brandId, lane.subject, reach.contactId));
  if (reach === undefined || found === undefined) return { kind: 'nobody', reason: 'no_address' };
  const { generation, budget, sandbox, ...rest } = found;
  // Made anew for each message: the secret is written down nowhere. An address that is the customer's no more gets none.
  const link = generation === null || reach.former ? null : customerLink(seal, publicUrl, { ticketId: lane.subject, generation });
  // The days of a story are all over by now, and are told as they were.
  const to = { ...rest, lookupUrl: publicUrl, link, gathers: !sandbox, sentAt: sandbox ? null : now };
  const { email, sms: text, wechat } = reach.ways;
  if (by === 'email') {
    if (email?.state !== 'open') return { kind: 'nobody', reason: email?.state ?? 'no_address' };
    const unsubscribe = unsubscribeLink(seal, publicUrl, 'email', email.address, { brandId: lane.brandId, ticketId: lane.subject });
    return { kind: 'contact', ...to, email: email.address, unsubscribe };
  }
  const ways: Caller['ways'] = {
    ...(wechat?.state === 'open' ? { wechat: wechat.address } : {}),
    ...(text?.state === 'open' ? { sms: text.address } : {}),
  };
  if (Object.keys(ways).length === 0) return { kind: 'nobody', reason: (text ?? wechat)?.state ?? 'no_address' };
  const mailed = email?.state === 'open';
  const sms = { budget, spent: await spentOn(db, lane) };
  return { kind: 'phone', ...to, ways, mailed, quietHours: reach.quietHours ?? houseQuietHours, sms };
}

function endpoint(seal: Seal, row: EndpointRow | null): Receiver | Nobody {
  if (row === null) return { kind: 'nobody', reason: 'endpoint_unknown' };
  if (row.disabled) return { kind: 'nobody', reason: 'endpoint_disabled' };
  const { url, nextUrl, sealedSecrets, keyId, proven, failing, strict } = row;
  const secrets = sealedSecrets.map((sealed) => seal.open(sealed, keyId));
  return { kind: 'endpoint', url, challengeUrl: nextUrl ?? url, proven, failing, secrets, strict };
}

async function owner({ db }: Post, lane: HeldLane, id: string): Promise<Owner | Nobody> {
  const { rows } = await sql<Omit<Owner, 'kind' | 'host' | 'email'> & { email: string | null; url: string }>`
    select e.owner_email as email, e.url, coalesce(b.locale, 'zh-CN') as locale, b.time_zone as "timeZone", b.name as brand,
           b.contact_line as "contactLine"
      from webhook_endpoints e join brands b on b.brand_id = e.brand_id
     where e.brand_id = ${lane.brandId} and e.id = ${id}`.execute(db);
  const [row] = rows;
  if (row === undefined) return { kind: 'nobody', reason: 'endpoint_unknown' };
  const { email, url, ...rest } = row;
  return email === null ? { kind: 'nobody', reason: 'no_address' } : { kind: 'owner', ...rest, email, host: new URL(url).host };
}

/** What a look at an addressee takes; `publicUrl`: where this service is reached, as in PUBLIC_URL. */
interface Post {
  db: WorkerDb;
  seal: Seal;
  publicUrl: string;
  now: Date;
}

/** Anyone a lane can go to. */
export type Anyone = Reader | Caller | Receiver | Owner | Nobody;

/** Reads who the lane goes to; a partner's endpoint was read with the lane. `channel`: that of its rows. */
export async function addresseeOf(post: Post, { lane, endpoint: row }: Pick<Taken, 'lane' | 'endpoint'>, channel: string): Promise<Anyone> {
  const { db, seal } = post;
  const [kind, id = ''] = lane.recipient.split(':');
  switch (kind) {
    case 'endpoint':
      return endpoint(seal, row);
    case 'contact':
      return customer(post, lane, await reachOf(db, seal, lane.brandId, id), 'email');
    case 'phone':
      return customer(post, lane, await reachOf(db, seal, lane.brandId, id), 'instant');
    case 'former':
      return customer(post, lane, await reachOfFormer(db, seal, lane.brandId, id), channel === 'email' ? 'email' : 'instant');
    case 'owner':
      return owner(post, lane, id);
    default:
      return { kind: 'nobody', reason: 'recipient_unknown' };
  }
}
