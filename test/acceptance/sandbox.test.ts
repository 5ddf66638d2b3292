// The stories of the sandbox as an integrator has them told: one call each to started processes, and everything read back over HTTP.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expected, openClient, refused, type Schemas } from '../client/client.ts';
import { customer } from '../support/samples.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { openShop, type Shop } from '../support/shop.ts';
import { until } from '../support/until.ts';

const HOUR_MS = 3_600_000;

// On one queue: a story is told in the call itself, and what goes out afterwards is told on both by the other suites.
describe('the sandbox', () => {
  let scene: Scene;
  let shop: Shop;

  beforeAll(async () => {
    // A story ends now and hands its device over days before: nothing is to close the ticket between the call and what is read of it.
    scene = await openScene({ name: 'PostgreSQL', start: () => Promise.resolve(null) }, { settings: { SETTLE_AFTER_SECONDS: '2592000' } });
    shop = await openShop({ ...scene, partner: scene.partner, brand: { sandbox: true } });
  });
  afterAll(() => scene?.close());

  /** One call, and what the API says afterwards of the ticket that it was told on. */
  async function told(scenario: Schemas['ScenarioName']) {
    const { email } = customer(scenario);
    const story = await expected(shop.courier.POST('/v1/sandbox/scenarios/{scenario}', { params: { path: { scenario } }, body: { email } }), 201);
    const params = { path: { ticketId: story.ticketId } };
    const ticket = await expected(shop.center.GET('/v1/tickets/{ticketId}', { params }), 200);
    const history = await expected(shop.center.GET('/v1/tickets/{ticketId}/history', { params: { ...params, query: { limit: 100 } } }), 200);
    const alerts = await expected(shop.center.GET('/v1/alerts', { params: { query: { ticketId: story.ticketId, limit: 100 } } }), 200);
    expect(story).toMatchObject({ scenario, status: ticket.status, version: ticket.version, code: ticket.code });
    expect(Date.parse(story.endedAt)).toBeLessThanOrEqual(Date.now());
    return {
      story,
      email,
      ticket,
      stations: history.data.filter(({ from, to }) => from !== to).map(({ to }) => to),
      alarms: alerts.data.map(({ kind }) => kind),
      messages: story.messages.map(({ what }) => what),
      parcels: ticket.shipments.map(({ direction, status }) => [direction, status]),
    };
  }

  const inbox = async (email: string, count: number): Promise<string[]> => (await scene.mail.arrived(email, count)).map(({ subject }) => subject);

  it('delivered, not received: the ticket stays on its way, the customer hears after a day, the center is alarmed', async () => {
    const { story, ticket, stations, alarms, messages, parcels, email } = await told('delivered-not-received');
    expect([ticket.status, stations, parcels]).toEqual([
      'inbound_transit',
      ['created', 'awaiting_device', 'inbound_transit'],
      [['inbound', 'delivered']],
    ]);
    expect(alarms).toContain('parcel_unopened');
    expect(messages.slice(0, 4)).toEqual(['created', 'label', 'collected', 'parcel_arrived']);
    const at = (what: string): number => Date.parse(story.messages.find((message) => message.what === what)?.at ?? '');
    expect(at('parcel_arrived') - Date.parse(ticket.shipments[0]?.deliveredAt ?? '')).toBeGreaterThanOrEqual(24 * HOUR_MS);
    expect(await inbox(email, messages.length)).toHaveLength(messages.length);
  });

  it('lost: on hold, alarmed, claimed for and paid', async () => {
    const { story, ticket, alarms, messages, parcels } = await told('lost');
    expect([ticket.status, ticket.hold?.reason, parcels]).toEqual(['inbound_transit', 'shipment_problem', [['inbound', 'lost']]]);
    expect(alarms).toContain('parcel_problem');
    expect(messages.slice(0, 4)).toEqual(['created', 'label', 'collected', 'parcel_lost']);
    expect(messages.filter((message) => message === 'parcel_lost')).toHaveLength(1);
    expect(messages.filter((message) => message === 'claim_news')).toHaveLength(3);
    const query = { shipmentId: story.shipmentIds[0] ?? '' };
    const claims = await expected(shop.center.GET('/v1/claims', { params: { query } }), 200);
    expect(claims.data).toMatchObject([{ kind: 'lost', state: 'paid', claimNumber: 'SBX-118', paid: { amount: 399_900, currency: 'CNY' } }]);
  });

  it('wrong serial: refused at intake, asked, and taken in', async () => {
    const { story, ticket, stations, messages } = await told('wrong-serial');
    expect([ticket.status, ticket.hold]).toEqual(['received', null]);
    expect(stations).toEqual(['created', 'awaiting_device', 'inbound_transit', 'received']);
    expect(story.steps.map(({ refused: refusal }) => refusal).filter((refusal) => refusal !== null)).toEqual(['serial_differs']);
    expect(story.steps.some(({ hold }) => hold === 'serial_mismatch')).toBe(true);
    for (const what of ['hold_opened', 'received_differently']) expect(messages.filter((message) => message === what)).toHaveLength(1);
  });

  it('late part: the promise moves before it is broken, and the device comes home', async () => {
    const { story, ticket, stations, messages, parcels } = await told('late-part');
    expect(ticket).toMatchObject({ status: 'delivered', outcome: 'repaired' });
    expect(story.steps.filter(({ refused: refusal }) => refusal !== null)).toEqual([]);
    expect(stations.filter((status) => ['quoted', 'approved', 'awaiting_parts', 'in_repair', 'quality_check', 'ready'].includes(status))).toEqual([
      'quoted',
      'approved',
      'awaiting_parts',
      'in_repair',
      'quality_check',
      'ready',
    ]);
    expect(parcels.map(([, status]) => status)).toEqual(['delivered', 'delivered']);
    const heard = ['quoted', 'approved', 'awaiting_part', 'part_delayed', 'shipped', 'delivered'];
    expect(messages.filter((message) => heard.includes(message))).toEqual(heard);
  });

  it('refused at the door: back to the center, and out a second time', async () => {
    const { story, ticket, stations, alarms, messages, parcels } = await told('refused-at-the-door');
    expect([ticket.status, ticket.hold]).toEqual(['delivered', null]);
    expect(story.steps.filter(({ refused: refusal }) => refusal !== null)).toEqual([]);
    expect(stations.slice(-5)).toEqual(['ready', 'outbound_transit', 'ready', 'outbound_transit', 'delivered']);
    expect(parcels).toEqual([
      ['inbound', 'delivered'],
      ['outbound', 'returned'],
      ['outbound', 'delivered'],
    ]);
    expect(alarms).toContain('parcel_problem');
    const heard = ['parcel_refused', 'came_back', 'delivered'];
    expect(messages.filter((message) => heard.includes(message))).toEqual(heard);
  });

  it('a storm of duplicates: four scans, one step, one message of it; the partner hears it once', async () => {
    const { story, ticket, stations, messages, parcels, email } = await told('storm-of-duplicates');
    expect([ticket.status, ticket.version, stations]).toEqual(['inbound_transit', 3, ['created', 'awaiting_device', 'inbound_transit']]);
    expect(parcels).toEqual([['inbound', 'delivered']]);
    const path = { shipmentId: story.shipmentIds[0] ?? '' };
    const scans = await expected(shop.courier.GET('/v1/shipments/{shipmentId}/tracking-events', { params: { path } }), 200);
    expect(scans.data.map(({ status }) => status)).toEqual(['delivered', 'out_for_delivery', 'in_transit', 'picked_up']);
    expect(messages.filter((message) => message === 'collected')).toHaveLength(1);
    expect(await inbox(email, messages.length)).toHaveLength(messages.length);
    const heard = (): unknown[] =>
      scene.partner.calls
        .filter(({ type, payload }) => type.startsWith('ticket.') && payload.data['ticketId'] === ticket.id)
        .map(({ payload }) => payload.data['status']);
    await until(
      () => heard().length >= 3,
      20_000,
      () => JSON.stringify(heard()),
    );
    expect(heard()).toEqual(stations);
  });

  it('is nowhere but in a sandbox', async () => {
    const real = await openShop({ baseUrl: scene.baseUrl, adminKey: scene.adminKey });
    const params = { path: { scenario: 'lost' } } as const;
    const problem = await refused(real.courier.POST('/v1/sandbox/scenarios/{scenario}', { params, body: {} }));
    expect(problem).toMatchObject({ status: 403, code: 'scope_missing' });
    const stranger = openClient(scene.baseUrl, null);
    expect(await refused(stranger.POST('/v1/sandbox/scenarios/{scenario}', { params, body: {} }))).toMatchObject({ status: 401 });
    expect(await expected(real.brand.GET('/v1/tickets', { params: { query: {} } }), 200)).toMatchObject({ data: [] });
  });
});
