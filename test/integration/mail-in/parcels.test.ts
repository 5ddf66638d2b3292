// Parcels as they really travel: two devices in one, insured, void, and as a loaner's.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailInJobView } from '#mail-in/mail-in-job.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { account, deliver, intake, job, label, parcelsOf, push, receive, scans } from '../../support/mail-in.ts';
import { told } from '../../support/moving-time.ts';

let test: TestApp;
let easypost: string;
let tools: ReturnType<typeof parcelsOf>;
const { transit, done } = scans;

beforeAll(async () => {
  test = await startApp();
  easypost = await account(test);
  tools = parcelsOf(test);
});
afterAll(() => test.close());

const post = (key: string, url: string, payload: object) => test.call(key, { method: 'POST', url, payload });
const book = async (more: object = {}): Promise<MailInJobView> => {
  const answer = await post(test.keys.courier, '/v1/mail-in-jobs', job(test, more));
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<MailInJobView>();
};

describe('two devices in one parcel', () => {
  it('travel together, and each of their tickets moves', async () => {
    const one = label();
    const first = await book({ label: one, intake });
    const second = await book({ label: { ...one, sharesParcel: true }, intake });
    expect(second.shipment?.id).toBe(first.shipment?.id);
    await deliver(test, easypost, push({ waybill: one.waybill, details: [transit, done] }));
    for (const { ticketId } of [first, second]) {
      expect(await tools.ticket(ticketId)).toMatchObject({ status: 'inbound_transit', shipments: [{ waybill: one.waybill, status: 'delivered' }] });
      expect(await told(test, ticketId)).toEqual(['created', 'label', 'collected']);
    }
    const shipment = await tools.read(first.shipment?.id ?? '');
    expect(shipment.ticketIds).toEqual([first.ticketId, second.ticketId].toSorted());
    await tools.advance(first.ticketId, 'device.receive', receive);
    expect((await tools.ticket(second.ticketId)).status).toBe('inbound_transit');
  });

  it('brings one that joins late to where the parcel is', async () => {
    const one = label();
    await book({ label: one, intake });
    await deliver(test, easypost, push({ waybill: one.waybill, details: [transit] }));
    expect((await book({ label: { ...one, sharesParcel: true }, intake })).status).toBe('inbound_transit');
  });

  it('joins no parcel of a stranger, none that goes another way, none twice', async () => {
    const one = label();
    const mine = await book({ label: one });
    const rival = (await test.addKey({ kind: 'courier', brandId: test.brandId })).text;
    const joining = job(test, { label: { ...one, sharesParcel: true } });
    expect((await post(rival, '/v1/mail-in-jobs', joining)).json()).toMatchObject({ status: 409, refusal: 'parcel_unknown' });
    const url = `/v1/tickets/${mine.ticketId}/shipments`;
    const shared = { ...one, sharesParcel: true };
    expect((await post(test.keys.center, url, { direction: 'inbound', ...shared })).json()).toMatchObject({ status: 409, code: 'already_exists' });
    const other = await book();
    expect((await post(test.keys.center, `/v1/tickets/${other.ticketId}/shipments`, { direction: 'outbound', ...shared })).json()).toMatchObject({
      status: 409,
      refusal: 'other_way',
    });
  });
});

describe('what a leg is worth', () => {
  it('is declared and insured apart', async () => {
    const worth = { amount: 399_900, currency: 'CNY' };
    const { shipment } = await book({ label: { ...label(), declaredValue: worth, insuredFor: { ...worth, amount: 200_000 } } });
    expect(shipment).toMatchObject({ declaredValue: worth, insured: true, insuredFor: { amount: 200_000 } });
    expect((await book({ label: label() })).shipment).toMatchObject({ insured: false, insuredFor: null });
  });
});

describe('labels', () => {
  it('are void once the request ends, which the courier hears of', async () => {
    const { ticketId, shipment } = await book({ label: label(), intake });
    const withdrawn = await test.call(test.keys.center, {
      method: 'POST',
      url: `/v1/tickets/${ticketId}/transitions`,
      headers: { 'if-match': '"v2"' },
      payload: { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'mind changed' },
    });
    expect(withdrawn.statusCode, withdrawn.body).toBe(200);
    expect(await tools.read(shipment?.id ?? '')).toMatchObject({ status: 'cancelled', statusRaw: 'void' });
    expect(await tools.eventsOf(shipment?.id ?? '')).toHaveLength(1);
  });
});

describe('a loaner', () => {
  it('has parcels of its own, which move nothing', async () => {
    const { ticketId } = await book({ label: label(), intake });
    for (const direction of ['loaner_out', 'loaner_in']) {
      const leg = label();
      expect((await post(test.keys.center, `/v1/tickets/${ticketId}/shipments`, { direction, ...leg })).statusCode).toBe(201);
      await deliver(test, easypost, push({ waybill: leg.waybill, details: [transit, done] }));
    }
    expect(await tools.ticket(ticketId)).toMatchObject({ status: 'awaiting_device', version: 2 });
  });
});
