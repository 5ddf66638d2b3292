// Every message to the customer in every language: what happened, and the one next step with whoever takes it. Missing ones do not compile.
import type { Locale } from '#platform/schema.ts';
import type { MessageName } from './event.ts';
import { byOutcome, parcel, parts, waiting } from './phrases.ts';
import type { Scene } from './scene.ts';

/** Who takes the next step. */
export type Taker = 'you' | 'us' | 'carrier' | 'nobody';

/** A message before the frame (date of the next word, lookup, contact line) is put around it. */
export interface Wording {
  subject: string;
  happened: string[];
  next: { by: Taker; text: string };
}

type Row = Record<Locale, (scene: Scene) => Wording>;

/** One row per message. */
export const messages = {
  created: {
    'zh-CN': ({ code, center, on }) => ({
      subject: `维修申请已登记（${code}）`,
      happened: [`您的维修申请已于${on}登记，由${center}负责。`, `维修单号是 ${code}，请妥善保存。`],
      next: { by: 'us', text: '我们安排收件，并告诉您如何寄送或送修。' },
    }),
    en: ({ code, center, on }) => ({
      subject: `Repair request registered (${code})`,
      happened: [`We registered your repair request on ${on}. ${center} takes care of it.`, `Your repair code is ${code}. Please keep it.`],
      next: { by: 'us', text: 'We prepare the intake and tell you how to send the device or bring it in.' },
    }),
  },
  label: {
    'zh-CN': (scene) => ({
      subject: `可以寄送或送修了（${scene.code}）`,
      happened: [`自${scene.on}起，${scene.center}已准备好接收您的设备。`, ...parcel['zh-CN'](scene, '寄件单')],
      next: {
        by: 'you',
        text: '请先备份数据，关闭“查找”等设备锁，取出 SIM 卡和存储卡，不要放入保护壳和充电器，再把设备交给快递或送到维修中心。',
      },
    }),
    en: (scene) => ({
      subject: `Ready to take your device in (${scene.code})`,
      happened: [`Since ${scene.on} ${scene.center} is ready to take your device in.`, ...parcel.en(scene, 'Label')],
      next: {
        by: 'you',
        text: 'Back up your data, turn off the device lock (such as Find My), take out SIM and memory cards and keep the case and charger. Then hand the device to the carrier or bring it in.',
      },
    }),
  },
  received: {
    'zh-CN': ({ code, center, on }) => ({
      subject: `已收到您的设备（${code}）`,
      happened: [`${center}已于${on}收到您的设备，并核对了序列号、外观和随附配件。`],
      next: { by: 'us', text: '我们开始检测。' },
    }),
    en: ({ code, center, on }) => ({
      subject: `Device received (${code})`,
      happened: [`${center} received your device on ${on} and recorded its serial number, condition and accessories.`],
      next: { by: 'us', text: 'We start the diagnosis.' },
    }),
  },
  diagnosing: {
    'zh-CN': ({ code, center, on }) => ({
      subject: `正在检测（${code}）`,
      happened: [`${center}的工程师已于${on}开始检测您的设备。`],
      next: { by: 'us', text: '我们告诉您检测结果。如需付费，先报价，您同意后才维修。' },
    }),
    en: ({ code, center, on }) => ({
      subject: `Diagnosis started (${code})`,
      happened: [`A technician at ${center} started to examine your device on ${on}.`],
      next: { by: 'us', text: 'We tell you what we find. If it costs anything, you get a price first and decide.' },
    }),
  },
  quoted: {
    'zh-CN': ({ code, center, contactLine, on, quote }) => ({
      subject: `请确认维修报价（${code}）`,
      happened: [
        `检测已于${on}完成。`,
        ...(quote === null ? [] : [`维修总价：${quote.total}，已包含报价单所列全部项目。`, `您同意后预计 ${quote.days} 个工作日内完成。`]),
        quote?.fee ? `如不维修，收取检测费 ${quote.fee}，设备原样退还。` : '如不维修，不收取费用，设备原样退还。',
      ],
      next: { by: 'you', text: `请${quote === null ? '' : `在${quote.until}前`}答复${center}是否维修：${contactLine}。没有您的同意，我们不会维修。` },
    }),
    en: ({ code, center, contactLine, on, quote }) => ({
      subject: `Your decision is needed: repair quote (${code})`,
      happened: [
        `The diagnosis was finished on ${on}.`,
        ...(quote === null
          ? []
          : [
              `The repair costs ${quote.total} in total, with every item of the quote included.`,
              `It takes up to ${quote.days} working days after your yes.`,
            ]),
        quote?.fee
          ? `If you decline, the diagnosis costs ${quote.fee} and the device goes back as it is.`
          : 'If you decline, it costs nothing and the device goes back as it is.',
      ],
      next: {
        by: 'you',
        text: `Tell ${center} yes or no${quote === null ? '' : ` by ${quote.until}`}: ${contactLine}. Without your yes nothing is repaired.`,
      },
    }),
  },
  covered: {
    'zh-CN': ({ code, center, on }) => ({
      subject: `本次维修免费（${code}）`,
      happened: [`${center}已于${on}确认：本次维修在保障范围内，不收取费用。`],
      next: { by: 'us', text: '我们开始维修。' },
    }),
    en: ({ code, center, on }) => ({
      subject: `No charge for this repair (${code})`,
      happened: [`${center} confirmed on ${on} that this repair is covered. It costs you nothing.`],
      next: { by: 'us', text: 'We start the repair.' },
    }),
  },
  approved: {
    'zh-CN': ({ code, on, quote }) => ({
      subject: `已收到您的同意（${code}）`,
      happened: [
        `您已于${on}同意维修${quote === null ? '' : `，总价 ${quote.total}`}。`,
        ...(quote === null ? [] : [`预计 ${quote.days} 个工作日内完成。`]),
      ],
      next: { by: 'us', text: '我们开始维修。' },
    }),
    en: ({ code, on, quote }) => ({
      subject: `Your approval has arrived (${code})`,
      happened: [
        `You approved the repair on ${on}${quote === null ? '' : ` for ${quote.total} in total`}.`,
        ...(quote === null ? [] : [`It takes up to ${quote.days} working days.`]),
      ],
      next: { by: 'us', text: 'We start the repair.' },
    }),
  },
  awaiting_part: {
    'zh-CN': (scene) => ({
      subject: `等待配件（${scene.code}）`,
      happened: [`维修所需配件已于${scene.on}订购。`, ...parts['zh-CN'](scene)],
      next: { by: 'us', text: '配件到货后，我们继续维修。' },
    }),
    en: (scene) => ({
      subject: `Waiting for a part (${scene.code})`,
      happened: [`We ordered what the repair needs on ${scene.on}.`, ...parts.en(scene)],
      next: { by: 'us', text: 'We go on with the repair as soon as it is here.' },
    }),
  },
  ready: {
    'zh-CN': (scene) => byOutcome['zh-CN'](scene),
    en: (scene) => byOutcome.en(scene),
  },
  shipped: {
    'zh-CN': (scene) => ({
      subject: `设备已寄回（${scene.code}）`,
      happened: [`${scene.center}已于${scene.on}寄出您的设备。`, ...parcel['zh-CN'](scene, '快递')],
      next: { by: 'carrier', text: '快递送到您登记的地址。' },
    }),
    en: (scene) => ({
      subject: `Your device is on its way back (${scene.code})`,
      happened: [`${scene.center} sent your device on ${scene.on}.`, ...parcel.en(scene, 'Parcel')],
      next: { by: 'carrier', text: 'The carrier delivers it to the address you gave us.' },
    }),
  },
  delivered: {
    'zh-CN': ({ code, contactLine, on }) => ({
      subject: `设备已送达（${code}）`,
      happened: [`您的设备已于${on}交到您手中。`],
      next: { by: 'you', text: `请检查设备并恢复数据。如有问题，请尽快联系我们：${contactLine}。` },
    }),
    en: ({ code, contactLine, on }) => ({
      subject: `Delivered (${code})`,
      happened: [`Your device was handed over to you on ${on}.`],
      next: { by: 'you', text: `Please check the device and restore your data. If anything is wrong, tell us soon: ${contactLine}.` },
    }),
  },
  closed: {
    'zh-CN': ({ code, contactLine, on }) => ({
      subject: `维修单已完成（${code}）`,
      happened: [`本次维修已于${on}完成。`],
      next: { by: 'nobody', text: `无需任何操作。如同样的故障再次出现，请凭维修单号联系我们：${contactLine}。` },
    }),
    en: ({ code, contactLine, on }) => ({
      subject: `Repair completed (${code})`,
      happened: [`We completed this repair on ${on}.`],
      next: { by: 'nobody', text: `There is nothing to do. If the same fault comes back, contact us with the repair code: ${contactLine}.` },
    }),
  },
  cancelled: {
    'zh-CN': (scene) =>
      scene.status === 'cancelled'
        ? {
            subject: `维修单已取消（${scene.code}）`,
            happened: [`维修单已于${scene.on}取消。您的设备不在我们这里。`],
            next: { by: 'nobody', text: '无需任何操作，请不要再寄送设备。如仍需维修，请重新申请。' },
          }
        : byOutcome['zh-CN'](scene, `维修已于${scene.on}取消，设备未经维修退还。`),
    en: (scene) =>
      scene.status === 'cancelled'
        ? {
            subject: `Repair cancelled (${scene.code})`,
            happened: [`The repair was cancelled on ${scene.on}. Your device is not with us.`],
            next: { by: 'nobody', text: 'There is nothing to do. Please do not send the device any more; for a repair, make a new request.' },
          }
        : byOutcome.en(scene, `The repair was cancelled on ${scene.on}. Your device goes back unrepaired.`),
  },
  still_with_us: {
    'zh-CN': (scene) => ({
      subject: `维修进度：${scene.label}（${scene.code}）`,
      happened: [`截至${scene.on}，维修单状态仍为“${scene.label}”，没有新的变化。`, ...parts['zh-CN'](scene)],
      next: waiting['zh-CN'](scene),
    }),
    en: (scene) => ({
      subject: `Where your repair stands: ${scene.label} (${scene.code})`,
      happened: [`As of ${scene.on} the repair still stands at "${scene.label}". Nothing has changed since our last message.`, ...parts.en(scene)],
      next: waiting.en(scene),
    }),
  },
} as const satisfies Record<MessageName, Row>;
