// Tier 1: serial or IMEI with a proof. Wrong, unknown, stopped and long ended all look the same.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OwnerProgress } from '#lookup/progress.ts';
import { readToken } from '#lookup/token.ts';
import { hints } from '#lookup/wording.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { canary, endedAt, newSerial, openRepair, prove, quoted, setMode } from './asking.ts';

const DAY_MS = 86_400_000;
const started = new Date('2026-11-22T04:00:00.000Z');
let now = started;
let test: TestApp;

beforeAll(async () => {
  test = await startApp({}, { clock: { now: () => now } });
});
afterAll(() => test.close());

const right = { phoneLast4: canary.phone.slice(-4) };
const wrong = { phoneLast4: '0001' };
const nothing = { found: false, verifyHint: { code: 'proof_needed', text: hints.proof_needed['zh-CN'] } };

describe('with the right proof', () => {
  it('the owner reads the whole picture and nothing personal', async () => {
    const serial = newSerial();
    const ticket = await quoted(test, serial);
    const answer = await prove(test, serial, { ticketCode: ticket.code }, { locale: 'en' });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['cache-control']).toBe('private, no-store');
    const body = answer.json<OwnerProgress>();
    expect(body).toMatchObject({
      found: true,
      tier: 1,
      status: 'quoted',
      stage: 'quote',
      label: 'Waiting for your decision',
      nextUpdateBy: ticket.nextUpdateBy,
      nextStep: { who: 'you' },
      mustAct: true,
      returnMethod: 'ship',
      device: { maker: canary.maker, model: canary.model, serialLast4: serial.slice(-4) },
      center: { name: 'Prism Shanghai', phone: '+864000000000' },
      parcels: [],
      quoteTotal: { amount: 48_100, currency: 'CNY' },
    });
    expect(body.timeline.map(({ status, label }) => `${status}: ${label}`)).toEqual([
      'created: Registered',
      'received: Device received',
      'diagnosing: Being diagnosed',
      'quoted: Waiting for your decision',
    ]);
    const never = [canary.name, canary.phone, canary.email, canary.address, canary.fault];
    for (const value of [...never, '9876', 'CanaryPart', 'CanaryStaff', 'CanaryTechnician', '5000', ticket.code, ticket.id, serial]) {
      expect(answer.body).not.toContain(value);
    }
    expect(readToken(test.services.seal, body.token, now)).toEqual({
      expiresAt: new Date(body.tokenExpiresAt),
      brandId: test.brandId,
      ticketId: ticket.id,
    });
    expect(new Date(body.tokenExpiresAt).getTime() - now.getTime()).toBe(30 * 60_000);
  });

  it('a parcel on its way back is shown by carrier and the tail of its waybill', async () => {
    const serial = newSerial();
    const ticket = await openRepair(test, { serial });
    const parcel = (direction: 'inbound' | 'outbound', id: string, waybill: string) => ({
      brand_id: test.brandId,
      id,
      ticket_id: ticket.id,
      direction,
      carrier: 'sf',
      waybill,
      status: 'label_created',
      payer: 'brand' as const,
      booked_by: 'key',
      created_at: now,
      updated_at: now,
    });
    await test.owner
      .insertInto('shipments')
      .values([parcel('inbound', 'shp_in', 'SF00000001111'), parcel('outbound', 'shp_out', 'SF99999992222')])
      .execute();
    const answer = await prove(test, serial, right);
    expect(answer.json<OwnerProgress>().parcels).toEqual([{ carrier: 'sf', waybillLast4: '2222' }]);
    expect(answer.body).not.toMatch(/SF9999999|1111/);
  });

  it('the code is read as people write it, the phone proof works too, and an IMEI in every form', async () => {
    const serial = newSerial();
    const imei = '352099001761481';
    const ticket = await openRepair(test, { serial, imei });
    const spaced = `${ticket.code.slice(0, 4)} ${ticket.code.slice(4)}`.toLowerCase();
    for (const identifier of [serial, imei, imei.slice(0, 14), `${imei.slice(0, 14)}99`]) {
      expect((await prove(test, identifier, { ticketCode: spaced })).json()).toMatchObject({ found: true });
      expect((await prove(test, identifier, right)).json()).toMatchObject({ found: true });
    }
  });

  it('answers as plain text without the token', async () => {
    const serial = newSerial();
    await openRepair(test, { serial });
    const answer = await prove(test, serial, right, { locale: 'en', headers: { accept: 'text/plain' } });
    expect(answer.body).toMatch(/^Registered\n/);
    expect(answer.body).toContain('Service center: Prism Shanghai, +864000000000');
    expect(answer.body.split('\n').every((line) => line.length < 200)).toBe(true);
  });

  it('works in mode proof and not in mode link', async () => {
    const brand = await test.addBrand();
    const serial = newSerial();
    await openRepair(test, { serial }, brand);
    await setMode(test, brand.brandId, 'proof');
    expect((await prove(test, serial, right)).json()).toMatchObject({ found: true, tier: 1 });
    await setMode(test, brand.brandId, 'link');
    expect((await prove(test, serial, right)).json()).toEqual(nothing);
  });

  it('finds the owner’s repair where two brands know the serial', async () => {
    const serial = newSerial();
    const [one, two] = [await test.addBrand(), await test.addBrand()];
    const first = await openRepair(test, { serial }, one);
    const second = await openRepair(test, { serial }, two);
    for (const ticket of [first, second]) {
      const body = (await prove(test, serial, { ticketCode: ticket.code })).json<OwnerProgress>();
      expect(readToken(test.services.seal, body.token, now)?.ticketId).toBe(ticket.id);
    }
    const slug = await setMode(test, two.brandId, 'open');
    expect((await prove(test, serial, { ticketCode: first.code }, { brand: slug })).json()).toEqual(nothing);
  });
});

