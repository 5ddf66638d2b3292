// Phrases that several messages share, in every language.
import type { Locale } from '#platform/schema.ts';
import { statuses } from '#tickets/lifecycle.ts';
import { stillToKeep } from '#tickets/promise-words.ts';
import type { Scene } from './scene.ts';

type In<T> = Record<Locale, T>;

/** What to do before a device is handed over, and what not to send with it. */
export const deviceSteps: In<string> = {
  'zh-CN': '请先备份数据，关闭“查找”等设备锁，取出 SIM 卡和存储卡，不要放入保护壳和充电器，再把设备交给快递或送到维修中心。',
  en: 'Back up your data, turn off the device lock (such as Find My), take out SIM and memory cards and keep the case and charger. Then hand the device to the carrier or bring it in.',
};

const numbered: In<(p: NonNullable<Scene['parcel']>) => string> = {
  'zh-CN': ({ carrier, tail, sentAs }) =>
    `${carrier === null ? '' : `${carrier}，`}运单尾号 ${tail}${sentAs === null ? '' : `（快递已转单，原运单尾号 ${sentAs}）`}`,
  en: ({ carrier, tail, sentAs }) =>
    `${carrier === null ? '' : `${carrier}, `}waybill ending in ${tail}${sentAs === null ? '' : ` (passed on by the carrier; before: ${sentAs})`}`,
};

/** Carrier and last digits of the waybill: of a parcel in trouble the day that the carrier gave before says nothing any more. */
export const waybill: In<(scene: Scene) => string[]> = {
  'zh-CN': ({ parcel: p }) => (p === null ? [] : [`快递：${numbered['zh-CN'](p)}。`]),
  en: ({ parcel: p }) => (p === null ? [] : [`Parcel: ${numbered.en(p)}.`]),
};

/** Carrier, last digits of the waybill, expected day. */
export const parcel: In<(scene: Scene, kind: string) => string[]> = {
  'zh-CN': ({ parcel: p }, kind) => (p === null ? [] : [`${kind}：${numbered['zh-CN'](p)}${p.eta === null ? '' : `，预计${p.eta}送达`}。`]),
  en: ({ parcel: p }, kind) => (p === null ? [] : [`${kind}: ${numbered.en(p)}${p.eta === null ? '' : `, expected on ${p.eta}`}.`]),
};

const isAtWork = ({ status }: Scene): boolean => !['return', 'end'].includes(statuses[status].stage);

/** Parts still awaited, each with its day; none where the work is over without them. */
export const parts: In<(scene: Scene) => string[]> = {
  'zh-CN': (scene) =>
    isAtWork(scene) ? scene.parts.map(({ name, on, before }) => `配件：${name}，预计${on}到货${before === null ? '' : `（原预计${before}）`}。`) : [],
  en: (scene) =>
    isAtWork(scene)
      ? scene.parts.map(({ name, on, before }) => `Part: ${name}, expected on ${on}${before === null ? '' : ` (before: ${before})`}.`)
      : [],
};

/** The promised day, while it is still to be kept. */
export const promised: In<(scene: Scene) => string[]> = {
  'zh-CN': (scene) => {
    if (scene.promise === null || !stillToKeep(scene.status, scene.returnMethod, scene.wish)) return [];
    const { day, missed } = scene.promise;
    const what = scene.returnMethod === 'ship' ? '把设备寄还给您' : '通知您取机';
    return [missed ? `我们曾承诺最迟于${day}${what}，没有做到，非常抱歉。` : `我们承诺：最迟于${day}${what}。`];
  },
  en: (scene) => {
    if (scene.promise === null || !stillToKeep(scene.status, scene.returnMethod, scene.wish)) return [];
    const { day, missed } = scene.promise;
    const what = scene.returnMethod === 'ship' ? 'to send your device back' : 'to have your device ready for pick-up';
    return [missed ? `We promised ${what} by ${day} and have not kept that day. We are sorry.` : `We promise ${what} by ${day}.`];
  },
};

/** The promised day, where it can still be kept: a hold that lasts moves it. */
export const movableDay = ({ promise, status, returnMethod, wish }: Scene): string | null =>
  promise === null || promise.missed || !stillToKeep(status, returnMethod, wish) ? null : promise.day;

/** The promised day while the repair stands still. */
export const promisedOnHold: In<(scene: Scene) => string[]> = {
  'zh-CN': (scene) => {
    const day = movableDay(scene);
    return day === null ? promised['zh-CN'](scene) : [`之前承诺的日期是${day}。如果因此需要调整，我们会在这个日期之前告诉您新的日期。`];
  },
  en: (scene) => {
    const day = movableDay(scene);
    return day === null
      ? promised.en(scene)
      : [`The promised day is ${day}. If it has to move because of this, we will tell you the new day before then.`];
  },
};

