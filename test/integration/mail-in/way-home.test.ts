// Carriers' pushes for a parcel on its way home, and for one whose ticket has ended.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { account, deliver, parcelsOf, push, scans } from '../../support/mail-in.ts';

let test: TestApp;
let easypost: string;
let atReady: ReturnType<typeof parcelsOf>['atReady'];
let eventsOf: ReturnType<typeof parcelsOf>['eventsOf'];
let read: ReturnType<typeof parcelsOf>['read'];
let ticket: ReturnType<typeof parcelsOf>['ticket'];
const { announced, transit, out, done } = scans;

beforeAll(async () => {
  test = await startApp();
  easypost = await account(test);
  ({ atReady, eventsOf, read, ticket } = parcelsOf(test));
});
afterAll(() => test.close());

describe('the way home', () => {
  it('ships and delivers the ticket', async () => {
    const parcel = await atReady();
    await deliver(test, easypost, push({ ...parcel, details: [announced] }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'ready' });
    await deliver(test, easypost, push({ ...parcel, details: [announced, transit] }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'outbound_transit' });
    await deliver(test, easypost, push({ ...parcel, details: [announced, transit, out, done] }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'delivered' });
    expect(await read(parcel.shipment.id)).toMatchObject({ status: 'delivered', openBy: null });
  });

  it('does both steps where the delivery comes first', async () => {
    const parcel = await atReady();
    await deliver(test, easypost, push({ ...parcel, details: [announced, transit, out, done] }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'delivered' });
    const history = await test.call(test.keys.brand, { url: `/v1/tickets/${parcel.ticketId}/history` });
    const steps = history.json<{ data: { action: string; actor: { kind: string } }[] }>().data.slice(-2);
    expect(steps).toMatchObject([
      { action: 'shipment.dispatched', actor: { kind: 'system' } },
      { action: 'shipment.delivered', actor: { kind: 'system' } },
    ]);
  });

  it('ships the ticket of a parcel that is heard of no more by the time its scans are', async () => {
    const parcel = await atReady();
    const silent = { status: 'unknown', at: '2026-11-22T10:00:00Z', detail: 'expired' };
    await deliver(test, easypost, push({ ...parcel, details: [announced, transit, silent] }));
    expect(await read(parcel.shipment.id)).toMatchObject({ status: 'expired' });
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'outbound_transit' });
  });

  it('takes back a parcel that comes back, on hold, and is not told "delivered" by its return', async () => {
    const parcel = await atReady();
    await deliver(test, easypost, push({ ...parcel, details: [transit] }));
    const back = [transit, { status: 'return_to_sender', at: '2026-11-21T09:00:00Z' }, { status: 'delivered', at: '2026-11-22T09:00:00Z' }];
    await deliver(test, easypost, push({ ...parcel, details: back }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'ready', hold: { reason: 'shipment_problem', blame: 'carrier' } });
    expect(await read(parcel.shipment.id)).toMatchObject({ status: 'returned', deliveredAt: null });
  });

  it('keeps scans of a closed ticket and moves nothing', async () => {
    const parcel = await atReady();
    await deliver(test, easypost, push({ ...parcel, details: [transit, done] }));
    const settle = await test.call(test.adminKey, {
      method: 'POST',
      url: `/v1/tickets/${parcel.ticketId}/transitions`,
      headers: { 'glassbench-brand': test.brandId, 'if-match': `"v${(await ticket(parcel.ticketId)).version}"` },
      payload: { action: 'ticket.settle', input: {} },
    });
    expect(settle.statusCode, settle.body).toBe(200);
    const closed = await ticket(parcel.ticketId);
    expect(closed.status).toBe('closed');
    const late = await deliver(
      test,
      easypost,
      push({ ...parcel, details: [transit, done, { status: 'failure', at: '2026-11-22T00:00:00Z', detail: 'damaged' }] }),
    );
    expect(late.statusCode).toBe(200);
    expect(await eventsOf(parcel.shipment.id)).toHaveLength(3);
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'closed', version: closed.version });
  });
});
