// How a ticket ends, and how it comes back: disputes, a device nobody picks up, a repair that did not hold, a ticket closed too early.
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asSystem } from '#access/perform.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import type { TicketView } from '#tickets/ticket.ts';
import type { TransitionInput } from '#tickets/transition.ts';
import { advanced, aTicket, bodies, ticketInput, transition } from '../../support/a-ticket.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { movingClock } from '../../support/moving-clock.ts';

const clock = movingClock('2026-11-23T01:00:00.000Z');
const DAY = 24;

let test: TestApp;
beforeAll(async () => {
  test = await startApp({}, { clock });
});
afterAll(() => test?.close());

async function ready(serial = unique('SERIAL')): Promise<TicketView> {
  let ticket = await aTicket(test, { device: { kind: 'laptop', serial } });
  const steps = [bodies.receive(serial), bodies.diagnose, bodies.cover, bodies.startRepair, bodies.finishRepair, bodies.pass];
  for (const step of steps) ticket = await advanced(test, ticket, step);
  return ticket;
}
const settle = async (ticket: TicketView): Promise<TicketView> =>
  asSystem(test.services, test.brandId, (deed) =>
    advanceTicket(deed, { ticketId: ticket.id, expectedVersion: null, command: { action: 'ticket.settle', input: {} } }),
  );
const asAdmin = (ticket: TicketView, body: TransitionInput) =>
  test.call(test.adminKey, {
    method: 'POST',
    url: `/v1/tickets/${ticket.id}/transitions`,
    headers: { 'if-match': `"v${ticket.version}"`, 'glassbench-brand': test.brandId },
    payload: body,
  });
const correct = (to: TicketView['status']): TransitionInput => ({ action: 'admin.correct', input: { to }, reason: 'The wrong ticket' });
const open = (payload: object) => test.call(test.keys.center, { method: 'POST', url: '/v1/tickets', payload });

describe('an outcome', () => {
  it('that was entered by mistake goes with the correction: what the repair comes to counts', async () => {
    const { id, version, device } = await aTicket(test);
    const mistake = await advanced(
      test,
      { id, version },
      { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'The wrong ticket' },
    );
    expect(mistake).toMatchObject({ status: 'cancelled', outcome: 'cancelled' });
    let ticket = (await asAdmin(mistake, correct('created'))).json<TicketView>();
    expect(ticket).toMatchObject({ status: 'created', outcome: null });
    const { receive, diagnose, cover, startRepair, finishRepair, pass, handOver } = bodies;
    const steps = [receive(device.identifiers[0]?.value ?? ''), diagnose, cover, startRepair, finishRepair, pass, handOver];
    for (const step of steps) ticket = await advanced(test, ticket, step);
    expect(ticket).toMatchObject({ status: 'delivered', outcome: 'repaired' });
  });

  it('stays where the correction leaves the device ready, or given back', async () => {
    const ticket = await advanced(test, await ready(), bodies.handOver);
    expect((await asAdmin(ticket, correct('ready'))).json()).toMatchObject({ status: 'ready', outcome: 'repaired' });
  });
});

