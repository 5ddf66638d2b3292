// Two secrets of a carrier account: what is signed with either is taken while a rotation lasts, and with the former no longer than that.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CarrierAccountView, CarrierAccountWithSecret } from '#mail-in/carrier-account.ts';
import { carriers } from '#mail-in/carriers/carriers.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { type History, sample } from '../../support/carrier-samples.ts';
import { wire } from '../../support/carrier-wires.ts';
import { account, deliver, job, label, parcelsOf, push, SECRET, scans, sign, waybill } from '../../support/mail-in.ts';

const DAY_MS = 24 * 3_600_000;
let test: TestApp;
let parcels: ReturnType<typeof parcelsOf>;
const { transit, out, done } = scans;

beforeAll(async () => {
  test = await startApp();
  parcels = parcelsOf(test);
});
afterAll(() => test.close());

const rotate = (id: string, payload: object = {}, headers: Record<string, string> = {}) =>
  test.call(test.keys.brand, { method: 'POST', url: `/v1/carrier-accounts/${id}/rotate-secret`, payload, headers });
const retire = (id: string) => test.call(test.keys.brand, { method: 'POST', url: `/v1/carrier-accounts/${id}/retire-secret` });
const signedWith = (id: string, body: Buffer, secret: string) => deliver(test, id, body, { 'x-hmac-signature': sign(body, secret) });

