// Phrases that several messages share, in every language.
import type { Locale } from '#platform/schema.ts';
import type { Outcome, Status } from '#tickets/status.ts';
import type { Taker, Wording } from './messages.ts';
import type { Scene } from './scene.ts';

type In<T> = Record<Locale, T>;

/** Carrier, last digits of the waybill, expected day. */
export const parcel: In<(scene: Scene, kind: string) => string[]> = {
  'zh-CN': ({ parcel: p }, kind) => (p === null ? [] : [`${kind}：${p.carrier}，运单尾号 ${p.tail}${p.eta === null ? '' : `，预计${p.eta}送达`}。`]),
  en: ({ parcel: p }, kind) =>
    p === null ? [] : [`${kind}: ${p.carrier}, waybill ending in ${p.tail}${p.eta === null ? '' : `, expected on ${p.eta}`}.`],
};

/** Parts still awaited, each with its day. */
export const parts: In<(scene: Scene) => string[]> = {
  'zh-CN': (scene) => scene.parts.map(({ name, on }) => `配件：${name}，预计${on}到货。`),
  en: (scene) => scene.parts.map(({ name, on }) => `Part: ${name}, expected on ${on}.`),
};

/** Why the device comes back, per outcome. */
const returned: In<Partial<Record<Outcome, string>>> = {
  'zh-CN': {
    repaired: '设备已修好，并通过了最终检测。',
    replaced: '您的设备已更换，并通过了最终检测。原设备中的数据不会转移。',
    no_fault_found: '我们反复检测，未发现您描述的故障。',
    unrepairable: '很抱歉，您的设备无法修复。',
    returned_unrepaired: '设备未经维修，原样退还。',
  },
  en: {
    repaired: 'Your device is repaired and has passed the final test.',
    replaced: 'Your device has been replaced, and the new one has passed the final test. Data from the old device is not carried over.',
    no_fault_found: 'We tested your device thoroughly and could not find the fault you described.',
    unrepairable: 'We are sorry: your device cannot be repaired.',
    returned_unrepaired: 'Your device goes back unrepaired, as it is.',
  },
};

const ofMending: ReadonlySet<Outcome | null> = new Set(['repaired', 'replaced']);

/** `ready`: what became of the device, and how it goes back. `instead` replaces the first sentence. */
export const byOutcome: In<(scene: Scene, instead?: string) => Wording> = {
  'zh-CN': ({ code, center, outcome, returnMethod, on, quote }, instead) => {
    const fee = outcome === 'returned_unrepaired' && instead === undefined && quote?.fee ? [`检测费：${quote.fee}。`] : [];
    const why = instead ?? `${on}：${(outcome && returned['zh-CN'][outcome]) ?? '设备可以退还。'}`;
    const mended = ofMending.has(outcome);
    return returnMethod === 'ship'
      ? {
          subject: `${mended ? '维修完成，待寄回' : '设备待寄回'}（${code}）`,
          happened: [why, ...fee],
          next: { by: 'us', text: '我们把设备寄回您登记的地址，寄出时告诉您快递信息。' },
        }
      : {
          subject: `${mended ? '维修完成，请取机' : '请取回设备'}（${code}）`,
          happened: [why, ...fee],
          next: { by: 'you', text: `请凭维修单号 ${code} 和有效证件到${center}取机。` },
        };
  },
  en: ({ code, center, outcome, returnMethod, on, quote }, instead) => {
    const fee = outcome === 'returned_unrepaired' && instead === undefined && quote?.fee ? [`The diagnosis costs ${quote.fee}.`] : [];
    const why = instead ?? `${on}: ${(outcome && returned.en[outcome]) ?? 'Your device can go back.'}`;
    const mended = ofMending.has(outcome);
    return returnMethod === 'ship'
      ? {
          subject: `${mended ? 'Repair finished, ready to ship' : 'Your device is ready to ship'} (${code})`,
          happened: [why, ...fee],
          next: { by: 'us', text: 'We send the device to the address you gave us and tell you the waybill.' },
        }
      : {
          subject: `${mended ? 'Repair finished, ready for pick-up' : 'Your device is ready for pick-up'} (${code})`,
          happened: [why, ...fee],
          next: { by: 'you', text: `Pick the device up at ${center}. Bring the repair code ${code} and an identity document.` },
        };
  },
};

/** Whose turn it is while nothing moves. */
const turn = ({ status, returnMethod }: Scene): Taker => {
  const turns: Partial<Record<Status, Taker>> = {
    awaiting_device: 'you',
    quoted: 'you',
    ready: returnMethod === 'pick_up' ? 'you' : 'us',
    inbound_transit: 'carrier',
    outbound_transit: 'carrier',
    delivered: 'nobody',
    closed: 'nobody',
    cancelled: 'nobody',
    disposed: 'nobody',
  };
  return turns[status] ?? 'us';
};

const steps: In<Partial<Record<Status, string>>> = {
  'zh-CN': {
    created: '我们安排收件，并告诉您如何寄送或送修。',
    awaiting_device: '请把设备交给快递或送到维修中心。',
    inbound_transit: '快递把设备送到维修中心。',
    quoted: '请答复是否维修；没有您的同意，我们不会维修。',
    awaiting_parts: '配件到货后，我们继续维修。',
    outbound_transit: '快递送到您登记的地址。',
  },
  en: {
    created: 'We prepare the intake and tell you how to send the device or bring it in.',
    awaiting_device: 'Hand the device to the carrier or bring it in.',
    inbound_transit: 'The carrier brings the device to us.',
    quoted: 'Tell us yes or no to the quote. Without your yes nothing is repaired.',
    awaiting_parts: 'We go on with the repair as soon as the part is here.',
    outbound_transit: 'The carrier delivers it to the address you gave us.',
  },
};

/** The next step of a ticket on which nothing has moved. */
export const waiting: In<(scene: Scene) => Wording['next']> = {
  'zh-CN': (scene) => ({
    by: turn(scene),
    text:
      steps['zh-CN'][scene.status] ?? (scene.status === 'ready' && scene.returnMethod === 'pick_up' ? `请到${scene.center}取机。` : '我们继续处理。'),
  }),
  en: (scene) => ({
    by: turn(scene),
    text:
      steps.en[scene.status] ??
      (scene.status === 'ready' && scene.returnMethod === 'pick_up' ? `Pick the device up at ${scene.center}.` : 'We go on working on it.'),
  }),
};
