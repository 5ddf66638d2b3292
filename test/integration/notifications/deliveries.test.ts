// The deliveries resource: what a customer was told, who may see it, and sending again what was given up.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWork, type Work } from '#work.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { eventually, numbersOf, type Outgoing, openOutgoing } from '../../support/outgoing.ts';
import { status } from '../../support/webhook-receiver.ts';

interface Listed {
  data: { id: string; ticketId: string; endpointId: string | null; channel: string; message: string; state: string; reason: string | null }[];
  nextCursor: string | null;
}

let out: Outgoing;
let work: Work;
const list = async (query: string, key = out.app.keys.brand): Promise<Listed['data']> =>
  (await out.app.call(key, { method: 'GET', url: `/v1/deliveries?${query}` })).json<Listed>().data;

beforeAll(async () => {
  out = await openOutgoing();
  work = await startWork(out.app.services);
});
afterAll(async () => {
  await work.close();
  await out.close();
});

test('without a mail server the text is kept, the address masked, and the log says nothing of it', async () => {
  const ticket = await aTicket(out.app);
  await eventually(async () =>
    expect(await list(`ticketId=${ticket.id}`)).toMatchObject([{ channel: 'console', message: 'created', state: 'sent' }]),
  );
  const [delivery] = await list(`ticketId=${ticket.id}`);
  const detail = (await out.app.call(out.app.keys.center, { method: 'GET', url: `/v1/deliveries/${delivery?.id}` })).json();
  expect(detail).toMatchObject({ attempts: 1, tries: [{ attempt: 1, outcome: 'sent' }], mail: { to: 'f***@example.com', locale: 'en' }, body: null });
  expect(detail.mail.text).toContain(ticket.code);
  expect(JSON.stringify(detail)).not.toContain('fang@');
});

test('a courier sees what goes to its endpoints and nothing else; another tenant nothing', async () => {
  const ticket = await aTicket(out.app);
  await eventually(async () => expect(await list(`ticketId=${ticket.id}`)).toHaveLength(1));
  expect(await list(`ticketId=${ticket.id}`, out.app.keys.courier)).toEqual([]);
  const [delivery] = await list(`ticketId=${ticket.id}`);
  const other = await out.app.addBrand();
  expect((await out.app.call(other.keys.brand, { method: 'GET', url: `/v1/deliveries/${delivery?.id}` })).statusCode).toBe(404);
});

test('a courier is called about its own tickets', async () => {
  const { id: endpointId } = (
    await out.app.call(out.app.keys.courier, {
      method: 'POST',
      url: '/v1/webhook-endpoints',
      payload: { url: `${out.receiver.url}/courier`, events: ['ticket.opened'] },
    })
  ).json<{ id: string }>();
  await eventually(async () => {
    const endpoint = await out.app.call(out.app.keys.courier, { method: 'GET', url: `/v1/webhook-endpoints/${endpointId}` });
    expect(endpoint.json()).toMatchObject({ state: 'active' });
  });
  const pinged = await out.app.call(out.app.keys.courier, { method: 'POST', url: `/v1/webhook-endpoints/${endpointId}/ping` });
  expect(pinged.statusCode).toBe(202);
  await eventually(() => expect(out.receiver.to('/courier').map(({ type }) => type)).toEqual(['ping']));
  const { deliveryId } = pinged.json<{ deliveryId: string }>();
  expect(out.receiver.to('/courier')[0]?.id).toBe(deliveryId);
  await eventually(async () => {
    const detail = await out.app.call(out.app.keys.courier, { method: 'GET', url: `/v1/deliveries/${deliveryId}` });
    expect(detail.json()).toMatchObject({ state: 'sent', endpointId, ticketId: null, tries: [{ statusCode: 204 }] });
  });
  await aTicket(out.app);
  expect(await list(`endpointId=${endpointId}`)).toMatchObject([{ message: 'ping' }, { message: 'endpoint.challenge' }]);
});

test('dead letters go out again under their own ids, the replay is recorded, and a stopped lane goes on', async () => {
  const endpoint = await out.endpoint('/replay', { strict: true });
  out.receiver.answer('/replay', status(400));
  await out.tell(endpoint, 'tkt_replay', [1, 2]);
  await eventually(async () => expect((await out.lane('tkt_replay')).state).toBe('stopped'));
  const before = await out.rows('tkt_replay');
  out.receiver.answer('/replay', status(204));
  const replay = (payload: object, key = out.app.keys.brand) => out.app.call(key, { method: 'POST', url: '/v1/deliveries/replays', payload });
  expect((await replay({ endpointId: endpoint }, out.app.keys.courier)).json()).toMatchObject({ replayed: 0 });
  expect((await replay({ deliveryIds: ['msg_01kam3w0xf8q9r2s4t6v8w0x1y'] })).json()).toMatchObject({ replayed: 0 });
  expect((await replay({})).statusCode).toBe(400);
  expect((await replay({ endpointId: endpoint })).json()).toMatchObject({ replayed: 1, more: false });
  await eventually(async () => expect((await out.rows('tkt_replay')).map(({ state }) => state)).toEqual(['sent', 'sent']));
  expect(numbersOf(out.receiver, '/replay')).toEqual([1, 1, 2]);
  expect((await out.rows('tkt_replay')).map(({ messageId }) => messageId)).toEqual(before.map(({ messageId }) => messageId));
  const audited = await out.app.owner.selectFrom('replays').select(['replayed', 'selection']).where('replayed', '>', 0).execute();
  expect(audited).toEqual([{ replayed: 1, selection: { endpointId: endpoint, states: ['dead'] } }]);
});

test('a replay by ids of what was sent calls a partner again, with the same id, and never a customer', async () => {
  const endpoint = await out.endpoint('/again');
  await out.tell(endpoint, 'tkt_again', [1]);
  await eventually(() => expect(numbersOf(out.receiver, '/again')).toEqual([1]));
  await eventually(async () => expect((await out.lane('tkt_again')).state).toBe('idle'));
  const [row] = await out.rows('tkt_again');
  const customers = (await list('state=sent&limit=100')).filter(({ endpointId }) => endpointId === null).map(({ id }) => id);
  expect(customers.length).toBeGreaterThan(0);
  const payload = { deliveryIds: [row?.messageId, ...customers], states: ['sent'] };
  expect((await out.app.call(out.app.keys.brand, { method: 'POST', url: '/v1/deliveries/replays', payload })).json()).toMatchObject({ replayed: 1 });
  await eventually(() => expect(out.receiver.to('/again').map(({ id }) => id)).toEqual([row?.messageId, row?.messageId]));
});

test('the list is paged and narrowed, and its cursor fits only itself', async () => {
  const call = (query: string) => out.app.call(out.app.keys.brand, { method: 'GET', url: `/v1/deliveries?${query}` });
  const first = (await call('limit=1')).json<Listed>();
  expect(first.data).toHaveLength(1);
  const second = (await call(`limit=1&cursor=${first.nextCursor}`)).json<Listed>();
  expect(second.data[0]?.id).not.toBe(first.data[0]?.id);
  expect((await call(`limit=1&state=dead&cursor=${first.nextCursor}`)).json()).toMatchObject({ code: 'cursor_invalid' });
});