describe('a delivery', () => {
  const dispute: TransitionInput = { action: 'delivery.dispute', input: { what: 'not_received', details: 'Somebody else signed' } };

  it('can be disputed for so many days; it is looked for, and the customer hears every day', async () => {
    let ticket = await advanced(test, await ready(), bodies.handOver);
    clock.pass(DAY);
    ticket = await advanced(test, ticket, dispute);
    expect(ticket).toMatchObject({ status: 'ready', outcome: 'repaired', hold: { reason: 'suspected_loss', blame: 'center' } });
    expect(Date.parse(ticket.nextUpdateBy ?? '') - clock.now().getTime()).toBe(DAY * 3_600_000);
    const alerts = await test.call(test.keys.center, { url: `/v1/alerts?ticketId=${ticket.id}&kind=delivery_disputed` });
    expect(alerts.json<{ data: unknown[] }>().data).toHaveLength(1);
  });

  it('cannot be disputed later', async () => {
    const ticket = await advanced(test, await ready(), bodies.handOver);
    clock.pass(15 * DAY);
    expect((await transition(test, ticket, dispute)).json()).toMatchObject({ refusal: 'dispute_too_late' });
  });

  it('disputed is not shipped again by the parcel that the dispute is about', async () => {
    const serial = unique('SERIAL');
    let ticket = await aTicket(test, { device: { kind: 'laptop', serial }, returnMethod: 'ship' });
    const steps = [bodies.receive(serial), bodies.diagnose, bodies.cover, bodies.startRepair, bodies.finishRepair, bodies.pass];
    for (const step of steps) ticket = await advanced(test, ticket, step);
    const parcel = { direction: 'outbound', carrier: 'sf', payer: 'center' };
    const ship = async (): Promise<void> => {
      const payload = { ...parcel, waybill: unique('SF') };
      const made = await test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${ticket.id}/shipments`, payload });
      expect(made.statusCode, made.body).toBe(201);
    };
    await ship();
    for (const action of ['shipment.dispatched', 'shipment.delivered'] as const) ticket = await advanced(test, ticket, { action, input: {} });
    clock.pass(1);
    ticket = await advanced(test, ticket, dispute);
    ticket = await advanced(test, ticket, { action: 'hold.resume', input: {} });
    const again: TransitionInput = { action: 'shipment.dispatched', input: {} };
    expect((await transition(test, ticket, again)).json()).toMatchObject({ refusal: 'no_outbound_shipment' });
    clock.pass(1);
    await ship();
    expect(await advanced(test, ticket, again)).toMatchObject({ status: 'outbound_transit' });
  });
});

describe('a device that nobody picks up', () => {
  it('is kept, with its terms on the ticket, and disposed of only after notices, days and a signature', async () => {
    const ticket = await ready();
    expect(ticket.storage).toMatchObject({ dailyFee: { amount: 0, currency: 'CNY' }, notices: [] });
    expect(Date.parse(ticket.storage?.keepUntil ?? '') - clock.now().getTime()).toBe(180 * DAY * 3_600_000);
    const dispose: TransitionInput = { action: 'storage.dispose', input: { signedOffBy: 'Gao', wipeCertificate: 'W-1' } };
    expect((await transition(test, ticket, dispose)).json()).toMatchObject({ code: 'scope_missing' });
    expect((await asAdmin(ticket, dispose)).json()).toMatchObject({ refusal: 'notices_missing' });
    const notices = JSON.stringify(['first', 'second', 'third'].map((kind) => ({ at: clock.now().toISOString(), kind })));
    await sql`update storage_ledgers set notices = ${notices}::jsonb where ticket_id = ${ticket.id}`.execute(test.owner);
    expect((await asAdmin(ticket, dispose)).json()).toMatchObject({ refusal: 'keep_longer' });
    clock.pass(181 * DAY);
    expect((await asAdmin(ticket, dispose)).json()).toMatchObject({ status: 'disposed', outcome: 'repaired', storage: null });
    const ledger = await test.owner.selectFrom('storage_ledgers').select('released_at').where('ticket_id', '=', ticket.id).executeTakeFirst();
    expect(ledger?.released_at).toEqual(clock.now());
  });

  it('costs nothing in California, whatever the policy takes', async () => {
    const dear = await test.addBrand();
    await test.call(dear.keys.brand, { method: 'PUT', url: '/v1/policy', payload: { storageDailyFee: { amount: 200, currency: 'USD' } } });
    for (const [jurisdiction, amount] of [
      ['US-CA', 0],
      ['none', 200],
    ] as const) {
      const serial = unique('SERIAL');
      const payload = ticketInput({ jurisdiction, device: { kind: 'laptop', serial } });
      let ticket = (await test.call(dear.keys.center, { method: 'POST', url: '/v1/tickets', payload })).json<TicketView>();
      const noFault: TransitionInput = { action: 'diagnosis.no_fault', input: { evidence: 'Ran for a day' } };
      for (const step of [bodies.receive(serial), bodies.diagnose, noFault]) ticket = await advanced(test, ticket, step, dear.keys.center);
      expect(ticket.storage?.dailyFee).toEqual({ amount, currency: 'USD' });
    }
  });
});

describe('a repair that did not hold', () => {
  it('is taken up again within its warranty, linked to the first', async () => {
    const serial = unique('SERIAL');
    const closed = await settle(await advanced(test, await ready(serial), bodies.handOver));
    const device = { kind: 'laptop', serial } as const;
    clock.pass(80 * DAY);
    const again = await open({ ...ticketInput({ device }), reRepairOf: closed.id });
    expect(again.json()).toMatchObject({ status: 'created', parentTicketId: closed.id, device: { id: closed.device.id } });
  });

  it('is not, for another device, an unfinished repair, or after its warranty', async () => {
    const closed = await settle(await advanced(test, await ready(), bodies.handOver));
    const other = await open({ ...ticketInput(), reRepairOf: closed.id });
    expect(other.json()).toMatchObject({ errors: [{ pointer: '/reRepairOf', code: 'other_device' }] });
    const known = await settle(await advanced(test, await ready(), bodies.handOver));
    const foreign = ticketInput({ device: { kind: 'laptop', serial: known.device.identifiers[0]?.value } });
    expect((await open({ ...foreign, reRepairOf: closed.id })).json()).toMatchObject({ errors: [{ pointer: '/reRepairOf', code: 'other_device' }] });
    const unfinished = await aTicket(test);
    const unread = ticketInput({ device: { kind: 'laptop', serialUnknown: true } });
    expect((await open({ ...unread, reRepairOf: unfinished.id })).json()).toMatchObject({ errors: [{ code: 'not_repaired' }] });
    clock.pass(91 * DAY);
    const late = ticketInput({ device: { kind: 'laptop', serial: known.device.identifiers[0]?.value } });
    expect((await open({ ...late, reRepairOf: known.id })).json()).toMatchObject({ errors: [{ code: 'warranty_over' }] });
  });
});

describe('a ticket closed too early', () => {
  it('is reopened by the administrator for a reason, for three days, and not beside another one of its device', async () => {
    const serial = unique('SERIAL');
    const closed = await settle(await advanced(test, await ready(serial), bodies.handOver));
    const reopen: TransitionInput = { action: 'admin.reopen', input: {} };
    expect((await asAdmin(closed, reopen)).json()).toMatchObject({ errors: [{ pointer: '/reason' }] });
    const next = (await open(ticketInput({ device: { kind: 'laptop', serial } }))).json<TicketView>();
    expect((await asAdmin(closed, { ...reopen, reason: 'Clicked wrong' })).json()).toMatchObject({ code: 'open_ticket_exists' });
    await advanced(test, next, { action: 'ticket.cancel', input: { requestedBy: 'center' }, reason: 'Opened by mistake' });
    expect((await asAdmin(closed, { ...reopen, reason: 'Clicked wrong' })).json()).toMatchObject({ status: 'delivered', closedAt: null });

    const other = await settle(await advanced(test, await ready(), bodies.handOver));
    clock.pass(73);
    expect((await asAdmin(other, { ...reopen, reason: 'Clicked wrong' })).json()).toMatchObject({ refusal: 'reopen_too_late' });
  });
});
