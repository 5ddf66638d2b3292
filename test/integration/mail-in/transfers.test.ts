// A device on its way from one center of a brand to another: who has its ticket, and what of its clocks goes with it.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ringClocks } from '#alerts/ring-clocks.ts';
import type { TicketClocks } from '#clocks/clock-view.ts';
import type { MailInJobView } from '#mail-in/mail-in-job.ts';
import type { ShipmentView } from '#mail-in/shipment.ts';
import { newId } from '#platform/id.ts';
import type { Scorecard } from '#service-centers/scorecard.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { account, deliver, intake, job, label, parcelsOf, push, receive, scans } from '../../support/mail-in.ts';
import { told } from '../../support/moving-time.ts';
import { open, pageOf } from '../pages/browsing.ts';

let test: TestApp;
let easypost: string;
let hangzhou: { id: string; key: string };
let tools: ReturnType<typeof parcelsOf>;
const { transit, done } = scans;

beforeAll(async () => {
  test = await startApp();
  easypost = await account(test);
  tools = parcelsOf(test);
  const now = new Date();
  const id = newId('center');
  const where = { phone: '+8657100000000', address: 'Lake Road 2, Hangzhou', locale: 'en' as const, time_zone: 'Asia/Shanghai' };
  const center = {
    brand_id: test.brandId,
    id,
    code: 'HZ1',
    name: 'Prism Hangzhou',
    kind: 'own' as const,
    ...where,
    created_at: now,
    updated_at: now,
  };
  await test.owner.insertInto('service_centers').values(center).execute();
  hangzhou = { id, key: (await test.addKey({ kind: 'center', brandId: test.brandId, centerId: id })).text };
});
afterAll(() => test.close());

const post = (key: string, url: string, payload: object) => test.call(key, { method: 'POST', url, payload });
const book = async (more: object = {}): Promise<MailInJobView> => {
  const answer = await post(test.keys.courier, '/v1/mail-in-jobs', job(test, more));
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<MailInJobView>();
};
const pickUp = { returnMethod: 'pick_up' };
const recorded = { technician: 'Zhao', findings: 'Battery worn', faults: [{ symptom: 'NO_CHARGE' }], reproducible: 'always' };
const noFault = { evidence: 'All tests pass' };
const handOver = { identityCheck: 'ticket_code', handedOverBy: 'Chen' };
const atShanghai = async (more: object = {}): Promise<string> => {
  const { ticketId } = await book({ label: label(), intake, ...more });
  await tools.advance(ticketId, 'device.receive', receive);
  await tools.advance(ticketId, 'diagnosis.start', { technician: 'Zhao' });
  return ticketId;
};
const send = (ticketId: string, more: object = {}, key = test.keys.center) =>
  post(key, `/v1/tickets/${ticketId}/shipments`, { direction: 'transfer', ...label(), toCenterId: hangzhou.id, ...more });
const stepOf = async (ticketId: string, action: string, input: object, key = test.keys.center) =>
  test.call(key, {
    method: 'POST',
    url: `/v1/tickets/${ticketId}/transitions`,
    headers: { 'if-match': `"v${(await tools.ticket(ticketId)).version}"` },
    payload: { action, input },
  });
const takeIn = (shipmentId: string, key: string) => post(key, `/v1/shipments/${shipmentId}/receive`, { receivedBy: 'Chen' });

it('what the first had missed by then stays its own on the scorecards', async () => {
  const breached = async (centerId: string): Promise<Record<string, number>> => {
    const answer = await test.call(test.keys.brand, { url: `/v1/service-centers/${centerId}/scorecard` });
    return Object.fromEntries(answer.json<Scorecard>().clocks.map((clock) => [clock.clock, clock.breached]));
  };
  const ticketId = await atShanghai();
  const shipment = (await send(ticketId)).json<ShipmentView>();
  const before = await Promise.all([test.centerId, hangzhou.id].map(breached));
  // A minute ago, and no sweep has looked since.
  await sql`update clocks set due_at = now() - interval '1 minute', alarm_at = now()
             where ticket_id = ${ticketId} and stopped_at is null and name in ('diagnosis', 'promise')`.execute(test.owner);
  expect((await takeIn(shipment.id, hangzhou.key)).statusCode).toBe(200);
  const [first, second] = await Promise.all([test.centerId, hangzhou.id].map(breached));
  for (const name of ['diagnosis', 'promise']) {
    expect([name, first?.[name]]).toEqual([name, (before[0]?.[name] ?? 0) + 1]);
    expect([name, second?.[name] ?? 0]).toEqual([name, before[1]?.[name] ?? 0]);
  }
});

