// Every status has words in every language, and what the public reads tells nothing it should not.
import { describe, expect, it } from 'vitest';
import { plainText } from '#lookup/plain-text.ts';
import { NotShown, OpenProgress, OwnerProgress } from '#lookup/progress.ts';
import { dayIn, notShown, openProgress, ownerProgress } from '#lookup/projection.ts';
import type { OwnerRow } from '#lookup/store.ts';
import { generalSteps, hints, stageWords, whoActs, whos, wordsFor } from '#lookup/wording.ts';
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
};
const token = { value: 'payload.signature', expiresAt: new Date('2026-11-22T08:30:00.000Z') };

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

  it('lays no blame and uses no inner words', () => {
    const all = JSON.stringify([stageWords, generalSteps, hints, cases.map(([s, m, l]) => wordsFor(l, s, m, null))]);
    expect(all).not.toMatch(/ticket id|status code|invalid|fault of|you failed|unfortunately|亲|您的错/i);
  });
});

describe('projection', () => {
  it.each(cases)('tier 0 and 1 of %s, %s, %s fit the schema', (status, method, locale) => {
    const open = openProgress({ ...row, status, return_method: method }, locale);
    expect(OpenProgress.parse(open)).toEqual(open);
    const owner = ownerProgress({ ...row, status, return_method: method }, locale, token);
    expect(OwnerProgress.parse(owner)).toEqual(owner);
    expect(owner.label).toBe(labelOf(status, method)[locale]);
    expect(owner.mustAct).toBe(owner.nextStep.who === 'you');
    for (const text of [plainText(open, locale), plainText(owner, locale)]) expect(text).not.toMatch(/undefined|null|\[object/);
  });

  it('shows a serial alone neither status nor anything of the device, the place or the price', () => {
    expect(Object.keys(openProgress(row, 'en')).toSorted()).toEqual(
      ['found', 'tier', 'stage', 'label', 'whatThisMeans', 'stages', 'nextUpdateBy', 'nextStep', 'mustAct'].toSorted(),
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

  it('leaves out what is not on the list, whatever a row carries', () => {
    const extended = { ...row, name: 'CANARY', address: 'CANARY', stages_reached: { ...row.stages_reached, end: 'CANARY' } };
    expect(JSON.stringify([openProgress(extended, 'en'), ownerProgress(extended, 'en', token)])).not.toContain('CANARY');
    expect(JSON.stringify(ownerProgress(row, 'en', token))).not.toMatch(/1234"|CODE|brd_x|tkt_x/);
  });

  it('reads as plain text', () => {
    expect(plainText(ownerProgress(row, 'en', token), 'en')).toMatchInlineSnapshot(`
      "Being repaired
      A technician is repairing your device.
      Next step (us): When the repair is done we test the device thoroughly.
      Next update at the latest: 2026-11-27
      Getting your device to us: 2026-11-18
      Diagnosis: 2026-11-19
      Quote: not yet
      Repair: 2026-11-22
      Return: not yet
      2026-11-20 02:10 UTC  Device received
      Parcel to you: sf …4321
      Quote total: 129.00 CNY
      Service center: Shanghai, +862112345678
      "
    `);
    expect(plainText(notShown('proof_needed', 'zh-CN'), 'zh-CN')).toBe(`${hints.proof_needed['zh-CN']}\n`);
    expect(NotShown.parse(notShown('imei_check_digit', 'en')).verifyHint.code).toBe('imei_check_digit');
  });
});
