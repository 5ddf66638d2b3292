// The search for what is due, stuck or on hold: the right tickets, each once on the way through the pages, found by index.
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#platform/id.ts';
import type { HoldReason } from '#tickets/holds.ts';
import type { Status } from '#tickets/status.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { fillTickets, type ManyTickets } from '../../support/many-tickets.ts';
import { indexesOf, recordStatements } from '../../support/statements.ts';

const TICKETS = 480;
const HOUR_MS = 3_600_000;
const now = new Date('2026-11-22T06:00:00.000Z');

interface Known {
  id: string;
  status: Status;
  center: string;
  hold: HoldReason | null;
  due: number | null;
  stuck: number | null;
  updated: string;
}

let test: TestApp;
let made: ManyTickets;
let known: Known[];
const keys: Record<'brand' | 'center' | 'other' | 'stranger', string> = { brand: '', center: '', other: '', stranger: '' };
let otherCenter = '';

beforeAll(async () => {
  test = await startApp({}, { clock: { now: () => now } });
  made = await fillTickets(test.databaseUrl, test.services.seal, TICKETS);
  const { brandId, centerId } = made;
  otherCenter = newId('center');
  await sql`insert into service_centers (brand_id, id, code, name, kind, phone, address, locale, time_zone, created_at, updated_at)
            select brand_id, ${otherCenter}, 'C2', 'Center 2', kind, phone, address, locale, time_zone, created_at, updated_at
              from service_centers where brand_id = ${brandId}`.execute(test.owner);
  keys.brand = (await test.addKey({ kind: 'brand', brandId })).text;
  keys.center = (await test.addKey({ kind: 'center', brandId, centerId })).text;
  keys.other = (await test.addKey({ kind: 'center', brandId, centerId: otherCenter })).text;
  keys.stranger = test.keys.brand;
  // Times repeat and differ by microseconds, so that pages end between tickets that are equal but for the id.
  await sql`
    with numbered as (select id, row_number() over (order by id) as n from tickets where brand_id = ${brandId})
    update tickets t
       set center_id = case when n % 3 = 0 then ${otherCenter} else center_id end,
           hold_reason = case n % 10 when 0 then 'payment' when 5 then 'device_lock' when 7 then 'tech_support' end,
           due_at = case when n % 5 <> 0 then ${now}::timestamptz + (n % 37 - 18) * interval '2 hours' + (n % 3) * interval '1 microsecond' end,
           stuck_at = case when n % 7 <> 0 then ${now}::timestamptz + (n % 23 - 11) * interval '3 hours' + (n % 2) * interval '1 microsecond' end,
           updated_at = ${now}::timestamptz - (n % 19) * interval '1 hour' - (n % 3) * interval '1 microsecond'
      from numbered where t.id = numbered.id`.execute(test.owner);
  const { rows } = await sql<Known>`
    select id, status, center_id as center, hold_reason as hold,
           (extract(epoch from due_at - ${now}::timestamptz) * 1000)::float8 as due,
           (extract(epoch from stuck_at - ${now}::timestamptz) * 1000)::float8 as stuck,
           (extract(epoch from updated_at) * 1000000)::text as updated
      from tickets where brand_id = ${brandId}`.execute(test.owner);
  known = rows;
});
afterAll(() => test.close());

/** All pages, in their order. */
async function walk(key: string, query: string, limit: number): Promise<string[]> {
  const seen: string[] = [];
  for (let url: string | undefined = `/v1/tickets?limit=${limit}&${query}`; url !== undefined; ) {
    const answer = await test.call(key, { url });
    expect(answer.statusCode, answer.body).toBe(200);
    seen.push(...answer.json<{ data: TicketView[] }>().data.map(({ id }) => id));
    url = /<([^>]+)>; rel="next"/.exec(String(answer.headers['link']))?.[1];
  }
  return seen;
}

const overdue = (ticket: Known): boolean => ticket.due !== null && ticket.due <= 0;
const dueSoon = (ticket: Known): boolean => ticket.due !== null && ticket.due > 0 && ticket.due <= 24 * HOUR_MS;
const stuck = (ticket: Known): boolean => ticket.stuck !== null && ticket.stuck <= 0;
const since = new Date(now.getTime() - 9 * HOUR_MS);
const recent = (ticket: Known): boolean => Number(ticket.updated) >= since.getTime() * 1_000;
const inRepair = new Set<Status>(['in_repair', 'awaiting_parts', 'quality_check']);

const filters: [string, (ticket: Known) => boolean][] = [
  ['', () => true],
  ['hold=payment', (t) => t.hold === 'payment'],
  ['hold=payment&hold=device_lock', (t) => t.hold === 'payment' || t.hold === 'device_lock'],
  ['hold=any', (t) => t.hold !== null],
  ['hold=any&hold=payment', (t) => t.hold !== null],
  ['hold=legal_block', () => false],
  ['overdue=true', overdue],
  ['dueSoon=true', dueSoon],
  ['stuck=true', stuck],
  ['overdue=true&dueSoon=true', () => false],
  ['overdue=true&stuck=true', (t) => overdue(t) && stuck(t)],
  ['dueSoon=true&stuck=true&hold=any', (t) => dueSoon(t) && stuck(t) && t.hold !== null],
  ['overdue=true&hold=payment', (t) => overdue(t) && t.hold === 'payment'],
  ['stuck=true&hold=tech_support&hold=payment', (t) => stuck(t) && (t.hold === 'tech_support' || t.hold === 'payment')],
  ['status=in_repair', (t) => t.status === 'in_repair'],
  ['status=in_repair&status=quoted', (t) => t.status === 'in_repair' || t.status === 'quoted'],
  ['stage=repair&overdue=true', (t) => inRepair.has(t.status) && overdue(t)],
  ['stage=repair&status=quoted', () => false],
  ['status=received&status=quoted&hold=any', (t) => (t.status === 'received' || t.status === 'quoted') && t.hold !== null],
  ['status=diagnosing&stuck=true', (t) => t.status === 'diagnosing' && stuck(t)],
  [`updatedSince=${since.toISOString()}`, recent],
  [`updatedSince=${since.toISOString()}&hold=any`, (t) => recent(t) && t.hold !== null],
  [`updatedSince=${since.toISOString()}&overdue=true&status=quoted`, (t) => recent(t) && overdue(t) && t.status === 'quoted'],
  [`updatedSince=${since.toISOString()}&stuck=true&status=quoted&hold=any`, (t) => recent(t) && stuck(t) && t.status === 'quoted' && t.hold !== null],
];