it('what was missed by then and has not rung alarms the one that has the ticket, and nobody else', async () => {
  const ticketId = await atShanghai();
  const shipment = (await send(ticketId)).json<ShipmentView>();
  await sql`update clocks set due_at = now() - interval '1 minute', alarm_at = now() - interval '1 minute'
             where ticket_id = ${ticketId} and stopped_at is null and name = 'promise'`.execute(test.owner);
  expect((await takeIn(shipment.id, hangzhou.key)).statusCode).toBe(200);
  await ringClocks(test.services);
  const missed = async (key: string) =>
    (await test.call(key, { url: `/v1/alerts?kind=promise_missed&ticketId=${ticketId}` })).json<{ data: { centerId: string }[] }>().data;
  expect((await missed(hangzhou.key)).map(({ centerId }) => centerId)).toEqual([hangzhou.id]);
  expect(await missed(test.keys.center)).toEqual([]);
});

it('the ticket changes hands when the other one has the device, and the clocks of the work begin anew there', async () => {
  const ticketId = await atShanghai();
  const sent = await send(ticketId);
  expect(sent.statusCode, sent.body).toBe(201);
  const shipment = sent.json<ShipmentView>();
  expect(shipment).toMatchObject({ direction: 'transfer', toCenterId: hangzhou.id, receivedAt: null });
  const alerts = await test.call(hangzhou.key, { url: `/v1/alerts?kind=transfer_coming&ticketId=${ticketId}` });
  expect(alerts.json()).toMatchObject({ data: [{ centerId: hangzhou.id, data: { shipmentId: shipment.id, direction: 'transfer' } }] });
  expect((await test.call(test.keys.center, { url: `/v1/alerts?kind=transfer_coming&ticketId=${ticketId}` })).json()).toMatchObject({ data: [] });
  expect(await tools.ticket(ticketId)).toMatchObject({ location: { at: 'center', centerId: test.centerId, toCenterId: null } });
  await deliver(test, easypost, push({ waybill: shipment.waybill, details: [transit, done] }));
  expect(await tools.ticket(ticketId)).toMatchObject({ location: { at: 'transfer', centerId: test.centerId, toCenterId: hangzhou.id } });
  const moving = 'on its way to another of our service centers';
  expect((await open(test, pageOf(test, ticketId))).body).toContain(moving);
  expect(await tools.ticket(ticketId)).toMatchObject({ status: 'diagnosing', center: { id: test.centerId } });
  expect((await test.call(hangzhou.key, { url: `/v1/tickets/${ticketId}` })).statusCode).toBe(404);

  expect((await takeIn(shipment.id, test.keys.center)).json()).toMatchObject({ status: 404 });
  const taken = await takeIn(shipment.id, hangzhou.key);
  expect(taken.statusCode, taken.body).toBe(200);
  expect((await takeIn(shipment.id, hangzhou.key)).statusCode).toBe(200);
  expect((await test.call(hangzhou.key, { url: `/v1/tickets/${ticketId}` })).json()).toMatchObject({
    status: 'diagnosing',
    center: { id: hangzhou.id, code: 'HZ1' },
    location: { at: 'center', centerId: hangzhou.id, toCenterId: null },
    shipments: [{}, { direction: 'transfer', receivedAt: expect.any(String) }],
  });
  expect((await open(test, pageOf(test, ticketId))).body).not.toContain(moving);
  // Who has taken the device in has signed for it.
  const receipt = await test.call(hangzhou.key, { url: `/v1/tickets/${ticketId}/documents/intake-receipt` });
  expect(receipt.statusCode, receipt.body).toBe(200);
  expect(receipt.body).toContain('Prism Shanghai');
  expect(receipt.body).not.toContain('Lake Road 2, Hangzhou');
  expect((await test.call(test.keys.center, { url: `/v1/tickets/${ticketId}` })).statusCode).toBe(404);
  const clocks = await test.owner
    .selectFrom('clocks')
    .select(['name', 'run', 'center_id', 'stopped_at'])
    .where('ticket_id', '=', ticketId)
    .orderBy('name')
    .orderBy('run')
    .execute();
  const of = (name: string) =>
    clocks.filter((clock) => clock.name === name).map(({ run, center_id, stopped_at }) => [run, center_id, stopped_at === null]);
  expect(of('diagnosis')).toEqual([
    [1, test.centerId, false],
    [2, hangzhou.id, true],
  ]);
  expect(of('promise')).toEqual([[1, hangzhou.id, true]]);
  expect(await told(test, ticketId)).toContain('moved_center');
});

