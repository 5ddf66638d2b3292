// Every status has words in every language, and what the public reads tells nothing it should not.
import { describe, expect, it } from 'vitest';
import { openingHours } from '#lookup/opening-hours.ts';
import { plainText } from '#lookup/plain-text.ts';
import { NotShown, OpenProgress, OwnerProgress } from '#lookup/progress.ts';
import { notShown, openProgress, ownerProgress } from '#lookup/projection.ts';
import type { OwnerRow } from '#lookup/store.ts';
import { generalHold, generalSteps, hints, stageWords, whoActs, whos, wordsFor } from '#lookup/wording.ts';
import { deviceSteps } from '#notifications/phrases.ts';
import { openPage } from '#pages/start-page.ts';
import { dayIn } from '#platform/time-zone.ts';
import { holdWords, turnOf } from '#tickets/hold-words.ts';
import { HoldReason, holds } from '#tickets/holds.ts';
import { labelOf, statuses } from '#tickets/lifecycle.ts';
import { Outcome, ReturnMethod, Status } from '#tickets/status.ts';

const locales = ['zh-CN', 'en'] as const;
const cases = Status.options.flatMap((status) =>
  ReturnMethod.options.flatMap((method) => locales.map((locale) => [status, method, locale] as const)),
);

const row: OwnerRow = {
  status: 'in_repair',
  return_method: 'ship',
  stages_reached: { intake: '2026-11-18T15:59:00.000Z', diagnosis: '2026-11-18T16:01:00.000Z', repair: '2026-11-22T03:00:00.000Z' },
  next_update_by: new Date('2026-11-27T08:00:00.000Z'),
  time_zone: 'Asia/Shanghai',
  brand_id: 'brd_x',
  ticket_id: 'tkt_x',
  code: 'CODE',
  phone_last4: '1234',
  proof_failures: null,
  proof_window_start: null,
  outcome: null,
  identifier_last4: 'PL0M',
  maker: 'Aurora',
  model: 'A5',
  center_name: 'Shanghai',
  center_phone: '+862112345678',
  timeline: [{ status: 'received', at: '2026-11-20T02:10:00+00:00' }],
  parcels: [{ carrier: 'sf', waybillLast4: '4321' }],
  quote_total: { amount: 12900, currency: 'CNY' },
  promised_at: new Date('2026-12-01T15:59:00.000Z'),
  hold_reason: null,
  contact_line: '400-820-0000',
  promises: [
    { promisedAt: '2026-11-27T10:00:00+00:00', reason: 'received', note: null, madeAt: '2026-11-20T02:10:00+00:00' },
    { promisedAt: '2026-12-01T15:59:00+00:00', reason: 'part_delayed', note: 'The maker is late.', madeAt: '2026-11-24T02:10:00+00:00' },
  ],
  hold: null,
  center_hours: {
    mon: [['09:00', '18:00']],
    tue: [['09:00', '18:00']],
    sat: [
      ['10:00', '12:00'],
      ['13:00', '16:00'],
    ],
  },
  center_time_zone: 'Asia/Shanghai',
  labels: null,
  quote_until: null,
  wish: null,
};
const held = (reason: HoldReason, customerText: string | null = 'CANARY'): OwnerRow => ({
  ...row,
  hold_reason: reason,
  hold: { resumeBy: '2026-11-29T08:00:00+00:00', customerText },
});
const now = new Date('2026-11-22T08:00:00.000Z');
const token = { value: 'payload.signature', expiresAt: new Date('2026-11-22T08:30:00.000Z') };

const holdsInWords = HoldReason.options.flatMap((reason) =>
  locales.map((locale) => [holdWords[reason][locale].why, holdWords[reason][locale].next('DAY', 'CONTACT')]),
);

