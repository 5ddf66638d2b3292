// A device that comes out of its parcel damaged: the claim is drafted at the intake, with the day by which the carrier has to have it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClaimView } from '#mail-in/claim.ts';
import { pressClaims } from '#mail-in/press-claims.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { account, deliver, intake, job, label, type Parcel, parcelsOf, push, receive, waybill } from '../../support/mail-in.ts';
import { movingClock } from '../../support/moving-clock.ts';
import { alarms, told } from '../../support/moving-time.ts';

const clock = movingClock('2026-11-23T02:00:00Z');
const DAY_MS = 24 * 3_600_000;
let test: TestApp;
let easypost: string;
let tools: ReturnType<typeof parcelsOf>;

beforeAll(async () => {
  test = await startApp({}, { clock });
  easypost = await account(test);
  tools = parcelsOf(test);
});
afterAll(() => test.close());

const money = { amount: 399_900, currency: 'CNY' };
const damaged = { ...receive, discrepancies: ['transit_damage'], packaging: 'One corner is crushed' };
const claimsOf = async (shipmentId: string): Promise<ClaimView[]> =>
  (await test.call(test.keys.center, { url: `/v1/claims?shipmentId=${shipmentId}` })).json<{ data: ClaimView[] }>().data;
const hoursAgo = (hours: number): string => new Date(clock.now().getTime() - hours * 3_600_000).toISOString();
const arrive = async ({ waybill: of }: Pick<Parcel, 'waybill'>): Promise<string> => {
  const at = hoursAgo(5);
  const details = [
    { status: 'in_transit', at: hoursAgo(20) },
    { status: 'delivered', at },
  ];
  expect((await deliver(test, easypost, push({ waybill: of, details }))).statusCode).toBe(200);
  return at;
};

describe('damage found at the intake', () => {
  it('drafts one claim for the parcel the device came in, to be filed within seven days of its delivery', async () => {
    const one = waybill();
    const payload = job(test, { label: { ...label(one), declaredValue: money }, intake });
    const { ticketId, shipment } = (await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload })).json<Parcel>();
    const deliveredAt = await arrive({ waybill: one });
    await tools.advance(ticketId, 'device.receive', damaged);
    const [claim, ...others] = await claimsOf(shipment.id);
    expect(others).toEqual([]);
    const fileBy = new Date(Date.parse(deliveredAt) + 7 * DAY_MS).toISOString();
    expect(claim).toMatchObject({ kind: 'damaged', state: 'draft', openedBy: 'system', amount: money, fileBy, answerBy: null });
    // The message of the intake says it; there is no second one.
    expect((await told(test, ticketId)).slice(2)).toEqual(['collected', 'received_differently']);

    expect(await pressClaims(test.services)).toBe(0);
    clock.at(new Date(Date.parse(fileBy) - 2 * DAY_MS + 60_000).toISOString());
    expect(await pressClaims(test.services)).toBe(1);
    expect(await pressClaims(test.services)).toBe(0);
    expect(await alarms(test, ticketId)).toContain('claim_due');
    const alerts = (await test.call(test.keys.center, { url: `/v1/alerts?ticketId=${ticketId}&kind=claim_due` })).json<{ data: object[] }>().data;
    expect(alerts).toMatchObject([{ data: { claimId: claim?.id, shipmentId: shipment.id, dueAt: fileBy } }]);
    expect((await told(test, ticketId)).slice(2)).not.toContain('claim_news');

    const change = { claimNumber: 'D-7' };
    const filed = await test.call(test.keys.center, { method: 'PATCH', url: `/v1/claims/${claim?.id}`, payload: change });
    expect(filed.json()).toMatchObject({ state: 'filed', fileBy, answerBy: expect.any(String) });
  });

  it('is drafted once, where two devices of one parcel are damaged and where the claim is over', async () => {
    const first = await tools.inbound();
    const second = await test.call(test.keys.courier, {
      method: 'POST',
      url: '/v1/mail-in-jobs',
      payload: job(test, { label: { ...label(first.waybill), sharesParcel: true }, intake }),
    });
    expect(second.statusCode, second.body).toBe(201);
    await arrive(first);
    await tools.advance(first.ticketId, 'device.receive', damaged);
    const [claim] = await claimsOf(first.shipment.id);
    await test.call(test.keys.center, { method: 'PATCH', url: `/v1/claims/${claim?.id}`, payload: { state: 'withdrawn' } });
    await tools.advance(second.json<Parcel>().ticketId, 'device.receive', damaged);
    expect(await claimsOf(first.shipment.id)).toMatchObject([{ id: claim?.id, state: 'withdrawn' }]);
  });

  it('is drafted too where the carrier has told nothing, with the day of the intake', async () => {
    const silent = await tools.inbound();
    await tools.advance(silent.ticketId, 'device.receive', damaged);
    const fileBy = new Date(clock.now().getTime() + 7 * DAY_MS).toISOString();
    expect(await claimsOf(silent.shipment.id)).toMatchObject([{ kind: 'damaged', state: 'draft', fileBy }]);
  });

  it('is not drafted for other discrepancies, nor for a label that was void', async () => {
    const missing = await tools.inbound();
    await tools.advance(missing.ticketId, 'device.receive', { ...receive, discrepancies: ['missing_item'] });
    expect(await claimsOf(missing.shipment.id)).toEqual([]);
    const counter = await tools.inbound();
    const voided = await test.call(test.keys.center, { method: 'POST', url: `/v1/shipments/${counter.shipment.id}/cancel` });
    expect(voided.statusCode, voided.body).toBe(200);
    await tools.advance(counter.ticketId, 'device.receive', damaged);
    expect(await claimsOf(counter.shipment.id)).toEqual([]);
  });
});
