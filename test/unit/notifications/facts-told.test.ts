// What has come to be known is said: days and what moved them, totals and differences, fees, and what follows when nobody acts.
import { describe, expect, test } from 'vitest';
import type { TicketFacts } from '#notifications/event.ts';
import { noteFor, textFor } from '#notifications/short.ts';
import { Locale as Locales } from '#platform/schema.ts';
import { HoldReason, holds } from '#tickets/holds.ts';
import { ReturnMethod } from '#tickets/status.ts';
import { at, facts, fee, hold, previous, promise, quote, said, stored } from '../../support/told.ts';

describe('what has come to be known is said', () => {
  test.each(['received', 'diagnosing', 'covered', 'approved', 'resumed', 'still_with_us'] as const)('%s names the promised day', (name) => {
    expect(said.en(name, promise('received', null))).toContain('We promise to send your device back by December 3, 2026.');
    expect(said['zh-CN'](name, promise('received', null))).toContain('我们承诺：最迟于2026年12月3日把设备寄还给您。');
  });

  test.each(['promise_moved', 'awaiting_part', 'part_delayed', 'resumed', 'diagnosing_again'] as const)(
    '%s names both days and the reason',
    (name) => {
      expect(said.en(name, promise('part_delayed'))).toMatch(
        /by December 3, 2026 \(before: December 1, 2026\)\. The reason: the delivery date of a part/,
      );
      expect(said['zh-CN'](name, promise('part_delayed'))).toMatch(/最迟于2026年12月3日.*（原日期：2026年12月1日）。原因：配件到货时间有变化。/);
    },
  );

  test('a promise that moves within a day has not moved; one that comes earlier or by wish needs no apology', () => {
    const within: TicketFacts = { ...facts, promise: { at, previous: '2026-12-03T08:00:00.000Z', reason: 'correction', note: null } };
    expect(said.en('promise_moved', within)).not.toContain('before:');
    const earlier: TicketFacts = { ...facts, promise: { at: previous, previous: at, reason: 'workload', note: null } };
    expect(said.en('promise_moved', earlier)).not.toContain('sorry');
    expect(said.en('promise_moved', promise('customer_wish'))).not.toContain('sorry');
    expect(said.en('promise_moved', promise('workload'))).toContain('sorry');
  });

  test.each(['hold_opened', 'hold_expired', 'still_with_us'] as const)('%s keeps the promised day in sight while the repair stands still', (name) => {
    const held: TicketFacts = { ...hold('customer_info'), promise: { at, previous: null, reason: 'received', note: null } };
    expect(said.en(name, held)).toContain(
      'The promised day is December 3, 2026. If it has to move because of this, we will tell you the new day before then.',
    );
    expect(said['zh-CN'](name, held)).toContain('之前承诺的日期是2026年12月3日。');
  });

  test('a promise that moved before this step was told then', () => {
    const since: TicketFacts = { ...facts, promise: { at, previous, reason: 'workload', note: null, madeAt: '2026-11-20T09:00:00.000Z' } };
    expect(said.en('resumed', since)).toContain('We promise to send your device back by December 3, 2026.');
    expect(said.en('resumed', since)).not.toContain('December 1');
    const now: TicketFacts = { ...facts, promise: { at, previous, reason: 'hold', note: null, madeAt: facts.occurredAt } };
    expect(said.en('resumed', now)).toContain('(before: December 1, 2026)');
  });

  test('the center’s own words go with what they explain, and what a repair that was given up costs', () => {
    const given: TicketFacts = { ...facts, status: 'ready', outcome: 'unrepairable', why: 'Water reached the board.', charge: fee };
    expect(said.en('ready', given)).toMatch(/cannot be repaired\.[^]*says: Water reached the board\.[^]*What was done so far costs CN¥5\.00\./);
    expect(said.en('ready', { ...given, charge: { amount: 0, currency: 'CNY' } })).toContain('It costs you nothing.');
    for (const name of ['covered', 'quote_changed'] as const) expect(said['zh-CN'](name, given)).toContain('维修中心说明：Water reached the board.');
  });

  test('a dispute is told when there will be word, and a disposal why it came to it', () => {
    expect(said.en('disputed', hold('suspected_loss'))).toContain('write to you every day until it is settled');
    expect(said.en('disputed', hold('tech_support'))).toContain('tell you the result by December 3, 2026');
    expect(said.en('disposed', stored(at))).toContain('as you agreed');
    const kept: TicketFacts = { ...stored(at), occurredAt: '2027-05-22T09:00:00.000Z' };
    expect(said.en('disposed', kept)).toContain('kept until May 21, 2027 and not picked up');
  });

  test('nobody is told to fetch, or promised to be sent, what is to be disposed of', () => {
    const wished: TicketFacts = { ...promise('received', null), status: 'ready', outcome: 'returned_unrepaired', wish: 'disposal' };
    for (const locale of Locales.options) {
      expect(said[locale]('still_with_us', wished)).toMatch(/您）：请.*确认|\(you\): Please confirm it/);
      expect(said[locale]('still_with_us', wished)).not.toMatch(/promise|send|承诺|寄/);
      const pickedUp: TicketFacts = { ...stored(at), outcome: 'returned_unrepaired', wish: 'disposal' };
      for (const name of ['storage_notice', 'still_with_us'] as const)
        expect(said[locale](name, pickedUp)).not.toMatch(/pick the device|pick your device|picked up|取机。|取回|等您来取|未取机/);
      const reader = { locale, timeZone: 'Asia/Shanghai', lookupUrl: 'https://repair.example', link: null };
      for (const name of ['storage_notice', 'still_with_us'] as const)
        expect(textFor(name, pickedUp, reader)?.text).toMatch(/待确认处置|Disposal to confirm/);
    }
  });

  test.each(['resumed', 'reopened', 'link_renewed', 'lookups_blocked', 'recalled', 'moved_center', 'parcel_moves_again'] as const)(
    '%s says of what is to be disposed of that this is to be confirmed, in every form',
    (name) => {
      const goes = /pick|send your|sent back|ready to ship|取机|寄回|寄还|承诺/;
      for (const locale of Locales.options) {
        const reader = { locale, timeZone: 'Asia/Shanghai', lookupUrl: 'https://repair.example', link: null };
        for (const returnMethod of ReturnMethod.options) {
          const given: TicketFacts = { ...promise('received', null), ...stored(at), returnMethod, outcome: 'returned_unrepaired', wish: 'disposal' };
          const mail = said[locale](name, { ...given, shipment: null, promise: promise('received', null).promise ?? null });
          if (['resumed', 'reopened', 'recalled', 'parcel_moves_again'].includes(name))
            expect(mail).toMatch(/您）：请.*确认|\(you\): Please confirm it/);
          expect(mail).not.toMatch(goes);
          expect(textFor(name, given, reader)?.text ?? '').not.toMatch(goes);
          expect(noteFor(name, given, reader)?.fields['status']).toBe(locale === 'en' ? 'Disposal to confirm' : '待确认处置');
        }
      }
    },
  );

  test('what was delivered can be disputed until a day, which the mail and the note name', () => {
    const given: TicketFacts = { ...facts, status: 'delivered', outcome: 'repaired', nextUpdateBy: null, disputeUntil: at };
    const reader = { timeZone: 'Asia/Shanghai', lookupUrl: 'https://repair.example', link: null };
    expect(said.en('delivered', given)).toContain(
      'If anything is wrong, tell us by December 3, 2026, behind your own link below or by contacting us: 400-820-0000.',
    );
    expect(said['zh-CN']('delivered', given)).toContain('如有问题，请在2026年12月3日前打开下方的专属链接反映，或联系我们：400-820-0000。');
    expect(noteFor('delivered', given, { ...reader, locale: 'en' })?.fields).toMatchObject({
      date: '2026-12-03 17:00',
      text: 'Please check by then',
    });
    expect(noteFor('delivered', given, { ...reader, locale: 'zh-CN' })?.fields).toMatchObject({
      date: '2026年12月3日 17:00',
      text: '请检查设备，有问题请在此日期前联系',
    });
    // A row of an earlier release names no day.
    const { disputeUntil: _, ...earlier } = given;
    expect(said.en('delivered', earlier)).toContain('tell us soon: 400-820-0000');
    expect(noteFor('delivered', earlier, { ...reader, locale: 'en' })?.fields).toMatchObject({ text: 'Handed over' });
  });

  test('a promise that was not kept is owned up to, and none is repeated once the device is on its way', () => {
    const late: TicketFacts = { ...facts, promise: { at: '2026-11-20T09:00:00.000Z', previous: null, reason: 'received', note: null } };
    expect(said.en('still_with_us', late)).toContain('by November 20, 2026 and have not kept that day. We are sorry.');
    expect(said.en('still_with_us', { ...promise('received', null), status: 'outbound_transit' })).not.toContain('promise');
  });

  test('promise_slipping comes before the old day with an apology and the day of the next word', () => {
    expect(said.en('promise_slipping', promise('received', null))).toMatch(
      /We promised your repair by December 3, 2026.*We are sorry\.[^]*by November 26, 2026/,
    );
  });

  test.each(HoldReason.options)('hold_opened says for %s what to do or to expect, and by when', (reason) => {
    for (const locale of Locales.options) {
      const text = said[locale]('hold_opened', hold(reason));
      expect(text).toContain(locale === 'en' ? 'December 3, 2026' : '2026年12月3日');
      expect(text).toMatch(holds[reason].blame === 'customer' ? /您）：|\(you\):/ : /(我们|快递公司)）：|\((us|the carrier)\):/);
      expect(/sorry|抱歉/.test(text)).toBe(holds[reason].blame === 'center');
    }
  });

  test('a block by law is told in neutral words alone', () => {
    for (const name of ['hold_opened', 'hold_expired', 'still_with_us'] as const)
      expect(said.en(name, hold('legal_block', 'The police have asked.'))).not.toContain('police');
    expect(said.en('hold_opened', hold('customer_info', 'Which color?'))).toContain('Note from Prism Nanjing Road: Which color?');
  });

  test('a changed quote names both totals and the difference, and that an approved repair has stopped', () => {
    const dearer = quote({ previousTotal: { amount: 30_000, currency: 'CNY' }, previousApproved: true });
    expect(said.en('quote_changed', dearer)).toMatch(
      /earlier quote: CN¥300\.00\. The new quote: CN¥399\.00\. That is CN¥99\.00 more\.[^]*We have stopped the repair/,
    );
    expect(said['zh-CN']('quote_changed', dearer)).toMatch(/原报价：¥300\.00。新报价：¥399\.00，比原报价增加 ¥99\.00。[^]*我们已暂停维修/);
    expect(said.en('quote_changed', quote({ previousTotal: { amount: 50_000, currency: 'CNY' } }))).toMatch(
      /That is CN¥101\.00 less\.(?![^]*stopped)/,
    );
  });

  test.each([
    [at, '10 days are left', '还有 10 天到期'],
    ['2026-11-24T05:00:00.000Z', 'one day is left', '还有 1 天到期'],
    [facts.occurredAt, 'that is today', '报价今天到期'],
  ])('a reminder of a quote until %s counts the days and says what follows', (validUntil, en, zh) => {
    expect(said.en('quote_reminder', quote({ validUntil }))).toMatch(
      new RegExp(`${en}\\.[^]*if we have no answer by .*, the device goes back to you as it is`),
    );
    expect(said['zh-CN']('quote_reminder', quote({ validUntil }))).toContain(zh);
  });

  test('an expired quote says when it ended, what it costs and how the device goes back', () => {
    const expired = { ...facts, status: 'ready' as const, outcome: 'returned_unrepaired' as const };
    expect(said.en('quote_expired', expired)).toMatch(/valid until December 22, 2026[^]*The diagnosis costs CN¥50\.00/);
  });

  test('storage names the last free day, the fee and the last day of all', () => {
    expect(said.en('storage_notice', stored(at))).toMatch(
      /free until December 3, 2026 and costs CN¥5\.00 a day[^]*by May 21, 2027[^]*by December 3, 2026/,
    );
    expect(said.en('storage_notice', stored('2026-11-20T09:00:00.000Z'))).toContain('now costs CN¥5.00 a day');
    expect(said.en('ready', stored(at))).toContain('free until December 3, 2026');
  });

  test('a reminder to send and the closing say by when and with what consequence', () => {
    expect(said.en('send_reminder', { ...facts, closesAt: at })).toContain('If it has not arrived by December 3, 2026, the request will be closed');
    expect(said.en('request_expired', { ...facts, status: 'cancelled' })).toContain('closed on November 23, 2026');
  });

  test('a part that comes on another day says both', () => {
    const given = { ...facts, parts: [{ name: 'Battery', expectedOn: '2026-12-03', previousOn: '2026-11-28' }] };
    expect(said['zh-CN']('part_delayed', given)).toContain('配件：Battery，预计2026年12月3日到货（原预计2026年11月28日）。');
  });
});

describe.each(Locales.options)('in %s', (locale) => {
  test('a part is told to be awaited only while the work goes on', () => {
    const parts = [{ name: 'Battery X1', expectedOn: '2026-12-03' }];
    const tells = (status: TicketFacts['status']) => said[locale]('still_with_us', { ...facts, status, parts }).includes('Battery X1');
    expect((['quoted', 'awaiting_parts', 'quality_check'] as const).map(tells)).toEqual([true, true, true]);
    // Given up, declined or done without it: nobody waits for it any more.
    expect((['ready', 'outbound_transit'] as const).map(tells)).toEqual([false, false]);
  });

  test('who has something to settle is told that the promised day moves only where it can still be kept', () => {
    const held = { ...hold('device_lock'), ...promise('received', null), hold: hold('device_lock').hold ?? null };
    const moves = (more: Partial<TicketFacts>) => /promised day moves|承诺的日期也会/.test(said[locale]('hold_reminder', { ...held, ...more }));
    expect(moves({})).toBe(true);
    const missed = { at: '2026-11-20T09:00:00.000Z', previous: null, reason: 'received', note: null } as const;
    expect([moves({ promise: missed }), moves({ status: 'created', promise: null }), moves({ status: 'ready', returnMethod: 'pick_up' })]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
