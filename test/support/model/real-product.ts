// The product as it is served: HTTP with keys, and the use case itself for whoever has none.
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { linkToken } from '#lookup/link.ts';
import { newId } from '#platform/id.ts';
import { Problem } from '#problems.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import type { Command } from '#tickets/lifecycle.ts';
import type { TicketView } from '#tickets/ticket.ts';
import type { Answer } from './judged.ts';
import { learnParts, learnQuotes, type Names, named, strangers } from './names.ts';
import type { Asked, Beginning, Happening, Quote } from './repair.ts';
import type { HouseName } from './rules.ts';
import { modelClock, type Site } from './site.ts';
import { seenIn } from './view.ts';

/** One ticket over the API. */
export interface RealTicket {
  id: string;
  key: string;
  version: number;
  openedBy: string;
  contactId: string;
  names: Names;
  input: object;
  siblingId: string | null;
  /** Labels made for it so far. */
  parcels: number;
  /** What the center was answered last; null where something has happened since that it was not told. */
  answered: TicketView | null;
}

/** Opens it at the counter. */
export async function realTicket(site: Site, start: Beginning & { house: HouseName }): Promise<RealTicket> {
  const { key } = site.centers[start.house];
  const input = {
    channel: 'walk_in',
    device: { kind: start.kind, maker: 'Aurora', model: 'M', serial: start.serial },
    contact: { name: 'Wang Fang', email: 'fang@example.com', locale: 'en' },
    faultReported: 'Does not charge',
    returnMethod: start.returnMethod,
    jurisdiction: start.jurisdiction,
  };
  const answer = await site.call(key, 'POST', '/v1/tickets', input);
  if (answer.statusCode !== 201) throw new Error(answer.body);
  const { id } = answer.json<TicketView>();
  const row = await site.owner.selectFrom('tickets').select(['opened_by', 'contact_id']).where('id', '=', id).executeTakeFirstOrThrow();
  const names = strangers(site.bystander.quoteId, site.bystander.partId);
  return { id, key, version: 1, openedBy: row.opened_by, contactId: row.contact_id, names, input, siblingId: null, parcels: 0, answered: null };
}

interface ProblemBody {
  status: number;
  code: string;
  refusal?: string;
  allowedActions?: string[];
  errors?: { pointer: string }[];
}

function answerTo({ status, code, refusal, allowedActions, errors }: ProblemBody): Answer {
  if (status === 403 && code === 'scope_missing') return { kind: 'forbidden' };
  if (status === 412 && code === 'stale_version') return { kind: 'stale' };
  if (status === 409 && code === 'open_ticket_exists') return { kind: 'other_open' };
  if (status === 409 && code === 'transition_refused') return { kind: 'refused', refusal: refusal ?? '' };
  if (status === 409 && code === 'transition_not_allowed') return { kind: 'not_from_here', offered: allowedActions ?? [] };
  if (status === 400 && errors?.[0]?.pointer === '/reason') return { kind: 'no_reason' };
  return { kind: 'unexpected', what: JSON.stringify({ status, code, refusal, errors }) };
}

/** Asks for one step. `byLink`: by the customer's link, as the customer does what is possible; answers what the center reads then. */
export async function askReal(site: Site, ticket: RealTicket, asked: Asked, byLink: Quote | null | false): Promise<Answer> {
  const command = { action: asked.action, input: named(asked.input, ticket.names) } as Command;
  const version = asked.stale ? ticket.version + (ticket.version > 1 ? -1 : 7) : ticket.version;
  const answer = holdsKey(asked.by)
    ? await byKey(site, ticket, asked, command, version)
    : byLink === false
      ? await byUseCase(site, ticket, asked, command, version).catch(problemOf)
      : await throughLink(site, ticket, command, byLink);
  if ('kind' in answer) return answer;
  const by = byLink === false ? asked.by : 'center';
  ticket.version = answer.version;
  ticket.answered = by === 'center' ? answer : null;
  if (asked.action.startsWith('quote.')) learnQuotes(await quoteIds(site, ticket.id), ticket.names);
  learnParts(answer.parts, ticket.names);
  return { kind: 'taken', seen: seenIn(answer, ticket.names), allowed: answer.allowedActions, by };
}

/** The body of the customer's page for this step. */
function linkBody({ action, input }: Command, quote: Quote | null): { url: string; body: object } {
  const shown = { textVersion: 'quote-1', locale: 'zh-CN' };
  if (action === 'quote.approve' || action === 'quote.decline') {
    const amountShown = { amount: quote?.total ?? 0, currency: quote?.currency ?? '' };
    const decision = action === 'quote.approve' ? { decision: 'approve' } : { decision: 'decline', wish: input.wish };
    return { url: '/v1/link/quote-decision', body: { quoteId: input.quoteId, amountShown, ...decision, ...shown } };
  }
  if (action === 'delivery.dispute') return { url: '/v1/link/actions', body: { action, ...input } };
  return { url: '/v1/link/actions', body: action === 'ticket.cancel' ? { action, reason: 'Because' } : { action, ...shown } };
}

async function throughLink(site: Site, ticket: RealTicket, command: Command, quote: Quote | null): Promise<TicketView | Answer> {
  const { url, body } = linkBody(command, quote);
  const answer = await site.call(linkToken(site.services.seal, { ticketId: ticket.id, generation: 1 }), 'POST', url, body);
  if (answer.statusCode !== 200) return { kind: 'unexpected', what: answer.body };
  return (await site.call(ticket.key, 'GET', `/v1/tickets/${ticket.id}`)).json<TicketView>();
}

const holdsKey = (by: Asked['by']): by is 'admin' | 'brand' | 'center' => by === 'admin' || by === 'brand' || by === 'center';

