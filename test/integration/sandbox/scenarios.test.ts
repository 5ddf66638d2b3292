// Every story of the sandbox, told in one call, and nowhere but in a sandbox.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailInJobView } from '#mail-in/mail-in-job.ts';
import { newId } from '#platform/id.ts';
import { migrateQueue } from '#platform/queue.ts';
import type { ScenarioView } from '#sandbox/scenario.ts';
import { startWork } from '#work.ts';
import { startApp, type TestApp, type TestBrand, unique } from '../../support/app.ts';
import { movingTime } from '../../support/moving-time.ts';
import { eventually } from '../../support/outgoing.ts';

let test: TestApp;
let sandbox: TestBrand;

beforeAll(async () => {
  // An installation that can send texts: no story may.
  test = await startApp({ SMS_CONSOLE: 'true', COALESCE_SECONDS: '600' });
  sandbox = await test.addBrand();
  await test.owner.updateTable('brands').set({ sandbox: true }).where('brand_id', '=', sandbox.brandId).execute();
});
afterAll(() => test.close());

const play = (name: string, key = sandbox.keys.courier, payload: object = { email: 'fang@example.com' }) =>
  test.call(key, { method: 'POST', url: `/v1/sandbox/scenarios/${name}`, payload });
const told = async (name: string, key?: string): Promise<ScenarioView> => {
  const answer = await play(name, key);
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<ScenarioView>();
};
const what = (rows: readonly { what: string }[]): string[] => rows.map((row) => row.what);

