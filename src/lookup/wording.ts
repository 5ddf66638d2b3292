// What the customer reads about each status: what it means, what comes next and who takes that step. No blame, no codes.
import { deviceSteps } from '#notifications/phrases.ts';
import type { Locale } from '#platform/schema.ts';
import type { Wish } from '#quotes/quote.ts';
import type { Outcome, ReturnMethod, Stage, Status } from '#tickets/status.ts';
import { isUnconfirmed } from '#tickets/wish.ts';

type Words = Record<Locale, string>;

/** Who takes the next step; `nobody`: nothing is to come. */
export const whos = ['you', 'us', 'carrier', 'nobody'] as const;
export type Who = (typeof whos)[number];

interface StatusWords {
  who: Who;
  whatThisMeans: Words;
  whatHappensNext: Words;
}

/** For whoever knows the serial alone: a step of the repair in general words, nothing of this repair. */
export const stageWords: Record<Stage, { label: Words; whatThisMeans: Words }> = {
  intake: {
    label: { 'zh-CN': '收件', en: 'Getting your device to us' },
    whatThisMeans: {
      'zh-CN': '维修申请已登记，设备正在送往维修中心或刚刚送达。',
      en: 'The repair is registered; the device is on its way to the service center or has just arrived there.',
    },
  },
  diagnosis: {
    label: { 'zh-CN': '检测', en: 'Diagnosis' },
    whatThisMeans: { 'zh-CN': '技术人员正在查找问题原因。', en: 'A technician is finding out what is wrong.' },
  },
  quote: {
    label: { 'zh-CN': '报价', en: 'Quote' },
    whatThisMeans: { 'zh-CN': '检测已完成，正在确定维修方案。', en: 'The diagnosis is done and the way forward is being settled.' },
  },
  repair: {
    label: { 'zh-CN': '维修', en: 'Repair' },
    whatThisMeans: { 'zh-CN': '设备正在维修中。', en: 'The repair itself is under way.' },
  },
  return: {
    label: { 'zh-CN': '返还', en: 'Return' },
    whatThisMeans: {
      'zh-CN': '维修中心的工作已完成，设备正在返还、已返还给您，或按您的意愿另行处理。',
      en: 'The work is done; the device is being returned to you, is back with you already, or is dealt with as you wish.',
    },
  },
  end: {
    label: { 'zh-CN': '已结束', en: 'Finished' },
    whatThisMeans: { 'zh-CN': '这次维修服务已经结束。', en: 'This repair has come to its end.' },
  },
};

/** The next step in general words, for whoever knows the serial alone. */
export const generalSteps: Record<Who, Words> = {
  you: {
    'zh-CN': '有一件事需要您处理，请查看我们发给您的消息，或用收件凭证上的凭证编码查询详情。',
    en: 'There is one thing for you to do: please see our last message, or look up the details with the code on your receipt.',
  },
  us: {
    'zh-CN': '下一步由我们完成，您无需操作，有进展会通知您。',
    en: 'The next step is ours; you need not do anything. We will write to you when something changes.',
  },
  carrier: { 'zh-CN': '快递正在运送，您无需操作。', en: 'The carrier has the parcel; you need not do anything.' },
  nobody: { 'zh-CN': '没有需要您处理的事项。', en: 'There is nothing left to do.' },
};

/** The same while something has to be settled first; what it is stays with the owner. */
export const generalHold: { whatThisMeans: Words; steps: Record<Exclude<Who, 'nobody'>, Words> } = {
  whatThisMeans: {
    'zh-CN': '这一步暂时停下，有一件事需要先处理好。',
    en: 'This step has stopped for now: something has to be settled first.',
  },
  steps: {
    you: generalSteps.you,
    us: generalSteps.us,
    carrier: {
      'zh-CN': '下一步由快递公司完成，您无需操作，有进展会通知您。',
      en: 'The next step is the carrier’s; you need not do anything. We will write to you when something changes.',
    },
  },
};

