// How a device goes home: what became of it, how it goes back, and on what terms it is kept until then.
import type { Locale } from '#platform/schema.ts';
import type { Outcome } from '#tickets/status.ts';
import { agreedPrice, pickUpAt, reason } from '../phrases.ts';
import type { Scene } from '../scene.ts';
import type { Wording } from '../wording.ts';

type In<T> = Record<Locale, T>;

/** Why the device comes back, per outcome. */
const returned: In<Partial<Record<Outcome, string>>> = {
  'zh-CN': {
    repaired: '设备已修好，并通过了最终检测。',
    replaced: '您的设备已更换，并通过了最终检测。原设备中的数据不会转移到新设备。',
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

/** What else can be done with a device that is not repaired. */
const choice: In<(contactLine: string) => string> = {
  'zh-CN': (contactLine) => `如果您不想取回设备，或想了解换机等其他办法，请在设备交还前联系我们：${contactLine}。`,
  en: (contactLine) =>
    `If you do not want the device back, or would like to know what else is possible, contact us before it goes back: ${contactLine}.`,
};

/** What a repair that was given up costs all the same. */
export const givenUp: In<(charge: Scene['charge']) => string[]> = {
  'zh-CN': (charge) => (charge === null ? [] : [charge.amount === null ? '不收取费用。' : `已发生的费用：${charge.amount}。`]),
  en: (charge) => (charge === null ? [] : [charge.amount === null ? 'It costs you nothing.' : `What was done so far costs ${charge.amount}.`]),
};

/** What a no costs. */
export const diagnosisFee: In<(fee: string) => string> = {
  'zh-CN': (fee) => `检测费：${fee}。`,
  en: (fee) => `The diagnosis costs ${fee}.`,
};

/** Until when it is kept for nothing, what it costs then, and what comes at the end; whoever does not want it back is not expected to come. */
export const storageTerms: In<(scene: Scene) => string[]> = {
  'zh-CN': ({ storage, wish }) =>
    storage === null
      ? []
      : [
          storage.fee === null
            ? `我们免费为您保管到${storage.keepUntil}。`
            : `${storage.charged ? `免费保管期已于${storage.freeUntil}结束，目前` : `免费保管到${storage.freeUntil}，此后`}每天收取保管费 ${storage.fee}，最长保管到${storage.keepUntil}。`,
          `如果到${storage.keepUntil}${wish === 'disposal' ? '仍未收到您的答复' : '仍未取机'}，我们将按照法律规定的程序处置设备。`,
        ],
  en: ({ storage, wish }) =>
    storage === null
      ? []
      : [
          storage.fee === null
            ? `We keep it for you free of charge until ${storage.keepUntil}.`
            : storage.charged
              ? `Keeping it was free until ${storage.freeUntil} and now costs ${storage.fee} a day. We keep it until ${storage.keepUntil}.`
              : `Keeping it is free until ${storage.freeUntil} and costs ${storage.fee} a day after that. We keep it until ${storage.keepUntil}.`,
          `If ${wish === 'disposal' ? 'we have not heard from you' : 'it has not been picked up'} by ${storage.keepUntil}, it will be disposed of in the way the law provides.`,
        ],
};

/** How a subject begins. */
type Heading = 'mended' | 'as_it_is' | 'quote_expired' | 'cancelled' | 'declined' | 'unrepairable' | 'replaced';
const headings: In<Record<Heading, string>> = {
  'zh-CN': {
    mended: '维修完成，',
    as_it_is: '',
    quote_expired: '报价已到期，',
    cancelled: '维修已取消，',
    declined: '不再维修，',
    unrepairable: '很抱歉，设备无法修复，',
    replaced: '已更换设备，',
  },
  en: {
    mended: 'Repair finished, ',
    as_it_is: 'Your device is ',
    quote_expired: 'No answer to the quote: your device is ',
    cancelled: 'Repair cancelled: your device is ',
    declined: 'No repair, as you decided: your device is ',
    unrepairable: 'We are sorry, your device cannot be repaired: it is ',
    replaced: 'Your device has been replaced and is ',
  },
};

/** How a device goes home: subject and next step, behind what happened. */
export const home: In<(scene: Scene, heading: Heading, happened: string[]) => Wording> = {
  'zh-CN': (scene, heading, happened) => {
    const { code, center, returnMethod } = scene;
    return returnMethod === 'ship'
      ? {
          subject: `${headings['zh-CN'][heading]}设备待寄回（${code}）`,
          happened,
          next: { by: 'us', text: '我们会把设备寄回您登记的地址，寄出时告诉您快递信息。' },
        }
      : {
          subject: `${headings['zh-CN'][heading]}请取机（${code}）`,
          happened: [...happened, ...pickUpAt['zh-CN'](scene), ...storageTerms['zh-CN'](scene)],
          next: { by: 'you', text: `请凭维修单号 ${code} 和有效证件到${center}取机。` },
        };
  },
  en: (scene, heading, happened) => {
    const { code, center, returnMethod } = scene;
    return returnMethod === 'ship'
      ? {
          subject: `${headings.en[heading]}ready to ship (${code})`,
          happened,
          next: { by: 'us', text: 'We will send the device to the address you gave us and tell you the waybill.' },
        }
      : {
          subject: `${headings.en[heading]}ready for pick-up (${code})`,
          happened: [...happened, ...pickUpAt.en(scene), ...storageTerms.en(scene)],
          next: { by: 'you', text: `Pick the device up at ${center}. Bring the repair code ${code} and an identity document.` },
        };
  },
};

const otherwise: In<string> = { 'zh-CN': '设备可以退还。', en: 'Your device can go back.' };
const dated: In<(on: string, why: string) => string> = { 'zh-CN': (on, why) => `${on}：${why}`, en: (on, why) => `${on}: ${why}` };

const readyIn =
  (locale: Locale) =>
  (scene: Scene): Wording => {
    const { outcome, quote, on, contactLine, charge } = scene;
    const why = (outcome === null ? undefined : returned[locale][outcome]) ?? otherwise[locale];
    const fee = outcome === 'returned_unrepaired' && quote?.fee ? [diagnosisFee[locale](quote.fee)] : [];
    const options = outcome === 'unrepairable' ? [choice[locale](contactLine)] : [];
    return home[locale](scene, outcome === 'repaired' || outcome === 'replaced' ? 'mended' : 'as_it_is', [
      dated[locale](on, why),
      ...reason[locale](scene),
      ...(outcome === 'repaired' ? agreedPrice[locale](scene) : []),
      ...fee,
      ...givenUp[locale](charge),
      ...options,
    ]);
  };

/** `ready`: what became of the device, and how it goes back. */
export const byOutcome: In<(scene: Scene) => Wording> = { 'zh-CN': readyIn('zh-CN'), en: readyIn('en') };

const unrepairedIn =
  (locale: Locale) =>
  (scene: Scene, why: string, heading: 'quote_expired' | 'cancelled'): Wording => {
    // Time alone took the quote away, so what it named for a no is due; whoever cancels is told by the center.
    const fee = heading === 'quote_expired' && scene.quote?.fee ? [diagnosisFee[locale](scene.quote.fee)] : [];
    return home[locale](scene, heading, [why, ...fee]);
  };

/** Goes back unrepaired, for the reason given. */
export const unrepaired: In<ReturnType<typeof unrepairedIn>> = { 'zh-CN': unrepairedIn('zh-CN'), en: unrepairedIn('en') };