it('one that was fetched before the parcel left keeps nobody from taking in what came', async () => {
  const [fetched, coming] = [await atShanghai(pickUp), await atShanghai()];
  await tools.advance(fetched, 'diagnosis.no_fault', noFault);
  const { id, waybill } = (await send(fetched)).json<ShipmentView>();
  expect((await send(coming, { waybill, sharesParcel: true })).json()).toMatchObject({ id });
  await tools.advance(fetched, 'device.hand_over', handOver);
  const taken = await takeIn(id, hangzhou.key);
  expect([taken.statusCode, taken.body]).toEqual([200, expect.any(String)]);
  expect(await tools.ticket(coming)).toMatchObject({ center: { id: hangzhou.id }, status: 'diagnosing' });
  expect(await tools.ticket(fetched)).toMatchObject({ center: { id: test.centerId }, status: 'delivered' });
});

it('a parcel in which no device is left is not taken in', async () => {
  const ticketId = await atShanghai(pickUp);
  const { id } = (await send(ticketId)).json<ShipmentView>();
  await tools.advance(ticketId, 'diagnosis.no_fault', noFault);
  await tools.advance(ticketId, 'device.hand_over', handOver);
  expect((await takeIn(id, hangzhou.key)).json()).toMatchObject({ status: 409, code: 'transition_not_allowed' });
  expect(await tools.read(id)).toMatchObject({ receivedAt: null });
});

it('each clock has the target of the center that started it', async () => {
  const policies = [
    [test.centerId, 4],
    [hangzhou.id, 9],
  ] as const;
  for (const [centerId, diagnosisDays] of policies) {
    const answer = await test.call(test.keys.brand, {
      method: 'PUT',
      url: `/v1/service-centers/${centerId}/policy`,
      payload: { diagnosisDays, freeStorageDays: 10 * diagnosisDays },
    });
    expect(answer.statusCode, answer.body).toBe(200);
  }
  const work = await atShanghai();
  const stored = await atShanghai(pickUp);
  await tools.advance(stored, 'diagnosis.no_fault', noFault);
  const targetsOf = async (ticketId: string, clock: string): Promise<(number | null)[]> => {
    const { id } = (await send(ticketId)).json<ShipmentView>();
    expect((await takeIn(id, hangzhou.key)).statusCode).toBe(200);
    const answer = await test.call(test.keys.brand, { url: `/v1/tickets/${ticketId}/clocks` });
    return answer
      .json<TicketClocks>()
      .clocks.filter(({ name }) => name === clock)
      .map(({ targetDays }) => targetDays);
  };
  expect(await targetsOf(work, 'diagnosis')).toEqual([4, 9]);
  // It runs on at the other center, as it was promised.
  expect(await targetsOf(stored, 'storage')).toEqual([40]);
});

it('a quote names the one that made it, and the next version the one that has the ticket since', async () => {
  const ticketId = await atShanghai();
  const { version } = await tools.ticket(ticketId);
  const step = async (key: string, at: number, action: string, input: object): Promise<TicketView> => {
    const answer = await test.call(key, {
      method: 'POST',
      url: `/v1/tickets/${ticketId}/transitions`,
      headers: { 'if-match': `"v${at}"` },
      payload: { action, input },
    });
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json<TicketView>();
  };
  const lines = [{ kind: 'part', text: 'Battery', quantity: 1, unitPrice: 48_100 }];
  const offer = { currency: 'CNY', lines, diagnosisFee: 0, validDays: 30, promisedDays: 3 };
  const quoted = await step(test.keys.center, version, 'quote.send', { offer });
  const { id: shipmentId } = (await send(ticketId)).json<ShipmentView>();
  expect((await takeIn(shipmentId, hangzhou.key)).statusCode).toBe(200);
  const paperOf = async ({ quote }: TicketView): Promise<string> =>
    (await test.call(hangzhou.key, { url: `/v1/tickets/${ticketId}/documents/quotes/${quote?.id}?locale=en` })).body;
  const first = await paperOf(quoted);
  expect([first.includes('Prism Shanghai'), first.includes('Prism Hangzhou')]).toEqual([true, false]);
  const again = await step(hangzhou.key, quoted.version + 1, 'quote.supersede', { offer: { ...offer, promisedDays: 5 } });
  const second = await paperOf(again);
  expect([second.includes('Prism Shanghai'), second.includes('Prism Hangzhou')]).toEqual([false, true]);
});

