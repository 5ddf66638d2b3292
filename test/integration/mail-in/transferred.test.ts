// A parcel that goes on under another number: its shipment follows it there, whichever of the two is heard of first.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkToken } from '#lookup/link.ts';
import type { OwnerProgress } from '#lookup/progress.ts';
import type { CarrierAccountView } from '#mail-in/carrier-account.ts';
import type { MailInJobView } from '#mail-in/mail-in-job.ts';
import type { OrphanView } from '#mail-in/orphan.ts';
import { watchParcels } from '#mail-in/watch-parcels.ts';
import { startApp, type TestApp, type TestBrand, unique } from '../../support/app.ts';
import { wire } from '../../support/carrier-wires.ts';
import { intake, job, parcelsOf, receive, SECRET, waybill } from '../../support/mail-in.ts';
import { alarms, lastFacts } from '../../support/moving-time.ts';

let test: TestApp;
let other: TestBrand;
let mine: CarrierAccountView;
let tools: ReturnType<typeof parcelsOf>;

beforeAll(async () => {
  test = await startApp();
  other = await test.addBrand();
  tools = parcelsOf(test);
  const payload = { carrier: 'kuaidi100', name: 'kuaidi100', webhookSecret: SECRET };
  mine = (await test.call(test.keys.brand, { method: 'POST', url: '/v1/carrier-accounts', payload })).json<CarrierAccountView>();
});
afterAll(() => test.close());

type Row = readonly [time: string, code: string, context: string];
const collected: Row = ['2026-11-20 10:00:00', '1', '已揽收'];
const passedOn = (to: string): Row => ['2026-11-20 18:00:00', '7', `快件已转投【申通快递】，新单号：${to}`];
const moving: Row = ['2026-11-21 09:00:00', '0', '到达 上海转运中心'];
const delivered: Row = ['2026-11-21 15:00:00', '3', '已签收'];

/** A push of kuaidi100: the whole history of one number, newest first. */
function tell(nu: string, ...rows: Row[]) {
  const data = rows.map(([time, statusCode, context]) => ({ time, ftime: time, context, statusCode })).toReversed();
  const content = JSON.stringify({
    status: 'polling',
    message: '',
    lastResult: { message: 'ok', nu, com: 'shentong', status: '200', state: data[0]?.statusCode, data },
  });
  const sent = wire('kuaidi100', content, SECRET, new Date());
  return test.call(null, { method: 'POST', url: mine.webhookPath, headers: sent.headers, payload: sent.body });
}
async function book(of: string, brand: TestBrand = test): Promise<{ ticketId: string; shipmentId: string }> {
  const payload = job(brand, { label: { carrier: 'kuaidi100', waybill: of, payer: 'brand' }, intake });
  const made = await test.call(brand.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload });
  expect(made.statusCode, made.body).toBe(201);
  const { ticketId, shipment } = made.json<MailInJobView>();
  return { ticketId, shipmentId: shipment?.id ?? '' };
}
const numbers = () => [waybill(), waybill()] as const;

