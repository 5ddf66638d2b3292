// Messages about parcels: collected, at the door, late, astray, and what is asked of the carrier for them.
import { parcel, promisedOrMoved, waybill } from '../phrases.ts';
import type { Scene } from '../scene.ts';
import type { Row } from '../wording.ts';
import { answer, en, zh } from './answer.ts';
import { waiting } from './waiting.ts';

const comesIn = ({ about }: Scene): boolean => about?.direction === 'inbound';
/** Between two centers: the customer has nothing to do with it, and the ticket is still that of the one that has sent it. */
const betweenUs = ({ about }: Scene): boolean => about?.direction === 'transfer';
const isOurs = ({ about }: Scene): boolean => about?.direction !== 'inbound' && about?.direction !== 'outbound';
/** The center to which it goes. */
const goesTo = {
  'zh-CN': (scene: Scene): string => (betweenUs(scene) ? '另一家维修中心' : scene.center),
  en: (scene: Scene): string => (betweenUs(scene) ? 'the other service center' : scene.center),
};
const comesToUs = ({ about }: Scene): boolean => about !== null && ['inbound', 'transfer', 'loaner_in'].includes(about.direction);

export const parcelMessages = {
  collected: {
    'zh-CN': (scene) => ({
      subject: `快递已取件（${scene.code}）`,
      happened: [`截至${scene.on}，快递已接手您的包裹，寄往${scene.center}。`, ...parcel['zh-CN'](scene, '快递')],
      next: { by: 'carrier', text: '快递会把设备送到维修中心。我们收到并登记后，马上通知您。您无需操作。' },
    }),
    en: (scene) => ({
      subject: `The carrier has your parcel (${scene.code})`,
      happened: [`As of ${scene.on} the carrier has taken over your parcel. It goes to ${scene.center}.`, ...parcel.en(scene, 'Parcel')],
      next: {
        by: 'carrier',
        text: 'The carrier brings the device to us. We will write as soon as we have it and have recorded it. There is nothing for you to do.',
      },
    }),
  },
  parcel_arrived: {
    'zh-CN': (scene) => ({
      subject: `包裹已送到维修中心，等待开箱（${scene.code}）`,
      happened: [
        `快递显示，您的包裹已送到${scene.center}。截至${scene.on}，我们还没有开箱登记。`,
        ...(scene.about === null || scene.about.openByBefore === null ? [] : [`我们原定于${scene.about.openByBefore}前开箱，没有做到，非常抱歉。`]),
        ...waybill['zh-CN'](scene),
      ],
      next: {
        by: 'us',
        text: `我们${scene.about?.openBy ? `最迟于${scene.about.openBy}` : '尽快'}开箱，核对设备后马上通知您。您无需操作。`,
      },
    }),
    en: (scene) => ({
      subject: `Your parcel has arrived and will be opened (${scene.code})`,
      happened: [
        `The carrier says that your parcel has arrived at ${scene.center}. As of ${scene.on} we have not opened it yet.`,
        ...(scene.about === null || scene.about.openByBefore === null
          ? []
          : [`We wanted to open it by ${scene.about.openByBefore} and have not. We are sorry.`]),
        ...waybill.en(scene),
      ],
      next: {
        by: 'us',
        text: `We will open it ${scene.about?.openBy ? `by ${scene.about.openBy} at the latest` : 'soon'}, check the device and write to you at once. There is nothing for you to do.`,
      },
    }),
  },
  delivery_failed: {
    'zh-CN': (scene) => ({
      subject: `快递投递未成功（${scene.code}）`,
      happened: [
        comesIn(scene) || isOurs(scene)
          ? `截至${scene.on}，快递没能把您的包裹送到${goesTo['zh-CN'](scene)}。包裹在快递公司。`
          : `截至${scene.on}，快递没能把您的设备送到您手中。包裹在快递公司。`,
        ...waybill['zh-CN'](scene),
      ],
      next:
        comesIn(scene) || isOurs(scene)
          ? { by: 'carrier', text: `快递会再次投递。我们在跟进，${zh.before(scene)}告诉您结果。您无需操作。` }
          : {
              by: 'you',
              text: `快递会再次投递，请留意电话并安排签收。如果地址或电话有变，请${answer(scene) === null ? '尽快' : `在${answer(scene)}前`}告诉我们：${scene.contactLine}。`,
            },
    }),
    en: (scene) => ({
      subject: `The carrier could not deliver the parcel (${scene.code})`,
      happened: [
        comesIn(scene) || isOurs(scene)
          ? `As of ${scene.on} the carrier has not been able to deliver your parcel to ${goesTo.en(scene)}. It is with the carrier.`
          : `As of ${scene.on} the carrier has tried to deliver your device and could not. It is with the carrier.`,
        ...waybill.en(scene),
      ],
      next:
        comesIn(scene) || isOurs(scene)
          ? {
              by: 'carrier',
              text: `The carrier tries again. We are following it and will tell you ${en.before(scene)}. There is nothing for you to do.`,
            }
          : {
              by: 'you',
              text: `The carrier tries again: please see that somebody can take the parcel in. If your address or telephone number has changed, tell us${answer(scene) === null ? '' : ` by ${answer(scene)}`}: ${scene.contactLine}.`,
            },
    }),
  },
  at_pickup_point: {
    'zh-CN': (scene) => ({
      subject: `包裹已到自提点（${scene.code}）`,
      happened: [
        comesIn(scene) || isOurs(scene)
          ? `截至${scene.on}，您的包裹已到快递网点，等${goesTo['zh-CN'](scene)}去取。`
          : `截至${scene.on}，您的设备已到快递自提点，等您来取。`,
        ...waybill['zh-CN'](scene),
      ],
      next:
        comesIn(scene) || isOurs(scene)
          ? { by: 'us', text: `我们会去取件，${zh.before(scene)}告诉您结果。您无需操作。` }
          : {
              by: 'you',
              text: `请${answer(scene) === null ? '尽快' : `在${answer(scene)}前`}带上有效证件和取件通知去取，逾期快递可能会把包裹退回。没有收到取件通知？请联系我们：${scene.contactLine}。`,
            },
    }),
    en: (scene) => ({
      subject: `The parcel can be collected (${scene.code})`,
      happened: [
        comesIn(scene) || isOurs(scene)
          ? `As of ${scene.on} your parcel waits at the carrier's for ${goesTo.en(scene)} to collect it.`
          : `As of ${scene.on} your device waits for you at a pick-up point of the carrier.`,
        ...waybill.en(scene),
      ],
      next:
        comesIn(scene) || isOurs(scene)
          ? { by: 'us', text: `We will collect it and tell you ${en.before(scene)}. There is nothing for you to do.` }
          : {
              by: 'you',
              text: `Please collect it${answer(scene) === null ? ' soon' : ` by ${answer(scene)}`}, with an identity document and the carrier's notice; after some days the carrier sends it back. If you have no notice, ask us: ${scene.contactLine}.`,
            },
    }),
  },
  parcel_held_up: {
    'zh-CN': (scene) => ({
      subject: `包裹在途中遇到问题（${scene.code}）`,
      happened: [`截至${scene.on}，快递报告您的包裹在途中遇到了问题。目前没有迹象表明包裹丢失。`, ...waybill['zh-CN'](scene), ...zh.claim(scene)],
      next: { by: 'us', text: `我们正在向快递公司核实，${zh.before(scene)}告诉您结果。您无需操作。` },
    }),
    en: (scene) => ({
      subject: `Something is holding up the parcel (${scene.code})`,
      happened: [
        `As of ${scene.on} the carrier reports a problem with the parcel on its way. Nothing says that it is lost.`,
        ...waybill.en(scene),
        ...en.claim(scene),
      ],
      next: {
        by: 'us',
        text: `We are asking the carrier and will tell you ${en.before(scene)} what has come of it. There is nothing for you to do.`,
      },
    }),
  },
  parcel_moves_again: {
    'zh-CN': (scene) => ({
      subject: `包裹恢复正常运输（${scene.code}）`,
      happened: [`之前的问题已经解决，截至${scene.on}，您的包裹已恢复正常运输。`, ...parcel['zh-CN'](scene, '快递')],
      next: waiting['zh-CN'](scene),
    }),
    en: (scene) => ({
      subject: `The parcel is on its way again (${scene.code})`,
      happened: [`The problem is solved: as of ${scene.on} the parcel is on its way again.`, ...parcel.en(scene, 'Parcel')],
      next: waiting.en(scene),
    }),
  },
  parcel_refused: {
    'zh-CN': (scene) => ({
      subject: `包裹被拒收（${scene.code}）`,
      happened: [
        comesIn(scene) || isOurs(scene)
          ? `截至${scene.on}，快递报告您的包裹在${goesTo['zh-CN'](scene)}被拒收。`
          : `截至${scene.on}，快递报告您的包裹在投递时被拒收。`,
        ...waybill['zh-CN'](scene),
      ],
      next:
        comesIn(scene) || isOurs(scene)
          ? { by: 'us', text: `我们正在核实原因，${zh.before(scene)}告诉您结果。您无需操作。` }
          : {
              by: 'you',
              text: `如果您没有拒收，或希望重新投递，请${answer(scene) === null ? '尽快' : `在${answer(scene)}前`}告诉我们：${scene.contactLine}。否则快递会把设备送回${scene.center}，由我们保管。`,
            },
    }),
    en: (scene) => ({
      subject: `The parcel was refused (${scene.code})`,
      happened: [
        comesIn(scene) || isOurs(scene)
          ? `As of ${scene.on} the carrier reports that your parcel was refused at ${goesTo.en(scene)}.`
          : `As of ${scene.on} the carrier reports that the parcel with your device was refused at the door.`,
        ...waybill.en(scene),
      ],
      next:
        comesIn(scene) || isOurs(scene)
          ? { by: 'us', text: `We are finding out why and will tell you ${en.before(scene)}. There is nothing for you to do.` }
          : {
              by: 'you',
              text: `If you did not refuse it, or want it delivered after all, tell us${answer(scene) === null ? '' : ` by ${answer(scene)}`}: ${scene.contactLine}. Otherwise the carrier brings the device back to ${scene.center}, and we keep it for you.`,
            },
    }),
  },
  parcel_returning: {
    'zh-CN': (scene) => ({
      subject: `包裹正在退回（${scene.code}）`,
      happened: [
        comesIn(scene)
          ? `截至${scene.on}，快递没有把您的包裹送到${scene.center}，正在退回给寄件人。请留意签收。`
          : `截至${scene.on}，快递没有送达，正在把您的设备退回${scene.center}。`,
        ...waybill['zh-CN'](scene),
      ],
      next: {
        by: 'us',
        text: comesIn(scene)
          ? `我们正在向快递公司核实原因，${zh.before(scene)}告诉您怎样重新寄送。`
          : `我们正在向快递公司核实原因，${zh.before(scene)}告诉您结果。${betweenUs(scene) ? '您无需操作。' : '设备回到维修中心后，我们与您确认地址再寄。'}`,
      },
    }),
    en: (scene) => ({
      subject: `The parcel is being sent back (${scene.code})`,
      happened: [
        comesIn(scene)
          ? `As of ${scene.on} the carrier has not delivered your parcel to ${scene.center} and is taking it back to its sender. Please accept it when it comes.`
          : `As of ${scene.on} the carrier has not delivered your device and is bringing it back to ${scene.center}.`,
        ...waybill.en(scene),
      ],
      next: {
        by: 'us',
        text: comesIn(scene)
          ? `We are asking the carrier why, and will tell you ${en.before(scene)} how to send it again.`
          : `We are asking the carrier why, and will tell you ${en.before(scene)}. ${betweenUs(scene) ? 'There is nothing for you to do.' : 'Once the device is back with us we confirm your address and send it again.'}`,
      },
    }),
  },
  eta_moved: {
    'zh-CN': (scene) => ({
      subject: `预计送达日期有变化（${scene.code}）`,
      happened: [
        `截至${scene.on}，快递预计${scene.parcel?.eta ?? '稍后'}送达${comesToUs(scene) ? '维修中心' : ''}${scene.about?.etaBefore ? `（原预计${scene.about.etaBefore}）` : ''}。`,
        ...parcel['zh-CN'](scene, '快递'),
      ],
      next: { by: 'carrier', text: comesToUs(scene) ? '快递正在把设备送往维修中心。您无需操作。' : '快递会送到您登记的地址，请留意签收。' },
    }),
    en: (scene) => ({
      subject: `The parcel comes later (${scene.code})`,
      happened: [
        `As of ${scene.on} the carrier expects to deliver the parcel${comesToUs(scene) ? ' to us' : ''} ${scene.parcel?.eta ? `on ${scene.parcel.eta}` : 'later'}${scene.about?.etaBefore ? ` (before: ${scene.about.etaBefore})` : ''}.`,
        ...parcel.en(scene, 'Parcel'),
      ],
      next: {
        by: 'carrier',
        text: comesToUs(scene)
          ? 'The carrier is bringing the device to us. There is nothing for you to do.'
          : 'The carrier will deliver it to the address you gave us.',
      },
    }),
  },
  moved_center: {
    'zh-CN': (scene) => ({
      subject: `您的设备已转到${scene.center}（${scene.code}）`,
      happened: [`您的设备已于${scene.on}送到${scene.center}，由该中心继续处理。维修单号不变。`, ...promisedOrMoved['zh-CN'](scene)],
      next: waiting['zh-CN'](scene),
    }),
    en: (scene) => ({
      subject: `Your device is now at ${scene.center} (${scene.code})`,
      happened: [
        `Your device reached ${scene.center} on ${scene.on}; this center goes on with it. Your repair code stays the same.`,
        ...promisedOrMoved.en(scene),
      ],
      next: waiting.en(scene),
    }),
  },
} as const satisfies Record<string, Row>;
