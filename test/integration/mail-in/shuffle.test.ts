// Order does not matter, through the API and the database: whatever arrives first, parcel, ticket and messages end the same.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asSystem } from '#access/perform.ts';
import type { CarrierAccountView } from '#mail-in/carrier-account.ts';
import { carriers } from '#mail-in/carriers/carriers.ts';
import { recordTracking } from '#mail-in/record-tracking.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { sample } from '../../support/carrier-samples.ts';
import { wire } from '../../support/carrier-wires.ts';
import { arrivals, toDoor, toldHistories } from '../../support/histories.ts';
import { intake, job, type Parcel, parcelsOf, waybill } from '../../support/mail-in.ts';
import { random, seedOf } from '../../support/model/random.ts';

/** A few ways of each history; SHUFFLES says how many where there is time for more. */
const SHUFFLES = Number(process.env['SHUFFLES'] ?? 3);
const seed = seedOf(process.env['SHUFFLE_SEED']);
const secret = 'the secret of this carrier';

let test: TestApp;
let parcels: ReturnType<typeof parcelsOf>;

beforeAll(async () => {
  test = await startApp();
  parcels = parcelsOf(test);
});
afterAll(() => test.close());

async function booked(carrier: string): Promise<Parcel> {
  const payload = job(test, { label: { carrier, waybill: waybill(), payer: 'brand' }, intake });
  const response = await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload });
  expect(response.statusCode, response.body).toBe(201);
  const { ticketId, shipment } = response.json<{ ticketId: string; shipment: Parcel['shipment'] }>();
  return { ticketId, shipment, waybill: shipment.waybill };
}

/** Where it all stands in the end, without what is another parcel's own: ids, and when rows were written. */
async function endOf({ ticketId, shipment }: Parcel): Promise<string> {
  const { status, statusRaw, statusAt, eta, deliveredAt, openBy, watch } = await parcels.read(shipment.id);
  const ticket = await parcels.ticket(ticketId);
  const messages = await test.owner.selectFrom('outbox').select('message').where('subject', '=', ticketId).orderBy('message').execute();
  const events = await parcels.eventsOf(shipment.id);
  const kept = events.map((event) => `${event.occurredAt} ${event.status} ${event.codeRaw}`).toSorted();
  const told = messages.map(({ message }) => message);
  return JSON.stringify({ status, statusRaw, statusAt, eta, deliveredAt, openBy, watch, ticket: [ticket.status, ticket.version], told, kept });
}

describe(`${SHUFFLES} ways to arrive (SHUFFLE_SEED=${seed})`, () => {
  it.each([...carriers.keys()])('%s, over HTTP', { timeout: 20_000 + SHUFFLES * 2_000 }, async (carrier) => {
    const account = await test.call(test.keys.brand, {
      method: 'POST',
      url: '/v1/carrier-accounts',
      payload: { carrier, name: carrier, webhookSecret: secret },
    });
    const { webhookPath } = account.json<CarrierAccountView>();
    const ends = new Set<string>();
    for (let shuffle = -1; shuffle < SHUFFLES; shuffle += 1) {
      const parcel = await booked(carrier);
      for (const told of shuffle < 0 ? [toDoor] : arrivals(toDoor, random(seed, shuffle))) {
        const { headers, body } = wire(carrier, sample(carrier, parcel.waybill, told), secret, test.services.clock.now());
        const answer = await test.call(null, { method: 'POST', url: webhookPath, headers, payload: body });
        expect(answer.statusCode, answer.body).toBe(200);
      }
      ends.add(await endOf(parcel));
    }
    expect([...ends], `SHUFFLE_SEED=${seed}`).toHaveLength(1);
    expect([...ends][0]).toContain('"status":"delivered"');
    expect([...ends][0]).toContain('["inbound_transit",3]');
  });

  it.each(toldHistories().map(({ name, carrier, scans }) => [name, carrier, scans] as const))(
    '%s, into the database',
    { timeout: 20_000 + SHUFFLES * 2_000 },
    async (_, carrier, scans) => {
      const ends = new Set<string>();
      for (let shuffle = -1; shuffle < SHUFFLES; shuffle += 1) {
        const parcel = await booked(carrier);
        for (const told of shuffle < 0 ? [scans] : arrivals(scans, random(seed, shuffle))) {
          const payloadHash = createHash('sha256').update(JSON.stringify(told)).digest();
          const news = { carrier, waybill: parcel.waybill, scans: told, eta: null, watch: null, payloadHash };
          await asSystem(test.services, test.brandId, (deed) => recordTracking(deed, news));
        }
        ends.add(await endOf(parcel));
      }
      expect([...ends], `SHUFFLE_SEED=${seed}`).toHaveLength(1);
    },
  );
});
