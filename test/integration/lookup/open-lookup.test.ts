// Tier 0: a serial alone. General words for everyone, and one answer wherever nothing may be shown.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { luhnDigit } from '#lookup/normalize.ts';
import type { OpenProgress } from '#lookup/progress.ts';
import { hints } from '#lookup/wording.ts';
import { dayIn } from '#platform/time-zone.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { ask, canary, endedAt, move, newSerial, openRepair, quoted, setMode } from './asking.ts';

const DAY_MS = 86_400_000;
let now = new Date('2026-11-22T04:00:00.000Z');
let test: TestApp;

beforeAll(async () => {
  test = await startApp({}, { clock: { now: () => now } });
});
afterAll(() => test.close());

const nothing = { found: false, verifyHint: { code: 'proof_needed', text: hints.proof_needed.en } };

describe('a known serial', () => {
  it('is told stage, days, next step and next date, and nothing else', async () => {
    const serial = newSerial();
    const ticket = await quoted(test, serial);
    const answer = await ask(test, serial, '?locale=en');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      found: true,
      tier: 0,
      stage: 'quote',
      label: 'Quote',
      whatThisMeans: 'The diagnosis is done and the way forward is being settled.',
      stages: [
        { stage: 'intake', label: 'Getting your device to us', reachedOn: '2026-11-22' },
        { stage: 'diagnosis', label: 'Diagnosis', reachedOn: '2026-11-22' },
        { stage: 'quote', label: 'Quote', reachedOn: '2026-11-22' },
        { stage: 'repair', label: 'Repair', reachedOn: null },
        { stage: 'return', label: 'Return', reachedOn: null },
      ],
      promisedOn: expect.stringMatching(/^2026-1[12]-\d\d$/) as string,
      onHold: false,
      nextUpdateBy: ticket.nextUpdateBy,
      nextUpdateOn: dayIn('Asia/Shanghai', ticket.nextUpdateBy ?? ''),
      nextStep: { who: 'you', text: expect.stringContaining('one thing for you to do') as string },
      mustAct: true,
    });
    for (const value of [
      ...Object.values(canary),
      '9876',
      '481',
      '5000',
      'CanaryPart',
      'CanaryStaff',
      'Prism',
      'Nanjing',
      ticket.code,
      ticket.id,
      serial,
    ]) {
      expect(answer.body).not.toContain(value);
    }
  });

  it.each(['sn-', 'ｓｎ', ' SN '])('is found however it is typed (%j)', async (prefix) => {
    const serial = newSerial();
    await openRepair(test, { serial });
    expect((await ask(test, `${prefix}${serial.slice(2).toLowerCase()}`)).json()).toMatchObject({ found: true });
  });

  it('is not found by a look-alike at this tier', async () => {
    const serial = newSerial();
    await openRepair(test, { serial });
    expect((await ask(test, serial.replace('O', '0'), '?locale=en')).json()).toEqual(nothing);
  });

  it('shows its newest ticket only', async () => {
    const serial = newSerial();
    const old = await openRepair(test, { serial });
    await move(test, old, 'ticket.cancel', { requestedBy: 'customer' });
    expect((await ask(test, serial)).json<OpenProgress>().stage).toBe('end');
    now = new Date(now.getTime() + 1_000);
    await openRepair(test, { serial });
    expect((await ask(test, serial)).json<OpenProgress>().stage).toBe('intake');
  });

  it('stays visible for 90 days after the end and no longer', async () => {
    const serial = newSerial();
    const ticket = await openRepair(test, { serial });
    await endedAt(test, ticket.id, new Date(now.getTime() - 90 * DAY_MS + 60_000));
    expect((await ask(test, serial)).json()).toMatchObject({ found: true });
    await endedAt(test, ticket.id, new Date(now.getTime() - 90 * DAY_MS - 60_000));
    expect((await ask(test, serial, '?locale=en')).json()).toEqual(nothing);
  });
});