it('keeps everybody from working on it while it is under way, and not before it was collected', async () => {
  const ticketId = await atShanghai();
  const { waybill } = (await send(ticketId)).json<ShipmentView>();
  const step = (action: string, input: object) => stepOf(ticketId, action, input);
  await deliver(test, easypost, push({ waybill, details: [transit] }));
  const refused = await step('diagnosis.no_fault', { evidence: 'All tests pass' });
  expect(refused.json()).toMatchObject({ status: 409, code: 'transition_refused', refusal: 'device_under_way' });
  // What is written down about it needs no device.
  expect((await step('diagnosis.record', recorded)).statusCode).toBe(200);
  const sentLater = await atShanghai();
  expect((await send(sentLater)).statusCode).toBe(201);
  const { version } = await tools.ticket(sentLater);
  const still = await test.call(test.keys.center, {
    method: 'POST',
    url: `/v1/tickets/${sentLater}/transitions`,
    headers: { 'if-match': `"v${version}"` },
    payload: { action: 'diagnosis.no_fault', input: { evidence: 'All tests pass' } },
  });
  expect(still.statusCode, still.body).toBe(200);
});

it('is refused for what is not there, for the own center, twice, to a courier, and as a bare transition', async () => {
  const away = await book({ label: label(), intake });
  expect((await send(away.ticketId)).json()).toMatchObject({ status: 409, refusal: 'device_not_here' });
  const ticketId = await atShanghai();
  expect((await send(ticketId, { toCenterId: test.centerId })).json()).toMatchObject({ status: 400, code: 'validation_failed' });
  expect((await send(ticketId, { toCenterId: newId('center') })).json()).toMatchObject({ status: 400 });
  expect((await send(ticketId, {}, test.keys.courier)).json()).toMatchObject({ status: 403 });
  expect((await send(ticketId, { direction: 'inbound' })).json()).toMatchObject({ status: 400 });
  const first = await send(ticketId);
  expect(first.statusCode).toBe(201);
  expect((await send(ticketId)).json()).toMatchObject({ status: 409, refusal: 'transfer_under_way' });
  const bare = await stepOf(ticketId, 'transfer.receive', { receivedBy: 'Chen' });
  expect(bare.json()).toMatchObject({ status: 409, refusal: 'not_addressed' });
  const { id } = first.json<ShipmentView>();
  expect((await post(test.keys.center, `/v1/shipments/${id}/cancel`, {})).statusCode).toBe(200);
  expect((await takeIn(id, hangzhou.key)).json()).toMatchObject({ status: 409, refusal: 'transfer_over' });
  expect((await send(ticketId)).statusCode).toBe(201);
});

it('a parcel that nobody has heard of for long can still be taken in, and keeps nobody from sending again', async () => {
  const ticketId = await atShanghai();
  const silent = (await send(ticketId)).json<ShipmentView>();
  await deliver(test, easypost, push({ waybill: silent.waybill, details: [transit, { ...done, status: 'unknown', detail: 'expired' }] }));
  expect(await tools.read(silent.id)).toMatchObject({ status: 'expired' });
  const second = (await send(ticketId)).json<ShipmentView>();
  expect(second.status).toBe('label_created');
  expect((await takeIn(silent.id, hangzhou.key)).statusCode).toBe(200);
});

it('what was taken in out of a later parcel is not looked for in the one nobody had heard of, and is at hand', async () => {
  const ticketId = await atShanghai();
  const silent = (await send(ticketId)).json<ShipmentView>();
  await deliver(test, easypost, push({ waybill: silent.waybill, details: [transit, { ...done, status: 'unknown', detail: 'expired' }] }));
  const found = (await send(ticketId)).json<ShipmentView>();
  expect((await takeIn(found.id, hangzhou.key)).statusCode).toBe(200);
  expect(await tools.ticket(ticketId)).toMatchObject({ center: { id: hangzhou.id }, location: { at: 'center', centerId: hangzhou.id } });
  const bench = await stepOf(ticketId, 'diagnosis.record', recorded, hangzhou.key);
  expect(bench.statusCode).toBe(200);
  expect((await takeIn(silent.id, hangzhou.key)).json()).toMatchObject({ status: 409, refusal: 'transfer_over' });
});
