// Phrases that several messages share, in every language.
import type { Locale } from '#platform/schema.ts';
import type { Scene } from './scene.ts';

type In<T> = Record<Locale, T>;

/** What to do before a device is handed over, and what not to send with it. */
export const deviceSteps: In<string> = {
  'zh-CN': '请先备份数据，关闭“查找”等设备锁，取出 SIM 卡和存储卡，不要放入保护壳和充电器，再把设备交给快递或送到维修中心。',
  en: 'Back up your data, turn off the device lock (such as Find My), take out SIM and memory cards and keep the case and charger. Then hand the device to the carrier or bring it in.',
};

/** Carrier, last digits of the waybill, expected day. */
export const parcel: In<(scene: Scene, kind: string) => string[]> = {
  'zh-CN': ({ parcel: p }, kind) => (p === null ? [] : [`${kind}：${p.carrier}，运单尾号 ${p.tail}${p.eta === null ? '' : `，预计${p.eta}送达`}。`]),
  en: ({ parcel: p }, kind) =>
    p === null ? [] : [`${kind}: ${p.carrier}, waybill ending in ${p.tail}${p.eta === null ? '' : `, expected on ${p.eta}`}.`],
};

/** Parts still awaited, each with its day. */
export const parts: In<(scene: Scene) => string[]> = {
  'zh-CN': (scene) => scene.parts.map(({ name, on, before }) => `配件：${name}，预计${on}到货${before === null ? '' : `（原预计${before}）`}。`),
  en: (scene) => scene.parts.map(({ name, on, before }) => `Part: ${name}, expected on ${on}${before === null ? '' : ` (before: ${before})`}.`),
};

/** The promised day. */
export const promised: In<(scene: Scene) => string[]> = {
  'zh-CN': ({ promise, returnMethod }) =>
    promise === null ? [] : [`我们承诺：最迟于${promise.day}${returnMethod === 'ship' ? '把设备寄还给您' : '可以取机'}。`],
  en: ({ promise, returnMethod }) =>
    promise === null
      ? []
      : [
          returnMethod === 'ship'
            ? `We promise to send your device back by ${promise.day}.`
            : `We promise that your device is ready for pick-up by ${promise.day}.`,
        ],
};

/** From which day to which the promise has moved, and why; nothing where it has not. */
export const moved: In<(scene: Scene) => string[]> = {
  'zh-CN': ({ center, promise, returnMethod }) =>
    promise === null || promise.moved === null
      ? []
      : [
          `新的承诺日期：最迟于${promise.day}${returnMethod === 'ship' ? '把设备寄还给您' : '可以取机'}（原日期：${promise.moved.from}）。原因：${promise.moved.why}。`,
          ...note['zh-CN'](center, promise.moved.note),
        ],
  en: ({ center, promise, returnMethod }) =>
    promise === null || promise.moved === null
      ? []
      : [
          `${returnMethod === 'ship' ? 'We now promise to send your device back' : 'We now promise that your device is ready for pick-up'} by ${promise.day} (before: ${promise.moved.from}). The reason: ${promise.moved.why}.`,
          ...note.en(center, promise.moved.note),
        ],
};

/** The promise as it stands, with where it came from where it has moved. */
export const promisedOrMoved: In<(scene: Scene) => string[]> = {
  'zh-CN': (scene) => (scene.promise?.moved ? moved : promised)['zh-CN'](scene),
  en: (scene) => (scene.promise?.moved ? moved : promised).en(scene),
};

/** What the center wrote for the customer. */
export const note: In<(center: string, text: string | null) => string[]> = {
  'zh-CN': (center, text) => (text === null ? [] : [`${center}留言：${text}`]),
  en: (center, text) => (text === null ? [] : [`Note from ${center}: ${text}`]),
};

/** What a no costs. */
export const ifDeclined: In<(scene: Scene) => string> = {
  'zh-CN': ({ quote }) => (quote?.fee ? `如不维修，收取检测费 ${quote.fee}，设备原样退还。` : '如不维修，不收取费用，设备原样退还。'),
  en: ({ quote }) =>
    quote?.fee
      ? `If you decline, the diagnosis costs ${quote.fee} and the device goes back as it is.`
      : 'If you decline, it costs nothing and the device goes back as it is.',
};

/** Where and until when to say yes or no. */
export const answerQuote: In<(scene: Scene) => string> = {
  'zh-CN': ({ center, contactLine, quote }) =>
    `请${quote === null ? '' : `在${quote.until}前`}答复${center}是否维修：${contactLine}。没有您的同意，我们不会维修。`,
  en: ({ center, contactLine, quote }) =>
    `Tell ${center} yes or no${quote === null ? '' : ` by ${quote.until}`}: ${contactLine}. Without your yes nothing is repaired.`,
};
