// A booking and whoever else deals with the waybill of a parcel without a ticket wait for each other in one order: PostgreSQL breaks nobody off.
import { type Kysely, sql } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asSystem } from '#access/perform.ts';
import type { CarrierAccountView } from '#mail-in/carrier-account.ts';
import { createShipment } from '#mail-in/create-shipment.ts';
import type { OrphanView } from '#mail-in/orphan.ts';
import type { Database } from '#platform/db/database.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { wire } from '../../support/carrier-wires.ts';
import { job, label, SECRET, waybill } from '../../support/mail-in.ts';
import { until } from '../../support/until.ts';

let test: TestApp;
let kuaidi100: string;
/** Statements of the service that PostgreSQL took for one side of a deadlock; the service tries again, and nobody else hears of them. */
const brokenOff: unknown[] = [];

beforeAll(async () => {
  test = await startApp();
  const payload = { carrier: 'kuaidi100', name: 'kuaidi100', webhookSecret: SECRET };
  kuaidi100 = (await test.call(test.keys.brand, { method: 'POST', url: '/v1/carrier-accounts', payload })).json<CarrierAccountView>().webhookPath;
  const seen = new WeakSet<pg.PoolClient>();
  test.services.db.pool.on('acquire', (client: pg.PoolClient) => {
    if (seen.has(client)) return;
    seen.add(client);
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((...args: unknown[]) => {
      const answer = query(...args);
      if (answer instanceof Promise) answer.catch(({ code }: { code?: unknown }) => code === '40P01' && brokenOff.push(args[0]));
      return answer;
    }) as typeof client.query;
  });
});
afterAll(() => test.close());

type Call = () => Promise<{ statusCode: number }>;

