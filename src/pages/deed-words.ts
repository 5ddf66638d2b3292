// The words for what a customer asks for on the page beside deciding about a quote: asked once more, and said back afterwards.
import type { DisputeWhat } from '#lookup/link-ticket.ts';
import type { Locale } from '#platform/schema.ts';

/** What can be asked for; each is a page of its own below the repair's. */
export const deeds = ['cancel', 'dispute', 'disposal', 're-repair'] as const;
export type Deed = (typeof deeds)[number];

interface DeedWords {
  /** On the page of the repair. */
  link: string;
  title: string;
  text: string;
  button: string;
  /** What was asked for, said back. */
  recorded: string;
}

/** Everything there is to say, in one language. */
export interface AllDeedWords {
  deeds: Record<Deed, DeedWords>;
  /** Heading over what can be asked for, and over what was. */
  offered: string;
  asked: string;
  once: string;
  back: string;
  missing: string;
  /** Cancelling before the device is with us. */
  notWithUs: string;
  until: string;
  reason: string;
  what: string;
  whats: Record<DisputeWhat, string>;
  details: string;
  complaint: string;
  newCode: string;
  toNew: string;
  wished: string;
}

/** Names the words beside the button in the record of the consent; a change of theirs changes it. */
export const DISPOSAL_TEXT = 'disposal-page-1';

/** By language. */
export const deedWords: Record<Locale, AllDeedWords> = {
  en: {
    deeds: {
      cancel: {
        link: 'Cancel the repair…',
        title: 'Cancel the repair?',
        text: 'We stop and give the device back to you unrepaired. If anything is due for work that was done already, the service center tells you.',
        button: 'Yes, cancel the repair',
        recorded: 'You cancelled the repair',
      },
      dispute: {
        link: 'Something is wrong with the delivery…',
        title: 'What is wrong with the delivery?',
        text: 'Your repair is opened again and the service center gets in touch with you.',
        button: 'Report it',
        recorded: 'You reported that something is wrong with the delivery',
      },
      disposal: {
        link: 'Have the device disposed of…',
        title: 'Have the device disposed of?',
        text: 'The device does not come back to you: it is recycled, and all data on it is destroyed. This cannot be undone.',
        button: 'Yes, dispose of the device',
        recorded: 'You agreed that the device is disposed of',
      },
      're-repair': {
        link: 'Have it repaired again…',
        title: 'Has the repair not held?',
        text: 'Then it is taken up again free of charge. You get a new receipt code and a page of its own for it.',
        button: 'Ask for the repair',
        recorded: 'You asked for the device to be repaired again',
      },
    },
    offered: 'Something else?',
    asked: 'What you asked for',
    once: 'You will be asked once more.',
    back: 'Back without doing it',
    missing: 'Please write a word or two, so that the service center knows what to look for.',
    notWithUs: 'Nothing is repaired. If the device is not on its way yet, please do not send it.',
    until: 'Possible until',
    reason: 'Why do you cancel?',
    what: 'What has happened?',
    whats: {
      not_received: 'I have not received the device',
      wrong_device: 'It is not my device',
      damaged: 'It is damaged',
      fault_not_fixed: 'The fault is still there',
    },
    details: 'Please describe it',
    complaint: 'What is wrong with it now?',
    newCode: 'New receipt code',
    toNew: 'To the new repair',
    wished: 'You wished to have the device disposed of. Please confirm it: nothing is disposed of before you do.',
  },
  'zh-CN': {
    deeds: {
      cancel: {
        link: '取消维修…',
        title: '确认取消维修？',
        text: '我们将停止维修，把设备原样返还给您。如已完成的工作需要付费，维修中心会告知您。',
        button: '确认取消维修',
        recorded: '您已取消维修',
      },
      dispute: {
        link: '收到的设备有问题…',
        title: '收到的设备有什么问题？',
        text: '我们会重新处理这次维修，维修中心会与您联系。',
        button: '提交问题',
        recorded: '您已反映收到的设备有问题',
      },
      disposal: {
        link: '委托处置设备…',
        title: '确认处置设备？',
        text: '设备将不再返还给您：我们会回收处理，机内数据全部销毁。此操作无法撤销。',
        button: '确认处置设备',
        recorded: '您已同意处置设备',
      },
      're-repair': {
        link: '申请再次维修…',
        title: '故障又出现了？',
        text: '我们会免费为您再次维修。您将获得新的凭证编码和新的维修页面。',
        button: '申请再次维修',
        recorded: '您已申请再次维修',
      },
    },
    offered: '其他需要',
    asked: '您提出的要求',
    once: '点击后会请您再确认一次。',
    back: '暂不操作，返回',
    missing: '请简单写几句，以便维修中心了解情况。',
    notWithUs: '维修将不会进行。如设备尚未寄出，请不要寄出。',
    until: '可提交至',
    reason: '取消的原因',
    what: '发生了什么？',
    whats: {
      not_received: '我没有收到设备',
      wrong_device: '这不是我的设备',
      damaged: '设备有损坏',
      fault_not_fixed: '故障仍然存在',
    },
    details: '请描述具体情况',
    complaint: '现在有什么问题？',
    newCode: '新的凭证编码',
    toNew: '查看新的维修',
    wished: '您曾希望处置设备。请确认：在您确认之前，设备不会被处置。',
  },
};
