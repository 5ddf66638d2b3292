// What the public reads while a customer who declined wishes the device to be disposed of and has not confirmed that.
import { expect, it } from 'vitest';
import { OwnerProgress } from '#lookup/progress.ts';
import { openProgress, ownerProgress } from '#lookup/projection.ts';
import type { OwnerRow } from '#lookup/store.ts';
import { generalSteps } from '#lookup/wording.ts';
import { labelOf } from '#tickets/lifecycle.ts';
import { ReturnMethod } from '#tickets/status.ts';

const locales = ['zh-CN', 'en'] as const;
const now = new Date('2026-11-22T08:00:00.000Z');
const token = { value: 'payload.signature', expiresAt: new Date('2026-11-22T08:30:00.000Z') };
const row: OwnerRow = {
  status: 'ready',
  return_method: 'ship',
  stages_reached: {},
  next_update_by: new Date('2026-11-27T08:00:00.000Z'),
  time_zone: 'Asia/Shanghai',
  brand_id: 'brd_x',
  ticket_id: 'tkt_x',
  code: 'CODE',
  phone_last4: '1234',
  proof_failures: null,
  proof_window_start: null,
  outcome: 'returned_unrepaired',
  identifier_last4: 'PL0M',
  maker: null,
  model: null,
  center_name: null,
  center_phone: null,
  timeline: null,
  parcels: null,
  quote_total: null,
  promised_at: new Date('2026-12-01T15:59:00.000Z'),
  hold_reason: null,
  contact_line: '400-820-0000',
  promises: null,
  hold: null,
  center_hours: null,
  center_time_zone: null,
  labels: null,
  quote_until: null,
  wish: 'disposal',
};

it('says of a device that its owner wants disposed of what is still to be done for it, and not that it is sent or fetched', () => {
  const own = { 'ready.pick_up': { 'zh-CN': '可以取机', en: 'Come and get it' } };
  const ready: OwnerRow = { ...row, labels: own };
  const timeline = [{ status: 'ready' as const, at: '2026-11-24T02:10:00+00:00' }];
  const goes = /pick|fetch|come |sent|send|goes back|waybill|receipt|取机|来取|寄|返还|单号/i;
  for (const return_method of ReturnMethod.options) {
    for (const locale of locales) {
      const owner = ownerProgress({ ...ready, return_method, timeline }, locale, token, now);
      expect(OwnerProgress.parse(owner)).toMatchObject({ mustAct: true, promisedOn: null });
      expect(owner.label).toBe(locale === 'en' ? 'Disposal to confirm' : '待确认处置');
      expect(owner.timeline[0]?.label).toBe(owner.label);
      expect([owner.label, owner.whatThisMeans, owner.nextStep.text].join(' ')).not.toMatch(goes);
      const open = openProgress({ ...ready, return_method }, locale);
      expect(open).toMatchObject({ mustAct: true, promisedOn: null, nextStep: { text: generalSteps.you[locale] } });
      // A serial alone learns that something is to be done, and not what.
      expect(JSON.stringify(open)).not.toMatch(/dispos|处置/);
      const disposed = ownerProgress({ ...ready, status: 'disposed', return_method, timeline }, locale, token, now);
      expect(disposed.timeline[0]?.label).toBe(owner.label);
      expect(disposed.label).toBe(labelOf('disposed', return_method)[locale]);
    }
  }
});

it('says it in the words of the brand, where it has any', () => {
  const labels = { 'ready.disposal': { 'zh-CN': '等您确认', en: 'Waiting for your word' } };
  const said = locales.map((locale) => ownerProgress({ ...row, labels }, locale, token, now).label);
  expect(said).toEqual(locales.map((locale) => labels['ready.disposal'][locale]));
});