async function byKey(site: Site, ticket: RealTicket, { by, reason }: Asked, command: Command, version: number): Promise<TicketView | Answer> {
  const key = by === 'center' ? ticket.key : by === 'admin' ? site.adminKey : site.brandKey;
  const payload = { ...command, ...(reason === null ? {} : { reason }) };
  const answer = await site.call(key, 'POST', `/v1/tickets/${ticket.id}/transitions`, payload, version);
  return answer.statusCode === 200 ? answer.json<TicketView>() : answerTo(answer.json<ProblemBody>());
}

/** The customer behind a link, the courier that brought it, a job of the system: in a transaction as `perform` opens it. */
function byUseCase(site: Site, ticket: RealTicket, { by, reason }: Asked, command: Command, version: number): Promise<TicketView> {
  const { services, brandId } = site;
  const id = by === 'courier' ? ticket.openedBy : by === 'customer' ? ticket.contactId : by;
  const actor = { kind: by, id, brandId, centerId: null, scopes: new Set<never>(), ...(by === 'customer' ? { ticketId: ticket.id } : {}) };
  const expectedVersion = by === 'system' || by === 'courier' ? null : version;
  return services.db
    .of(brandId)
    .transaction()
    .execute((trx) => {
      const { seal, clock, instantWays } = services;
      const deed: Deed = {
        trx,
        brandId,
        actor,
        now: clock.now(),
        requestId: randomUUID(),
        traceparent: null,
        seal,
        clock,
        instantWays,
        enqueued: false,
        moved: [],
        follow: services.follow,
      };
      return advanceTicket(deed, { ticketId: ticket.id, expectedVersion, command, reason: reason ?? undefined });
    });
}

function problemOf(error: unknown): Answer {
  if (!(error instanceof Problem)) return { kind: 'unexpected', what: String(error) };
  return answerTo({ status: error.status, code: error.code, ...(error.extras as object) });
}

async function quoteIds({ owner }: Site, ticketId: string): Promise<string[]> {
  const rows = await owner.selectFrom('quotes').select('id').where('ticket_id', '=', ticketId).orderBy('version').execute();
  return rows.map(({ id }) => id);
}

/** What happens around the ticket. Throws where the product does not let it happen. */
export async function happenReal(site: Site, ticket: RealTicket, happening: Happening): Promise<void> {
  const { owner, brandId } = site;
  const { id } = ticket;
  ticket.answered = null;
  switch (happening) {
    case 'photo':
      return void (await sql`
        insert into files (brand_id, id, ticket_id, kind, visibility, media_type, bytes, sha256, uploaded_by, created_at)
        values (${brandId}, ${newId('file')}, ${id}, 'intake_photo', 'internal', 'image/jpeg', 1, ${Buffer.alloc(32)}, 'model', now())`.execute(
        owner,
      ));
    case 'parcel':
      ticket.parcels += 1;
      return must(201, site.call(ticket.key, 'POST', `/v1/tickets/${id}/shipments`, { direction: 'outbound', ...label(ticket.parcels) }));
    case 'parcel_ends':
      return void (await sql`update shipments set status = 'returned' where ticket_id = ${id} and direction = 'outbound'`.execute(owner));
    case 'sent_on':
      return void (await sql`
        with parcel as (
          insert into shipments (brand_id, id, ticket_id, direction, carrier, waybill, status, payer, to_center_id, booked_by, created_at, updated_at)
          select brand_id, ${newId('shipment')}, id, 'transfer', 'easypost', ${`MOVE${randomUUID()}`}, 'in_transit', 'center', center_id, 'model', now(), now()
            from tickets where id = ${id} returning brand_id, id, ticket_id)
        insert into shipment_tickets (brand_id, shipment_id, ticket_id) select brand_id, id, ticket_id from parcel`.execute(owner));
    case 'comes_back':
      return void (await sql`update shipments set status = 'returned' where ticket_id = ${id} and direction = 'transfer'`.execute(owner));
    case 'remind':
      await sql`update quotes set reminders = reminders + 1 where ticket_id = ${id} and status = 'sent'`.execute(owner);
      return void (await sql`
        update tickets t set reminders = reminders + 1
         where id = ${id} and not exists (select from quotes q where q.ticket_id = t.id and q.status = 'sent')`.execute(owner));
    case 'mails_leave':
      return void (await sql`
        update outbox set state = 'sent', finished_at = ${modelClock.now()}
         where subject = ${id} and recipient like 'contact:%' and state = 'pending'`.execute(owner));
    case 'notice':
      return void (await sql`
        update storage_ledgers set notices = notices || ${JSON.stringify([{ at: modelClock.now().toISOString(), kind: 'notice' }])}::jsonb
         where ticket_id = ${id} and released_at is null`.execute(owner));
    case 'sibling_opens': {
      const answer = await site.call(ticket.key, 'POST', '/v1/tickets', ticket.input);
      ticket.siblingId = answer.json<TicketView>().id;
      return must(201, Promise.resolve(answer));
    }
    case 'sibling_ends': {
      const url = `/v1/tickets/${ticket.siblingId ?? ''}/transitions`;
      return must(200, site.call(ticket.key, 'POST', url, { action: 'ticket.cancel', input: { requestedBy: 'center' }, reason: 'Because' }, 1));
    }
  }
}

/** Two parcels of a ticket differ in the last characters of their numbers, by which the customer tells them apart. */
const label = (nth: number) => {
  const waybill = `MODEL${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}${String(nth).padStart(4, '0')}`;
  return { carrier: 'easypost', waybill, payer: 'brand' };
};

async function must(status: number, answering: Promise<{ statusCode: number; body: string }>): Promise<void> {
  const answer = await answering;
  if (answer.statusCode !== status) throw new Error(`${answer.statusCode}: ${answer.body}`);
}
