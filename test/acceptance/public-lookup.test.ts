// What the public learns from a serial number: enough to know where the repair is, and in every mode nothing about anybody.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expected, lookUpOwned, type Schemas, step, type Ticket } from '../client/client.ts';
import { onBothQueues } from '../support/queues.ts';
import { customer, freshSerial, scanned } from '../support/samples.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { openShop, type Shop } from '../support/shop.ts';

const IMEI = '490154203237518';

onBothQueues('public lookup', (queue) => {
  let scene: Scene;
  let shop: Shop;
  let ticket: Ticket;
  const serial = freshSerial();

  const open = async (to: Shop, serialOf = serial): Promise<Ticket> => {
    const device = { kind: 'phone', maker: 'Aurora', model: 'A5', serial: serialOf, imei: IMEI } as const;
    const order = {
      channel: 'walk_in',
      device,
      contact: customer('he'),
      faultReported: 'Dark screen',
      returnMethod: 'pick_up',
      jurisdiction: 'CN',
    } as const;
    return expected(to.center.POST('/v1/tickets', { body: order }), 201);
  };
  const raw = async (
    typed: string,
    headers: Record<string, string> = {},
    query = '',
  ): Promise<{ status: number; headers: Headers; body: string }> => {
    const response = await fetch(`${scene.baseUrl}/v1/lookup/${encodeURIComponent(typed)}${query}`, { headers });
    return { status: response.status, headers: response.headers, body: await response.text() };
  };
  const owner = (body: Schemas['OwnerQuestion']): Promise<Schemas['OwnerAnswer']> => lookUpOwned(shop.stranger, body);

  beforeAll(async () => {
    scene = await openScene(queue);
    shop = await openShop(scene);
    ticket = await open(shop);
  });
  afterAll(() => scene?.close());

  it('answers a serial however it is typed, in two languages and as plain text', async () => {
    const typed = [
      serial,
      serial.toLowerCase(),
      ` ${serial.slice(0, 4)} ${serial.slice(4)}`,
      serial.replace(/./g, (c) => String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0)),
    ];
    for (const one of typed) expect(JSON.parse((await raw(one)).body)).toMatchObject({ found: true, stage: 'intake' });
    expect((await raw(serial, { 'accept-language': 'zh-CN' })).body).toMatch(/[\u4E00-\u9FFF]/);
    const text = await raw(serial, { accept: 'text/plain', 'accept-language': 'en' });
    expect(text.headers.get('content-type')).toContain('text/plain');
    expect(text.body).not.toContain('{');
  });

  it('shows progress as it happens', async () => {
    ticket = await step(shop.center, ticket, 'device.receive', scanned(serial));
    // One sentence for the whole stage: it has to be true of a device that lies on our desk, too.
    expect((JSON.parse((await raw(serial, { 'accept-language': 'en' })).body) as Schemas['OpenProgress']).whatThisMeans).toContain(
      'has just arrived',
    );
    ticket = await step(shop.center, ticket, 'diagnosis.start', { technician: 'Zhao' });
    const now = JSON.parse((await raw(serial)).body) as Schemas['OpenProgress'];
    expect(now).toMatchObject({ stage: 'diagnosis', nextUpdateBy: expect.any(String), mustAct: false });
    expect(now.stages.map(({ reachedOn }) => reachedOn !== null)).toEqual([true, true, false, false, false]);
  });

  it('never answers an IMEI alone, whether or not it exists', async () => {
    const known = await raw(IMEI);
    const unknown = await raw('356938035643809');
    expect(known.body).toBe(unknown.body);
    expect(JSON.parse(known.body)).toMatchObject({ found: false });
    expect(await owner({ identifier: IMEI, proof: { ticketCode: ticket.code } })).toMatchObject({ found: true, tier: 1, status: 'diagnosing' });
    expect(await owner({ identifier: IMEI, proof: { phoneLast4: '1234' } })).toMatchObject({ found: true });
  });

  it('answers the code alone, a wrong code and an unknown serial alike', async () => {
    const wrong = await owner({ identifier: serial, proof: { ticketCode: '00000000000' } });
    const unknown = await owner({ identifier: freshSerial(), proof: { ticketCode: ticket.code } });
    expect(wrong).toEqual(unknown);
    expect(JSON.parse((await raw(ticket.code)).body)).toMatchObject({ found: false });
  });

  it('in mode proof is byte-identical for known and unknown serials until a proof comes', async () => {
    const careful = await openShop({ ...scene, lookupMode: 'proof' });
    const mine = freshSerial();
    const theirs = await open(careful, mine);
    const known = await raw(mine, {}, `?brand=${careful.slug}`);
    const unknown = await raw(freshSerial(), {}, `?brand=${careful.slug}`);
    expect(known.body).toBe(unknown.body);
    expect(known.status).toBe(unknown.status);
    expect(await owner({ identifier: mine, proof: { ticketCode: theirs.code } })).toMatchObject({ found: true, tier: 1 });
  });

  it('in mode link answers nobody who types', async () => {
    const closed = await openShop({ ...scene, lookupMode: 'link' });
    const mine = freshSerial();
    const theirs = await open(closed, mine);
    expect(JSON.parse((await raw(mine, {}, `?brand=${closed.slug}`)).body)).toMatchObject({ found: false });
    expect(await owner({ identifier: mine, proof: { ticketCode: theirs.code } })).toMatchObject({ found: false });
  });

  it('stops guessing at one record, and refuses what is no serial in words', async () => {
    const guessed = freshSerial();
    const victim = await open(await openShop(scene), guessed);
    for (let guess = 0; guess < 5; guess += 1) await owner({ identifier: guessed, proof: { phoneLast4: `000${guess}` } });
    expect(await owner({ identifier: guessed, proof: { phoneLast4: '1234' } })).toMatchObject({ found: false });
    expect(await owner({ identifier: guessed, proof: { ticketCode: victim.code } })).toMatchObject({ found: false });
    const long = await raw('A'.repeat(200));
    expect([long.status, (JSON.parse(long.body) as { code: string }).code]).toEqual([400, 'validation_failed']);
  });

  it('leaves no serial in the logs', () => {
    const log = scene.installation.api.log();
    for (const secret of [serial, IMEI, ticket.code]) expect(log).not.toContain(secret);
  });
});