describe('wording', () => {
  it.each(cases)('%s, %s, %s has both sentences', (status, method, locale) => {
    for (const outcome of [null, ...Outcome.options]) {
      const { whatThisMeans, whatHappensNext } = wordsFor(locale, status, method, outcome);
      for (const text of [whatThisMeans, whatHappensNext]) {
        expect(text.length).toBeGreaterThan(5);
        expect(text.length).toBeLessThanOrEqual(300);
        expect(text).toMatch(locale === 'en' ? /^[A-Z].*[.]$/s : /^\p{Script=Han}.*。$/su);
        expect(text).not.toMatch(/_|undefined|  /);
      }
    }
    expect(whos).toContain(whoActs(status, method));
  });

  it('asks the customer to act exactly where the ball is with them', () => {
    const mustAct = cases.filter(([status, method]) => whoActs(status, method) === 'you').map(([status, method]) => `${status} ${method}`);
    expect([...new Set(mustAct)]).toEqual(['awaiting_device ship', 'awaiting_device pick_up', 'quoted ship', 'quoted pick_up', 'ready pick_up']);
  });

  it('has nobody to act once a ticket has ended', () => {
    const ended = Status.options.filter((status) => statuses[status].stage === 'end');
    expect(ended.map((status) => whoActs(status, 'ship'))).toEqual(['nobody', 'nobody', 'nobody']);
  });

  it('says the outcome first', () => {
    expect(wordsFor('en', 'ready', 'ship', 'repaired').whatThisMeans).toBe('Your device is repaired. Your device is ready to be sent back.');
    expect(wordsFor('zh-CN', 'ready', 'pick_up', 'no_fault_found').whatThisMeans).toBe('我们仔细检测过，没有发现故障。设备已准备好，可以来取了。');
  });

  it('says of a device that is disposed of neither that it goes back nor that somebody agreed: it may be that nobody fetched it', () => {
    const said = { en: 'The device has been disposed of.', 'zh-CN': '设备已处置。' };
    for (const outcome of Outcome.options)
      for (const locale of locales) expect(wordsFor(locale, 'disposed', 'pick_up', outcome).whatThisMeans).toBe(said[locale]);
    expect(labelOf('disposed', 'ship')).toEqual({ 'zh-CN': '已处置', en: 'Disposed of' });
  });

  it('tells how to send the device or bring it in, in the words of the mail', () => {
    for (const locale of locales) expect(wordsFor(locale, 'awaiting_device', 'ship', null).whatHappensNext).toBe(deviceSteps[locale]);
  });

  it('says of a stage what is true in each of its statuses: back at the counter, or back with its owner, is not on its way', () => {
    expect(statuses.ready.stage).toBe(statuses.delivered.stage);
    expect(JSON.stringify(stageWords[statuses.ready.stage].whatThisMeans)).not.toMatch(/on its way|正在回到/);
  });

  it('lays no blame and uses no inner words', () => {
    const all = JSON.stringify([stageWords, generalSteps, generalHold, holdsInWords, hints, cases.map(([s, m, l]) => wordsFor(l, s, m, null))]);
    expect(all).not.toMatch(/ticket id|status code|invalid|fault of|you failed|unfortunately|亲|您的错/i);
  });
});