/** The same order as the search, computed without it. */
function sorted(query: string, tickets: readonly Known[]): string[] {
  const key: (ticket: Known) => number =
    query.includes('overdue') || query.includes('dueSoon')
      ? (t) => t.due ?? 0
      : query.includes('stuck')
        ? (t) => t.stuck ?? 0
        : (t) => -Number(t.updated);
  const newestFirst = !/overdue|dueSoon|stuck/.test(query);
  return tickets.toSorted((a, b) => key(a) - key(b) || (a.id < b.id ? -1 : 1) * (newestFirst ? -1 : 1)).map(({ id }) => id);
}

describe.each(filters)('?%s', (query, matches) => {
  it.each([
    ['brand', () => true],
    ['center', (t: Known) => t.center === made.centerId],
    ['other', (t: Known) => t.center === otherCenter],
    ['stranger', () => false],
  ] as const)('finds what a %s key may see of it, each once, in order', async (who, visible) => {
    const expected = sorted(
      query,
      known.filter((ticket) => visible(ticket) && matches(ticket)),
    );
    expect(await walk(keys[who], query, 100)).toEqual(expected);
    expect(await walk(keys[who], query, 7)).toEqual(expected);
  });

  it('finds them of one center for the brand, and none of another for a center', async () => {
    const expected = sorted(
      query,
      known.filter((ticket) => ticket.center === otherCenter && matches(ticket)),
    );
    expect(await walk(keys.brand, `${query}&centerId=${otherCenter}`, 9)).toEqual(expected);
    expect(await walk(keys.center, `${query}&centerId=${otherCenter}`, 9)).toEqual([]);
  });

  it('is found along an index', async () => {
    for (const key of [keys.brand, keys.center]) {
      const statements = await recordStatements(test.services, () => test.call(key, { url: `/v1/tickets?${query}` }));
      const search = statements.find(({ text }) => text.includes('with page as'));
      const used = await indexesOf(test.owner, search);
      expect(used.filter((name) => name.startsWith('tickets_') && name !== 'tickets_pkey').length, used.join(' ')).toBeGreaterThan(0);
      expect(used).not.toContain('Seq Scan on tickets');
    }
  });
});

describe('what is asked wrongly', () => {
  it.each(['hold=lunch', 'hold=', 'overdue=yes', 'overdue=false', 'overdue=true&overdue=true', 'dueSoon=1', 'stuck='])(
    'refuses ?%s',
    async (query) => {
      const answer = await test.call(keys.brand, { url: `/v1/tickets?${query}` });
      expect(answer.json()).toMatchObject({ status: 400, code: 'validation_failed' });
    },
  );

  it('refuses the cursor of one order in another', async () => {
    const first = await test.call(keys.brand, { url: '/v1/tickets?limit=2&overdue=true' });
    const { nextCursor } = first.json<{ nextCursor: string }>();
    for (const query of ['stuck=true', 'dueSoon=true', 'overdue=true&stuck=true', '']) {
      const answer = await test.call(keys.brand, { url: `/v1/tickets?limit=2&${query}&cursor=${nextCursor}` });
      expect(answer.json()).toMatchObject({ status: 400, code: 'cursor_invalid' });
    }
  });
});

it('adds a name to any other filter', async () => {
  const serial = made.serials[6] ?? '';
  const [hit] = await walk(keys.brand, `serial=${serial}`, 5);
  const ticket = known.find(({ id }) => id === hit);
  expect(ticket).toBeDefined();
  const found = (query: string): Promise<string[]> => walk(keys.brand, `serial=${serial}&${query}`, 5);
  for (const [query, matches] of filters) expect(await found(query), query).toEqual(ticket !== undefined && matches(ticket) ? [hit] : []);
});

it('calls due soon what the policy of the center does, and for all centers that of the brand', async () => {
  const within = (hours: number, center?: string): string[] =>
    sorted(
      'dueSoon',
      known.filter((t) => t.due !== null && t.due > 0 && t.due <= hours * HOUR_MS && (center === undefined || t.center === center)),
    );
  const put = (url: string, dueSoonHours: number) => test.call(keys.brand, { method: 'PUT', url, payload: { dueSoonHours } });
  expect((await put('/v1/policy', 6)).statusCode).toBe(200);
  expect((await put(`/v1/service-centers/${otherCenter}/policy`, 30)).statusCode).toBe(200);
  expect(await walk(keys.other, 'dueSoon=true', 100)).toEqual(within(30, otherCenter));
  expect(await walk(keys.brand, `dueSoon=true&centerId=${otherCenter}`, 100)).toEqual(within(30, otherCenter));
  expect(await walk(keys.center, 'dueSoon=true', 100)).toEqual(within(6, made.centerId));
  expect(await walk(keys.brand, 'dueSoon=true', 100)).toEqual(within(6));
});