describe('look-alikes', () => {
  const swapped = (serial: string): string => serial.replace('O', '0').replace('I', '1').replace('L', 'I');

  it('lead to the one device that can be meant', async () => {
    const serial = newSerial();
    const ticket = await openRepair(test, { serial });
    expect((await prove(test, swapped(serial), { ticketCode: ticket.code })).json()).toMatchObject({ found: true });
  });

  it('lead nowhere where two devices can be meant, while each exact one is found', async () => {
    const tail = newSerial().slice(7);
    const [a, b] = [`AAOO${tail}`, `AA00${tail}`];
    const [first, second] = [await openRepair(test, { serial: a }), await openRepair(test, { serial: b })];
    expect((await prove(test, `AAO0${tail}`, { ticketCode: first.code })).json()).toEqual(nothing);
    expect((await prove(test, a, { ticketCode: first.code })).json()).toMatchObject({ found: true });
    expect((await prove(test, b, { ticketCode: second.code })).json()).toMatchObject({ found: true });
    expect((await prove(test, b, { ticketCode: first.code })).json()).toEqual(nothing);
  });
});

describe('without it', () => {
  it('wrong, unknown, mistaken, ended long ago and stopped give the same bytes', async () => {
    const serial = newSerial();
    const ticket = await openRepair(test, { serial });
    const old = newSerial();
    const ended = await openRepair(test, { serial: old });
    await endedAt(test, ended.id, new Date(now.getTime() - 91 * DAY_MS));
    const answers = [
      await prove(test, newSerial(), right),
      await prove(test, serial, wrong),
      await prove(test, serial, { ticketCode: 'no code at all' }),
      await prove(test, serial, { ticketCode: ended.code }),
      await prove(test, ticket.code, { ticketCode: ticket.code }),
      await prove(test, old, { ticketCode: ended.code }),
    ];
    for (let i = 0; i < 4; i += 1) answers.push(await prove(test, serial, wrong));
    answers.push(await prove(test, serial, { ticketCode: ticket.code }));
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set([JSON.stringify(nothing)]));
    expect(new Set(answers.map(({ statusCode, headers }) => JSON.stringify({ statusCode, ...headers, date: '' }))).size).toBe(1);
  });

  it('a customer without a phone is not proven by any digits', async () => {
    const serial = newSerial();
    const ticket = await openRepair(test, { serial });
    await test.owner.updateTable('contacts').set({ phone: null }).where('brand_id', '=', test.brandId).execute();
    expect((await prove(test, serial, right)).json()).toEqual(nothing);
    expect((await prove(test, serial, { ticketCode: ticket.code })).json()).toMatchObject({ found: true });
    await test.owner.updateTable('contacts').set({ phone: canary.phone }).where('brand_id', '=', test.brandId).execute();
  });

  it('five failures stop that record for a day, the right proof included, and no other', async () => {
    const [serial, other] = [newSerial(), newSerial()];
    const ticket = await openRepair(test, { serial });
    await openRepair(test, { serial: other });
    for (let i = 0; i < 4; i += 1) await prove(test, serial, { phoneLast4: `000${i}` });
    expect((await prove(test, serial, right)).json()).toMatchObject({ found: true });
    await prove(test, serial, { ticketCode: '00000000000' });
    expect((await prove(test, serial, right)).json()).toEqual(nothing);
    expect((await prove(test, serial, { ticketCode: ticket.code })).json()).toEqual(nothing);
    expect((await prove(test, other, right)).json()).toMatchObject({ found: true });
    now = new Date(started.getTime() + DAY_MS - 1_000);
    expect((await prove(test, serial, right)).json()).toEqual(nothing);
    now = new Date(started.getTime() + DAY_MS + 1_000);
    expect((await prove(test, serial, right)).json()).toMatchObject({ found: true });
    // A new window counts from one again.
    await prove(test, serial, wrong);
    expect((await prove(test, serial, right)).json()).toMatchObject({ found: true });
    now = started;
  });

  it('fifty guesses at once are compared no more than five times', async () => {
    const serial = newSerial();
    const { id } = await openRepair(test, { serial });
    const guesses = Array.from({ length: 50 }, (_, i) => prove(test, serial, { phoneLast4: String(i).padStart(4, '0') }));
    const answers = await Promise.all(guesses);
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set([JSON.stringify(nothing)]));
    const row = await test.owner.selectFrom('lookup_failures').select('failures').where('ticket_id', '=', id).executeTakeFirstOrThrow();
    expect(row.failures).toBe(5);
  });

  it('digits that open an older record of another brand count at the newer one, which they did not open', async () => {
    const serial = newSerial();
    const own = await test.addBrand();
    const { id: ownId } = await openRepair(test, { serial }, own);
    await test.owner.updateTable('contacts').set({ phone: '+8613800004321' }).where('brand_id', '=', own.brandId).execute();
    now = new Date(started.getTime() + 60_000);
    const { id } = await openRepair(test, { serial });
    for (let i = 1; i <= 7; i += 1) {
      expect((await prove(test, serial, { phoneLast4: '4321' })).json(), `guess ${i}`).toMatchObject({ found: true });
    }
    expect((await prove(test, serial, right)).json()).toEqual(nothing);
    const counted = await test.owner.selectFrom('lookup_failures').select(['ticket_id', 'failures']).where('ticket_id', 'in', [id, ownId]).execute();
    expect(counted.toSorted((a, b) => b.failures - a.failures)).toEqual([
      { ticket_id: id, failures: 5 },
      { ticket_id: ownId, failures: 1 },
    ]);
    now = started;
  });

  it('a serial of fifteen digits that is no IMEI is found with a proof, and a wrong one is told nothing but the hint', async () => {
    const serial = '356938035643804';
    await openRepair(test, { serial });
    expect((await prove(test, serial, right)).json()).toMatchObject({ found: true, tier: 1 });
    const [known, unknown] = [await prove(test, serial, wrong), await prove(test, '356938035643805', wrong)];
    expect(known.json()).toMatchObject({ found: false, verifyHint: { code: 'imei_check_digit' } });
    expect(known.body).toBe(unknown.body);
  });

  it('a mistyped IMEI gets a hint, whatever the proof', async () => {
    const answer = await prove(test, '490154203237517', right);
    expect(answer.json()).toEqual({ found: false, verifyHint: { code: 'imei_check_digit', text: hints.imei_check_digit['zh-CN'] } });
  });
});