/** For the owner, status by status. */
const words = {
  created: {
    who: 'us',
    whatThisMeans: { 'zh-CN': '您的维修申请已登记，设备还在您手上。', en: 'We have your request; the device is still with you.' },
    whatHappensNext: {
      'zh-CN': '我们正在安排寄送或到店事宜，并会告诉您怎么做。',
      en: 'We are arranging how the device reaches us and will tell you what to do.',
    },
  },
  awaiting_device: {
    who: 'you',
    whatThisMeans: { 'zh-CN': '一切就绪，就等您的设备了。', en: 'Everything is ready; we are looking forward to your device.' },
    whatHappensNext: deviceSteps,
  },
  inbound_transit: {
    who: 'carrier',
    whatThisMeans: { 'zh-CN': '快递已取走您的设备，正在送往维修中心。', en: 'The carrier has your device and is bringing it to the service center.' },
    whatHappensNext: { 'zh-CN': '快递送达后，我们会开箱核对并通知您。', en: 'Once it arrives we open the parcel, check it and let you know.' },
  },
  received: {
    who: 'us',
    whatThisMeans: {
      'zh-CN': '设备已到维修中心，序列号、外观和配件都已登记。',
      en: 'Your device is at the service center; its serial number, condition and accessories are recorded.',
    },
    whatHappensNext: { 'zh-CN': '技术人员将开始检测。', en: 'A technician starts the diagnosis next.' },
  },
  diagnosing: {
    who: 'us',
    whatThisMeans: { 'zh-CN': '技术人员正在查找故障原因。', en: 'A technician is finding out what is wrong.' },
    whatHappensNext: {
      'zh-CN': '检测完成后，我们会告诉您结果；如需付费，会先请您确认价格。',
      en: 'We will tell you the result; if there is a price, nothing is repaired before you agree to it.',
    },
  },
  quoted: {
    who: 'you',
    whatThisMeans: { 'zh-CN': '检测已完成，报价已准备好，等您决定。', en: 'The diagnosis is done and the quote is waiting for your decision.' },
    whatHappensNext: {
      'zh-CN': '请查看报价，并决定是否维修。在您同意之前不会开始维修。',
      en: 'Please look at the quote and approve or decline it. Nothing is repaired before you agree.',
    },
  },
  approved: {
    who: 'us',
    whatThisMeans: { 'zh-CN': '维修方案已确定，您的设备正在排队等待维修。', en: 'The repair is agreed and your device is in the queue.' },
    whatHappensNext: { 'zh-CN': '轮到您的设备时，我们就开始维修。', en: 'We start as soon as it is your device’s turn.' },
  },
  awaiting_parts: {
    who: 'us',
    whatThisMeans: { 'zh-CN': '维修需要的配件已订购，正在等待到货。', en: 'A part for the repair is ordered and we are waiting for it.' },
    whatHappensNext: {
      'zh-CN': '配件一到，我们就继续维修；到货时间有变化会告诉您。',
      en: 'We go on as soon as it is here, and tell you if its date changes.',
    },
  },
  in_repair: {
    who: 'us',
    whatThisMeans: { 'zh-CN': '技术人员正在维修您的设备。', en: 'A technician is repairing your device.' },
    whatHappensNext: { 'zh-CN': '修好之后会做全面测试。', en: 'When the repair is done we test the device thoroughly.' },
  },
  quality_check: {
    who: 'us',
    whatThisMeans: { 'zh-CN': '维修已完成，正在做最后的测试。', en: 'The repair is done and we are testing the result.' },
    whatHappensNext: { 'zh-CN': '测试通过后，就准备把设备还给您。', en: 'Once it passes we get the device ready to go back to you.' },
  },
  ready: {
    ship: {
      who: 'us',
      whatThisMeans: { 'zh-CN': '设备已准备好，等待寄回。', en: 'Your device is ready to be sent back.' },
      whatHappensNext: { 'zh-CN': '我们会尽快寄出，并把快递单号发给您。', en: 'We hand it to the carrier and send you the waybill.' },
    },
    pick_up: {
      who: 'you',
      whatThisMeans: { 'zh-CN': '设备已准备好，可以来取了。', en: 'Your device is ready for pick-up.' },
      whatHappensNext: { 'zh-CN': '请带上收件凭证到维修中心取机。', en: 'Please come to the service center with your receipt.' },
    },
  },
  outbound_transit: {
    who: 'carrier',
    whatThisMeans: { 'zh-CN': '设备已寄出，正在回到您身边。', en: 'Your device is on its way back to you.' },
    whatHappensNext: { 'zh-CN': '快递会送到您登记的地址，请留意签收。', en: 'The carrier delivers it to the address you gave us.' },
  },
  delivered: {
    ship: {
      who: 'nobody',
      whatThisMeans: { 'zh-CN': '快递显示您的设备已签收。', en: 'The carrier has delivered your device.' },
      whatHappensNext: { 'zh-CN': '希望一切顺利。如有任何问题，请随时联系我们。', en: 'We hope all is well. If anything is not, please contact us.' },
    },
    pick_up: {
      who: 'nobody',
      whatThisMeans: { 'zh-CN': '您已取回设备。', en: 'You have your device back.' },
      whatHappensNext: { 'zh-CN': '希望一切顺利。如有任何问题，请随时联系我们。', en: 'We hope all is well. If anything is not, please contact us.' },
    },
  },
  closed: {
    who: 'nobody',
    whatThisMeans: { 'zh-CN': '这次维修已完成。', en: 'This repair is complete.' },
    whatHappensNext: {
      'zh-CN': '没有需要您处理的事项。如再出现问题，请联系我们。',
      en: 'There is nothing left to do. If the trouble comes back, please contact us.',
    },
  },
  cancelled: {
    who: 'nobody',
    whatThisMeans: { 'zh-CN': '这次维修申请已取消。', en: 'This repair request has been cancelled.' },
    whatHappensNext: {
      'zh-CN': '没有需要您处理的事项。需要时欢迎再次申请。',
      en: 'There is nothing left to do. You are welcome to ask again at any time.',
    },
  },
  disposed: {
    who: 'nobody',
    // With consent, or because nobody fetched it: the message about it says which.
    whatThisMeans: { 'zh-CN': '设备已处置。', en: 'The device has been disposed of.' },
    whatHappensNext: { 'zh-CN': '没有需要您处理的事项。', en: 'There is nothing left to do.' },
  },
} as const satisfies Record<Status, StatusWords | Record<ReturnMethod, StatusWords>>;

