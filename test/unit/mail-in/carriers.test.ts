// The contract that every carrier on the list keeps.
import { describe, expect, it } from 'vitest';
import type { Carrier } from '#mail-in/carriers/carrier.ts';
import { UnreadablePush } from '#mail-in/carriers/carrier.ts';
import { carriers } from '#mail-in/carriers/carriers.ts';
import { CarrierName, ParcelStatus, Waybill } from '#mail-in/tracking.ts';
import { stateOf } from '#mail-in/tracking-rules.ts';
import { sample } from '../../support/carrier-samples.ts';
import { type Wire, wire } from '../../support/carrier-wires.ts';

const now = new Date('2026-11-22T10:00:00.400Z');
const secret = 'a-sécret-of-this-account';
const minutes = (count: number): Date => new Date(now.getTime() + count * 60_000);

describe.each([...carriers])('carrier %s', (name, carrier: Carrier) => {
  const terms = { codes: {}, timeZone: carrier.timeZone };
  const content = sample(name, 'sf1234567890123', [
    ['moving', 9],
    ['collected', 5],
    ['at_door', 30],
  ]);
  const sent = wire(name, content, secret, now);
  const verify = (push: Wire, more: { secret?: string; now?: Date } = {}) => carrier.verify(more.secret ?? secret, { ...push, now: more.now ?? now });
  const verdicts = (body: Buffer) => verify({ ...sent, body });

  it('is listed under its own name, which fits an address', () => {
    expect(carrier.name).toBe(name);
    expect(CarrierName.parse(name)).toBe(name);
    expect(carrier.types.every((type) => /^[a-z]+\/[a-z-]+$/.test(type))).toBe(true);
    expect(carrier.types).toContain(sent.headers['content-type']);
  });

  it('accepts what who knows the secret sent, and nothing else', () => {
    expect(verify(sent)).toBe('right');
    expect(verify(sent, { secret: 'another-secret' })).toBe('wrong');
    expect(verify({ ...sent, headers: {}, key: null, body: Buffer.from('{}') })).toBe('wrong');
    expect(verify({ ...sent, headers: {}, key: '', body: Buffer.alloc(0) })).toBe('wrong');
  });

  it('accepts no body that was changed, cut, lengthened or written anew, unless the address is all there is to prove', () => {
    if (carrier.proof === 'address') return expect(verdicts(Buffer.from('anything'))).toBe('right');
    let refused = 0;
    for (let at = 0; at < sent.body.length; at += 11) {
      const tampered = Buffer.from(sent.body);
      tampered[at] = (tampered[at] ?? 0) ^ 1;
      // A field that the carrier leaves unsigned must not decide anything.
      if (verdicts(tampered) === 'right') expect(carrier.read(tampered, terms)).toEqual(carrier.read(sent.body, terms));
      else refused += 1;
    }
    expect(refused).toBeGreaterThan((0.95 * sent.body.length) / 11);
    expect(verdicts(sent.body.subarray(0, -1))).toBe('wrong');
    expect(verdicts(sent.body.subarray(0, sent.body.length / 2))).toBe('wrong');
    expect(verdicts(Buffer.concat([sent.body, Buffer.from('\n')]))).toBe('wrong');
    expect(verdicts(Buffer.concat([sent.body, sent.body]))).toBe('wrong');
    const anew = sent.body.toString().startsWith('{')
      ? JSON.stringify(JSON.parse(sent.body.toString()), null, 1)
      : sent.body.toString('latin1').replaceAll('%7B', '%5B');
    expect(verdicts(Buffer.from(anew))).toBe('wrong');
  });

  it('refuses a proof with any bit turned', () => {
    for (const [header, value] of Object.entries(sent.headers)) {
      if (header === 'content-type' || header === 'x-shipengine-timestamp') continue;
      for (let at = 0; at < value.length; at += 1) {
        const turned = value.slice(0, at) + String.fromCharCode(value.charCodeAt(at) ^ 1) + value.slice(at + 1);
        expect(verify({ ...sent, headers: { ...sent.headers, [header]: turned } })).toBe('wrong');
      }
    }
    const key = sent.key ?? '';
    for (let at = 0; at < key.length; at += 1) {
      expect(verify({ ...sent, key: key.slice(0, at) + String.fromCharCode(key.charCodeAt(at) ^ 1) + key.slice(at + 1) })).toBe('wrong');
    }
  });

  it('reads scans that can be kept, in the order that the clocks say', () => {
    const [news, ...others] = carrier.read(sent.body, terms);
    expect(others).toEqual([]);
    expect(news?.waybill).toBe('SF1234567890123');
    expect(Waybill.parse(news?.waybill)).toBe(news?.waybill);
    const scans = (news?.scans ?? []).toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
    expect(scans.map(({ occurredAt }) => occurredAt.toISOString())).toEqual([
      '2026-11-20T05:00:00.000Z',
      '2026-11-20T09:00:00.000Z',
      '2026-11-21T06:00:00.000Z',
    ]);
    for (const scan of scans) {
      expect(ParcelStatus.options).toContain(scan.status);
      expect(scan.unmapped).toBeUndefined();
      expect(scan.codeRaw).not.toBe('');
      expect(scan.occurredLocal).toMatch(/^2026-11-2\d[T ]\d\d:00:00/);
    }
    expect(['picked_up', 'in_transit']).toContain(scans[0]?.status);
    expect(scans[1]?.status).toBe('in_transit');
    // SF says no more than that it has come to the last depot.
    expect(scans[2]?.status).toBe(name === 'sf' ? 'in_transit' : 'out_for_delivery');
  });

  it('reads a delivery as one', () => {
    const delivered = sample(name, 'SF1', [
      ['collected', 5],
      ['delivered', 33],
    ]);
    const [news] = carrier.read(wire(name, delivered, secret, now).body, terms);
    expect(stateOf([...(news?.scans ?? []), ...(news?.state ? [news.state] : [])])).toMatchObject({
      status: 'delivered',
      deliveredAt: new Date('2026-11-21T09:00:00Z'),
    });
  });

  it('gives a scan the same key in every push, and different scans different keys', () => {
    const keys = (history: Parameters<typeof sample>[2]): string[] =>
      carrier.read(wire(name, sample(name, 'SF1', history), secret, now).body, terms).flatMap(({ scans }) => scans.map(({ eventKey }) => eventKey));
    const early = keys([
      ['collected', 5],
      ['moving', 9],
    ]);
    const later = keys([
      ['collected', 5],
      ['moving', 9],
      ['moving', 10],
      ['delivered', 30],
    ]);
    expect(new Set(later).size).toBe(4);
    expect(later.filter((key) => early.includes(key)).toSorted()).toEqual(early.toSorted());
  });

  it('keeps a code that it does not know, marks it, and reads it as the account says', () => {
    const odd = wire(name, sample(name, 'SF1', [['odd', 5]]), secret, now).body;
    const [news] = carrier.read(odd, terms);
    const [scan] = news?.scans ?? [];
    expect(scan).toMatchObject({ status: 'unknown', unmapped: true, codeRaw: expect.stringMatching(/.+/) });
    expect(stateOf([...(news?.scans ?? []), ...(news?.state ? [news.state] : [])]).status).toBe('label_created');
    const [mine] = carrier.read(odd, { ...terms, codes: { [scan?.codeRaw ?? '']: 'customs' } });
    expect(mine?.scans[0]).toMatchObject({ status: 'customs', codeRaw: scan?.codeRaw });
    expect(mine?.scans[0]?.eventKey).toBe(scan?.eventKey);
  });

  it.each([
    '',
    'not json',
    '[]',
    'null',
    '"text"',
    '{}',
    '{"description":',
    '\0',
    '<',
    '<Request>',
    'param=',
    'param=%7B',
    'a=b&RequestData=',
    'deep',
  ])('says of %j that it cannot be read', (text) => {
    expect(() => carrier.read(Buffer.from(text === 'deep' ? '['.repeat(100_000) : text), terms)).toThrow(UnreadablePush);
  });

  it('cannot read a parcel without a waybill, with an odd one, or with scans without end', () => {
    for (const waybill of ['', 'A\u0001B', 'X'.repeat(65), '顺丰']) {
      expect(() => carrier.read(wire(name, sample(name, waybill, [['moving', 5]]), secret, now).body, terms)).toThrow(UnreadablePush);
    }
    const endless = Array.from({ length: 5_001 }, (_, hour) => ['moving', hour % 200] as const);
    const { body } = wire(name, sample(name, 'SF1', endless), secret, now);
    expect(() => carrier.read(body, terms)).toThrow(UnreadablePush);
    expect(() => carrier.read(body, terms)).toThrow(/more than 5000 .*: no more are read\.$/);
  });

  it('reads a megabyte in a moment', () => {
    const long = Array.from({ length: 3_000 }, (_, hour) => ['moving', hour % 200] as const);
    const { body } = wire(name, sample(name, 'SF1', long), secret, now);
    const began = performance.now();
    expect(carrier.read(body, terms)[0]?.scans).toHaveLength(3_000);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('answers in its own form', () => {
    const { status, contentType, body } = carrier.answer({ body: sent.body, now }, false);
    expect(status).toBe(200);
    if (contentType.startsWith('application/json')) expect(JSON.parse(body)).toEqual(expect.any(Object));
    else expect([contentType, body]).toEqual(['text/xml; charset=utf-8', '<Response service="RoutePushService"><Head>OK</Head></Response>']);
    expect([200, 202]).toContain(carrier.answer({ body: sent.body, now }, true).status);
  });

  it('takes what was sent five minutes ago, and no later, where it says when', () => {
    const timed = name === 'shippo' || name === 'shipengine';
    expect(verify(sent, { now: minutes(4.9) })).toBe('right');
    expect(verify(sent, { now: minutes(-4.9) })).toBe('right');
    expect(verify(sent, { now: minutes(5.1) })).toBe(timed ? 'late' : 'right');
    expect(verify(sent, { now: minutes(-5.1) })).toBe(timed ? 'late' : 'right');
    expect(verify(sent, { now: minutes(9), secret: 'another-secret' })).toBe('wrong');
  });
});

describe('AfterShip and 17TRACK', () => {
  /** What is read of this sample once `change` has been made to what it says of the whole parcel. */
  const readAs = (name: string, history: Parameters<typeof sample>[2], change: (body: never) => void) => {
    const carrier = carriers.get(name);
    const body = JSON.parse(sample(name, 'SF1', history)) as never;
    change(body);
    const [news] = carrier?.read(Buffer.from(JSON.stringify(body)), { codes: {}, timeZone: 'UTC' }) ?? [];
    return stateOf([...(news?.scans ?? []), ...(news?.state ? [news.state] : [])]).status;
  };
  const moving = [
    ['collected', 5],
    ['moving', 9],
  ] as const;

  it.each([
    ['Exception_003', 'refused'],
    ['Exception_004', 'customs'],
    ['Exception_007', 'exception'],
    ['Exception_010', 'returning'],
    ['Exception_011', 'returned'],
    ['Exception_012', 'exception'],
    ['Exception_013', 'lost'],
  ])('read the subtag %s of AfterShip as its list has it: %s', (subtag, status) => {
    const said = readAs('aftership', moving, ({ msg }: { msg: object }) => Object.assign(msg, { tag: 'Exception', subtag }));
    expect(said).toBe(status);
  });

  it('say of a parcel on its way that it is heard of no more, and not of one that has come', () => {
    const expired: Record<string, (body: never) => void> = {
      aftership: ({ msg }: { msg: object }) => Object.assign(msg, { tag: 'Expired', subtag: 'Expired_001' }),
      '17track': ({ data }: { data: { track_info: object } }) =>
        Object.assign(data.track_info, { latest_status: { status: 'Expired', sub_status: 'Expired_Other' } }),
    };
    for (const [name, change] of Object.entries(expired)) {
      const ways = [moving.slice(0, 1), moving, [...moving, ['at_door', 30]], [...moving, ['delivered', 33]]] as const;
      expect(ways.map((way) => readAs(name, way, change))).toEqual(['expired', 'expired', 'expired', 'delivered']);
    }
  });
});