describe('a parcel that is passed on', () => {
  it('is followed to its new number: scans of either are its own, with those and the parcels that were known by it', async () => {
    const [first, second] = numbers();
    const { ticketId, shipmentId } = await book(first);
    await tell(first, collected);
    // Heard of before anybody says whose it is.
    expect((await tell(second, moving)).statusCode).toBe(200);
    const orphan = await test.call(test.keys.center, {
      method: 'POST',
      url: '/v1/orphan-parcels',
      payload: { carrier: 'kuaidi100', waybill: second },
    });
    expect(orphan.json()).toMatchObject({ ticketId: null });

    await tell(first, collected, passedOn(second));
    expect(await tools.read(shipmentId)).toMatchObject({ waybill: first, furtherWaybills: [second], status: 'in_transit' });
    const found = await test.call(test.keys.center, { url: `/v1/orphan-parcels/${orphan.json<OrphanView>().id}` });
    expect(found.json()).toMatchObject({ ticketId, shipmentId, matchedBy: 'waybill' });
    expect(await alarms(test, ticketId)).toEqual(['orphan_matched']);

    await tell(second.toLowerCase(), moving, delivered);
    await tell(first, collected, passedOn(second));
    expect(await tools.read(shipmentId)).toMatchObject({ status: 'delivered', furtherWaybills: [second] });
    const events = await tools.eventsOf(shipmentId);
    expect(events.map(({ waybill: of, status }) => [of === first ? 1 : 2, status])).toEqual([
      [2, 'delivered'],
      [2, 'in_transit'],
      [1, 'transferred'],
      [1, 'picked_up'],
    ]);
    expect(events[2]).toMatchObject({ continuesAs: second });
    const link = linkToken(test.services.seal, { ticketId, generation: 1 });
    expect((await test.call(link, { url: '/v1/link/ticket' })).json()).toMatchObject({ parcels: [{ waybill: second, status: 'delivered' }] });
    const search = await test.call(test.keys.center, { url: `/v1/tickets?waybill=${second}` });
    expect(search.json()).toMatchObject({ data: [{ id: ticketId }] });
    const taken = { direction: 'inbound', carrier: 'kuaidi100', waybill: second, payer: 'brand' };
    const refused = await test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${ticketId}/shipments`, payload: taken });
    expect(refused.json()).toMatchObject({ status: 409, code: 'already_exists' });
    const late = await test.call(test.keys.center, { method: 'POST', url: '/v1/orphan-parcels', payload: { carrier: 'kuaidi100', waybill: second } });
    expect(late.json()).toMatchObject({ ticketId, matchedBy: 'waybill' });
  });

  it('is told of under its new number, with the one that its customer knows', async () => {
    const [first, second] = numbers();
    const { ticketId, shipmentId } = await book(first);
    await tell(first, collected, passedOn(second));
    await tell(second, moving, ['2026-11-21 10:00:00', '2', '快件异常']);
    expect(await tools.read(shipmentId)).toMatchObject({ status: 'exception' });
    await test.owner.updateTable('shipment_tickets').set({ alarm_at: new Date() }).where('shipment_id', '=', shipmentId).execute();
    await watchParcels(test.services);
    const tails = { waybillTail: second.slice(-4), sentAs: first.slice(-4) };
    expect(await lastFacts(test, ticketId, 'parcel_held_up')).toMatchObject({ shipment: tails });
    // A step of the ticket speaks of it in the same way.
    await tools.advance(ticketId, 'device.receive', receive);
    expect(await lastFacts(test, ticketId, 'received')).toMatchObject({ shipment: tails });
  });

  it('is shown to its owner under the number it travels under, on its way back', async () => {
    const [first, second] = numbers();
    const third = waybill();
    const serial = unique('PASS').toUpperCase();
    const device = { kind: 'phone', maker: 'Aurora', model: 'A5', serial };
    const made = await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload: job(test, { device }) });
    expect(made.statusCode, made.body).toBe(201);
    const { ticketId, code } = made.json<MailInJobView>();
    const payload = { direction: 'outbound', carrier: 'kuaidi100', waybill: first, payer: 'brand' };
    await test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${ticketId}/shipments`, payload });
    const shown = async () => {
      const answer = await test.call(null, { method: 'POST', url: '/v1/lookup', payload: { identifier: serial, proof: { ticketCode: code } } });
      return answer.json<OwnerProgress>().parcels;
    };
    expect(await shown()).toEqual([{ carrier: 'kuaidi100', waybillLast4: first.slice(-4) }]);
    await tell(first, collected, passedOn(second));
    expect(await shown()).toEqual([{ carrier: 'kuaidi100', waybillLast4: second.slice(-4) }]);
    await tell(second, moving, ['2026-11-21 11:00:00', '7', `转单号 ${third}`]);
    expect(await shown()).toEqual([{ carrier: 'kuaidi100', waybillLast4: third.slice(-4) }]);
  });

  it('ends in the same whatever comes first, and is told once where both numbers are heard of at the same time', async () => {
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (const order of orders) {
      const [first, second] = numbers();
      const third = waybill();
      const { ticketId, shipmentId } = await book(first);
      const pushes = [
        () => tell(first, collected, passedOn(second)),
        () => tell(second, moving, ['2026-11-21 11:00:00', '7', `转单号 ${third}`]),
        () => tell(third, delivered),
      ];
      for (const at of order) await pushes[at]?.();
      await Promise.all([...pushes, ...pushes].map((send) => send()));
      expect(await tools.read(shipmentId)).toMatchObject({ status: 'delivered', furtherWaybills: [second, third] });
      expect(await tools.eventsOf(shipmentId)).toHaveLength(5);
      expect(await tools.ticket(ticketId)).toMatchObject({ status: 'inbound_transit', version: 3 });
    }
  });

  it('is followed too where that was said before its job came', async () => {
    const [first, second] = numbers();
    await tell(second, moving);
    await tell(first, collected, passedOn(second));
    const { ticketId, shipmentId } = await book(first);
    expect(await tools.read(shipmentId)).toMatchObject({ status: 'in_transit', furtherWaybills: [second] });
    expect(await tools.eventsOf(shipmentId)).toHaveLength(3);
    expect(await tools.ticket(ticketId)).toMatchObject({ status: 'inbound_transit' });
  });

  it('is known by the last of several that are heard of together, whatever their names', async () => {
    const [third, second] = numbers();
    const { ticketId, shipmentId } = await book(waybill());
    const { waybill: first } = await tools.read(shipmentId);
    await tell(second, moving, ['2026-11-21 11:00:00', '7', `转单号 ${third}`]);
    await tell(first, collected, passedOn(second));
    expect((await tools.read(shipmentId)).furtherWaybills).toEqual([second, third]);
    const link = linkToken(test.services.seal, { ticketId, generation: 1 });
    expect((await test.call(link, { url: '/v1/link/ticket' })).json()).toMatchObject({ parcels: [{ waybill: third }] });
  });

  it('leaves a number alone that is another shipment’s, or another brand’s', async () => {
    const [first, second] = numbers();
    const ours = await book(second);
    const theirs = await book(second, other);
    const { shipmentId } = await book(first);
    await tell(first, collected, passedOn(second));
    await tell(second, delivered);
    expect(await tools.read(shipmentId)).toMatchObject({ status: 'transferred', furtherWaybills: [] });
    expect(await tools.read(ours.shipmentId)).toMatchObject({ status: 'delivered' });
    const foreign = await test.call(other.keys.brand, { url: `/v1/shipments/${theirs.shipmentId}` });
    expect(foreign.json()).toMatchObject({ status: 'label_created', furtherWaybills: [] });
    const [third, fourth] = numbers();
    const own = await book(third);
    await tell(third, collected, passedOn(fourth));
    const later = await book(fourth, other);
    await tell(fourth, delivered);
    expect(await tools.read(own.shipmentId)).toMatchObject({ status: 'delivered', furtherWaybills: [fourth] });
    expect((await test.call(other.keys.brand, { url: `/v1/shipments/${later.shipmentId}` })).json()).toMatchObject({ status: 'label_created' });
  });

  it('is said by hand as well', async () => {
    const [first, second] = numbers();
    const { shipmentId } = await book(first);
    const taken = await book(waybill());
    const url = `/v1/shipments/${shipmentId}/tracking-events`;
    const report = (more: object) =>
      test.call(test.keys.courier, { method: 'POST', url, payload: { occurredAt: '2026-11-20T10:00:00+08:00', status: 'transferred', ...more } });
    expect((await report({ status: 'in_transit', continuesAs: second })).statusCode).toBe(400);
    const { waybill: another } = await tools.read(taken.shipmentId);
    expect((await report({ continuesAs: another })).json()).toMatchObject({ status: 409, code: 'already_exists' });
    const made = await report({ continuesAs: second.toLowerCase() });
    expect([made.statusCode, made.json<{ continuesAs: string }>().continuesAs]).toEqual([201, second]);
    expect((await report({ continuesAs: second })).statusCode).toBe(200);
    await tell(second, moving, delivered);
    expect(await tools.read(shipmentId)).toMatchObject({ status: 'delivered', furtherWaybills: [second] });
  });
});
