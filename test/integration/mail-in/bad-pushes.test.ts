// Real pushes that went wrong on their way: changed, cut, written anew, sent again; and clocks that do not show the time.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CarrierAccountView } from '#mail-in/carrier-account.ts';
import { carriers } from '#mail-in/carriers/carriers.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { folder, isThere, type Recorded, recorded } from '../../support/carrier-records.ts';
import { sample } from '../../support/carrier-samples.ts';
import { type Wire, wire } from '../../support/carrier-wires.ts';
import { account, deliver, parcelsOf, push, SECRET } from '../../support/mail-in.ts';

let test: TestApp;
let tools: ReturnType<typeof parcelsOf>;
const accounts = new Map<string, CarrierAccountView>();
const url = (carrier: string): string => accounts.get(carrier)?.webhookPath ?? '';

beforeAll(async () => {
  test = await startApp();
  tools = parcelsOf(test);
  for (const carrier of carriers.keys()) {
    const payload = { carrier, name: carrier, webhookSecret: SECRET };
    const made = await test.call(test.keys.brand, { method: 'POST', url: '/v1/carrier-accounts', payload });
    accounts.set(carrier, made.json<CarrierAccountView>());
  }
});
afterAll(() => test.close());

const send = (carrier: string, { headers, body }: Pick<Wire, 'headers' | 'body'>) =>
  test.call(null, { method: 'POST', url: url(carrier), headers, payload: body });
const rows = () => test.owner.selectFrom('tracking_events').select('id').execute();

/** The same content in other bytes, as proxies and frameworks write it. */
function writtenAnew(body: Buffer): Buffer[] {
  const text = body.toString();
  if (text.startsWith('{')) {
    return [JSON.stringify(JSON.parse(text)), JSON.stringify(JSON.parse(text), null, 4), text.replaceAll('"', '&quot;'), `\ufeff${text}`]
      .filter((other) => other !== text)
      .map((other) => Buffer.from(other));
  }
  const form = new URLSearchParams(text);
  const changed = (write: (value: string) => string): Buffer =>
    Buffer.from(String(new URLSearchParams([...form].map(([name, value]) => [name, value.startsWith('{') ? write(value) : value]))));
  return [changed((value) => JSON.stringify(JSON.parse(value), null, 1)), changed((value) => value.replaceAll('"', '&quot;'))];
}

/** What a carrier would have sent: the recorded content, signed with the secret of our account. */
const resigned = ({ carrier, meta, body }: Recorded): Wire => {
  const [, field] = meta.kind === 'webhook' && carrier === 'kdniao' ? (/RequestData=([^&]*)/i.exec(body.toString()) ?? []) : [];
  const content = field === undefined ? body : decodeURIComponent(field.replaceAll('+', ' '));
  return wire(carrier, content, SECRET, test.services.clock.now());
};
const pushes = recorded.filter(({ meta }) => meta.kind.startsWith('webhook')).map((one) => [`${one.carrier}/${one.name}`, one] as const);