describe('projection', () => {
  it.each(cases)('tier 0 and 1 of %s, %s, %s fit the schema', (status, method, locale) => {
    const open = openProgress({ ...row, status, return_method: method }, locale);
    expect(OpenProgress.parse(open)).toEqual(open);
    const owner = ownerProgress({ ...row, status, return_method: method }, locale, token, now);
    expect(OwnerProgress.parse(owner)).toEqual(owner);
    expect(owner.label).toBe(labelOf(status, method)[locale]);
    expect(owner.mustAct).toBe(owner.nextStep.who === 'you');
    for (const text of [plainText(open, locale), plainText(owner, locale)]) expect(text).not.toMatch(/undefined|null|\[object/);
  });

  it('shows a serial alone neither status nor anything of the device, the place or the price', () => {
    expect(Object.keys(openProgress(row, 'en')).toSorted()).toEqual(
      [
        'found',
        'tier',
        'stage',
        'label',
        'whatThisMeans',
        'stages',
        'promisedOn',
        'onHold',
        'nextUpdateBy',
        'nextUpdateOn',
        'nextStep',
        'mustAct',
      ].toSorted(),
    );
  });

  it('dates the stages in the time zone of the brand', () => {
    expect(openProgress(row, 'en').stages.map(({ stage, reachedOn }) => [stage, reachedOn])).toEqual([
      ['intake', '2026-11-18'],
      ['diagnosis', '2026-11-19'],
      ['quote', null],
      ['repair', '2026-11-22'],
      ['return', null],
    ]);
    expect(dayIn('America/Los_Angeles', '2026-11-22T03:00:00.000Z')).toBe('2026-11-21');
  });

  it('says the owner the days of the place where the repair is done, as the mails do', () => {
    // Six in the evening of the 23rd in Berlin is one in the night of the 24th in Shanghai.
    const at = '2026-11-23T17:00:00.000Z';
    const promises = [{ promisedAt: at, reason: 'received' as const, note: null, madeAt: '2026-11-20T20:00:00+00:00' }];
    const berlin = { ...held('payment'), promised_at: new Date(at), next_update_by: new Date(at), promises, center_time_zone: 'Europe/Berlin' };
    const owner = ownerProgress({ ...berlin, hold: { resumeBy: at, customerText: null } }, 'en', token, now);
    expect(owner).toMatchObject({ promisedOn: '2026-11-23', nextUpdateOn: '2026-11-23', hold: { untilOn: '2026-11-23' } });
    expect(owner.promiseHistory).toMatchObject([{ promisedOn: '2026-11-23', madeOn: '2026-11-20' }]);
    expect(openProgress(berlin, 'en').promisedOn).toBe('2026-11-24');
  });

  it('says the day of the next word in the time zone of the brand, as text and on the page', () => {
    // Half past one in the night of the 27th in Shanghai.
    const open = openProgress({ ...row, next_update_by: new Date('2026-11-26T17:30:00.000Z') }, 'en');
    expect(open.nextUpdateOn).toBe('2026-11-27');
    expect(plainText(open, 'en')).toContain('Next update at the latest: 2026-11-27\n');
    const place = { locale: 'en', chosen: false, path: '/', home: '/', brand: null } as const;
    const page = openPage(open, place, { identifier: '', proof: '' });
    expect(page.text).toContain('<dt>You hear from us again by</dt><dd><time datetime="2026-11-27">');
  });

  it('leaves out what is not on the list, whatever a row carries', () => {
    const extended = { ...row, name: 'CANARY', address: 'CANARY', stages_reached: { ...row.stages_reached, end: 'CANARY' } };
    expect(JSON.stringify([openProgress(extended, 'en'), ownerProgress(extended, 'en', token, now)])).not.toContain('CANARY');
    expect(JSON.stringify(ownerProgress(row, 'en', token, now))).not.toMatch(/1234"|CODE|brd_x|tkt_x/);
  });

  it.each(HoldReason.options.flatMap((reason) => locales.map((locale) => [reason, locale] as const)))(
    'a repair on hold for %s, %s, says the same as the mail to the owner and only whose turn it is to a serial alone',
    (reason, locale) => {
      const open = openProgress(held(reason), locale);
      expect(OpenProgress.parse(open)).toEqual(open);
      const who = turnOf[holds[reason].blame];
      expect(open).toMatchObject({ onHold: true, mustAct: who === 'you', nextStep: { who }, whatThisMeans: generalHold.whatThisMeans[locale] });
      const asOften = HoldReason.options.filter((other) => turnOf[holds[other].blame] === who);
      // Byte for byte what every other reason with the same turn says: the reason cannot be told from it.
      for (const other of asOften) expect(JSON.stringify(openProgress(held(other, null), locale))).toBe(JSON.stringify(open));

      const owner = ownerProgress(held(reason), locale, token, now);
      expect(OwnerProgress.parse(owner)).toEqual(owner);
      const { why, next } = holdWords[reason][locale];
      const whatToDo = next(locale === 'en' ? 'November 29, 2026' : '2026年11月29日', '400-820-0000');
      expect(owner).toMatchObject({ whatThisMeans: why, nextStep: { who, text: whatToDo }, mustAct: who === 'you', onHold: true });
      const note = reason === 'legal_block' ? null : 'CANARY';
      expect(owner.hold).toEqual({ label: holds[reason].label[locale], untilOn: '2026-11-29', whatToDo, note });
      expect(plainText(owner, locale).includes('CANARY')).toBe(note !== null);
      expect(plainText(open, locale)).not.toMatch(/CANARY|undefined|null/);
    },
  );

  it('tells the promised day of the brand until it is kept, and the owner how it moved', () => {
    expect(openProgress(row, 'en')).toMatchObject({ promisedOn: '2026-12-01', onHold: false });
    for (const status of ['outbound_transit', 'delivered', 'closed', 'cancelled', 'disposed'] as const)
      expect(openProgress({ ...row, status }, 'en').promisedOn).toBeNull();
    expect(openProgress({ ...row, status: 'ready' }, 'en').promisedOn).toBe('2026-12-01');
    expect(openProgress({ ...row, status: 'ready', return_method: 'pick_up' }, 'en').promisedOn).toBeNull();
    expect(ownerProgress(row, 'en', token, now).promiseHistory).toEqual([
      { promisedOn: '2026-11-27', previousOn: null, reason: null, note: null, madeOn: '2026-11-20' },
      {
        promisedOn: '2026-12-01',
        previousOn: '2026-11-27',
        reason: 'the delivery date of a part has changed',
        note: 'The maker is late.',
        madeOn: '2026-11-24',
      },
    ]);
    expect(ownerProgress({ ...row, promised_at: null, promises: null }, 'en', token, now)).toMatchObject({ promisedOn: null, promiseHistory: [] });
  });

  it('asks nobody to approve a quote that has run out, and tells no total of it', () => {
    const quoted: OwnerRow = { ...row, status: 'quoted', quote_until: now };
    expect(ownerProgress(quoted, 'en', token, now)).toMatchObject({ mustAct: true, quoteTotal: { amount: 12_900 } });
    for (const locale of locales) {
      const over = ownerProgress(quoted, locale, token, new Date(now.getTime() + 1));
      expect(OwnerProgress.parse(over)).toMatchObject({ status: 'quoted', mustAct: true, nextStep: { who: 'you' }, quoteTotal: null });
      expect(over.whatThisMeans).toContain(locale === 'en' ? 'no longer valid' : '已过有效期');
      expect(over.nextStep.text).toMatch(locale === 'en' ? /new quote, or decline/ : /重新报价.*不维修/);
    }
  });

  it('says when a center is open, days with the same hours together', () => {
    expect(openingHours(row.center_hours ?? {}, 'en')).toBe('Mon–Tue 09:00–18:00; Sat 10:00–12:00, 13:00–16:00');
    expect(openingHours(row.center_hours ?? {}, 'zh-CN')).toBe('周一至周二 09:00–18:00；周六 10:00–12:00、13:00–16:00');
  });

  it('reads as plain text on hold', () => {
    expect(plainText(ownerProgress(held('maker_decision', 'Ask for Lin.'), 'zh-CN', token, now), 'zh-CN')).toMatchInlineSnapshot(`
      "维修中
      这次维修需要厂家审核，我们已提交资料，正在等待答复。
      下一步（我们）：预计2026年11月29日前收到厂家的答复，收到后我们马上通知您。您无需操作。
      承诺日期：2026-12-01
      最迟下次更新时间：2026-11-27
      收件：2026-11-18
      检测：2026-11-19
      报价：未到
      维修：2026-11-22
      返还：未到
      暂停原因：待厂家审核，最迟到 2026-11-29
      维修中心留言：Ask for Lin.
      日期更改：2026-11-27 → 2026-12-01，配件到货时间有变化
      2026-11-20 02:10 UTC  已收件
      寄回包裹：顺丰速运 …4321
      报价合计：129.00 CNY
      维修中心：Shanghai，+862112345678
      营业时间：周一至周二 09:00–18:00；周六 10:00–12:00、13:00–16:00
      "
    `);
  });

  it('reads as plain text', () => {
    expect(plainText(ownerProgress(row, 'en', token, now), 'en')).toMatchInlineSnapshot(`
      "Being repaired
      A technician is repairing your device.
      Next step (us): When the repair is done we test the device thoroughly.
      Promised day: 2026-12-01
      Next update at the latest: 2026-11-27
      Getting your device to us: 2026-11-18
      Diagnosis: 2026-11-19
      Quote: not yet
      Repair: 2026-11-22
      Return: not yet
      Day moved: 2026-11-27 → 2026-12-01, the delivery date of a part has changed
      2026-11-20 02:10 UTC  Device received
      Parcel to you: SF Express …4321
      Quote total: 129.00 CNY
      Service center: Shanghai, +862112345678
      Open: Mon–Tue 09:00–18:00; Sat 10:00–12:00, 13:00–16:00
      "
    `);
    expect(plainText(notShown('proof_needed', 'zh-CN'), 'zh-CN')).toBe(`${hints.proof_needed['zh-CN']}\n`);
    expect(NotShown.parse(notShown('imei_check_digit', 'en')).verifyHint.code).toBe('imei_check_digit');
  });
});
