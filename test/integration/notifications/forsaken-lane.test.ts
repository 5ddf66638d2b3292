// A lane in strict order whose endpoint is deleted, or gives the order up, while its row is just becoming a dead letter does not stand still for ever.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mindEndpoints } from '#notifications/mind-endpoints.ts';
import { startWork, type Work } from '#work.ts';
import { eventually, firstSweepsOver, numbersOf, type Outgoing, openOutgoing } from '../../support/outgoing.ts';
import { status } from '../../support/webhook-receiver.ts';

let out: Outgoing;
let work: Work;

beforeAll(async () => {
  // The sweep is called by the tests alone.
  out = await openOutgoing({ SWEEP_EVERY_SECONDS: '3600' });
  work = await startWork(out.app.services);
  await firstSweepsOver(out.app);
});
afterAll(async () => {
  await work.close();
  await out.close();
});

/** Refuses the first of two events for good, but answers only after the owner has done something to the endpoint. */
async function stopsUnder(name: string, deed: (endpointId: string) => Promise<unknown>): Promise<string> {
  const endpoint = await out.endpoint(`/${name}`, { strict: true });
  const [arrived, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  out.receiver.answer(`/${name}`, async (_call, response) => {
    arrived.resolve();
    await done.promise;
    response.writeHead(400).end();
  });
  await out.tell(endpoint, `tkt_${name}`, [1]);
  await arrived.promise;
  await out.tell(endpoint, `tkt_${name}`, [2]);
  await deed(endpoint);
  out.receiver.answer(`/${name}`, status(204));
  done.resolve();
  await eventually(async () => expect((await out.lane(`tkt_${name}`)).state).toBe('stopped'));
  return endpoint;
}

test('the endpoint is deleted meanwhile: what is behind the dead letter is skipped', async () => {
  await stopsUnder('deleted', (id) => out.app.call(out.app.keys.brand, { method: 'DELETE', url: `/v1/webhook-endpoints/${id}` }));
  expect(await mindEndpoints(out.app.services)).toBe(1);
  await eventually(async () => expect((await out.lane('tkt_deleted')).state).toBe('idle'));
  expect(await out.rows('tkt_deleted')).toMatchObject([
    { state: 'dead', reason: 'status_400' },
    { state: 'skipped', reason: 'endpoint_disabled' },
  ]);
});

test('the endpoint gives strict order up meanwhile: what is behind the dead letter is delivered', async () => {
  const payload = { strictOrder: false };
  await stopsUnder('eased', (id) => out.app.call(out.app.keys.brand, { method: 'PATCH', url: `/v1/webhook-endpoints/${id}`, payload }));
  expect(await mindEndpoints(out.app.services)).toBe(1);
  await eventually(async () => expect((await out.rows('tkt_eased')).map(({ state }) => state)).toEqual(['dead', 'sent']));
  expect(numbersOf(out.receiver, '/eased')).toEqual([1, 2]);
});

test('a lane whose endpoint keeps strict order stays stopped', async () => {
  await stopsUnder('kept', async () => undefined);
  expect(await mindEndpoints(out.app.services)).toBe(0);
  expect((await out.lane('tkt_kept')).state).toBe('stopped');
});
