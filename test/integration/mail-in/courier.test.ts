// A courier as a client: batches, bookings taken back, the addresses it needs, and word of what can be collected.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailInJobView } from '#mail-in/mail-in-job.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { intake, job, label, parcelsOf, receive } from '../../support/mail-in.ts';

let test: TestApp;
let tools: ReturnType<typeof parcelsOf>;

beforeAll(async () => {
  test = await startApp();
  tools = parcelsOf(test);
});
afterAll(() => test.close());

interface Results {
  results: { status: number; job: MailInJobView | null; problem: { code: string; errors?: { pointer: string }[] } | null }[];
}
const batch = (items: unknown[], headers: Record<string, string> = {}) =>
  test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs/batch', payload: { items }, headers });
const cancel = (ticketId: string, key = test.keys.courier) =>
  test.call(key, { method: 'POST', url: `/v1/mail-in-jobs/${ticketId}/cancel`, payload: { reason: 'Booked twice' } });

describe('batches', () => {
  it('book what can be booked, each item by itself', async () => {
    const taken = label();
    const good = job(test, { label: taken, intake });
    const answer = await batch([good, { surprise: 1 }, job(test, { label: taken }), { ...job(test), device: good.device }, job(test)]);
    expect(answer.statusCode, answer.body).toBe(200);
    const { results } = answer.json<Results>();
    expect(results.map(({ status, problem }) => [status, problem?.code ?? null])).toEqual([
      [201, null],
      [400, 'validation_failed'],
      [409, 'already_exists'],
      [409, 'open_ticket_exists'],
      [201, null],
    ]);
    expect(results[0]?.job).toMatchObject({ status: 'awaiting_device', shipment: { waybill: taken.waybill } });
  });

  it('book a hundred once, however often they are sent', async () => {
    const items = Array.from({ length: 100 }, () => job(test));
    const headers = { 'idempotency-key': unique('batch') };
    const first = await batch(items, headers);
    expect(first.json<Results>().results.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 201));
    const again = await batch(items, headers);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toBe(first.body);
    expect((await batch([...items, job(test)])).statusCode).toBe(400);
    expect((await batch([])).statusCode).toBe(400);
  }, 60_000);
});

describe('a booking', () => {
  it('shows the courier where to go, and nothing else of the customer, until nothing is carried any more', async () => {
    const made = (await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload: job(test) })).json<MailInJobView>();
    expect(made).toMatchObject({ customer: { name: 'Wang Fang', address: '1 Lake Road' }, center: { address: 'Nanjing Road 1, Shanghai' } });
    expect(JSON.stringify(made)).not.toMatch(/13800000000|fang@example/);
    const gone = await cancel(made.ticketId);
    expect(gone.json()).toMatchObject({ status: 'cancelled', customer: null });
  });

  it('is taken back until the parcel is collected, by whoever booked it', async () => {
    const { ticketId, shipment } = await tools.inbound();
    const rival = (await test.addKey({ kind: 'courier', brandId: test.brandId })).text;
    expect((await cancel(ticketId, rival)).statusCode).toBe(404);
    expect((await cancel(ticketId)).json()).toMatchObject({ status: 'cancelled', shipment: { status: 'cancelled' } });
    expect((await cancel(ticketId)).statusCode).toBe(200);
    expect(await tools.read(shipment.id)).toMatchObject({ status: 'cancelled' });
    const other = await tools.inbound();
    await tools.advance(other.ticketId, 'device.receive', receive);
    expect((await cancel(other.ticketId)).json()).toMatchObject({ status: 409, code: 'transition_not_allowed' });
  });
});

describe('ready to collect', () => {
  it('is told once, with the window, whichever comes last: the label or the device', async () => {
    const hook = { url: 'https://courier.example.com/hook', events: ['job.ready_to_collect'] };
    expect((await test.call(test.keys.courier, { method: 'POST', url: '/v1/webhook-endpoints', payload: hook })).statusCode).toBe(201);
    // As if it had answered its challenge: there is nobody at that address.
    await test.owner.updateTable('webhook_endpoints').set({ verified_at: new Date() }).execute();
    const due = async (ticketId: string) =>
      test.owner.selectFrom('outbox').select('facts').where('subject', '=', ticketId).where('message', '=', 'job.ready_to_collect').execute();
    const home = async (ticketId: string, more: object = {}): Promise<void> => {
      const payload = { direction: 'outbound', ...label(), ...more };
      const made = await test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${ticketId}/shipments`, payload });
      expect(made.statusCode, made.body).toBe(201);
    };
    const late = await tools.inbound();
    await home(late.ticketId, { pickupFrom: '2026-12-01T02:00:00Z', pickupTo: '2026-12-01T04:00:00Z' });
    expect(await due(late.ticketId)).toEqual([]);
    await tools.advance(late.ticketId, 'device.receive', receive);
    await tools.advance(late.ticketId, 'diagnosis.start', { technician: 'Zhao' });
    await tools.advance(late.ticketId, 'diagnosis.no_fault', { evidence: 'All tests pass' });
    expect(await due(late.ticketId)).toMatchObject([{ facts: { pickupFrom: '2026-12-01T02:00:00.000Z', ticketId: late.ticketId } }]);
    await home(late.ticketId);
    expect(await due(late.ticketId)).toHaveLength(2);
  });
});
