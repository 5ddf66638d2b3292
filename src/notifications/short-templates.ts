// The texts of short messages: a dozen templates with places in them, because providers in China send only what they have read before (design §10.5).
import type { Locale } from '#platform/schema.ts';

/** One template: the text for a telephone, and what a note in WeChat says beside code, state and time (a `thing`: at most 20 characters). */
interface Template {
  text: Record<Locale, string>;
  line: Record<Locale, string>;
  /** The customer has to do something; notes about that are templates of their own. */
  asks: boolean;
}

/**
 * Chinese texts have at most 70 characters with a signature of 12, the longest values and a page address of 18; no two places stand side by
 * side, and no place takes a link. English texts are GSM-7 and of one part. All of it is counted in test/unit/notifications/short.test.ts.
 */
export const templates = {
  send: {
    text: {
      'zh-CN': '维修单${code}：请在${date}前寄出或送修设备',
      en: 'Repair ${code}: please send your device or bring it in by ${date}.',
    },
    line: { 'zh-CN': '请在此日期前寄出或送修设备', en: 'Please send it in' },
    asks: true,
  },
  step: {
    text: {
      'zh-CN': '维修单${code}现为${label}，最迟${date}再告知进展',
      en: 'Repair ${code} stands at "${label}". You will hear from us again by ${date}.',
    },
    line: { 'zh-CN': '我们最迟在此日期再告知进展', en: 'More news by then' },
    asks: false,
  },
  decide: {
    text: {
      'zh-CN': '维修单${code}报价${total}，请在${date}前答复',
      en: 'Repair ${code}: the quote is ${total}. Please say yes or no by ${date}.',
    },
    line: { 'zh-CN': '请在此日期前答复是否维修', en: 'Please say yes or no' },
    asks: true,
  },
  act: {
    text: {
      'zh-CN': '维修单${code}状态为${label}，请在${date}前联系我们',
      en: 'Repair ${code} stands at "${label}". Please contact us by ${date}.',
    },
    line: { 'zh-CN': '请在此日期前联系我们', en: 'Please contact us' },
    asks: true,
  },
  collect: {
    text: {
      'zh-CN': '维修单${code}可取机，请在${date}前凭单号和证件来取',
      en: 'Repair ${code}: please pick your device up by ${date}. Bring this code and an identity document.',
    },
    line: { 'zh-CN': '请在此日期前凭单号和证件取机', en: 'Please pick it up' },
    asks: true,
  },
  moved: {
    text: {
      'zh-CN': '维修单${code}承诺日期改为${date}，如不便请联系我们',
      en: 'Repair ${code}: the promised day is now ${date}. If it does not suit you, please contact us.',
    },
    line: { 'zh-CN': '承诺日期有变化，如不便请联系我们', en: 'New promised day' },
    asks: false,
  },
  late: {
    text: {
      'zh-CN': '维修单${code}恐难在${date}前完成，将尽快告知新日期',
      en: 'Repair ${code} may not be ready by ${date}. We are sorry and will tell you the new day soon.',
    },
    line: { 'zh-CN': '恐难按期完成，将尽快告知新日期', en: 'May be late, sorry' },
    asks: false,
  },
  shipped: {
    text: {
      'zh-CN': '维修单${code}已寄回，运单尾号${tail}，预计${date}到',
      en: 'Repair ${code}: your device is on its way back, waybill ending in ${tail}, expected on ${date}.',
    },
    line: { 'zh-CN': '设备已寄回，请留意签收', en: 'On its way back' },
    asks: false,
  },
  back: {
    text: {
      'zh-CN': '维修单${code}的设备将寄还给您，最迟${date}告知运单',
      en: 'Repair ${code}: we will send your device back to you and tell you the waybill by ${date}.',
    },
    line: { 'zh-CN': '我们会把设备寄还给您', en: 'We will send it back' },
    asks: false,
  },
  trouble: {
    text: {
      'zh-CN': '维修单${code}正在核实，最迟${date}告知结果',
      en: 'Repair ${code}: we are looking into what happened and will tell you more by ${date}.',
    },
    line: { 'zh-CN': '我们正在核实，届时告知结果', en: 'We are looking at it' },
    asks: false,
  },
  done: {
    text: {
      'zh-CN': '维修单${code}于${date}完成${what}，有误请联系我们',
      en: 'Repair ${code}: as of ${date} your ${what}. If anything is wrong, please contact us.',
    },
    line: { 'zh-CN': '设备已交还，如有问题请联系我们', en: 'Handed over' },
    asks: false,
  },
  ended: {
    text: {
      'zh-CN': '维修单${code}已于${date}更新为${label}，无需操作',
      en: 'As of ${date} repair ${code} stands at "${label}". There is nothing for you to do.',
    },
    line: { 'zh-CN': '您无需操作', en: 'Nothing to do' },
    asks: false,
  },
} as const satisfies Record<string, Template>;

/** As the providers' settings name them. */
export type TemplateName = keyof typeof templates;

/** The names of the places in a text. */
type PlacesOf<T extends string> = T extends `${string}\${${infer Place}}${infer Rest}` ? Place | PlacesOf<Rest> : never;

/** The places of a template in all languages together. */
export type Places<N extends TemplateName> = PlacesOf<(typeof templates)[N]['text'][Locale]>;

/** A template with what stands in its places; the code and the date's instant are known to every one. One that is missing does not compile. */
export type Short = { [N in TemplateName]: { template: N; date: string } & Record<Exclude<Places<N>, 'code' | 'date'>, string> }[TemplateName];
