// How a device goes home: what became of it, how it goes back, and on what terms it is kept until then.
import type { Locale } from '#platform/schema.ts';
import type { Outcome } from '#tickets/status.ts';
import type { Scene } from '../scene.ts';
import type { Wording } from '../wording.ts';

type In<T> = Record<Locale, T>;

/** Why the device comes back, per outcome. */
const returned: In<Partial<Record<Outcome, string>>> = {
  'zh-CN': {
    repaired: '设备已修好，并通过了最终检测。',
    replaced: '您的设备已更换，并通过了最终检测。原设备中的数据不会转移，随设备寄来的配件请留意取回。',
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

const choice: In<(contactLine: string) => string> = {
  'zh-CN': (contactLine) => `如果您不想取回设备，或想了解换机等其他办法，请在设备交还前联系我们：${contactLine}。`,
  en: (contactLine) =>
    `If you do not want the device back, or would like to know what else is possible, contact us before it goes back: ${contactLine}.`,
};

const diagnosisFee: In<(fee: string) => string> = {
  'zh-CN': (fee) => `检测费：${fee}。`,
  en: (fee) => `The diagnosis costs ${fee}.`,
};

/** Until when it is kept for nothing, what it costs then, and what comes at the end. */
export const storageTerms: In<(scene: Scene) => string[]> = {
  'zh-CN': ({ storage }) =>
    storage === null
      ? []
      : [
          storage.fee === null
            ? `我们免费为您保管到${storage.keepUntil}。`
            : `${storage.charged ? `免费保管期已于${storage.freeUntil}结束，目前` : `免费保管到${storage.freeUntil}，此后`}每天收取保管费 ${storage.fee}，最长保管到${storage.keepUntil}。`,
          `如果到${storage.keepUntil}仍未取机，我们会依照法律规定的程序处置设备。`,
        ],
  en: ({ storage }) =>
    storage === null
      ? []
      : [
          storage.fee === null
            ? `We keep it for you free of charge until ${storage.keepUntil}.`
            : storage.charged
              ? `Keeping it was free until ${storage.freeUntil} and now costs ${storage.fee} a day. We keep it until ${storage.keepUntil}.`
              : `Keeping it is free until ${storage.freeUntil} and costs ${storage.fee} a day after that. We keep it until ${storage.keepUntil}.`,
          `If it has not been picked up by ${storage.keepUntil}, it is disposed of as the law provides.`,
        ],
};

const home: In<(scene: Scene, mended: boolean, happened: string[]) => Wording> = {
  'zh-CN': (scene, mended, happened) => {
    const { code, center, returnMethod } = scene;
    return returnMethod === 'ship'
      ? {
          subject: `${mended ? '维修完成，待寄回' : '设备待寄回'}（${code}）`,
          happened,
          next: { by: 'us', text: '我们把设备寄回您登记的地址，寄出时告诉您快递信息。' },
        }
      : {
          subject: `${mended ? '维修完成，请取机' : '请取回设备'}（${code}）`,
          happened: [...happened, ...storageTerms['zh-CN'](scene)],
          next: { by: 'you', text: `请凭维修单号 ${code} 和有效证件到${center}取机。` },
        };
  },
  en: (scene, mended, happened) => {
    const { code, center, returnMethod } = scene;
    return returnMethod === 'ship'
      ? {
          subject: `${mended ? 'Repair finished, ready to ship' : 'Your device is ready to ship'} (${code})`,
          happened,
          next: { by: 'us', text: 'We send the device to the address you gave us and tell you the waybill.' },
        }
      : {
          subject: `${mended ? 'Repair finished, ready for pick-up' : 'Your device is ready for pick-up'} (${code})`,
          happened: [...happened, ...storageTerms.en(scene)],
          next: { by: 'you', text: `Pick the device up at ${center}. Bring the repair code ${code} and an identity document.` },
        };
  },
};

const otherwise: In<string> = { 'zh-CN': '设备可以退还。', en: 'Your device can go back.' };
const dated: In<(on: string, why: string) => string> = { 'zh-CN': (on, why) => `${on}：${why}`, en: (on, why) => `${on}: ${why}` };

const readyIn =
  (locale: Locale) =>
  (scene: Scene): Wording => {
    const { outcome, quote, on, contactLine } = scene;
    const why = (outcome === null ? undefined : returned[locale][outcome]) ?? otherwise[locale];
    const fee = outcome === 'returned_unrepaired' && quote?.fee ? [diagnosisFee[locale](quote.fee)] : [];
    const options = outcome === 'unrepairable' ? [choice[locale](contactLine)] : [];
    return home[locale](scene, outcome === 'repaired' || outcome === 'replaced', [dated[locale](on, why), ...fee, ...options]);
  };

/** `ready`: what became of the device, and how it goes back. */
export const byOutcome: In<(scene: Scene) => Wording> = { 'zh-CN': readyIn('zh-CN'), en: readyIn('en') };

/** Goes back unrepaired, for the reason given; `charged`: the fee the quote named for that is due. */
export const unrepaired: In<(scene: Scene, why: string, charged?: 'charged') => Wording> = {
  'zh-CN': (scene, why, charged) =>
    home['zh-CN'](scene, false, [why, ...(charged && scene.quote?.fee ? [diagnosisFee['zh-CN'](scene.quote.fee)] : [])]),
  en: (scene, why, charged) => home.en(scene, false, [why, ...(charged && scene.quote?.fee ? [diagnosisFee.en(scene.quote.fee)] : [])]),
};
