// Messages that neither a step nor a wait brings: the question afterwards, an option by law, a word on security, a correction.
import { promised, promisedOrMoved } from '../phrases.ts';
import type { Row } from '../wording.ts';
import { waiting } from './waiting.ts';

export const noticeMessages = {
  survey: {
    'zh-CN': (scene) => ({
      subject: `这次维修怎么样？只有一个问题（${scene.code}）`,
      happened: [
        `截至${scene.on}，您的设备已经交还给您几天了。`,
        '我们想请您回答一个问题：您有多大可能把我们的维修服务推荐给亲友？0 分表示完全不会，10 分表示一定会。',
      ],
      next: { by: 'you', text: '如果您愿意，请打开链接选择一个分数。不回答也没有关系，我们不会再问。' },
      action: 'answer',
    }),
    en: (scene) => ({
      subject: `How did the repair go? One question (${scene.code})`,
      happened: [
        `As of ${scene.on} you have had your device back for a few days.`,
        'We have one question: how likely are you to recommend our repairs to friends or family, from 0 (not at all) to 10 (certainly)?',
      ],
      next: { by: 'you', text: 'If you like, open the link and choose a number. If not, that is fine; we will not ask again.' },
      action: 'answer',
    }),
  },
  entitlement: {
    'zh-CN': (scene) => ({
      subject: `维修时间较长，您可以选择其他办法（${scene.code}）`,
      happened: [
        `截至${scene.on}，您的维修已经超过规定的期限${scene.entitlement === null ? '' : `（${scene.entitlement.since}届满）`}。让您久等，非常抱歉。`,
        ...(scene.entitlement === null ? [] : [scene.entitlement.text]),
        ...promised['zh-CN'](scene),
      ],
      next: { by: 'you', text: `请告诉我们您的选择：${scene.contactLine}。如果选择继续等待，维修照常进行。` },
    }),
    en: (scene) => ({
      subject: `Your repair is taking long: you have a choice (${scene.code})`,
      happened: [
        `As of ${scene.on} your repair has taken longer than the time laid down for it${scene.entitlement === null ? '' : `, which ended on ${scene.entitlement.since}`}. We are sorry that you have to wait.`,
        ...(scene.entitlement === null ? [] : [scene.entitlement.text]),
        ...promised.en(scene),
      ],
      next: {
        by: 'you',
        text: `Tell us what you choose: ${scene.contactLine}. If you would like everything to stay as it is, the repair simply goes on.`,
      },
    }),
  },
  link_renewed: {
    'zh-CN': (scene) => ({
      subject: `维修专属链接已更换（${scene.code}）`,
      happened: [`您的维修专属链接已于${scene.on}更换，之前的链接不能再打开。`],
      next: { by: 'nobody', text: `无需任何操作，请以后使用新的链接。如果不是您要求更换的，请联系我们：${scene.contactLine}。` },
    }),
    en: (scene) => ({
      subject: `The link to your repair has changed (${scene.code})`,
      happened: [`We made your own link to this repair anew on ${scene.on}. The earlier one no longer works.`],
      next: {
        by: 'nobody',
        text: `There is nothing to do; please use the new link from now on. If this was not your wish, contact us: ${scene.contactLine}.`,
      },
    }),
  },
  lookups_blocked: {
    'zh-CN': (scene) => ({
      subject: `安全提醒：有人多次尝试查询您的维修（${scene.code}）`,
      happened: [
        `${scene.on}，有人多次用错误的信息查询您的维修。对方没有看到详细信息。`,
        '为安全起见，接下来 24 小时内不能凭序列号和维修单号查询详情。您的专属链接不受影响。',
      ],
      next: { by: 'nobody', text: `无需任何操作。如果是您本人在查询，请改用专属链接。如有疑问，请联系我们：${scene.contactLine}。` },
    }),
    en: (scene) => ({
      subject: `Security: somebody tried to look up your repair (${scene.code})`,
      happened: [
        `On ${scene.on} somebody tried several times to look up your repair with wrong details. They were shown none of its details.`,
        'To be safe, the details cannot be looked up by serial number and repair code for the next 24 hours. Your own link works as before.',
      ],
      next: {
        by: 'nobody',
        text: `There is nothing to do. If it was you, please use your own link. If you have questions, contact us: ${scene.contactLine}.`,
      },
    }),
  },
  recalled: {
    'zh-CN': (scene) => ({
      subject: `更正：请忽略之前的一条消息（${scene.code}）`,
      happened: [
        `我们${scene.recalledOn === null ? '之前' : `于${scene.recalledOn}`}发给您的一条消息有误，请不要理会。非常抱歉。`,
        `${scene.on}确认，您的维修目前状态是“${scene.hold?.label ?? scene.label}”。`,
        ...promisedOrMoved['zh-CN'](scene),
      ],
      next: waiting['zh-CN'](scene),
    }),
    en: (scene) => ({
      subject: `Correction: please ignore an earlier message (${scene.code})`,
      happened: [
        `A message that we sent you ${scene.recalledOn === null ? 'earlier' : `on ${scene.recalledOn}`} was wrong. Please ignore it. We are sorry.`,
        `As of ${scene.on} your repair stands at "${scene.hold?.label ?? scene.label}".`,
        ...promisedOrMoved.en(scene),
      ],
      next: waiting.en(scene),
    }),
  },
} as const satisfies Record<string, Row>;
