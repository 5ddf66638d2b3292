// What a customer is told of a hold: why it stands still, and what exactly to do or to expect by when. The same in mails and lookup.
import type { Locale } from '#platform/schema.ts';
import type { Blame, HoldReason } from './holds.ts';

interface Words {
  /** Why it stands still; with an apology where the delay is ours. */
  why: string;
  /** What to do, or what comes: `by` is a day in words, `contact` how to reach a person. */
  next(by: string, contact: string): string;
}

/** Whose turn it is, seen by the customer. */
export const turnOf = { customer: 'you', carrier: 'carrier', center: 'us', maker: 'us', external: 'us' } as const satisfies Record<
  Blame,
  'you' | 'us' | 'carrier'
>;

/** Whether a center's own words may stand beside these: a block by law is spoken of in neutral words alone (design §3.3). */
export const mayAddWords = (reason: HoldReason): boolean => reason !== 'legal_block';

/** One row per reason and language; does not compile while one is missing. */
export const holdWords: Record<HoldReason, Record<Locale, Words>> = {
  customer_info: {
    'zh-CN': {
      why: '继续处理前，我们需要您补充一些资料。',
      next: (by, contact) => `请在${by}前联系我们补充资料：${contact}。收到后，我们马上继续。`,
    },
    en: {
      why: 'Before we can go on, we need some information from you.',
      next: (by, contact) => `Please give us the missing information by ${by}: ${contact}. We will go on as soon as we have it.`,
    },
  },
  customer_unreachable: {
    'zh-CN': {
      why: '有一件事需要与您商量，我们暂时没有联系上您。',
      next: (by, contact) => `请在方便时联系我们：${contact}。如果还没有联系上，我们最迟于${by}再次联系您。`,
    },
    en: {
      why: 'There is something to settle with you, and we have not reached you yet.',
      next: (by, contact) => `Please call or write to us when it suits you: ${contact}. Otherwise we will try again by ${by} at the latest.`,
    },
  },
  payment: {
    'zh-CN': {
      why: '收到您的付款后，我们才能继续处理。',
      next: (by, contact) => `请在${by}前付款，金额和付款方式可向我们确认：${contact}。到期仍未收到付款，维修继续暂停，我们会再联系您。`,
    },
    en: {
      why: 'We can go on once your payment has arrived.',
      next: (by, contact) =>
        `Please pay by ${by}. We will gladly tell you the amount and how to pay: ${contact}. If nothing has arrived by then, the repair stays on hold and we will contact you again.`,
    },
  },
  device_lock: {
    'zh-CN': {
      why: '设备锁（例如“查找”或激活锁）还开着，锁定状态下无法检测和维修。',
      next: (by, contact) =>
        `请在${by}前关闭设备锁。苹果设备：登录 icloud.com/find，选择这台设备，点“移除此设备”。其他品牌：登录该品牌的云服务网站，在“查找设备”中选择这台设备并解除绑定。完成后请告诉我们，不需要提供密码。如果没有网页入口或遇到困难，请联系我们：${contact}。`,
    },
    en: {
      why: 'The device lock (such as Find My or an activation lock) is still on. A locked device can be neither tested nor repaired.',
      next: (by, contact) =>
        `Please turn the device lock off by ${by}. Apple: sign in at icloud.com/find, choose this device and remove it from the account. Other makers: sign in at the maker's cloud website, open "Find my device", choose this device and unlink it. Then let us know; we do not need your password. If there is no such page, or something does not work, contact us: ${contact}.`,
    },
  },
  proof_of_purchase: {
    'zh-CN': {
      why: '要确认这次维修是否在保修范围内，我们需要您的购机凭证。',
      next: (by, contact) =>
        `请在${by}前把购机凭证发给我们：${contact}。发票、电子发票、网购订单截图或填写完整的保修卡都可以，需看得清购买日期和型号。如果没有凭证，也请告诉我们，我们向您说明其他办法。`,
    },
    en: {
      why: 'To see whether this repair is covered, we need your proof of purchase.',
      next: (by, contact) =>
        `Please send it to us by ${by}: ${contact}. An invoice, an online order or a completed warranty card will do, as long as the date of purchase and the model can be read. If you have none, let us know as well, and we will explain what else is possible.`,
    },
  },
  maker_decision: {
    'zh-CN': {
      why: '这次维修需要厂家审核，我们已提交资料，正在等待答复。',
      next: (by) => `预计${by}前收到厂家的答复，收到后我们马上通知您。您无需操作。`,
    },
    en: {
      why: 'The manufacturer has to decide about your repair. We have sent in everything and are waiting for the answer.',
      next: (by) => `We expect the answer by ${by} and will tell you as soon as it is here. There is nothing for you to do.`,
    },
  },
  tech_support: {
    'zh-CN': {
      why: '您的设备需要专家进一步核查。抱歉，需要您多等几天。',
      next: (by) => `我们最迟于${by}把结果告诉您。您无需操作。`,
    },
    en: {
      why: 'A specialist has to look into this. We are sorry that it is taking longer.',
      next: (by) => `We will tell you the result by ${by} at the latest. There is nothing for you to do.`,
    },
  },
  not_reproduced: {
    'zh-CN': {
      why: '您描述的故障在测试中还没有出现，我们正在延长观察时间。抱歉，需要您多等几天。',
      next: (by, contact) => `测试最迟于${by}结束，届时告诉您结果。如果您记得故障在什么情况下出现，欢迎告诉我们：${contact}。`,
    },
    en: {
      why: 'The fault you described has not shown up in our tests yet, so we are testing for longer. We are sorry that it is taking more time.',
      next: (by, contact) =>
        `The test ends by ${by} at the latest, and we will tell you the result. If you remember when the fault appears, that would help us: ${contact}.`,
    },
  },
  rescheduled_center: {
    'zh-CN': {
      why: '由于我们的原因，原定的时间需要更改，非常抱歉。',
      next: (by, contact) => `新的日期是${by}，届时我们继续处理。如果这个日期不方便，请联系我们另约：${contact}。`,
    },
    en: {
      why: 'We have to change the date we gave you, for reasons on our side. We are sorry.',
      next: (by, contact) =>
        `The new date is ${by}; we will go on then. If it does not suit you, contact us and we will find another one: ${contact}.`,
    },
  },
  rescheduled_customer: {
    'zh-CN': {
      why: '已按您的要求更改时间。',
      next: (by, contact) => `新的日期是${by}，请您留出时间。如需再次更改，请提前联系我们：${contact}。`,
    },
    en: {
      why: 'We have changed the date as you asked.',
      next: (by, contact) => `The new date is ${by}; please keep it free. If you need another one, please tell us before then: ${contact}.`,
    },
  },
  shipment_problem: {
    'zh-CN': {
      why: '包裹在运输途中遇到了问题。',
      next: (by) => `快递公司正在核查，我们持续跟进，最迟于${by}把结果告诉您。您无需操作。`,
    },
    en: {
      why: 'Something went wrong with the parcel on its way.',
      next: (by) =>
        `The carrier is looking into it. We are following it up and will tell you the result by ${by} at the latest. There is nothing for you to do.`,
    },
  },
  serial_mismatch: {
    'zh-CN': {
      why: '我们收到的设备，序列号与维修申请上登记的不一致。',
      next: (by, contact) => `请在${by}前告诉我们，是更正登记信息，还是把设备退还给您：${contact}。在您答复之前，我们不会拆修这台设备。`,
    },
    en: {
      why: 'The serial number of the device that reached us differs from the one in the repair request.',
      next: (by, contact) =>
        `Please tell us by ${by} whether to correct the request or to give the device back: ${contact}. Until then we will leave the device as it is.`,
    },
  },
  suspected_loss: {
    'zh-CN': {
      why: '我们正在核实您的设备目前在哪里。让您担心了，非常抱歉。',
      next: (by) => `我们每天告诉您进展，最迟于${by}给您明确的答复。您无需操作。`,
    },
    en: {
      why: 'We are finding out where your device is at the moment. We are very sorry for the worry this causes you.',
      next: (by) => `We will write to you every day and give you a definite answer by ${by} at the latest. There is nothing for you to do.`,
    },
  },
  legal_block: {
    'zh-CN': {
      why: '目前我们暂时不能继续处理。',
      next: (by, contact) => `我们最迟于${by}告诉您后续安排。如有疑问，请联系我们：${contact}。`,
    },
    en: {
      why: 'At the moment we cannot go on with it.',
      next: (by, contact) => `We will tell you how it goes on by ${by} at the latest. If you have questions, contact us: ${contact}.`,
    },
  },
  force_majeure: {
    'zh-CN': {
      why: '受不可抗力影响，维修中心暂时不能提供服务。',
      next: (by) => `预计${by}恢复服务，届时我们继续处理您的维修。您无需操作。`,
    },
    en: {
      why: 'Because of events outside anyone’s control, the service center cannot work at the moment.',
      next: (by) => `We expect to be able to go on with your repair by ${by}. There is nothing for you to do.`,
    },
  },
};
