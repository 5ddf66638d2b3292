// Messages on the way in: from the request to the diagnosis.
import type { Discrepancy } from '#tickets/inputs.ts';
import { deviceSteps, parcel, promised, promisedOrMoved, receipt } from '../phrases.ts';
import type { Scene } from '../scene.ts';
import type { Row } from '../wording.ts';

/** What came otherwise than announced. */
const differences: Record<'zh-CN' | 'en', Record<Discrepancy, string>> = {
  'zh-CN': {
    serial: '设备的序列号与登记的不一致',
    missing_item: '有一件登记过的物品没有收到',
    extra_item: '收到了没有登记过的物品',
    transit_damage: '设备在运输途中有损坏',
  },
  en: {
    serial: 'the serial number differs from the one in your request',
    missing_item: 'something that you announced was not there',
    extra_item: 'something came with it that you had not announced',
    transit_damage: 'the device was damaged on its way to us',
  },
};

/** By when the diagnosis is to be done. */
const diagnosisBy = {
  'zh-CN': ({ diagnosis }: Scene): string[] => (diagnosis === null ? [] : [`我们最迟于${diagnosis.by}把检测结果告诉您。`]),
  en: ({ diagnosis }: Scene): string[] => (diagnosis === null ? [] : [`We will tell you what we find by ${diagnosis.by}.`]),
};

