// What operators see: boards behind a token, metrics of what is due, dead letters by reason, and who had what sent again.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countDelivery, watchLanes } from '#notifications/counts.ts';
import { lanePage, openLaneWatch } from '#notifications/watch-lanes.ts';
import { openQueueBoard, type QueueBoard } from '#platform/http/queue-board.ts';
import { metrics } from '#platform/metrics.ts';
import { type Ops, openOps } from '#platform/ops.ts';
import { epochOf, startWork, type Work } from '#work.ts';
import { eventually, type Outgoing, openOutgoingOn } from '../../support/outgoing.ts';
import { queueBackends } from '../../support/queue-backends.ts';
import { status } from '../../support/webhook-receiver.ts';

const TOKEN = 'a-token-of-the-operators';

describe.each(queueBackends())('on %s', (backend) => {
  let out: Outgoing;
  let work: Work;
  let board: QueueBoard;
  let ops: Ops;

  const open = async (host: string, token: string | undefined): Promise<Ops> => {
    const look = openLaneWatch(out.app.services);
    watchLanes(look);
    const boards = { pages: { lanes: async () => lanePage(await look()) }, programs: { queues: () => Promise.resolve(board.listener) } };
    return openOps({ host, port: 0, token, metrics, health: out.app.services.health, boards });
  };
  const get = (path: string, authorization?: string, port = ops.port): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, authorization === undefined ? {} : { headers: { authorization } });

  beforeAll(async () => {
    out = await openOutgoingOn(backend);
    work = await startWork(out.app.services);
    const { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl = '' } = out.app.services.config;
    board = await openQueueBoard('/queues', { redisUrl, databaseUrl, epoch: await epochOf(out.app.services.db.of('*')) });
    out.receiver.answer('/refused', status(422));
    out.receiver.answer('/down', status(503, { 'retry-after': '3600' }));
    await out.tell(await out.endpoint('/refused'), 'tkt_refused', [1]);
    await out.tell(await out.endpoint('/down'), 'tkt_down', [1]);
    await eventually(async () => expect((await out.lane('tkt_down')).state).toBe('waiting'));
    await eventually(async () => expect(await out.rows('tkt_refused')).toMatchObject([{ state: 'dead' }]));
    ops = await open('127.0.0.1', TOKEN);
  });
  afterAll(async () => {
    await ops.close();
    await board.close();
    await work.close();
    await out.close();
  });

  test('the board of the queue shows its schedules and changes nothing', async () => {
    const basic = `Basic ${Buffer.from(`anyone:${TOKEN}`).toString('base64')}`;
    const page = await get('/queues', basic);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    const listed = (await (await get('/queues/api/queues', basic)).json()) as { queues: { name: string; readOnlyMode: boolean }[] };
    expect(listed.queues).toMatchObject([{ name: 'work', readOnlyMode: true }]);
    const paused = await fetch(`http://127.0.0.1:${ops.port}/queues/api/queues/work/pause`, { method: 'PUT', headers: { authorization: basic } });
    expect(paused.status).toBeGreaterThanOrEqual(400);
  });

  test('the page of the lanes counts them, what is due and what is dead', async () => {
    const page = await (await get('/lanes', `Bearer ${TOKEN}`)).text();
    expect(page).toMatch(/<td>waiting<\/td><td>1<\/td>/);
    expect(page).toMatch(/<td>webhook<\/td><td>0<\/td><td>0 s<\/td><td>1<\/td>/);
    expect(page).toMatch(/<td>status_422<\/td><td>1<\/td>/);
  });

  test('boards ask for the token; health and metrics do not', async () => {
    for (const path of ['/lanes', '/queues', '/queues/api/queues']) {
      expect((await get(path)).status).toBe(401);
      expect((await get(path, 'Bearer wrong')).status).toBe(401);
    }
    for (const path of ['/livez', '/metrics']) expect((await get(path)).status).toBe(200);
  });

  test('without a token they are shown on loopback only', async () => {
    const [near, far] = [await open('127.0.0.1', undefined), await open('0.0.0.0', undefined)];
    expect((await get('/lanes', undefined, near.port)).status).toBe(200);
    const refused = await get('/lanes', undefined, far.port);
    expect([refused.status, await refused.text()]).toEqual([403, 'Set OPS_TOKEN to see this on an address that others reach.\n']);
    await Promise.all([near.close(), far.close()]);
  });

  test('metrics say what is due, since when, what is dead, how lanes stand, and how long messages took', async () => {
    countDelivery('webhook', 'sent', 0.03);
    const text = await (await get('/metrics')).text();
    expect(text).toMatch(/^glassbench_lanes\{state="waiting"\} 1$/m);
    expect(text).toMatch(/^glassbench_deliveries_due\{channel="webhook"\} 0$/m);
    expect(text).toMatch(/^glassbench_deliveries_retrying\{channel="webhook"\} 1$/m);
    expect(text).toMatch(/^glassbench_deliveries_dead\{reason="status_422"\} 1$/m);
    const oldest = (what: 'due' | 'retrying', channel: string): number =>
      Number(new RegExp(`^glassbench_oldest_${what}_seconds\\{channel="${channel}"\\} (\\S+)$`, 'm').exec(text)?.[1]);
    expect(oldest('retrying', 'webhook')).toBeGreaterThan(0);
    // An endpoint that is down is no worker that is: nothing of it is late.
    expect([oldest('due', 'webhook'), oldest('due', 'email'), oldest('retrying', 'email'), oldest('due', 'instant')]).toEqual([0, 0, 0, 0]);
    expect(text).toMatch(/^glassbench_deliveries_total\{channel="webhook",outcome="dead"\} \d+$/m);
    expect(text).toMatch(/^glassbench_deliveries_total\{channel="webhook",outcome="retry"\} \d+$/m);
    expect(text).toMatch(/^glassbench_delivery_seconds_bucket\{le="0.05",channel="webhook"\} \d+$/m);
  });

  test('dead letters are found by their reason, and replays are on record', async () => {
    const read = async (url: string) => (await out.app.call(out.app.keys.brand, { method: 'GET', url })).json();
    expect((await read('/v1/deliveries?state=dead&reason=status_422')).data).toHaveLength(1);
    expect((await read('/v1/deliveries?state=dead&reason=poison')).data).toEqual([]);
    const [{ id }] = (await read('/v1/deliveries?reason=status_422')).data;
    const replay = { deliveryIds: [id] };
    expect((await out.app.call(out.app.keys.brand, { method: 'POST', url: '/v1/deliveries/replays', payload: replay })).statusCode).toBe(201);
    expect((await read('/v1/deliveries/replays')).data).toMatchObject([
      { replayed: 1, requestedBy: expect.stringMatching(/^[0-9a-z]{12}$/), selection: replay },
    ]);
    expect((await out.app.call(out.app.keys.courier, { method: 'GET', url: '/v1/deliveries/replays' })).json()).toMatchObject({ data: [] });
  });
});
