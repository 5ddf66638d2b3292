// Bodies that fit the ticket as it stands: what somebody who knows the ticket would send.

import { holds } from '#tickets/holds.ts';
import type { Inputs } from '#tickets/inputs.ts';
import type { Status } from '#tickets/status.ts';
import { checks } from '../checks.ts';
import type { Offer } from './conditions.ts';
import type { Random } from './random.ts';
import { type Action, agreedQuote, draftOf, isAwaited, type Repair, shownQuote, type Who } from './repair.ts';
import { everyStatus, isOver } from './table.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The ticket, the time, who asks, and chance. */
export interface Scene {
  repair: Repair;
  now: number;
  by: Who;
  random: Random;
}
type Body<A extends Action> = (scene: Scene) => Inputs[A];

const iso = (at: number): string => new Date(at).toISOString();
const dayIn = ({ now, random }: Scene, least: number, most: number): string => iso(now + random.int(least, most) * DAY).slice(0, 10);

export const technicians = ['Zhao', 'Li', 'Qian'] as const;
const inspectors = ['Sun', 'Gao', 'Sun', 'Gao', 'Zhao'] as const;
const holdReasons = Object.keys(holds) as (keyof typeof holds)[];

/** A consent as this actor can give it. */
export const consentOf = ({ now, by, random }: Scene) =>
  ({
    method: by === 'customer' ? 'link' : random.pick(['in_person', 'email', 'message', 'signature'] as const),
    ...(by === 'customer' ? {} : { takenBy: 'Lin' }),
    givenAt: iso(now - random.int(0, 50) * 60_000),
    textVersion: 'quote-1',
    locale: 'zh-CN',
  }) as const;

/** An offer of about this total. */
export function offerOf({ repair, random }: Scene, total: number, currency = 'CNY'): Offer {
  const form = random.chance(0.2) ? 'eu_erif' : random.chance(0.5) ? 'standard' : undefined;
  const tax = random.chance(0.3) ? Math.floor(total * 0.06) : 0;
  const discount = random.chance(0.2) ? Math.floor(total / 10) : 0;
  const lines: Offer['lines'] = [{ kind: 'part', text: 'Battery', quantity: 1, unitPrice: total - tax, ...(tax > 0 ? { tax } : {}) }];
  // Half of twice as much is as much.
  if (random.chance(0.3)) lines[0] = { kind: 'labor', text: 'Repair', quantity: 2, unitPrice: total, coveredPercent: 50 };
  if (discount > 0)
    lines.push(
      { kind: 'other', text: 'Cleaning', quantity: 1, unitPrice: discount },
      { kind: 'discount', text: 'Gift', quantity: 1, unitPrice: discount },
    );
  const told = repair.feeDisclosed?.currency === currency ? repair.feeDisclosed.amount : 0;
  const least = form === 'eu_erif' || repair.jurisdiction === 'EU' ? 30 : 10;
  return {
    currency,
    lines,
    diagnosisFee: random.chance(0.5) ? told : Math.floor(told / 2),
    validDays: least + random.int(0, 10),
    promisedDays: random.int(1, 9),
    ...(form === undefined ? {} : { form }),
  };
}

/** The offer, or now and then the draft in its place. */
function offered(scene: Scene, total: number, currency?: string): Inputs['quote.send'] {
  const draft = draftOf(scene.repair);
  return draft !== undefined && scene.random.chance(0.5) ? { quoteId: draft.ref } : { offer: offerOf(scene, total, currency) };
}

const totalOf = ({ random }: Scene): number => (random.chance(0.05) ? 0 : random.int(1, 9) * 10_000 + random.int(0, 999));

/** Some of the parts, or all; one of another ticket where there is none. */
export function somePart({ repair, random }: Scene, fits: (part: Repair['parts'][number]) => boolean): string[] {
  const refs = repair.parts.filter(fits).map(({ ref }) => ref);
  if (refs.length === 0) return ['p#0'];
  return random.chance(0.7) ? refs : [random.pick(refs)];
}
const inHand = ({ state }: Repair['parts'][number]): boolean => state === 'received';

const hold: (scene: Scene) => Inputs['hold.open'] = ({ now, random }) => ({
  reason: random.pick(holdReasons),
  resumeBy: iso(now + random.int(1, 200) * HOUR),
  ...(random.chance(0.3) ? { customerText: 'Please call us.', internalText: 'Third try.' } : {}),
});
const decision = (scene: Scene) => ({ quoteId: shownQuote(scene.repair)?.ref ?? 'q#0', consent: consentOf(scene) });

/** Seldom to an end, and often to where a part that is under way or at hand meets nobody who expects it. */
function corrections({ status, parts }: Repair, random: Random): Status[] {
  const odd: Status[] = parts.some(inHand) ? ['quality_check'] : parts.some(isAwaited) ? ['in_repair'] : [];
  const others = (odd.length > 0 && random.chance(0.3) ? odd : everyStatus).filter((one) => one !== status && (!isOver(one) || random.chance(0.3)));
  return others.length === 0 ? everyStatus.filter((one) => one !== status) : others;
}

