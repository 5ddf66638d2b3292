// A repair on hold, and a promise that moves or is over: what a serial alone is told, what the owner is told, and what nobody outside is.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenProgress, OwnerProgress } from '#lookup/progress.ts';
import { holdWords } from '#tickets/hold-words.ts';
import type { TicketView } from '#tickets/ticket.ts';
import type { TransitionInput } from '#tickets/transition.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { lastFacts } from '../../support/moving-time.ts';
import { ask, canary, move, newSerial, openRepair, prove, quoted } from './asking.ts';
import { readBy, secretOf } from './by-link.ts';

const start = new Date('2026-11-22T04:00:00.000Z');
let now = start;
let test: TestApp;
beforeAll(async () => {
  test = await startApp({}, { clock: { now: () => now } });
});
afterAll(() => test?.close());
beforeEach(() => void (now = start));

const right = { phoneLast4: canary.phone.slice(-4) };
const words = { customerText: 'CanaryForYou', internalText: 'CanaryInternal' };
const resumeBy = '2026-11-29T08:00:00.000Z';

it('a hold shows a serial alone that there is one and whose turn it is, and the owner what to do', async () => {
  const serial = newSerial();
  const ticket = await quoted(test, serial);
  await move(test, ticket, 'hold.open', { reason: 'device_lock', resumeBy, ...words });

  const open = await ask(test, serial, '?locale=en');
  expect(open.json()).toMatchObject({
    stage: 'quote',
    onHold: true,
    mustAct: true,
    nextStep: { who: 'you' },
    promisedOn: expect.any(String) as string,
  });
  expect(open.body).not.toMatch(/Canary|lock|icloud|device_lock|2026-11-29/i);
  expect((await ask(test, serial, '', { accept: 'text/plain' })).body).not.toMatch(/Canary|解锁|设备锁|2026-11-29/);

  const owner = await prove(test, serial, right, { locale: 'en' });
  const { contact_line: contact } = await test.owner
    .selectFrom('brands')
    .select('contact_line')
    .where('brand_id', '=', test.brandId)
    .executeTakeFirstOrThrow();
  const whatToDo = holdWords.device_lock.en.next('November 29, 2026', contact);
  const body = owner.json<OwnerProgress>();
  expect(body).toMatchObject({ onHold: true, whatThisMeans: holdWords.device_lock.en.why, mustAct: true });
  expect(body.hold).toEqual({ label: 'Please turn off the device lock', untilOn: '2026-11-29', whatToDo, note: 'CanaryForYou' });
  expect(body.nextStep).toEqual({ who: 'you', text: whatToDo });
  expect(owner.body).not.toMatch(/CanaryInternal|CanaryStaff|CanaryTechnician/);
});

it('of a block by law the owner reads neutral words alone', async () => {
  const serial = newSerial();
  const ticket = await openRepair(test, { serial });
  await move(test, ticket, 'hold.open', { reason: 'legal_block', resumeBy, ...words });
  const owner = await prove(test, serial, right, { locale: 'en' });
  expect(owner.json<OwnerProgress>()).toMatchObject({ onHold: true, mustAct: false, nextStep: { who: 'us' }, hold: { note: null } });
  expect(owner.body).not.toMatch(/CanaryForYou|CanaryInternal|legal_block/);
});

it('after the hold the step is told again as before', async () => {
  const serial = newSerial();
  const ticket = await openRepair(test, { serial });
  const before = (await ask(test, serial)).json<OpenProgress>();
  const held = await move(test, ticket, 'hold.open', { reason: 'maker_decision', resumeBy });
  expect((await ask(test, serial)).json()).toMatchObject({ onHold: true, mustAct: false });
  await move(test, held, 'hold.resume', {});
  expect((await ask(test, serial)).json()).toEqual({
    ...before,
    nextUpdateBy: expect.any(String) as string,
    nextUpdateOn: expect.any(String) as string,
  });
});

it('the promised day is there from receipt on, and the owner reads every change with its reason', async () => {
  const serial = newSerial();
  const opened = await openRepair(test, { serial });
  expect((await ask(test, serial)).json<OpenProgress>().promisedOn).toBeNull();
  const ticket = await move(test, opened, 'device.receive', {
    serialScanned: serial,
    accessories: [],
    condition: [{ area: 'screen', grade: 'used' }],
    powersOn: true,
    receivedBy: 'CanaryStaff',
    diagnosisFee: { amount: 5_000, currency: 'CNY' },
  });
  const first = (await ask(test, serial)).json<OpenProgress>().promisedOn;
  expect(first).toMatch(/^2026-1[12]-\d\d$/);
  // 23:30 in UTC is the next day in Shanghai.
  await move(test, ticket, 'promise.change', { promisedAt: '2026-12-20T23:30:00.000Z', reason: 'workload', note: 'CanaryForYou' });
  const open = await ask(test, serial);
  expect(open.json<OpenProgress>().promisedOn).toBe('2026-12-21');
  expect(open.body).not.toContain('Canary');
  const owner = (await prove(test, serial, right, { locale: 'en' })).json<OwnerProgress>();
  expect(owner.promiseHistory).toEqual([
    { promisedOn: first, previousOn: null, reason: null, note: null, madeOn: '2026-11-22' },
    {
      promisedOn: '2026-12-21',
      previousOn: first,
      reason: 'the service center has more repairs than usual',
      note: 'CanaryForYou',
      madeOn: '2026-11-22',
    },
  ]);
  expect(owner.center).toMatchObject({ name: 'Prism Shanghai', hours: { mon: [['09:00', '18:00']] }, timeZone: expect.any(String) as string });
});