describe('a rotation', () => {
  it('takes pushes signed with either secret, knows a repeated one by whichever it is signed, and ends when the former is retired', async () => {
    const id = await account(test);
    const parcel = await parcels.inbound();
    const old = push({ ...parcel, details: [transit] });
    expect((await signedWith(id, old, SECRET)).statusCode).toBe(200);

    const rotated = await rotate(id);
    expect(rotated.statusCode, rotated.body).toBe(200);
    const { webhookSecret, formerSecretUntil } = rotated.json<CarrierAccountWithSecret>();
    expect(webhookSecret).toMatch(/^[\w-]{43}$/);
    expect(Date.parse(formerSecretUntil ?? '') - test.services.clock.now().getTime()).toBeGreaterThan(7 * DAY_MS - 60_000);

    // The same bytes again, under either secret: known already.
    for (const secret of [SECRET, webhookSecret]) expect((await signedWith(id, old, secret)).statusCode).toBe(200);
    expect(await parcels.eventsOf(parcel.shipment.id)).toHaveLength(1);
    const under = push({ ...parcel, details: [transit, out] });
    expect((await signedWith(id, under, SECRET)).statusCode).toBe(200);
    const over = push({ ...parcel, details: [transit, out, done] });
    expect((await signedWith(id, over, webhookSecret)).statusCode).toBe(200);
    expect(await parcels.read(parcel.shipment.id)).toMatchObject({ status: 'delivered' });
    expect((await signedWith(id, over, 'neither of the two')).json()).toMatchObject({ status: 401, code: 'signature_invalid' });

    const retired = await retire(id);
    expect([retired.statusCode, retired.json<CarrierAccountView>().formerSecretUntil]).toEqual([200, null]);
    expect((await signedWith(id, over, SECRET)).json()).toMatchObject({ status: 401, code: 'signature_invalid' });
    expect((await signedWith(id, over, webhookSecret)).statusCode).toBe(200);
    expect(await parcels.eventsOf(parcel.shipment.id)).toHaveLength(3);
  });

  it('ends by itself after seven days', async () => {
    const id = await account(test);
    await rotate(id, { webhookSecret: 'the secret of next week' });
    const body = push({ waybill: waybill(), details: [transit] });
    expect((await signedWith(id, body, SECRET)).statusCode).toBe(202);
    const ended = new Date(test.services.clock.now().getTime() - 1);
    await test.owner.updateTable('carrier_accounts').set({ former_until: ended }).where('id', '=', id).execute();
    // Accounts are remembered for a moment.
    await new Promise((resolve) => setTimeout(resolve, 1_600));
    expect((await signedWith(id, body, SECRET)).statusCode).toBe(401);
    expect((await signedWith(id, body, 'the secret of next week')).statusCode).toBe(202);
    const list = await test.call(test.keys.brand, { url: '/v1/carrier-accounts?limit=100' });
    expect(list.json<{ data: CarrierAccountView[] }>().data.find((one) => one.id === id)).toMatchObject({ formerSecretUntil: null });
  });

  it('leaves two live secrets at most, and one where the secret is replaced', async () => {
    const id = await account(test);
    const body = push({ waybill: waybill(), details: [transit] });
    const [second, third, fourth] = ['the second secret', 'the third secret', 'the fourth secret'] as const;
    await rotate(id, { webhookSecret: second });
    // The same call again: the first secret stays live.
    await rotate(id, { webhookSecret: second });
    expect((await signedWith(id, body, SECRET)).statusCode).toBe(202);
    await rotate(id, { webhookSecret: third });
    expect((await signedWith(id, body, SECRET)).statusCode).toBe(401);
    for (const secret of [second, third]) expect((await signedWith(id, body, secret)).statusCode).toBe(202);
    const url = `/v1/carrier-accounts/${id}`;
    await test.call(test.keys.brand, { method: 'PATCH', url, payload: { webhookSecret: fourth } });
    for (const secret of [second, third]) expect((await signedWith(id, body, secret)).statusCode).toBe(401);
    expect((await signedWith(id, body, fourth)).statusCode).toBe(202);
  });

  it('loses no secret where two come at once, answers a repeated call as the first, and keeps both secrets sealed', async () => {
    const id = await account(test);
    const body = push({ waybill: waybill(), details: [transit] });
    const made = await Promise.all([rotate(id), rotate(id)]);
    const secrets = made.map((answer) => answer.json<CarrierAccountWithSecret>().webhookSecret);
    for (const secret of secrets) expect((await signedWith(id, body, secret)).statusCode).toBe(202);
    const headers = { 'idempotency-key': `rotate-${id}` };
    const [first, again] = [await rotate(id, {}, headers), await rotate(id, {}, headers)];
    expect(again.json()).toEqual(first.json());
    const { webhookSecret } = first.json<CarrierAccountWithSecret>();
    expect((await signedWith(id, body, webhookSecret)).statusCode).toBe(202);
    const row = await test.owner.selectFrom('carrier_accounts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    for (const secret of [...secrets, webhookSecret]) {
      expect([row.sealed_secret, row.former_secret].some((sealed) => sealed?.includes(secret))).toBe(false);
    }
    expect((await test.call(test.keys.brand, { url: '/v1/carrier-accounts?limit=100' })).body).not.toContain(webhookSecret);
  });

  it('is for brands and admins, and for nobody else’s account', async () => {
    const id = await account(test);
    const other = await test.addBrand();
    for (const deed of ['rotate-secret', 'retire-secret']) {
      const request = { method: 'POST', url: `/v1/carrier-accounts/${id}/${deed}`, ...(deed === 'rotate-secret' ? { payload: {} } : {}) } as const;
      expect((await test.call(test.keys.courier, request)).statusCode).toBe(403);
      expect((await test.call(other.keys.brand, request)).json()).toMatchObject({ status: 404, code: 'not_found' });
    }
    expect((await rotate(id, { webhookSecret: 'short' })).json()).toMatchObject({ status: 400, code: 'validation_failed' });
  });
});

describe.each([...carriers.keys()])('%s', (carrier) => {
  it('is taken with either secret, or at either address, while a rotation lasts', async () => {
    const payload = { carrier, name: carrier, webhookSecret: 'the secret before this one' };
    const made = await test.call(test.keys.brand, { method: 'POST', url: '/v1/carrier-accounts', payload });
    const before = made.json<CarrierAccountView>();
    const of = waybill();
    await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload: job(test, { label: { ...label(of), carrier } }) });
    const after = (await rotate(before.id, { webhookSecret: 'the secret after that one' })).json<CarrierAccountWithSecret>();
    const history: History = [['collected', 5]];
    const send = (at: string, secret: string) => {
      const sent = wire(carrier, sample(carrier, of, history), secret, test.services.clock.now());
      return test.call(null, { method: 'POST', url: at, headers: sent.headers, payload: sent.body });
    };
    expect((await send(before.webhookPath, payload.webhookSecret)).statusCode).toBe(200);
    expect((await send(after.webhookPath, after.webhookSecret)).statusCode).toBe(200);
    expect((await retire(before.id)).statusCode).toBe(200);
    expect((await send(before.webhookPath, payload.webhookSecret)).statusCode).toBe(401);
    expect((await send(after.webhookPath, after.webhookSecret)).statusCode).toBe(200);
  });
});