/** In place of `ready` for a customer who declined and does not want the device back: nothing is sent or fetched, and nothing disposed of unasked. */
const toConfirm: StatusWords = {
  who: 'you',
  whatThisMeans: {
    'zh-CN': '设备未作维修。您希望由我们处置设备，还需要您再确认一次。在您确认之前，设备由我们妥善保管。',
    en: 'The device is not repaired. You wish to have it disposed of, and we ask you to confirm that once more; until then we keep it safe.',
  },
  whatHappensNext: {
    'zh-CN': '请打开我们发给您的链接，确认处置设备，或与维修中心联系。如果您改变主意，也请告诉维修中心。',
    en: 'Please confirm the disposal behind the link in our messages, or with the service center. If you have changed your mind, tell them too.',
  },
};

/** In place of `quoted` once the quote has run out: a no is taken until somebody ends the wait, a yes is not. */
const ranOut: StatusWords = {
  who: 'you',
  whatThisMeans: {
    'zh-CN': '检测已完成。报价已过有效期，不能再按此报价维修。',
    en: 'The diagnosis is done. The quote is no longer valid and cannot be approved any more.',
  },
  whatHappensNext: {
    'zh-CN': '请联系维修中心重新报价，或告诉我们您不维修。在您同意新的报价之前不会开始维修。',
    en: 'Please ask the service center for a new quote, or decline the repair. Nothing is repaired before you agree to a new one.',
  },
};