const hold = (trx: Kysely<Database>, one: string, carrier = 'easypost') =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`${test.brandId}/${carrier}/${one}`}, 0))`.execute(trx);

/** Begins these calls one after the other while these waybills are somebody else's, and lets them all go at once; answers their codes. */
async function together(waybills: readonly string[], calls: readonly Call[], meanwhile?: () => Promise<void>, carrier?: string): Promise<number[]> {
  const begun: ReturnType<Call>[] = [];
  await test.owner.transaction().execute(async (trx) => {
    for (const one of waybills) await hold(trx, one, carrier);
    for (const call of calls) {
      begun.push(call());
      await until(async () => {
        // Of this database alone: other suites share the server.
        const { rows } = await sql`
          select from pg_locks where locktype = 'advisory' and not granted
             and database = (select oid from pg_database where datname = current_database())`.execute(trx);
        return rows.length === begun.length;
      }, 5_000);
    }
    await meanwhile?.();
  });
  return (await Promise.all(begun)).map(({ statusCode }) => statusCode);
}

async function orphan(of: { waybill: string; serial?: string; carrier?: string }): Promise<OrphanView> {
  const payload = { carrier: 'easypost', ...of };
  return (await test.call(test.keys.center, { method: 'POST', url: '/v1/orphan-parcels', payload })).json<OrphanView>();
}
const read = async (id: string): Promise<OrphanView> => (await test.call(test.keys.center, { url: `/v1/orphan-parcels/${id}` })).json<OrphanView>();
const booking =
  (serial: string, more: object = {}): Call =>
  () =>
    test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload: job(test, { device: { kind: 'phone', serial }, ...more }) });

it('the parcel is matched by hand while the job of its serial is booked', async () => {
  const [one, serial] = [waybill(), unique('SN')];
  const { id } = await orphan({ waybill: one, serial });
  const { ticketId } = (await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload: job(test) })).json<{
    ticketId: string;
  }>();
  const byHand: Call = () => test.call(test.keys.center, { method: 'POST', url: `/v1/orphan-parcels/${id}/match`, payload: { ticketId } });
  expect([await together([one], [byHand, booking(serial)]), brokenOff]).toEqual([[200, 201], []]);
  expect(await read(id)).toMatchObject({ ticketId, matchedBy: 'hand' });
});

it('the job of its serial is booked while the same device is, with its label', async () => {
  const [one, serial] = [waybill(), unique('SN')];
  const { id } = await orphan({ waybill: one, serial });
  expect([await together([one], [booking(serial, { label: label(one) }), booking(serial)]), brokenOff]).toEqual([[201, 409], []]);
  expect(await read(id)).toMatchObject({ matchedBy: 'waybill' });
});

it('two jobs have each the label of the parcel in which the device of the other was found', async () => {
  const [one, two, first, second] = [waybill(), waybill(), unique('SN'), unique('SN')];
  const orphans = [await orphan({ waybill: one, serial: second }), await orphan({ waybill: two, serial: first })];
  const shared = (of: string) => ({ label: label(of) });
  const codes = await together([one, two], [booking(first, shared(one)), booking(second, shared(two))]);
  // The parcel that the second has the label of is that of the first by then.
  expect([codes, brokenOff]).toEqual([[201, 409], []]);
  expect(await Promise.all(orphans.map(async ({ id }) => (await read(id)).matchedBy))).toEqual(['waybill', 'serial']);
});

it('a device that was here before is found by what this booking does not name', async () => {
  const [one, serial, imei] = [waybill(), unique('SN'), '490154203237518'];
  const made = await test.call(test.keys.center, {
    method: 'POST',
    url: '/v1/tickets',
    payload: { ...job(test), channel: 'walk_in', device: { kind: 'phone', serial, imei } },
  });
  expect(made.statusCode, made.body).toBe(201);
  const { id: ticketId, version } = made.json<{ id: string; version: number }>();
  const cancel = { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'Changed their mind' };
  const ended = await test.call(test.keys.center, {
    method: 'POST',
    url: `/v1/tickets/${ticketId}/transitions`,
    headers: { 'if-match': `"v${version}"` },
    payload: cancel,
  });
  expect(ended.statusCode, ended.body).toBe(200);
  const { id } = await orphan({ waybill: one, serial: imei });
  expect([await together([one], [booking(serial)]), brokenOff]).toEqual([[201], []]);
  expect(await read(id)).toMatchObject({ matchedBy: 'serial' });
});

/** A number that kuaidi100 says a parcel goes on under. */
function passedOn(from: string, to: string): Call {
  const row = { time: '2026-11-20 18:00:00', ftime: '2026-11-20 18:00:00', context: `快件已转投，新单号：${to}`, statusCode: '7' };
  const lastResult = { message: 'ok', nu: from, com: 'shentong', status: '200', state: '7', data: [row] };
  const sent = wire('kuaidi100', JSON.stringify({ status: 'polling', message: '', lastResult }), SECRET, new Date());
  return () => test.call(null, { method: 'POST', url: kuaidi100, headers: sent.headers, payload: sent.body });
}
const shipped = (ticketId: string, direction: 'inbound' | 'outbound', of: string) => () =>
  test.call(test.keys.center, {
    method: 'POST',
    url: `/v1/tickets/${ticketId}/shipments`,
    payload: { direction, carrier: 'kuaidi100', waybill: of, payer: 'brand' },
  });
const booked = async (): Promise<string> =>
  (await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload: job(test) })).json<{ ticketId: string }>().ticketId;

it('a label and the one under which its parcel goes on are added to one ticket at the same time', async () => {
  const [one, two] = [waybill(), waybill()];
  await passedOn(one, two)();
  const ticketId = await booked();
  // As by two processes: one process takes the calls for a ticket in turn.
  const elsewhere = (of: string) => async () => {
    const input = { direction: 'inbound', carrier: 'kuaidi100', waybill: of, payer: 'brand' } as const;
    await asSystem(test.services, test.brandId, (deed) => createShipment(deed, ticketId, input));
    return { statusCode: 201 };
  };
  const codes = await together([two], [elsewhere(two), elsewhere(one)], undefined, 'kuaidi100');
  expect([codes, brokenOff]).toEqual([[201, 201], []]);
});

it('a number that another shipment takes while it is waited for brings nothing that lies under it', async () => {
  const [one, two] = [waybill(), waybill()];
  const [first, second] = [await booked(), await booked()];
  const made = (await shipped(first, 'inbound', one)()).json<{ id: string }>();
  const { id } = await orphan({ waybill: two, carrier: 'kuaidi100' });
  const codes = await together([two], [shipped(second, 'outbound', two), passedOn(one, two)], undefined, 'kuaidi100');
  expect([codes, brokenOff]).toEqual([[201, 200], []]);
  expect(await read(id)).toMatchObject({ ticketId: null });
  expect((await test.call(test.keys.center, { url: `/v1/shipments/${made.id}` })).json()).toMatchObject({ furtherWaybills: [] });
});

it('a parcel that is registered while the booking waits is brought to it, unless somebody writes to its waybill: that waits for nobody', async () => {
  const [one, free, busy, serial] = [waybill(), waybill(), waybill(), unique('SN')];
  const registered: OrphanView[] = [];
  await test.owner.transaction().execute(async (trx) => {
    await together([one], [booking(serial, { label: label(one) })], async () => {
      registered.push(await orphan({ waybill: free, serial }), await orphan({ waybill: busy, serial }));
      await hold(trx, busy);
    });
    const [brought, left] = await Promise.all(registered.map(({ id }) => read(id)));
    expect(brought).toMatchObject({ matchedBy: 'serial' });
    expect(left).toMatchObject({ ticketId: null, candidates: [{ ticketId: brought?.ticketId, by: 'serial' }] });
  });
  expect(brokenOff).toEqual([]);
});
