// One lookup is one statement, and PostgreSQL finds the row by index in a table of many.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { statements } from '#lookup/store.ts';
import { createSeal } from '#platform/seal.ts';
import { fillTickets, type ManyTickets } from '../../support/many-tickets.ts';
import { cloneDatabase } from '../../support/postgres.ts';

const seal = createSeal(['a secret of at least 32 characters, for tests']);
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let client: pg.Client;
let tickets: ManyTickets;

beforeAll(async () => {
  database = await cloneDatabase(inject('postgres'));
  tickets = await fillTickets(database.url, seal, 10_000);
  await decline(database.url);
  client = new pg.Client({ connectionString: database.url, options: '-c role=glassbench_app' });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Gives every ticket a quote and a parcel back: what a declined device waits for is then not found by reading whole tables. */
async function decline(url: string): Promise<void> {
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  await owner.query(`
    insert into quotes (brand_id, id, ticket_id, version, status, currency, lines, total, diagnosis_fee, valid_days, promised_days)
    select brand_id, 'quo' || id, id, 1, 'draft', 'CNY', '[]', 1, 0, 30, 3 from tickets`);
  await owner.query(`
    insert into shipments (brand_id, id, ticket_id, direction, carrier, waybill, status, payer, booked_by, created_at, updated_at)
    select brand_id, 'shp' || id, id, 'outbound', 'sf', 'SF' || id, 'label_created', 'brand', 'x', now(), now() from tickets`);
  await owner.query('vacuum analyze');
  await owner.end();
}

interface Plan {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  Plans?: Plan[];
}
const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];

async function planOf(statement: string, values: unknown[], generic: boolean): Promise<{ nodes: Plan[]; hitBlocks: number }> {
  await client.query(`set plan_cache_mode = ${generic ? 'force_generic_plan' : 'auto'}`);
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan & { 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }] }>({
    text: `explain (analyze, buffers, format json) ${statement}`,
    values,
  });
  const [top] = rows[0]?.['QUERY PLAN'] ?? [];
  if (top === undefined) throw new Error('no plan');
  return { nodes: nodes(top.Plan), hitBlocks: top.Plan['Shared Hit Blocks'] + top.Plan['Shared Read Blocks'] };
}

describe.each([true, false])('with a generic plan: %s', (generic) => {
  it.each([null, 'brand'])('finds tier 0 by index, brand filter %s', async (brand) => {
    const hash = seal.hash('identifier', tickets.serials[7_000] ?? '');
    const plan = await planOf(statements.openProgress.text, [[hash], [brand], new Date(0)], generic);
    expect(plan.nodes.filter((node) => node['Node Type'] === 'Seq Scan' && node['Relation Name'] !== 'brands')).toEqual([]);
    expect(plan.nodes.map((node) => node['Index Name'])).toContain('device_identifiers_value_idx');
    expect(plan.nodes.map((node) => node['Relation Name'])).not.toContain('contacts');
    expect(plan.hitBlocks).toBeLessThan(40);
  });

  it.each([null, 'brand'])('finds tier 1 by index, brand filter %s', async (brand) => {
    const hash = seal.hash('identifier', tickets.serials[7_000] ?? '');
    const plan = await planOf(statements.ownerProgress.text, [hash, hash, new Date(0), brand], generic);
    const scanned = plan.nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name']);
    // Tables of one or no row are read whole.
    const small = ['brands', 'service_centers', 'shipments', 'further_waybills', 'shipment_tickets', 'quotes', 'lookup_failures'];
    expect(scanned.filter((name) => !small.includes(name ?? ''))).toEqual([]);
    expect(plan.nodes.map((node) => node['Index Name'])).toContain('device_identifiers_confusable_idx');
    expect(plan.hitBlocks).toBeLessThan(120);
  });
});
