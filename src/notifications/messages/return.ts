// Messages on the way back and at the end: ready, sent, handed over, stored, closed.
import { parcel, pickUpAt } from '../phrases.ts';
import type { Scene } from '../scene.ts';
import type { Row, Wording } from '../wording.ts';
import { stillToConfirm, toConfirm } from './ending.ts';
import { byOutcome, storageTerms, unrepaired } from './outcome.ts';
import { waiting } from './waiting.ts';

/** The last day on which it can be picked up without a fee; null where there is no fee, or it runs already. */
const freeDay = ({ storage }: Scene): string | null => (storage === null || storage.fee === null || storage.charged ? null : storage.freeUntil);

/** The order is closed days after the device was handed over, which need not have been repaired. */
const isMended = (outcome: Scene['outcome']): boolean => outcome === 'repaired' || outcome === 'replaced';

/** What was done, what was put in, and until when it is warranted. */
const done = {
  'zh-CN': ({ repair, code, linked }: Scene): string[] =>
    repair === null
      ? []
      : [
          ...(repair.work.length === 0 ? [] : [`维修中心记录的维修内容：${repair.work.join('；')}。`]),
          ...(repair.fitted.length === 0 ? [] : [`更换的配件：${repair.fitted.join('、')}。`]),
          ...(repair.warrantyUntil === null
            ? []
            : [
                `这次维修的保修期到${repair.warrantyUntil}。如果同样的故障再次出现，${linked ? '可以打开下方的专属链接申请返修，也可以' : '请'}凭维修单号 ${code} 联系我们。`,
              ]),
        ],
  en: ({ repair, code, linked }: Scene): string[] =>
    repair === null
      ? []
      : [
          ...(repair.work.length === 0 ? [] : [`What was done, as the service center noted it: ${repair.work.join('; ')}.`]),
          ...(repair.fitted.length === 0 ? [] : [`Parts put in: ${repair.fitted.join(', ')}.`]),
          ...(repair.warrantyUntil === null
            ? []
            : [
                `The repair is warranted until ${repair.warrantyUntil}. If the same fault comes back, ${linked ? `ask for it to be taken up again behind your own link, or contact us with the repair code ${code}` : `contact us with the repair code ${code}`}.`,
              ]),
        ],
};

/** Until when, and where, the customer says that something is wrong with what was delivered. */
const wrongBy = {
  'zh-CN': ({ disputeUntil, linked }: Scene): string =>
    disputeUntil === null ? '尽快' : `在${disputeUntil}前${linked ? '打开下方的专属链接反映，或' : ''}`,
  en: ({ disputeUntil, linked }: Scene): string =>
    disputeUntil === null ? 'soon' : `by ${disputeUntil}${linked ? ', behind your own link below or by contacting us' : ''}`,
};

const toPickUp: Record<'zh-CN' | 'en', (scene: Scene) => Wording> = {
  'zh-CN': (scene) => ({
    subject: `提醒：请取回您的设备（${scene.code}）`,
    happened: [`截至${scene.on}，您的设备仍由${scene.center}保管，等您来取。`, ...pickUpAt['zh-CN'](scene), ...storageTerms['zh-CN'](scene)],
    next: {
      by: 'you',
      text: `请${freeDay(scene) === null ? '尽快' : `在${freeDay(scene)}前`}凭维修单号 ${scene.code} 和有效证件到${scene.center}取机。如果不方便，请联系我们商量其他方式：${scene.contactLine}。`,
    },
  }),
  en: (scene) => ({
    subject: `Reminder: please pick your device up (${scene.code})`,
    happened: [`As of ${scene.on} your device is still waiting for you at ${scene.center}.`, ...pickUpAt.en(scene), ...storageTerms.en(scene)],
    next: {
      by: 'you',
      text: `Pick the device up at ${scene.center}${freeDay(scene) === null ? ' soon' : ` by ${freeDay(scene)}`}. Bring the repair code ${scene.code} and an identity document. If you cannot come, contact us and we will find another way: ${scene.contactLine}.`,
    },
  }),
};

