// A repair on hold and a promise that moves: what a serial alone is told, what the owner is told, and what nobody outside is.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OpenProgress, OwnerProgress } from '#lookup/progress.ts';
import { holdWords } from '#tickets/hold-words.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { ask, canary, move, newSerial, openRepair, prove, quoted } from './asking.ts';

const now = new Date('2026-11-22T04:00:00.000Z');
let test: TestApp;
beforeAll(async () => {
  test = await startApp({}, { clock: { now: () => now } });
});
afterAll(() => test?.close());

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