describe('a body that is none', () => {
  it.each([
    ['no proof', { identifier: 'ABCDEFGH' }],
    ['both proofs', { identifier: 'ABCDEFGH', proof: { ticketCode: 'x', phoneLast4: '1234' } }],
    ['letters for digits', { identifier: 'ABCDEFGH', proof: { phoneLast4: '12a4' } }],
    ['other digits', { identifier: 'ABCDEFGH', proof: { phoneLast4: '١٢٣٤' } }],
    ['an unknown field', { identifier: 'ABCDEFGH', proof: { phoneLast4: '1234' }, more: 1 }],
    ['NUL', { identifier: 'ABCD\0EFGH', proof: { phoneLast4: '1234' } }],
    ['a lone surrogate', { identifier: 'ABCD\ud800EFGH', proof: { phoneLast4: '1234' } }],
    ['200 characters', { identifier: 'A'.repeat(200), proof: { phoneLast4: '1234' } }],
    ['50 characters', { identifier: 'A'.repeat(50), proof: { phoneLast4: '1234' } }],
    ['a number', { identifier: 12_345_678, proof: { phoneLast4: '1234' } }],
  ])('%s', async (_name, payload) => {
    const answer = await test.call(null, { method: 'POST', url: '/v1/lookup', payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'validation_failed' });
  });

  it.each([
    ['{', 'application/json', 400],
    ['identifier=A', 'application/x-www-form-urlencoded', 415],
    [`{"identifier":"${'A'.repeat(70_000)}"}`, 'application/json', 413],
  ])('%.12s as %s → %s', async (payload, type, status) => {
    const answer = await test.call(null, { method: 'POST', url: '/v1/lookup', payload, headers: { 'content-type': type } });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });
});