describe('nothing is shown, with one answer,', () => {
  it('for an unknown serial and for a short one that is known', async () => {
    await openRepair(test, { serial: 'SHORT7X' });
    expect((await ask(test, 'UNKNOWN12345', '?locale=en')).json()).toEqual(nothing);
    expect((await ask(test, 'SHORT7X', '?locale=en')).json()).toEqual(nothing);
  });

  it('for an IMEI, in every form, known or not', async () => {
    const imei = '490154203237518';
    await openRepair(test, { serial: newSerial(), imei });
    const unknown = `35000000000001${luhnDigit('35000000000001')}`;
    const bodies = await Promise.all(
      [imei, imei.slice(0, 14), `${imei.slice(0, 14)}07`, unknown].map(async (typed) => (await ask(test, typed, '?locale=en')).body),
    );
    expect(new Set(bodies)).toEqual(new Set([JSON.stringify(nothing)]));
  });

  it('for a serial that was given as one and is an IMEI', async () => {
    await openRepair(test, { serial: '356938035643809' });
    expect((await ask(test, '356938035643809', '?locale=en')).json()).toEqual(nothing);
  });

  it('for a ticket code', async () => {
    const ticket = await openRepair(test, { serial: newSerial() });
    expect((await ask(test, ticket.code, '?locale=en')).json()).toEqual(nothing);
  });

  it('but for a serial of fifteen digits that is no IMEI, which is found', async () => {
    const serial = '356938035643800';
    await openRepair(test, { serial });
    expect((await ask(test, '35-693803-564380-0', '?locale=en')).json()).toMatchObject({ found: true, tier: 0 });
  });

  it('for such a serial where the brand asks for a proof: the hint about a mistyped IMEI, known or not', async () => {
    const brand = await test.addBrand();
    await openRepair(test, { serial: '356938035643801' }, brand);
    const slug = await setMode(test, brand.brandId, 'proof');
    for (const query of ['', `?brand=${slug}`]) {
      const [known, unknown] = [await ask(test, '356938035643801', query), await ask(test, '356938035643802', query)];
      expect(known.rawPayload.equals(unknown.rawPayload)).toBe(true);
      expect(known.json()).toMatchObject({ found: false, verifyHint: { code: 'imei_check_digit' } });
    }
  });

  it('but a mistyped IMEI gets a hint', async () => {
    const answer = await ask(test, '490154203237517', '?locale=en');
    expect(answer.json()).toEqual({ found: false, verifyHint: { code: 'imei_check_digit', text: hints.imei_check_digit.en } });
  });

  it.each(['proof', 'link'] as const)('byte for byte in mode %s, headers too', async (mode) => {
    const brand = await test.addBrand();
    const serial = newSerial();
    await openRepair(test, { serial }, brand);
    const slug = await setMode(test, brand.brandId, mode);
    for (const query of ['', `?brand=${slug}`]) {
      const known = await ask(test, serial, query);
      const unknown = await ask(test, newSerial(), query);
      expect(known.rawPayload.equals(unknown.rawPayload)).toBe(true);
      expect({ ...known.headers, date: '' }).toEqual({ ...unknown.headers, date: '' });
      expect(known.statusCode).toBe(200);
    }
  });

  it('where the same serial is open in one brand and hidden in another, the other changes nothing', async () => {
    const [open, hidden] = [await test.addBrand(), await test.addBrand()];
    const serial = newSerial();
    await openRepair(test, { serial }, open);
    const before = await ask(test, serial);
    now = new Date(now.getTime() + 1_000);
    await openRepair(test, { serial }, hidden);
    const slug = await setMode(test, hidden.brandId, 'proof');
    expect((await ask(test, serial)).body).toBe(before.body);
    expect((await ask(test, serial, `?brand=${slug}&locale=en`)).json()).toEqual(nothing);
  });

  it('for another brand than the one asked for, or for no brand at all', async () => {
    const serial = newSerial();
    await openRepair(test, { serial });
    const other = await test.addBrand();
    const slug = await setMode(test, other.brandId, 'open');
    expect((await ask(test, serial, `?brand=${slug}&locale=en`)).json()).toEqual(nothing);
    expect((await ask(test, serial, '?brand=no-such-brand&locale=en')).json()).toEqual(nothing);
    const mine = await setMode(test, test.brandId, 'open');
    expect((await ask(test, serial, `?brand=${mine}`)).json()).toMatchObject({ found: true });
  });
});

describe('the answer', () => {
  it('comes in the language asked for', async () => {
    const serial = newSerial();
    await openRepair(test, { serial });
    const zh = await ask(test, serial);
    expect([zh.json<OpenProgress>().label, zh.headers['content-language']]).toEqual(['收件', 'zh-CN']);
    const en = await ask(test, serial, '', { 'accept-language': 'en-US,en;q=0.9' });
    expect([en.json<OpenProgress>().label, en.headers['content-language']]).toEqual(['Getting your device to us', 'en']);
    expect((await ask(test, serial, '?locale=zh-CN', { 'accept-language': 'en' })).json<OpenProgress>().label).toBe('收件');
  });

  it('comes as plain text where that is preferred', async () => {
    const serial = newSerial();
    await openRepair(test, { serial });
    const answer = await ask(test, serial, '?locale=en', { accept: 'text/plain' });
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.body).toMatch(/^Getting your device to us\n.*\nNext step \(us\): .*\nNext update at the latest: 2026-11-25\n/);
    expect((await ask(test, 'UNKNOWN12345', '?locale=en', { accept: 'text/plain' })).body).toBe(`${hints.proof_needed.en}\n`);
  });

  it('may be kept a minute where something is shown, and not at all otherwise; robots stay out', async () => {
    const serial = newSerial();
    await openRepair(test, { serial });
    const shown = await ask(test, serial);
    expect(shown.headers).toMatchObject({
      'cache-control': 'public, max-age=60',
      'x-robots-tag': 'noindex',
      'referrer-policy': 'no-referrer',
      vary: 'Accept, Accept-Language',
    });
    expect((await ask(test, 'UNKNOWN12345')).headers['cache-control']).toBe('no-store');
  });
});

describe('what cannot be a serial', () => {
  it.each([
    ['200 characters', 'A'.repeat(200)],
    ['41 characters', 'A'.repeat(41)],
    ['NUL', 'ABCD\0EFGH'],
    ['separators only', '----'],
  ])('%s is refused with a problem document', async (_name, serial) => {
    const answer = await ask(test, serial);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ code: 'validation_failed' });
    expect(answer.body).not.toContain('AAAA');
  });

  it.each(['/v1/lookup/%ED%A0%80ABCDEFGH', '/v1/lookup/%FF%FE', '/v1/lookup/%'])('bytes that are no text: %s', async (url) => {
    const answer = await test.call(null, { method: 'GET', url });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it.each(['?brand=UPPER', '?brand=', '?locale=fr', '?other=1', "?brand=a'--"])('an unknown question: %s', async (query) => {
    expect((await ask(test, 'UNKNOWN12345', query)).statusCode).toBe(400);
  });
});