/** How it went, said before the rest once the work is over. */
const outcomeWords: Record<Outcome, Words> = {
  repaired: { 'zh-CN': '设备已修复。', en: 'Your device is repaired.' },
  replaced: { 'zh-CN': '已为您更换设备。', en: 'Your device has been replaced.' },
  no_fault_found: { 'zh-CN': '我们仔细检测过，没有发现故障。', en: 'We tested it carefully and found no fault.' },
  returned_unrepaired: { 'zh-CN': '设备未作维修，原样返还。', en: 'The device goes back to you unrepaired.' },
  unrepairable: { 'zh-CN': '很抱歉，这台设备无法修复。', en: 'We are sorry: this device cannot be repaired.' },
  disposed: { 'zh-CN': '', en: '' },
  refunded_elsewhere: { 'zh-CN': '购买款项已由销售方退还。', en: 'The purchase was refunded by the seller.' },
  cancelled: { 'zh-CN': '', en: '' },
};

const gap: Words = { 'zh-CN': '', en: ' ' };

/** What changes the words of a status. */
interface Circumstances {
  wish?: Wish | null;
  /** The quote that lies with the customer is no longer valid. */
  isOver?: boolean;
}

const rowOf = (status: Status, returnMethod: ReturnMethod, { wish, isOver }: Circumstances): StatusWords => {
  if (isUnconfirmed(status, wish)) return toConfirm;
  if (status === 'quoted' && isOver === true) return ranOut;
  const row: StatusWords | Record<ReturnMethod, StatusWords> = words[status];
  return 'who' in row ? row : row[returnMethod];
};

/** Who takes the next step from here. */
export const whoActs = (status: Status, returnMethod: ReturnMethod, wish: Wish | null = null): Who => rowOf(status, returnMethod, { wish }).who;

/** The words for the owner. The outcome is told from `ready` on, where it is final; of a device that is disposed of it would say that it goes back. */
export function wordsFor(
  locale: Locale,
  status: Status,
  returnMethod: ReturnMethod,
  outcome: Outcome | null,
  circumstances: Circumstances = {},
): { whatThisMeans: string; whatHappensNext: string } {
  const row = rowOf(status, returnMethod, circumstances);
  const how = outcome === null || row === toConfirm || status === 'disposed' ? '' : outcomeWords[outcome][locale];
  const meaning = row.whatThisMeans[locale];
  return {
    whatThisMeans: how === '' ? meaning : `${how}${gap[locale]}${meaning}`,
    whatHappensNext: row.whatHappensNext[locale],
  };
}

/** What is answered where nothing may be shown, whatever the reason. */
export const hints = {
  proof_needed: {
    'zh-CN': '仅凭此号码没有可以显示的内容。请核对号码，并同时输入收件凭证上的凭证编码，或登记手机号的后四位。也可以打开我们发给您的链接。',
    en: 'There is nothing we can show for this number alone. Please check it, and add the receipt code or the last four digits of your phone number. The link in our messages works too.',
  },
  link_ended: {
    'zh-CN': '此链接已失效：维修结束已超过 90 天，或链接已被替代。',
    en: 'This link does not work any more: the repair ended more than 90 days ago, or the link was replaced.',
  },
  imei_check_digit: {
    'zh-CN': 'IMEI 的最后一位与其他数字不符，请检查是否输错。在拨号界面输入 *#06# 可以查看。',
    en: 'The last digit of the IMEI does not match the others. Please check it for a mistyped digit; dial *#06# to see it.',
  },
} as const satisfies Record<string, Words>;
export type Hint = keyof typeof hints;
