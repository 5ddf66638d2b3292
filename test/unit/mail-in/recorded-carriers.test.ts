// Every recorded body reads as the note beside it says, byte for byte as it was recorded.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ParcelNews } from '#mail-in/carriers/carrier.ts';
import { carriers } from '#mail-in/carriers/carriers.ts';
import { addressKey } from '#mail-in/carriers/proof.ts';
import { stateOf } from '#mail-in/tracking-rules.ts';
import { folder, isThere, type Recorded, recorded, wrapped } from '../../support/carrier-records.ts';

const carrierOf = (name: string) => {
  const carrier = carriers.get(name);
  if (carrier === undefined) throw new Error(`${folder}/${name} is a folder of a carrier that is not on the list`);
  return carrier;
};

/** Reads it as it came over the wire; a bare tracker is what the carrier's API answers. */
function read({ carrier: name, meta, body }: Recorded): ParcelNews[] {
  const carrier = carrierOf(name);
  const terms = { codes: {}, timeZone: carrier.timeZone };
  if (meta.kind !== 'tracker_object') return carrier.read(wrapped({ carrier: name, meta, body }), terms);
  const answer = Buffer.from(`{"trackers":[${body.toString()}],"has_more":false}`);
  return carrier.inquiry?.read(answer, meta.expected.waybill ?? '', terms) ?? [];
}

describe.skipIf(!isThere)(`recorded pushes (skipped where ${folder} is missing)`, () => {
  it('are there for every carrier', () => {
    expect(new Set(recorded.map(({ carrier }) => carrier))).toEqual(new Set(carriers.keys()));
    expect(recorded.length).toBeGreaterThanOrEqual(27);
  });

  describe.each(recorded.map((one) => [`${one.carrier}/${one.name}`, one] as const))('%s', (_, one) => {
    const { meta, body } = one;
    const { expected } = meta;

    it('is the file that was recorded', () => {
      expect(body.length).toBe(meta.bytes);
      expect(createHash('sha256').update(body).digest('hex')).toBe(meta.sha256);
    });

    it('reads as its note says', () => {
      const [news, ...others] = read(one);
      expect(others).toEqual([]);
      const scans = news?.scans ?? [];
      expect(news?.waybill ?? null).toBe(expected.waybill);
      expect(scans).toHaveLength(expected.event_count);
      expect(scans.filter(({ unmapped }) => unmapped)).toEqual([]);

      const told = news?.state ? [...scans, news.state] : scans;
      const state = stateOf(told);
      // Nothing was said of the parcel: null and `unknown` are the same to us.
      if (told.length === 0) expect([null, 'unknown']).toContain(expected.status_normalised);
      else expect(state.status).toBe(expected.status_normalised);

      const last = scans.toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime()).at(-1);
      if (expected.last_occurred_at_zone?.startsWith('unknown') === true) expect(last?.occurredLocal).toBe(expected.last_occurred_at);
      else expect(last?.occurredAt.getTime() ?? null).toBe(expected.last_occurred_at === null ? null : Date.parse(expected.last_occurred_at));
      for (const { occurredLocal } of scans) expect(body.toString()).toContain(occurredLocal === null ? '' : encodedIn(body, occurredLocal));

      if (expected.delivered_at !== undefined) expect(state.deliveredAt).toEqual(new Date(expected.delivered_at));
      if (expected.status_time !== undefined) expect(state.at).toEqual(new Date(expected.status_time));
      if (expected.event_id !== undefined) expect(scans[0]?.eventKey).toBe(`id:${expected.event_id}`);
      if (expected.opCode !== undefined) expect(scans[0]?.codeRaw).toBe(expected.opCode);
      const watches = { polling: 'watching', shutdown: 'ended', abort: 'given_up' } as const;
      if (expected.push_status !== undefined) expect(news?.watch).toBe(watches[expected.push_status]);
      if (expected.action?.startsWith('mark monitoring stopped') === true) expect(news?.watch).toBe('ended');
    });
  });

  it('show who signed, where they say so', () => {
    const signed = recorded.flatMap((one) => read(one).map(({ proof }) => [one.body.toString(), proof?.signedBy ?? null] as const));
    for (const [text, by] of signed) expect(text.includes('John Tester')).toBe(by === 'John Tester');
    expect(signed.filter(([, by]) => by !== null)).toHaveLength(2);
  });

  const titled = (which: (one: Recorded) => boolean) => recorded.filter(which).map((one) => [`${one.carrier}/${one.name}`, one] as const);

  // Where a source keeps its secret to itself, only the computed signature below can be checked.
  it.each(titled(({ meta }) => meta.signature?.verified === true && meta.secret !== null))('%s has the signature of its source', (_, one) => {
    const { signature, secret } = one.meta;
    const push = { headers: { [signature?.header.toLowerCase() ?? '']: signature?.value }, key: null, now: new Date() };
    expect(carrierOf(one.carrier).verify(secret ?? '', { ...push, body: one.body })).toBe('right');
    expect(carrierOf(one.carrier).verify(secret ?? '', { ...push, body: Buffer.concat([one.body, Buffer.from('\n')]) })).toBe('wrong');
  });

  it.each(titled(({ meta }) => meta.derived_signature !== undefined))('%s has the signature that was computed for it', (_, one) => {
    const given = one.meta.derived_signature ?? {};
    const secret = given.secret ?? given.key ?? given.salt ?? given.appkey ?? '';
    const headers = given.header === undefined ? {} : { [given.header.toLowerCase()]: given.value };
    const push = { headers, key: null, body: wrapped(one), now: new Date(Number(/^t=(\d+)/.exec(given.value ?? '')?.[1] ?? 0) * 1000) };
    expect(carrierOf(one.carrier).verify(secret, push)).toBe('right');
    expect(carrierOf(one.carrier).verify(`${secret}x`, push)).toBe('wrong');
  });

  it.each(titled(({ carrier }) => carrierOf(carrier).proof === 'address'))('%s is taken at its secret address only', (_, { carrier, body }) => {
    const secret = 'made up for this test';
    const push = { headers: {}, body, now: new Date() };
    expect(carrierOf(carrier).verify(secret, { ...push, key: addressKey(secret) })).toBe('right');
    expect(carrierOf(carrier).verify(secret, { ...push, key: addressKey('another secret') })).toBe('wrong');
  });
});

/** The text as it stands in this body: in a form its spaces and colons are encoded. */
function encodedIn(body: Buffer, text: string): string {
  return body.includes('RequestData=%7b') ? encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%3A', '%3a') : text;
}
