// The way of a parcel through the API with each carrier, from its account to the door, and what each takes for an answer.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CarrierAccountView } from '#mail-in/carrier-account.ts';
import { carriers } from '#mail-in/carriers/carriers.ts';
import { metrics } from '#platform/metrics.ts';
import { startApp, type TestApp, type TestBrand } from '../../support/app.ts';
import { type History, sample } from '../../support/carrier-samples.ts';
import { wire } from '../../support/carrier-wires.ts';
import { intake, job, parcelsOf, waybill } from '../../support/mail-in.ts';
import { recordStatements } from '../../support/statements.ts';

let test: TestApp;
let other: TestBrand;
let parcels: ReturnType<typeof parcelsOf>;

beforeAll(async () => {
  test = await startApp();
  other = await test.addBrand();
  parcels = parcelsOf(test);
});
afterAll(() => test.close());

const secret = 'the secret of this carrier';
const collected: History = [['collected', 5]];
const onItsWay: History = [...collected, ['moving', 9]];
const delivered: History = [...onItsWay, ['at_door', 30], ['delivered', 33]];

async function account(carrier: string, brand: TestBrand = test): Promise<CarrierAccountView> {
  const payload = { carrier, name: carrier, webhookSecret: secret };
  const response = await test.call(brand.keys.brand, { method: 'POST', url: '/v1/carrier-accounts', payload });
  expect(response.statusCode, response.body).toBe(201);
  return response.json<CarrierAccountView>();
}

/** Sends what the carrier says of the parcel to the address of the account. */
function tell(carrier: string, { webhookPath }: Pick<CarrierAccountView, 'webhookPath'>, content: string, headers: Record<string, string> = {}) {
  const sent = wire(carrier, content, secret, test.services.clock.now());
  return test.call(null, { method: 'POST', url: webhookPath, headers: { ...sent.headers, ...headers }, payload: sent.body });
}

async function book(carrier: string, of: string, brand: TestBrand = test) {
  const payload = job(brand, { label: { carrier, waybill: of, payer: 'brand' }, intake });
  const response = await test.call(brand.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload });
  expect(response.statusCode, response.body).toBe(201);
  return response.json<{ ticketId: string; shipment: { id: string } }>();
}

