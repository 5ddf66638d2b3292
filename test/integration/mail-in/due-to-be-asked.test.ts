// Whom a sweep asks for is found among the parcels that are due, however many others are silent for reasons of their own.
import { CompiledQuery, sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asSystem } from '#access/perform.ts';
import type { MailInJobView } from '#mail-in/mail-in-job.ts';
import { claimSilent } from '#mail-in/silent-store.ts';
import { startApp, type TestApp, type TestBrand } from '../../support/app.ts';
import { account, intake, job, label } from '../../support/mail-in.ts';
import { recordStatements, type Statement } from '../../support/statements.ts';

const HOUR_MS = 3_600_000;
const now = Date.now();
const since = new Date(now - 12 * HOUR_MS);
const longAgo = new Date(now - 720 * HOUR_MS);
let test: TestApp;
let keyless: TestBrand;

beforeAll(async () => {
  test = await startApp();
  keyless = await test.addBrand();
  await account(test, keyless);
  const accountId = await account(test);
  await test.call(test.keys.brand, { method: 'PATCH', url: `/v1/carrier-accounts/${accountId}`, payload: { apiKey: 'EZAK of this test' } });
});
afterAll(() => test.close());

async function booked(brand: TestBrand): Promise<string> {
  const answer = await test.call(brand.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload: job(brand, { label: label(), intake }) });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<MailInJobView>().ticketId;
}

/** So many parcels of a ticket, last heard of then. */
const silent = (count: number, ticketId: string, heardAt: Date, { inVain = 0, askAfter = null as Date | null } = {}) =>
  sql`
  insert into shipments (brand_id, id, ticket_id, direction, carrier, waybill, status, payer, booked_by, created_at, updated_at, heard_at,
                         asked_in_vain, ask_after)
  select s.brand_id, s.id || '.' || s.n, s.ticket_id, s.direction, s.carrier, s.id || s.n, 'in_transit', s.payer, s.booked_by, now(), now(),
         ${heardAt}::timestamptz, ${inVain}::smallint, ${askAfter}::timestamptz
    from (select s.*, gen_random_uuid() as n from shipments s, generate_series(1, ${count}::int)
           where s.ticket_id = ${ticketId} and s.id not like '%.%') s`.execute(test.owner);

const claim = () =>
  asSystem(test.services, '*', (deed) => claimSilent(deed, { carriers: ['easypost'], since, until: new Date(now + HOUR_MS), tries: 12, limit: 50 }));

interface Plan {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

/** Rows of `shipments` that the statement looks at, done once more and undone. */
async function rowsRead({ text, values }: Statement): Promise<number> {
  const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];
  const trx = await test.owner.startTransaction().execute();
  const explain = CompiledQuery.raw(`explain (analyze, format json) ${text}`, values);
  const { rows } = await trx.executeQuery<{ 'QUERY PLAN': [{ Plan: Plan }] }>(explain);
  await trx.rollback().execute();
  const [top] = rows[0]?.['QUERY PLAN'] ?? [];
  return (top === undefined ? [] : nodes(top.Plan))
    .filter((node) => node['Relation Name'] === 'shipments')
    .reduce((sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'], 0);
}

it('looks at what is due, and at what has ended once', async () => {
  const [ticketId, ended, theirs] = [await booked(test), await booked(test), await booked(keyless)];
  const withdrawn = await test.call(test.keys.courier, { method: 'POST', url: `/v1/mail-in-jobs/${ended}/cancel`, payload: { reason: 'Twice' } });
  expect(withdrawn.statusCode, withdrawn.body).toBe(200);
  await silent(3, ticketId, longAgo);
  await silent(2, ticketId, longAgo, { askAfter: new Date(now - HOUR_MS), inVain: 4 });
  // Of a brand without an API key; put off; spoken of an hour ago; asked for too often; of a ticket that has ended.
  await silent(1_500, theirs, longAgo);
  await silent(1_500, ticketId, longAgo, { askAfter: new Date(now + 24 * HOUR_MS), inVain: 4 });
  await silent(1_500, ticketId, new Date(now - HOUR_MS));
  await silent(20, ticketId, longAgo, { inVain: 12 });
  await silent(20, ended, longAgo);
  await sql`analyze shipments`.execute(test.owner);
  let found = 0;
  const statements = await recordStatements(test.services, async () => {
    found = (await claim()).length;
  });
  const sweep = statements.find(({ text }) => text.includes('skip locked'));
  if (sweep === undefined) throw new Error('nothing was claimed');
  expect(found).toBe(5);
  expect(await claim()).toEqual([]);
  expect(await rowsRead(sweep)).toBeLessThan(50);
});