export const returnMessages = {
  ready: {
    'zh-CN': (scene) => byOutcome['zh-CN'](scene),
    en: (scene) => byOutcome.en(scene),
  },
  storage_notice: {
    'zh-CN': (scene) => (toConfirm(scene) ? stillToConfirm : toPickUp)['zh-CN'](scene),
    en: (scene) => (toConfirm(scene) ? stillToConfirm : toPickUp).en(scene),
  },
  shipped: {
    'zh-CN': (scene) => ({
      subject: `设备已寄回（${scene.code}）`,
      happened: [`${scene.center}已于${scene.on}寄出您的设备。`, ...parcel['zh-CN'](scene, '快递')],
      next: { by: 'carrier', text: '快递会送到您登记的地址，请留意签收。' },
    }),
    en: (scene) => ({
      subject: `Your device is on its way back (${scene.code})`,
      happened: [`${scene.center} sent your device on ${scene.on}.`, ...parcel.en(scene, 'Parcel')],
      next: { by: 'carrier', text: 'The carrier will deliver it to the address you gave us.' },
    }),
  },
  came_back: {
    'zh-CN': (scene) => ({
      subject: `包裹未能送达，设备已回到维修中心（${scene.code}）`,
      happened: [
        `包裹没有送到您手中，快递已于${scene.on}把设备退回${scene.center}。设备现由我们妥善保管。给您带来不便，非常抱歉。`,
        ...parcel['zh-CN'](scene, '快递'),
        `如果您的地址或电话有变化，请告诉我们：${scene.contactLine}。`,
      ],
      next: { by: 'us', text: '我们会向快递公司核实原因，与您确认地址后重新寄出。' },
    }),
    en: (scene) => ({
      subject: `The parcel came back to us (${scene.code})`,
      happened: [
        `The carrier could not deliver your parcel and brought it back to ${scene.center} on ${scene.on}. Your device is safe with us. We are sorry for the trouble.`,
        ...parcel.en(scene, 'Parcel'),
        `If your address or telephone number has changed, please tell us: ${scene.contactLine}.`,
      ],
      next: { by: 'us', text: 'We will find out from the carrier what happened, confirm the address with you and send the device again.' },
    }),
  },
  delivered: {
    'zh-CN': (scene) => ({
      subject: `${scene.returnMethod === 'ship' ? '设备已送达' : '设备已交还'}（${scene.code}）`,
      happened: [`您的设备已于${scene.on}交到您手中。`, ...done['zh-CN'](scene)],
      next: {
        by: 'you',
        text: `请检查设备${scene.repair === null ? '' : '，接通电源和无线网络，登录原来的账号，从备份恢复数据；确认数据完整之前，请保留备份'}。如有问题，请${wrongBy['zh-CN'](scene)}联系我们：${scene.contactLine}。`,
      },
    }),
    en: (scene) => ({
      subject: `${scene.returnMethod === 'ship' ? 'Delivered' : 'Handed over'} (${scene.code})`,
      happened: [`Your device was handed over to you on ${scene.on}.`, ...done.en(scene)],
      next: {
        by: 'you',
        text: `Please check the device${scene.repair === null ? '' : ', connect it to power and Wi-Fi, sign in with your account and restore your data from the backup; keep the backup until you have seen that everything is there'}. If anything is wrong, tell us ${wrongBy.en(scene)}: ${scene.contactLine}.`,
      },
    }),
  },
  disputed: {
    'zh-CN': (scene) => ({
      subject: `我们正在核查交付情况（${scene.code}）`,
      happened: [`我们已于${scene.on}收到您的反馈：设备没有送到，或者收到的设备有问题。给您添麻烦了，非常抱歉。`, ...parcel['zh-CN'](scene, '快递')],
      next: {
        by: 'us',
        text: `我们会与维修中心和快递公司核查${scene.hold === null || scene.hold.daily ? '，每天告诉您进展，直到查清为止' : `，最迟于${scene.hold.until}告诉您结果`}。`,
      },
    }),
    en: (scene) => ({
      subject: `We are looking into the delivery (${scene.code})`,
      happened: [
        `On ${scene.on} you told us that something is wrong with the device you got back, or that it did not arrive. We are sorry for the trouble.`,
        ...parcel.en(scene, 'Parcel'),
      ],
      next: {
        by: 'us',
        text: `We will look into it with the service center and the carrier and ${scene.hold === null || scene.hold.daily ? 'write to you every day until it is settled' : `tell you the result by ${scene.hold.until}`}.`,
      },
    }),
  },
  closed: {
    'zh-CN': ({ code, contactLine, on, outcome }) => ({
      subject: `维修单已完成（${code}）`,
      happened: [`您的维修单已于${on}完成。`],
      next: {
        by: 'nobody',
        text: `无需任何操作。${isMended(outcome) ? '如同样的故障再次出现' : '如有疑问'}，请凭维修单号联系我们：${contactLine}。`,
      },
    }),
    en: ({ code, contactLine, on, outcome }) => ({
      subject: `Repair order completed (${code})`,
      happened: [`Your repair order was completed on ${on}.`],
      next: {
        by: 'nobody',
        text: `There is nothing to do. If ${isMended(outcome) ? 'the same fault comes back' : 'you have questions'}, contact us with the repair code: ${contactLine}.`,
      },
    }),
  },
  reopened: {
    'zh-CN': (scene) => ({
      subject: `维修单已恢复处理（${scene.code}）`,
      happened: [`您的维修单已于${scene.on}恢复处理，目前状态：${scene.label}。`],
      next: waiting['zh-CN'](scene),
    }),
    en: (scene) => ({
      subject: `Your repair has been reopened (${scene.code})`,
      happened: [`We reopened your repair on ${scene.on}. It stands at "${scene.label}".`],
      next: waiting.en(scene),
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
        : unrepaired['zh-CN'](scene, `维修已于${scene.on}取消，设备将原样退还给您。`, 'cancelled'),
    en: (scene) =>
      scene.status === 'cancelled'
        ? {
            subject: `Repair cancelled (${scene.code})`,
            happened: [`The repair was cancelled on ${scene.on}. Your device is not with us.`],
            next: { by: 'nobody', text: 'There is nothing to do. Please do not send the device any more; for a repair, make a new request.' },
          }
        : unrepaired.en(scene, `The repair was cancelled on ${scene.on}. Your device goes back unrepaired.`, 'cancelled'),
  },
  disposed: {
    'zh-CN': (scene) => ({
      subject: `设备已处置（${scene.code}）`,
      happened: [
        scene.storage === null || !scene.storage.over
          ? `您的设备已于${scene.on}按您的意愿处置。`
          : `您的设备在保管期（至${scene.storage.keepUntil}）结束后无人领取，已于${scene.on}按事先的通知处置。`,
      ],
      next: { by: 'nobody', text: `无需任何操作。如有疑问，请联系我们：${scene.contactLine}。` },
    }),
    en: (scene) => ({
      subject: `Device disposed of (${scene.code})`,
      happened: [
        scene.storage === null || !scene.storage.over
          ? `Your device was disposed of on ${scene.on}, as you agreed.`
          : `Your device was kept until ${scene.storage.keepUntil} and not picked up. It was disposed of on ${scene.on}, as announced.`,
      ],
      next: { by: 'nobody', text: `There is nothing to do. If you have questions, contact us: ${scene.contactLine}.` },
    }),
  },
} as const satisfies Record<string, Row>;