/** A body for every action. */
export const bodies: { readonly [A in Action]: Body<A> } = {
  'intake.open': (scene) => ({ contactVerified: true, backupConsent: { ...consentOf(scene), method: 'signature', takenBy: 'Lin' } }),
  'shipment.collected': () => ({}),
  'intake.withdraw': () => ({}),
  'transfer.receive': () => ({ receivedBy: 'Lin' }),
  'intake.expire': () => ({}),
  'device.receive': (scene) => {
    const { repair, now, random } = scene;
    const serial = random.pick(repair.serials);
    return {
      ...(random.chance(0.8) ? { serialScanned: random.chance(0.5) ? serial : serial.toLowerCase() } : { serialUnreadable: true }),
      accessories: [{ type: 'charger', quantity: 1 }],
      condition: [{ area: 'screen', grade: 'used' }],
      powersOn: random.chance(0.5),
      ...(random.chance(0.7)
        ? { diagnosisFee: { amount: random.pick([0, 5_000, 9_000]), currency: random.pick(['CNY', 'CNY', 'CNY', 'EUR']) } }
        : {}),
      ...(random.chance(0.3) ? { promisedAt: iso(now + random.int(1, 400) * HOUR) } : {}),
      receivedBy: 'Chen',
    };
  },
  'diagnosis.start': ({ random }) => ({ technician: random.pick(technicians) }),
  'diagnosis.record': ({ random }) => ({
    technician: 'Zhao',
    findings: 'Battery worn',
    faults: [{ symptom: 'NO_CHARGE' }],
    reproducible: random.pick(['always', 'never']),
  }),
  'diagnosis.reopen': ({ random }) => (random.chance(0.5) ? { technician: random.pick(technicians) } : {}),
  'quote.draft': (scene) => ({ offer: offerOf(scene, totalOf(scene), shownQuote(scene.repair)?.currency) }),
  'quote.send': (scene) => offered(scene, totalOf(scene)),
  'quote.supersede': (scene) => {
    const shown = shownQuote(scene.repair);
    const total = totalOf(scene);
    return offered(scene, shown?.form === 'eu_erif' ? Math.min(total, shown.total) : total, shown?.currency);
  },
  'quote.revise': (scene) => {
    const agreed = agreedQuote(scene.repair);
    const input = offered(scene, (agreed?.total ?? 0) + scene.random.int(1, 30_000), agreed?.currency);
    return { ...input, why: 'The board is damaged as well' };
  },
  'quote.expire': () => ({}),
  'coverage.accept': ({ random }) => ({ basis: random.pick(['Warranty', 'Goodwill']), evidence: 'Invoice' }),
  'diagnosis.no_fault': () => ({ evidence: 'Tested for two days' }),
  'diagnosis.unrepairable': () => ({ why: 'Board corroded', evidence: 'Photos' }),
  'quote.approve': (scene) => {
    const shown = shownQuote(scene.repair);
    return { ...decision(scene), amountShown: { amount: shown?.total ?? 0, currency: shown?.currency ?? 'CNY' } };
  },
  'quote.decline': (scene) => ({ ...decision(scene), ...(scene.random.chance(0.5) ? { wish: scene.random.pick(['return', 'disposal']) } : {}) }),
  'parts.order': (scene) => ({
    parts: Array.from({ length: scene.random.int(1, 2) }, (_, n) => ({
      partNo: `P-${scene.repair.parts.length + n + 1}`,
      name: 'Battery',
      expectedOn: dayIn(scene, 0, 20),
      ...(scene.random.chance(0.3) ? { grade: 'original' as const } : {}),
    })),
  }),
  'parts.delay': (scene) => ({ parts: somePart(scene, isAwaited).map((partId) => ({ partId, expectedOn: dayIn(scene, 0, 30) })) }),
  'parts.receive': (scene) => ({ partIds: somePart(scene, isAwaited) }),
  'parts.fit': (scene) => ({ fitted: somePart(scene, inHand).map((partId) => ({ partId, serialOld: 'BAT-1', serialNew: 'BAT-2' })) }),
  'parts.return': (scene) => ({ partIds: somePart(scene, inHand) }),
  'repair.start': ({ random }) => ({ technician: random.pick(technicians) }),
  'repair.finish': ({ random }) => ({ work: ['Battery replaced'], ...(random.chance(0.5) ? { technician: random.pick(technicians) } : {}) }),
  'repair.abandon': ({ repair, random }) => ({ why: 'The board broke', evidence: 'Photos', charge: random.int(0, agreedQuote(repair)?.total ?? 0) }),
  'qc.fail': ({ random }) => ({ failed: [{ check: 'charging', note: 'Slow' }], inspector: random.pick(inspectors) }),
  'qc.pass': ({ repair, random }) => ({
    checks: checks[repair.kind],
    inspector: random.pick(inspectors),
    ...(random.chance(0.2)
      ? {
          outcome: 'replaced' as const,
          swap: {
            serial: `${repair.serials[0] ?? ''}R${repair.serials.length + 1}`,
            kind: 'same_model' as const,
            warranty: 'restart' as const,
            why: 'Board',
          },
        }
      : { outcome: 'repaired' as const }),
  }),
  'shipment.dispatched': () => ({}),
  'shipment.returned': () => ({}),
  'device.hand_over': ({ random }) => ({ identityCheck: random.pick(['ticket_code', 'signature']), handedOverBy: 'Chen' }),
  'shipment.delivered': () => ({}),
  'delivery.dispute': ({ random }) => ({ what: random.pick(['not_received', 'wrong_device', 'damaged', 'fault_not_fixed']), details: 'See photo' }),
  'ticket.settle': () => ({}),
  'ticket.cancel': ({ by }) => ({ requestedBy: by === 'customer' ? 'customer' : 'center' }),
  'disposal.consent': (scene) => ({ consent: consentOf(scene) }),
  'storage.dispose': () => ({ signedOffBy: 'Gao', wipeCertificate: 'W-1' }),
  'hold.open': hold,
  'hold.change': hold,
  'hold.resume': () => ({}),
  'promise.change': ({ now, random }) => ({
    promisedAt: iso(now + random.int(1, 600) * HOUR),
    reason: random.pick(['part_delayed', 'workload', 'technical', 'customer_wish', 'correction']),
  }),
  'admin.reopen': () => ({}),
  'admin.correct': ({ repair, random }) => ({ to: random.pick(corrections(repair, random)) }),
};