describe.skipIf(!isThere)(`a recorded push (skipped where ${folder} is missing)`, () => {
  it.each(pushes)('%s is taken once however often it comes, and not at all changed, cut or written anew', async (_, one) => {
    const { carrier, meta } = one;
    const sent = resigned(one);
    const before = (await rows()).length;
    if (carriers.get(carrier)?.proof !== 'address') {
      const spoilt = [
        sent.body.subarray(0, -1),
        sent.body.subarray(0, sent.body.length / 2),
        Buffer.concat([sent.body, sent.body]),
        ...writtenAnew(sent.body),
      ];
      for (let at = 3; at < sent.body.length; at += Math.ceil(sent.body.length / 12)) {
        const turned = Buffer.from(sent.body);
        turned[at] = (turned[at] ?? 0) ^ 2;
        if (carrier !== 'kdniao' || at > sent.body.indexOf('RequestData=') + 12) spoilt.push(turned);
      }
      for (const body of spoilt) {
        const answer = await send(carrier, { ...sent, body });
        expect([answer.statusCode, answer.json<{ code: string }>().code], body.toString().slice(0, 80)).toEqual([401, 'signature_invalid']);
      }
    } else {
      // The address is all that proves it: what can still be read is taken, what cannot is refused.
      expect((await send(carrier, { ...sent, body: sent.body.subarray(0, sent.body.length / 2) })).statusCode).toBe(400);
    }
    expect((await rows()).length).toBe(before);

    const first = await send(carrier, sent);
    expect([200, 202], first.body).toContain(first.statusCode);
    const all = (await rows()).length;
    const kept = await test.owner
      .selectFrom('tracking_events')
      .select('id')
      .where('waybill', '=', meta.expected.waybill ?? '')
      .execute();
    expect(kept.length).toBeGreaterThanOrEqual(meta.expected.event_count);
    for (let times = 0; times < 2; times += 1) expect((await send(carrier, resigned(one))).statusCode).toBe(first.statusCode);
    expect((await rows()).length).toBe(all);
  });
});

describe('a scan whose id PostgreSQL cannot hold', () => {
  it('is kept once, without what cannot be held', async () => {
    const mailno = 'SFODDID1';
    const route = { mailno, acceptTime: '2026-11-20 10:00:00', acceptAddress: '杭州', remark: 'x', opCode: '50' };
    const content = JSON.stringify({
      Body: {
        WaybillRoute: [
          { ...route, id: 'a\0\ud800' },
          { ...route, id: 'b' },
        ],
      },
    });
    const sent = wire('sf', content, SECRET, test.services.clock.now());
    const json = { headers: { 'content-type': 'application/json' }, body: sent.body };
    for (let times = 0; times < 2; times += 1) expect((await send('sf', json)).statusCode).toBe(200);
    const kept = await test.owner.selectFrom('tracking_events').select('event_key').where('waybill', '=', mailno).orderBy('event_key').execute();
    expect(kept).toEqual([{ event_key: 'id:a\ufffd' }, { event_key: 'id:b' }]);
  });
});

describe('a clock that is wrong', () => {
  it.each(['shippo', 'shipengine'])('of %s, which says when it sends, may be wrong by five minutes', async (carrier) => {
    const at = (minutes: number) =>
      wire(carrier, sample(carrier, `CLOCK${minutes + 100}`, [['collected', 5]]), SECRET, new Date(Date.now() + minutes * 60_000));
    for (const minutes of [-4, 4]) expect([200, 202]).toContain((await send(carrier, at(minutes))).statusCode);
    for (const minutes of [-6, 6, 24 * 60])
      expect((await send(carrier, at(minutes))).json()).toMatchObject({ status: 401, code: 'signature_invalid' });
  });

  it('of a scanner does not hold the parcel where it is until that day comes', async () => {
    const easypost = await account(test);
    const parcel = await tools.inbound();
    const now = Date.now();
    const ahead = { status: 'in_transit', at: '2097-01-01T00:00:00Z' };
    const tell = async (...details: { status: string; at: string }[]) =>
      expect((await deliver(test, easypost, push({ ...parcel, details }))).statusCode).toBe(200);
    await tell(ahead);
    const held = await tools.read(parcel.shipment.id);
    expect(Date.parse(held.statusAt ?? '') - now).toBeLessThan(14 * 3_600_000 + 60_000);
    const later = { status: 'out_for_delivery', at: new Date(now + 15 * 3_600_000).toISOString() };
    await tell(ahead, later);
    expect(await tools.read(parcel.shipment.id)).toMatchObject({ status: 'out_for_delivery' });
    const [newest] = await tools.eventsOf(parcel.shipment.id);
    expect(newest?.occurredAt).toBe('2097-01-01T00:00:00.000Z');
    await tell(ahead, { status: 'delivered', at: new Date(now - 60_000).toISOString() });
    expect(await tools.read(parcel.shipment.id)).toMatchObject({ status: 'delivered' });
  });
});
