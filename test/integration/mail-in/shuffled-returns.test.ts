// Refusals and returns in any order, through the database: parcel, ticket, hold, alarms and everything the customer was told end the same.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asSystem } from '#access/perform.ts';
import { recordTracking } from '#mail-in/record-tracking.ts';
import type { Scan } from '#mail-in/tracking.ts';
import { watchParcels } from '#mail-in/watch-parcels.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { arrivals } from '../../support/histories.ts';
import { type Parcel, parcelsOf } from '../../support/mail-in.ts';
import { random, seedOf } from '../../support/model/random.ts';
import { movingClock } from '../../support/moving-clock.ts';
import { alarms, told } from '../../support/moving-time.ts';
import { returnHistories, scansOf, wholeArrivals } from '../../support/return-histories.ts';

/** A few ways of each history; SHUFFLES says how many where there is time for more. */
const SHUFFLES = Number(process.env['SHUFFLES'] ?? 3);
const seed = seedOf(process.env['SHUFFLE_SEED']);
// A Monday morning in Shanghai.
const START = '2026-11-23T02:00:00Z';
const clock = movingClock(START);

let test: TestApp;
let parcels: ReturnType<typeof parcelsOf>;

beforeAll(async () => {
  test = await startApp({}, { clock });
  parcels = parcelsOf(test);
});
afterAll(() => test.close());

async function push({ waybill }: Parcel, scans: readonly Scan[]): Promise<void> {
  const payloadHash = createHash('sha256').update(JSON.stringify(scans)).digest();
  const news = { carrier: 'easypost', waybill, scans, eta: null, watch: null, payloadHash };
  await asSystem(test.services, test.brandId, (deed) => recordTracking(deed, news));
}

/** Where it all stands once the parcel was looked at; the pushes come within the minutes in which scans are gathered. */
async function endOf({ ticketId, shipment }: Parcel) {
  clock.pass(0.5);
  await watchParcels(test.services);
  const { status, statusRaw, statusAt, deliveredAt, openBy } = await parcels.read(shipment.id);
  const ticket = await parcels.ticket(ticketId);
  const kept = (await parcels.eventsOf(shipment.id)).map((event) => `${event.occurredAt} ${event.status}`).toSorted();
  return {
    parcel: { status, statusRaw, statusAt, deliveredAt, openBy, kept },
    ticket: [ticket.status, ticket.version, ticket.hold?.reason ?? null],
    told: (await told(test, ticketId)).toSorted(),
    alarms: await alarms(test, ticketId),
  };
}

describe(`${SHUFFLES} ways to arrive (SHUFFLE_SEED=${seed})`, () => {
  const cases = returnHistories.flatMap((history) => (['inbound', 'outbound'] as const).map((way) => [history.name, way, history] as const));

  it.each(cases)('%s, %s', { timeout: 20_000 + SHUFFLES * 2_000 }, async (_, way, history) => {
    const scans = scansOf(history, new Date(START));
    const once = async (pushes: readonly (readonly Scan[])[]) => {
      clock.at(START);
      const parcel = await (way === 'inbound' ? parcels.inbound() : parcels.atReady());
      for (const part of pushes) await push(parcel, part);
      return endOf(parcel);
    };
    const whole = await once([scans]);
    expect(whole.parcel.status).toBe(history.ends);
    for (let shuffle = 0; shuffle < SHUFFLES; shuffle += 1) {
      const chance = random(seed, shuffle);
      const pushes = (history.wholeOnly === true ? wholeArrivals : arrivals)(scans, chance);
      expect(await once(pushes), `SHUFFLE_SEED=${seed}, shuffle ${shuffle}`).toEqual(whole);
    }
  });
});