describe('stories', () => {
  it('delivered, not received: told after a day, and alarmed', async () => {
    const story = await told('delivered-not-received');
    expect(story.status).toBe('inbound_transit');
    expect(what(story.messages).slice(0, 4)).toEqual(['created', 'label', 'collected', 'parcel_arrived']);
    expect(what(story.alerts)).toContain('parcel_unopened');
    const [delivered] = story.steps.filter(({ did }) => did.includes('door'));
    const arrived = story.messages.find((message) => message.what === 'parcel_arrived');
    expect(Date.parse(arrived?.at ?? '') - Date.parse(delivered?.at ?? '')).toBeGreaterThanOrEqual(24 * 3_600_000);
  });

  it('delivered, not received: alarmed whatever the day of the week on which it is told', async () => {
    const time = movingTime(new Date('2026-11-29T20:10:00.000Z'));
    const moved = await startApp({}, { clock: time.clock });
    const { brandId, keys } = await moved.addBrand();
    await moved.owner.updateTable('brands').set({ sandbox: true }).where('brand_id', '=', brandId).execute();
    const unalarmed: string[] = [];
    for (let day = 0; day < 7; day += 0.5) {
      time.day(day);
      const answer = await moved.call(keys.courier, { method: 'POST', url: '/v1/sandbox/scenarios/delivered-not-received', payload: {} });
      if (!what(answer.json<ScenarioView>().alerts).includes('parcel_unopened')) unalarmed.push(time.now().toUTCString());
    }
    await moved.close();
    expect(unalarmed).toEqual([]);
  });

  it('lost: on hold, claimed for, paid', async () => {
    const story = await told('lost', sandbox.keys.center);
    expect(what(story.messages)).toEqual(expect.arrayContaining(['collected', 'parcel_lost', 'claim_news']));
    expect(what(story.alerts)).toContain('parcel_problem');
    expect(story.steps.some(({ hold }) => hold === 'shipment_problem')).toBe(true);
    const claims = await test.call(sandbox.keys.brand, { url: `/v1/claims?shipmentId=${story.shipmentIds[0]}` });
    expect(claims.json()).toMatchObject({ data: [{ kind: 'lost', state: 'paid', claimNumber: 'SBX-118' }] });
  });

  it('wrong serial: refused at intake, asked, taken in', async () => {
    const story = await told('wrong-serial');
    expect(story.status).toBe('received');
    expect(story.steps.map(({ refused }) => refused)).toContain('serial_differs');
    expect(what(story.messages)).toContain('hold_opened');
  });

  it('late part: the promise moves, and the device comes home', async () => {
    const story = await told('late-part', sandbox.keys.brand);
    expect(story.steps.filter(({ refused }) => refused !== null)).toEqual([]);
    expect(story.status).toBe('delivered');
    expect(what(story.messages)).toEqual(expect.arrayContaining(['quoted', 'approved', 'awaiting_part', 'part_delayed', 'shipped', 'delivered']));
  });

  it('refused at the door: back, and out a second time', async () => {
    const story = await told('refused-at-the-door');
    expect(story.steps.filter(({ refused }) => refused !== null)).toEqual([]);
    expect(story.status).toBe('delivered');
    expect(story.shipmentIds).toHaveLength(3);
    expect(what(story.messages)).toEqual(expect.arrayContaining(['parcel_refused', 'came_back', 'delivered']));
  });

  it('never sent: reminded twice, then the label is void and the request over', async () => {
    const story = await told('never-sent');
    expect(story.status).toBe('cancelled');
    expect(what(story.messages)).toEqual(['created', 'label', 'send_reminder', 'send_reminder', 'request_expired']);
    const [last] = story.messages.slice(-1);
    expect(Date.parse(last?.at ?? '') - Date.parse(story.startedAt)).toBe(12 * 24 * 3_600_000);
    expect(story.steps.at(-1)).toMatchObject({ by: 'clock', status: 'cancelled' });
    const parcel = await test.call(sandbox.keys.courier, { url: `/v1/shipments/${story.shipmentIds[0]}` });
    expect(parcel.json()).toMatchObject({ status: 'cancelled', statusRaw: 'void' });
  });

  it('a storm of duplicates: four scans, one step', async () => {
    const story = await told('storm-of-duplicates');
    expect(story).toMatchObject({ status: 'inbound_transit', version: 3 });
    expect(story.steps.at(-1)?.did).toMatch(/^4 scans/);
    expect(what(story.messages).filter((message) => message === 'collected')).toHaveLength(1);
  });

  it('ring at nobody: the customer of a story has no telephone, and without a mail address nobody is told', async () => {
    const rows = async (payload: object): Promise<string[]> => {
      const { ticketId } = (await play('delivered-not-received', sandbox.keys.courier, payload)).json<ScenarioView>();
      const due = await test.owner.selectFrom('outbox').select('channel').distinct().where('subject', '=', ticketId).execute();
      return due.map(({ channel }) => channel);
    };
    expect(await rows({ email: 'fang@example.com' })).toEqual(['email']);
    expect(await rows({})).toEqual([]);
  });

  it('are told in mails of their own, in their order, though their days have passed at once', async () => {
    const story = await told('refused-at-the-door');
    await migrateQueue(test.databaseUrl);
    const work = await startWork(test.services);
    const rows = () =>
      test.owner
        .selectFrom('outbox')
        .select(['message', 'state', 'finished_at'])
        .where('subject', '=', story.ticketId)
        .where('channel', '=', 'email')
        .orderBy('id')
        .execute();
    try {
      await eventually(async () => expect(new Set((await rows()).map(({ state }) => state))).toEqual(new Set(['sent'])));
    } finally {
      await work.close();
    }
    const sent = await rows();
    expect(sent.map(({ message }) => message)).toEqual(what(story.messages));
    const times = sent.map(({ finished_at: at }) => at?.getTime() ?? 0);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('end now, on a ticket that the courier reads as its own', async () => {
    const story = await told('storm-of-duplicates');
    expect(Date.now() - Date.parse(story.endedAt)).toBeLessThan(12 * 3_600_000);
    const job = await test.call(sandbox.keys.courier, { url: `/v1/mail-in-jobs/${story.ticketId}` });
    expect(job.json<MailInJobView>()).toMatchObject({ code: story.code, status: 'inbound_transit' });
  });
});

describe('elsewhere', () => {
  it('is refused in a brand that is no sandbox, and touches nothing', async () => {
    for (const key of Object.values(test.keys)) expect((await play('lost', key)).json()).toMatchObject({ status: 403, code: 'scope_missing' });
    const tickets = await test.owner.selectFrom('tickets').select('id').where('brand_id', '=', test.brandId).execute();
    expect(tickets).toEqual([]);
  });

  it('is refused where the brand has no center yet, and says to make one', async () => {
    const bare = newId('brand');
    const stamps = { created_at: new Date(), updated_at: new Date() };
    await test.owner
      .insertInto('brands')
      .values({ brand_id: bare, slug: unique('bare'), name: 'Bare', contact_line: 'Call 400-000-0000', sandbox: true, ...stamps })
      .execute();
    const { text: key } = await test.addKey({ kind: 'brand', brandId: bare });
    const answer = (await play('lost', key)).json<{ detail: string }>();
    expect(answer).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(answer.detail).toContain('POST /v1/service-centers');
    expect(answer.detail).not.toContain('Leave it out');
  });

  it('is refused for an unknown story, a foreign center, no key', async () => {
    expect((await play('happy-end')).json()).toMatchObject({ status: 400, code: 'validation_failed' });
    expect((await play('lost', sandbox.keys.courier, { centerId: test.centerId })).json()).toMatchObject({ status: 400 });
    expect((await test.call(null, { method: 'POST', url: '/v1/sandbox/scenarios/lost', payload: {} })).statusCode).toBe(401);
  });
});