describe('the promised day of a device that came back to us', () => {
  const DAY_MS = 86_400_000;
  const days = (count: number): void => void (now = new Date(now.getTime() + count * DAY_MS));
  const dispatched: TransitionInput = { action: 'shipment.dispatched', input: {} };
  const returned: TransitionInput = { action: 'shipment.returned', input: {} };
  const delivered: TransitionInput = { action: 'shipment.delivered', input: {} };
  const disputed: TransitionInput = { action: 'delivery.dispute', input: { what: 'damaged', details: 'Dented' } };
  const { receive, diagnose, cover, startRepair, finishRepair, pass } = bodies;

  /** Repaired, to be sent back, with a parcel booked for it. */
  async function readyToShip(): Promise<TicketView> {
    const serial = newSerial();
    let ticket = await aTicket(test, { device: { kind: 'laptop', serial }, returnMethod: 'ship' });
    for (const step of [receive(serial), diagnose, cover, startRepair, finishRepair, pass]) ticket = await advanced(test, ticket, step);
    const parcel = { direction: 'outbound', carrier: 'sf', payer: 'center', waybill: unique('SF') };
    const made = await test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${ticket.id}/shipments`, payload: parcel });
    expect(made.statusCode, made.body).toBe(201);
    return ticket;
  }

  /** What a serial alone, a proof and the link say of it. */
  async function promisedOn({ id, code, device }: TicketView): Promise<string | null> {
    const serial = device.identifiers[0]?.value ?? '';
    const answers = [await ask(test, serial), await prove(test, serial, { ticketCode: code }), await readBy(test, secretOf(test, id))];
    const said = answers.map((answer) => answer.json<OpenProgress>().promisedOn);
    expect(new Set(said).size).toBe(1);
    return said[0] ?? null;
  }

  it.each([
    ['disputed', [delivered, disputed]],
    ['not delivered', [returned]],
  ] as const)('%s is no more than past where it had left, and a new one is', async (_, [first, second]) => {
    let ticket = await readyToShip();
    expect(await promisedOn(ticket)).toEqual(expect.any(String));
    ticket = await advanced(test, ticket, dispatched);
    days(20);
    ticket = await advanced(test, ticket, first);
    if (second !== undefined) ticket = await advanced(test, ticket, second);
    expect([ticket.status, await promisedOn(ticket)]).toEqual(['ready', null]);
    ticket = await advanced(test, ticket, { action: 'hold.resume', input: {} });
    expect(await lastFacts(test, ticket.id, 'resumed')).toMatchObject({ promise: null });
    const promisedAt = new Date(now.getTime() + 4 * DAY_MS).toISOString();
    ticket = await advanced(test, ticket, { action: 'promise.change', input: { promisedAt, reason: 'technical' } });
    expect(await promisedOn(ticket)).toBe(promisedAt.slice(0, 10));
    expect(await lastFacts(test, ticket.id, 'promise_moved')).toMatchObject({ promise: { at: promisedAt } });
    days(6);
    expect(await promisedOn(ticket)).toBe(promisedAt.slice(0, 10));
  });

  it('stands where it has not passed yet', async () => {
    let ticket = await readyToShip();
    const day = await promisedOn(ticket);
    for (const step of [dispatched, delivered, disputed]) ticket = await advanced(test, ticket, step);
    expect([ticket.status, await promisedOn(ticket)]).toEqual(['ready', day]);
  });

  it('and of one that was said to have left by mistake, however late that is put right', async () => {
    let ticket = await readyToShip();
    const day = await promisedOn(ticket);
    for (const step of [dispatched, delivered]) {
      ticket = await advanced(test, ticket, step);
      days(20);
    }
    const corrected = await test.call(test.adminKey, {
      method: 'POST',
      url: `/v1/tickets/${ticket.id}/transitions`,
      headers: { 'if-match': `"v${ticket.version}"`, 'glassbench-brand': test.brandId },
      payload: { action: 'admin.correct', input: { to: 'ready' }, reason: 'The wrong parcel was scanned' },
    });
    expect([corrected.json<TicketView>().status, typeof day, await promisedOn(ticket)]).toEqual(['ready', 'string', day]);
  });

  it('and of one that has never left, however late', async () => {
    const ticket = await readyToShip();
    const day = await promisedOn(ticket);
    days(40);
    expect([typeof day, await promisedOn(ticket)]).toEqual(['string', day]);
  });
});