/** From which day to which the promise has moved, and why; nothing where it has not. */
export const moved: In<(scene: Scene) => string[]> = {
  'zh-CN': ({ center, promise, returnMethod }) =>
    promise === null || promise.moved === null
      ? []
      : [
          `新的承诺日期：最迟于${promise.day}${returnMethod === 'ship' ? '把设备寄还给您' : '通知您取机'}（原日期：${promise.moved.from}）。原因：${promise.moved.why}。`,
          ...note['zh-CN'](center, promise.moved.note),
        ],
  en: ({ center, promise, returnMethod }) =>
    promise === null || promise.moved === null
      ? []
      : [
          `We now promise to ${returnMethod === 'ship' ? 'send your device back' : 'have your device ready for pick-up'} by ${promise.day} (before: ${promise.moved.from}). The reason: ${promise.moved.why}.`,
          ...note.en(center, promise.moved.note),
        ],
};

/** The promise as it stands, with where it came from where it has moved. */
export const promisedOrMoved: In<(scene: Scene) => string[]> = {
  'zh-CN': (scene) => (scene.promise?.moved ? moved : promised)['zh-CN'](scene),
  en: (scene) => (scene.promise?.moved ? moved : promised).en(scene),
};

/** Why, as the center put it. */
export const reason: In<(scene: Scene) => string[]> = {
  'zh-CN': ({ why }) => (why === null ? [] : [`维修中心说明：${why}`]),
  en: ({ why }) => (why === null ? [] : [`The service center says: ${why}`]),
};

/** What the center wrote for the customer. */
export const note: In<(center: string, text: string | null) => string[]> = {
  'zh-CN': (center, text) => (text === null ? [] : [`${center}留言：${text}`]),
  en: (center, text) => (text === null ? [] : [`Note from ${center}: ${text}`]),
};

/** What follows from a no or from no answer, and what it costs. */
export const ifDeclined: In<(scene: Scene) => string> = {
  'zh-CN': ({ quote }) =>
    `如果您不维修${quote === null ? '' : `，或到${quote.until}我们仍未收到答复`}，设备将原样退还给您，${quote?.fee ? `收取检测费 ${quote.fee}` : '不收取任何费用'}。`,
  en: ({ quote }) =>
    `If you decline${quote === null ? '' : `, or if we have no answer by ${quote.until}`}, the device goes back to you as it is. ${quote?.fee ? `The diagnosis then costs ${quote.fee}.` : 'That costs you nothing.'}`,
};

/** Where and until when to say yes or no. */
export const answerQuote: In<(scene: Scene) => string> = {
  'zh-CN': ({ center, contactLine, quote, linked }) =>
    `请${quote === null ? '' : `在${quote.until}前`}${linked ? '打开下方的专属链接，查看报价并决定是否维修，也可以' : ''}答复${center}${linked ? '' : '是否维修'}：${contactLine}。没有您的同意，我们不会维修。`,
  en: ({ center, contactLine, quote, linked }) =>
    `${linked ? `See the quote behind your own link below and say yes or no${quote === null ? '' : ` by ${quote.until}`}, or tell ${center}` : `Tell ${center} yes or no${quote === null ? '' : ` by ${quote.until}`}`}: ${contactLine}. Without your yes nothing is repaired.`,
};

/** The price that was agreed, for a repair that was paid for. */
export const agreedPrice: In<(scene: Scene) => string[]> = {
  'zh-CN': ({ quote }) => (quote?.approved ? [`维修费用：${quote.total}，与您同意的报价一致。`] : []),
  en: ({ quote }) => (quote?.approved ? [`The repair costs ${quote.total}, as you approved.`] : []),
};

/** Where to fetch the device, and when somebody is there. */
export const pickUpAt: In<(scene: Scene) => string[]> = {
  'zh-CN': ({ place }) => (place ? [`取机地址：${place.address}。${place.hours === null ? '' : `营业时间：${place.hours}。`}`] : []),
  en: ({ place }) => (place ? [`Where: ${place.address}.${place.hours === null ? '' : ` Opening hours: ${place.hours}.`}`] : []),
};

/** Where the receipt is, with what came in and how it looked. */
export const receipt: In<(scene: Scene) => string[]> = {
  'zh-CN': ({ linked }) => (linked ? ['收件凭证、随附配件清单和外观照片，可以打开下方的专属链接查看。'] : []),
  en: ({ linked }) =>
    linked ? ['The receipt, with the accessories and the condition of your device, and the photos are behind your own link below.'] : [],
};
