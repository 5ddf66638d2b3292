// The floor of the lifecycle: no SQL, not even the owner's, takes an illegal step, leaves a gap or rewrites the past.
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { Status } from '#tickets/status.ts';
import { cloneDatabase } from '../../support/postgres.ts';
import { BRANDS, connect, insertBrand, insertStep } from './rows.ts';

const [brand] = BRANDS;
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let owner: pg.Client;

beforeAll(async () => {
  database = await cloneDatabase(inject('postgres'));
  owner = await connect(database.url);
  await insertBrand(owner, brand);
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

const move = (version: number, status: string) =>
  owner.query('update tickets set version = $2, status = $3 where brand_id = $1', [brand, version, status]);

describe('history', () => {
  beforeEach(async () => {
    await owner.query('rollback');
  });

  it('accepts a step with its row', async () => {
    await owner.query('begin');
    await insertStep(owner, brand, 'tkt_1', 2, 'created', 'awaiting_device');
    await move(2, 'awaiting_device');
    await owner.query('commit');
    const { rows } = await owner.query('select version, status from tickets where brand_id = $1', [brand]);
    expect(rows).toEqual([{ version: 2, status: 'awaiting_device' }]);
  });

  it('refuses a status without its history row at commit', async () => {
    await owner.query('begin');
    await move(2, 'closed');
    await expect(owner.query('commit')).rejects.toMatchObject({ code: '23503', constraint: 'tickets_history_fkey' });
  });

  it('refuses a ticket whose status is not the one of its last step', async () => {
    await owner.query('begin');
    await insertStep(owner, brand, 'tkt_1', 3, 'awaiting_device', 'received');
    await move(3, 'diagnosing');
    await expect(owner.query('commit')).rejects.toMatchObject({ constraint: 'tickets_history_fkey' });
  });

  it('refuses a gap', async () => {
    const gap = insertStep(owner, brand, 'tkt_1', 9, 'awaiting_device', 'received');
    await expect(gap).rejects.toMatchObject({ constraint: 'ticket_events_chain_fkey' });
  });

  it('refuses a step that does not start where the last one ended', async () => {
    const jump = insertStep(owner, brand, 'tkt_1', 3, 'diagnosing', 'received');
    await expect(jump).rejects.toMatchObject({ constraint: 'ticket_events_chain_fkey' });
  });

  it('refuses a second beginning and a beginning in the middle', async () => {
    await expect(insertStep(owner, brand, 'tkt_1', 1, null, 'created')).rejects.toMatchObject({ code: '23505' });
    await expect(insertStep(owner, brand, 'tkt_1', 3, null, 'created')).rejects.toMatchObject({ constraint: 'ticket_events_first_check' });
  });

  it.each(["update ticket_events set reason = 'x'", 'delete from ticket_events', 'truncate ticket_events cascade'])(
    'refuses even the owner: %s',
    async (statement) => {
      await expect(owner.query(statement)).rejects.toThrow(/append-only/);
    },
  );

  it.each(["update ticket_events set reason = 'x'", 'delete from ticket_events', 'truncate ticket_events', 'delete from tickets'])(
    'grants the application no %s',
    async (statement) => {
      const app = await connect(database.url, brand);
      await expect(app.query(statement)).rejects.toMatchObject({ code: '42501' });
      await app.end();
    },
  );

  it('knows exactly the statuses of the lifecycle, on the ticket and on both ends of a step', async () => {
    const { rows } = await owner.query<{ name: string; definition: string }>(`
      select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
       where conname in ('tickets_status_check', 'ticket_events_from_status_check', 'ticket_events_to_status_check') order by 1`);
    const named = rows.map(({ name, definition }) => [name, [...definition.matchAll(/'(\w+)'/g)].map(([, status]) => status)]);
    const statuses = [...Status.options];
    expect(named).toEqual([
      ['ticket_events_from_status_check', statuses],
      ['ticket_events_to_status_check', statuses],
      ['tickets_status_check', statuses],
    ]);
  });
});
