// Messages on the way in: from the request to the diagnosis.
import { deviceSteps, parcel, promised } from '../phrases.ts';
import type { Row } from '../wording.ts';

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
      happened: [`${scene.center}已于${scene.on}收到您的设备，并核对了序列号、外观和随附配件。`, ...promised['zh-CN'](scene)],
      next: { by: 'us', text: '我们会尽快开始检测。' },
    }),
    en: (scene) => ({
      subject: `Device received (${scene.code})`,
      happened: [
        `${scene.center} received your device on ${scene.on} and recorded its serial number, condition and accessories.`,
        ...promised.en(scene),
      ],
      next: { by: 'us', text: 'We will start the diagnosis.' },
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
} as const satisfies Record<string, Row>;