export const intakeMessages = {
  created: {
    'zh-CN': ({ code, center, on }) => ({
      subject: `维修申请已登记（${code}）`,
      happened: [`您的维修申请已于${on}登记，由${center}负责。`, `维修单号是 ${code}，请妥善保存。`],
      next: { by: 'us', text: '我们会安排收件，并告诉您如何寄送或送修。' },
    }),
    en: ({ code, center, on }) => ({
      subject: `Repair request registered (${code})`,
      happened: [`We registered your repair request on ${on}. ${center} takes care of it.`, `Your repair code is ${code}. Please keep it.`],
      next: { by: 'us', text: 'We will prepare the intake and tell you how to send the device or bring it in.' },
    }),
  },
  label: {
    'zh-CN': (scene) => ({
      subject: `可以寄送或送修了（${scene.code}）`,
      happened: [
        `自${scene.on}起，${scene.center}已准备好接收您的设备。`,
        ...parcel['zh-CN'](scene, '寄件单'),
        ...(scene.closesOn === null ? [] : [`请在${scene.closesOn}前寄出或送修，逾期申请会自动关闭。`]),
      ],
      next: { by: 'you', text: deviceSteps['zh-CN'] },
    }),
    en: (scene) => ({
      subject: `Ready to take your device in (${scene.code})`,
      happened: [
        `Since ${scene.on} ${scene.center} is ready to take your device in.`,
        ...parcel.en(scene, 'Label'),
        ...(scene.closesOn === null ? [] : [`Please send it or bring it in by ${scene.closesOn}; after that the request will be closed.`]),
      ],
      next: { by: 'you', text: deviceSteps.en },
    }),
  },
  send_reminder: {
    'zh-CN': (scene) => ({
      subject: `提醒：请寄送或送修您的设备（${scene.code}）`,
      happened: [
        `截至${scene.on}，${scene.center}还没有收到您的设备。如果您已经寄出，请忽略这封邮件。`,
        ...parcel['zh-CN'](scene, '寄件单'),
        scene.closesOn === null
          ? '如果一直没有收到设备，维修申请会自动关闭。'
          : `如果到${scene.closesOn}仍未收到，维修申请会自动关闭，寄件单随之失效。`,
        '如果不再需要维修，您无需操作。',
      ],
      next: { by: 'you', text: `${scene.closesOn === null ? '' : `请在${scene.closesOn}前寄出或送修。`}${deviceSteps['zh-CN']}` },
    }),
    en: (scene) => ({
      subject: `Reminder: please send your device (${scene.code})`,
      happened: [
        `As of ${scene.on} your device has not reached ${scene.center}. If you have sent it already, please ignore this mail.`,
        ...parcel.en(scene, 'Label'),
        scene.closesOn === null
          ? 'If it does not arrive, the request will be closed after some time.'
          : `If it has not arrived by ${scene.closesOn}, the request will be closed and the label can no longer be used.`,
        'If you no longer need the repair, there is nothing for you to do.',
      ],
      next: {
        by: 'you',
        text: `${scene.closesOn === null ? '' : `Send the device or bring it in by ${scene.closesOn}. `}${deviceSteps.en}`,
      },
    }),
  },
  request_expired: {
    'zh-CN': ({ code, center, contactLine, on }) => ({
      subject: `维修申请已关闭（${code}）`,
      happened: [`${center}一直没有收到您的设备，维修申请已于${on}自动关闭，没有产生任何费用。`, '寄件单已经失效，请不要再使用。'],
      next: { by: 'nobody', text: `无需任何操作。如果设备已在途中，或仍需维修，请联系我们：${contactLine}。` },
    }),
    en: ({ code, center, contactLine, on }) => ({
      subject: `Repair request closed (${code})`,
      happened: [
        `Your device has not reached ${center}, so the request was closed on ${on}. It costs you nothing.`,
        'The label is no longer valid; please do not use it.',
      ],
      next: {
        by: 'nobody',
        text: `There is nothing to do. If the device is on its way, or you still need the repair, contact us: ${contactLine}.`,
      },
    }),
  },
  received: {
    'zh-CN': (scene) => ({
      subject: `已收到您的设备（${scene.code}）`,
      happened: [
        `${scene.center}已于${scene.on}收到您的设备，并核对了序列号、外观和随附配件。`,
        ...receipt['zh-CN'](scene),
        ...diagnosisBy['zh-CN'](scene),
        ...promised['zh-CN'](scene),
      ],
      next: { by: 'us', text: '我们会尽快开始检测。' },
    }),
    en: (scene) => ({
      subject: `Device received (${scene.code})`,
      happened: [
        `${scene.center} received your device on ${scene.on} and recorded its serial number, condition and accessories.`,
        ...receipt.en(scene),
        ...diagnosisBy.en(scene),
        ...promised.en(scene),
      ],
      next: { by: 'us', text: 'We will start the diagnosis.' },
    }),
  },
  received_differently: {
    'zh-CN': (scene) => ({
      subject: `收到的与登记的不一致，请您确认（${scene.code}）`,
      happened: [
        `${scene.center}已于${scene.on}收到您的设备。核对时我们发现：${scene.discrepancies.map((kind) => differences['zh-CN'][kind]).join('；') || '收到的与登记的不一致'}。`,
        ...receipt['zh-CN'](scene),
        '您可以选择：一，由我们按实际收到的情况更正登记，继续处理；二，由我们把设备原样退还给您。',
        ...promised['zh-CN'](scene),
      ],
      next: { by: 'you', text: `请${scene.by === null ? '尽快' : `在${scene.by}前`}告诉我们您的选择：${scene.contactLine}。` },
    }),
    en: (scene) => ({
      subject: `Not what was announced: your answer is needed (${scene.code})`,
      happened: [
        `${scene.center} received your device on ${scene.on}. When we checked it, we found: ${scene.discrepancies.map((kind) => differences.en[kind]).join('; ') || 'not all is as it was announced'}.`,
        ...receipt.en(scene),
        'You can choose: either we correct the request to what has arrived and go on, or we give the device back to you as it is.',
        ...promised.en(scene),
      ],
      next: { by: 'you', text: `Tell us what you choose${scene.by === null ? '' : ` by ${scene.by}`}: ${scene.contactLine}.` },
    }),
  },
  diagnosing: {
    'zh-CN': (scene) => ({
      subject: `正在检测（${scene.code}）`,
      happened: [`${scene.center}的工程师已于${scene.on}开始检测您的设备。`, ...promised['zh-CN'](scene)],
      next: { by: 'us', text: '我们会告诉您检测结果。如需付费，会先向您报价，您同意后才维修。' },
    }),
    en: (scene) => ({
      subject: `Diagnosis started (${scene.code})`,
      happened: [`A technician at ${scene.center} started to examine your device on ${scene.on}.`, ...promised.en(scene)],
      next: { by: 'us', text: 'We will tell you what we find. If it costs anything, you get a price first and decide.' },
    }),
  },
  diagnosis_late: {
    'zh-CN': (scene) => ({
      subject: `检测需要更多时间（${scene.code}）`,
      happened: [
        `截至${scene.on}，${scene.status === 'received' ? '您的设备还没有开始检测' : '您的设备还在检测中'}，${scene.diagnosis === null ? '比计划的时间晚' : scene.diagnosis.missed ? `没能按计划在${scene.diagnosis.by}前完成` : `可能无法按计划在${scene.diagnosis.by}前完成`}，非常抱歉。`,
        ...(scene.by === null ? [] : [`新的日期：最迟于${scene.by}。到时如果还没有结果，我们会告诉您原因和后续安排。`]),
        ...promisedOrMoved['zh-CN'](scene),
      ],
      next: { by: 'us', text: '我们会尽快完成检测，并把结果告诉您。您无需操作。' },
    }),
    en: (scene) => ({
      subject: `The diagnosis takes longer (${scene.code})`,
      happened: [
        `As of ${scene.on} the diagnosis of your device ${scene.status === 'received' ? 'has not begun' : 'is still going on'}. ${scene.diagnosis === null ? 'It is later than planned.' : scene.diagnosis.missed ? `It was to be done by ${scene.diagnosis.by}.` : `It may not be done by ${scene.diagnosis.by}, as planned.`} We are sorry.`,
        ...(scene.by === null
          ? []
          : [`The new day: ${scene.by} at the latest. If there is no result by then, we will tell you why and how it goes on.`]),
        ...promisedOrMoved.en(scene),
      ],
      next: { by: 'us', text: 'We will finish the diagnosis and tell you what we find. There is nothing for you to do.' },
    }),
  },
} as const satisfies Record<string, Row>;