describe.each([...carriers.keys()])('%s', (carrier) => {
  it('brings a parcel to the door, and repeats itself without effect', async () => {
    const mine = await account(carrier);
    const of = waybill();
    const { ticketId, shipment } = await book(carrier, of.toLowerCase());
    const first = await tell(carrier, mine, sample(carrier, `${of.slice(0, 4)} ${of.slice(4)}`, collected));
    expect(first.statusCode, first.body).toBe(200);
    expect(await parcels.ticket(ticketId)).toMatchObject({ status: 'inbound_transit', version: 3 });
    for (let times = 0; times < 2; times += 1) {
      expect((await tell(carrier, mine, sample(carrier, of, delivered))).statusCode).toBe(200);
      expect((await tell(carrier, mine, sample(carrier, of, onItsWay))).statusCode).toBe(200);
    }
    expect(await parcels.ticket(ticketId)).toMatchObject({ status: 'inbound_transit', version: 3 });
    expect(await parcels.read(shipment.id)).toMatchObject({
      status: 'delivered',
      deliveredAt: '2026-11-21T09:00:00.000Z',
      // A Saturday in Shanghai: the close of the second working day after it.
      openBy: '2026-11-24T10:00:00.000Z',
    });
    const events = await parcels.eventsOf(shipment.id);
    expect(new Set(events.map(({ occurredAt }) => occurredAt)).size).toBe(4);
    expect(events.every(({ occurredLocal }) => /^2026-11-2\d/.test(occurredLocal ?? ''))).toBe(true);
  });

  it('is answered as it wants to be, in bytes and in type', async () => {
    const mine = await account(carrier);
    const wants = carriers
      .get(carrier)
      ?.answer({ body: wire(carrier, sample(carrier, 'X1', collected), secret, new Date()).body, now: test.services.clock.now() }, true);
    const answer = await tell(carrier, mine, sample(carrier, waybill(), collected));
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([wants?.status, wants?.contentType]);
    // Kdniao is told the time of day.
    const timeless = (text: string | undefined) => text?.replace(/\d\d:\d\d:\d\d/, '');
    expect(timeless(answer.body)).toBe(timeless(wants?.body));
  });

  it('has a code that nobody knows kept, counted, and without effect, until the account says what it means', async () => {
    const mine = await account(carrier);
    const of = waybill();
    const { ticketId, shipment } = await book(carrier, of);
    const counted = async () =>
      (await metrics.metrics())
        .split('\n')
        .filter((line) => line.startsWith('glassbench_carrier_unmapped_codes_total') && line.includes(`"${carrier}"`));
    const before = await counted();
    for (let times = 0; times < 2; times += 1) expect((await tell(carrier, mine, sample(carrier, of, [['odd', 5]]))).statusCode).toBe(200);
    const [event] = await parcels.eventsOf(shipment.id);
    expect(event?.status).toBe('unknown');
    expect(await parcels.read(shipment.id)).toMatchObject({ status: 'label_created' });
    expect(await parcels.ticket(ticketId)).toMatchObject({ status: 'awaiting_device', version: 2 });
    const once = await counted();
    expect(once.length).toBeGreaterThan(before.length);
    expect(once.every((line) => line.endsWith(' 1'))).toBe(true);

    const url = `/v1/carrier-accounts/${mine.id}`;
    const changed = await test.call(test.keys.brand, { method: 'PATCH', url, payload: { codes: { [event?.codeRaw ?? '']: 'picked_up' } } });
    expect(changed.json()).toMatchObject({ codes: { [event?.codeRaw ?? '']: 'picked_up' }, name: carrier });
    await tell(carrier, mine, sample(carrier, of, [['odd', 6]]));
    expect(await parcels.read(shipment.id)).toMatchObject({ status: 'picked_up' });
    expect(await parcels.ticket(ticketId)).toMatchObject({ status: 'inbound_transit' });
  });

  it('touches nothing of another tenant that has the same waybill', async () => {
    const mine = await account(carrier);
    const of = waybill();
    const theirs = await book(carrier, of, other);
    expect([200, 202]).toContain((await tell(carrier, mine, sample(carrier, of, delivered))).statusCode);
    const shipment = await test.call(other.keys.brand, { url: `/v1/shipments/${theirs.shipment.id}` });
    expect(shipment.json()).toMatchObject({ status: 'label_created' });
    const events = await test.call(other.keys.brand, { url: `/v1/shipments/${theirs.shipment.id}/tracking-events` });
    expect(events.json<{ data: unknown[] }>().data).toEqual([]);
    const parked = await test.call(test.keys.brand, { url: `/v1/tracking-events?orphan=true&waybill=${of}` });
    expect(parked.json<{ data: unknown[] }>().data.length).toBeGreaterThanOrEqual(4);
  });

  it('is refused with a clear word where it proves nothing, is cut off, is of another type or says nothing, and nothing changes', async () => {
    const mine = await account(carrier);
    const foreign = await account(carrier, other);
    const of = waybill();
    const { shipment } = await book(carrier, of);
    const sent = wire(carrier, sample(carrier, of, collected), secret, test.services.clock.now());
    const send = (url: string, payload: Buffer, headers: Record<string, string> = sent.headers) =>
      test.call(null, { method: 'POST', url, headers, payload });
    const nowhere = `/v1/carriers/${carrier}/events`;
    const wrongKey = mine.webhookPath.replace(/key=./, 'key=!');
    const unsigned = { 'content-type': sent.headers['content-type'] ?? '' };
    const late = wire(carrier, sample(carrier, of, collected), secret, new Date(test.services.clock.now().getTime() - 6 * 60_000));
    const answers = {
      401: [
        await send(nowhere, sent.body),
        await send(`${nowhere}?account=cra_01kazy3v7me8rtkd8cz5nq2w4x&key=x`, sent.body),
        await send(wrongKey === mine.webhookPath ? mine.webhookPath.replace('account=', 'account=x') : wrongKey, sent.body, unsigned),
        ...(carriers.get(carrier)?.proof === 'signature'
          ? [
              await send(mine.webhookPath, sent.body.subarray(0, -3)),
              await send(mine.webhookPath, Buffer.from(sent.body.toString().replace('%2C', '%2C+').replace(',', ', '))),
            ]
          : []),
        ...(['shippo', 'shipengine'].includes(carrier) ? [await send(mine.webhookPath, late.body, late.headers)] : []),
      ],
      415: [await send(mine.webhookPath, sent.body, { ...sent.headers, 'content-type': 'application/pdf' })],
      400: [await tell(carrier, mine, '{"a":1}'), await tell(carrier, mine, '<a/>'), await tell(carrier, mine, '[]')],
      413: [await send(mine.webhookPath, Buffer.alloc(1_048_577, 32))],
    };
    for (const [status, all] of Object.entries(answers)) {
      for (const answer of all) {
        expect([answer.statusCode, answer.headers['content-type']]).toEqual([Number(status), expect.stringContaining('application/problem+json')]);
        expect(answer.json<{ detail: string }>().detail).toMatch(/\w{3}/);
      }
    }
    expect(await parcels.eventsOf(shipment.id)).toEqual([]);
    expect(foreign.webhookPath).not.toBe(mine.webhookPath);
  });

  it('may send a megabyte', async () => {
    const mine = await account(carrier);
    const of = waybill();
    const { shipment } = await book(carrier, of);
    const line = sample(carrier, of, [...collected, ['moving', 9]]).length - sample(carrier, of, collected).length;
    const count = Math.min(Math.floor(700_000 / (line * (carrier === 'kuaidi100' || carrier === 'kdniao' ? 2.2 : 1))), 4_000);
    const long: History = Array.from({ length: count }, (_, n) => ['moving', n % 220] as const);
    const content = sample(carrier, of, long);
    let answer: Awaited<ReturnType<typeof tell>> | undefined;
    const began = performance.now();
    const computing = process.cpuUsage();
    const statements = await recordStatements(test.services, async () => {
      answer = await tell(carrier, mine, content);
    });
    const { user, system } = process.cpuUsage(computing);
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(answer?.statusCode, answer?.body).toBe(200);
    // What it takes of a processor, not of the day: other work of the machine is none of it. And no scan is written by itself.
    expect((user + system) / 1_000).toBeLessThan(3_000);
    expect(statements.length).toBeLessThan(40);
    expect(await parcels.read(shipment.id)).toMatchObject({ status: 'in_transit' });
  });
});

describe.each(['kdniao', 'sf'])('%s, which tells of several parcels at once', (carrier) => {
  it('is heard of all that can be read where one cannot, and told which that is', async () => {
    const mine = await account(carrier);
    const of = waybill();
    const { shipment } = await book(carrier, of);
    const [readable, odd] = [sample(carrier, of, delivered), sample(carrier, '顺丰?', collected)];
    const merged =
      carrier === 'sf'
        ? readable.replace('<Body>', odd.slice(odd.indexOf('<Body>'), odd.indexOf('</Body>')))
        : JSON.stringify({ ...JSON.parse(readable), Data: [...JSON.parse(odd).Data, ...JSON.parse(readable).Data] });
    const answer = await tell(carrier, mine, merged);
    expect(answer.json()).toMatchObject({
      status: 400,
      code: 'malformed_request',
      detail: expect.stringMatching(/(parcel|WaybillRoute) 0 cannot be read/),
    });
    expect(await parcels.read(shipment.id)).toMatchObject({ status: 'delivered' });
  });
});
