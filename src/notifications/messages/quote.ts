// Messages about the price: the quote, what became of it, and that a repair is covered.
import { answerQuote, ifDeclined, promised, reason } from '../phrases.ts';
import type { Scene } from '../scene.ts';
import type { Row } from '../wording.ts';
import { unrepaired } from './outcome.ts';

/** How long it takes: the promised day where there is one, else the working days of the quote. */
const duration = {
  'zh-CN': (scene: Scene): string[] =>
    scene.promise === null && scene.quote !== null ? [`预计 ${scene.quote.days} 个工作日内完成。`] : promised['zh-CN'](scene),
  en: (scene: Scene): string[] =>
    scene.promise === null && scene.quote !== null ? [`It takes up to ${scene.quote.days} working days.`] : promised.en(scene),
};

/** What a new version means against the one before. */
const compared = {
  'zh-CN': ({ quote }: Scene): string[] => {
    if (quote === null) return [];
    const { change } = quote;
    if (change === null) return [`新的维修总价：${quote.total}。`];
    const price = change.from === quote.total ? '总价不变，报价内容有更新。' : `比原报价${change.more ? '增加' : '减少'} ${change.by}。`;
    return [
      `原报价：${change.from}。新报价：${quote.total}，${price}`,
      change.approved ? '您之前同意的报价不再适用。我们已暂停维修，等您确认新报价后再继续。' : '原报价已失效，请以新报价为准。',
    ];
  },
  en: ({ quote }: Scene): string[] => {
    if (quote === null) return [];
    const { change } = quote;
    if (change === null) return [`The repair now costs ${quote.total} in total.`];
    const price =
      change.from === quote.total ? 'The total stays the same; the items have changed.' : `That is ${change.by} ${change.more ? 'more' : 'less'}.`;
    return [
      `The earlier quote: ${change.from}. The new quote: ${quote.total}. ${price}`,
      change.approved
        ? 'The quote you approved no longer applies. We have stopped the repair and will go on only if you approve the new one.'
        : 'The earlier quote is no longer valid; only the new one counts.',
    ];
  },
};

/** Days left. */
const remaining = {
  'zh-CN': ({ left, until }: NonNullable<Scene['quote']>): string => `报价${left === 0 ? '今天' : `还有 ${left} 天`}到期（${until}）。`,
  en: ({ left, until }: NonNullable<Scene['quote']>): string =>
    `It is valid until ${until}: ${left === 0 ? 'that is today' : left === 1 ? 'one day is left' : `${left} days are left`}.`,
};

export const quoteMessages = {
  quoted: {
    'zh-CN': (scene) => ({
      subject: `请确认维修报价（${scene.code}）`,
      happened: [
        `检测已于${scene.on}完成。`,
        ...(scene.quote === null
          ? []
          : [`维修总价：${scene.quote.total}，已包含报价单所列全部项目。`, `您同意后预计 ${scene.quote.days} 个工作日内完成。`]),
        ifDeclined['zh-CN'](scene),
      ],
      next: { by: 'you', text: answerQuote['zh-CN'](scene) },
      action: 'decide',
    }),
    en: (scene) => ({
      subject: `Your decision is needed: repair quote (${scene.code})`,
      happened: [
        `The diagnosis was finished on ${scene.on}.`,
        ...(scene.quote === null
          ? []
          : [
              `The repair costs ${scene.quote.total} in total, with every item of the quote included.`,
              `It takes up to ${scene.quote.days} working days after your yes.`,
            ]),
        ifDeclined.en(scene),
      ],
      next: { by: 'you', text: answerQuote.en(scene) },
      action: 'decide',
    }),
  },
  quote_changed: {
    'zh-CN': (scene) => ({
      subject: `报价有变化，请重新确认（${scene.code}）`,
      happened: [
        `${scene.center}已于${scene.on}更新了您的维修报价。${scene.quote?.change?.more ? '给您带来不便，非常抱歉。' : ''}`,
        ...compared['zh-CN'](scene),
        ...reason['zh-CN'](scene),
        ...(scene.quote === null ? [] : [`您同意后预计 ${scene.quote.days} 个工作日内完成。`]),
        ifDeclined['zh-CN'](scene),
      ],
      next: { by: 'you', text: answerQuote['zh-CN'](scene) },
      action: 'decide',
    }),
    en: (scene) => ({
      subject: `The quote has changed: your decision is needed (${scene.code})`,
      happened: [
        `${scene.center} changed the quote for your repair on ${scene.on}.${scene.quote?.change?.more ? ' We are sorry for the trouble.' : ''}`,
        ...compared.en(scene),
        ...reason.en(scene),
        ...(scene.quote === null ? [] : [`The repair takes up to ${scene.quote.days} working days after your yes.`]),
        ifDeclined.en(scene),
      ],
      next: { by: 'you', text: answerQuote.en(scene) },
      action: 'decide',
    }),
  },
  quote_reminder: {
    'zh-CN': (scene) => ({
      subject: `提醒：维修报价等您答复（${scene.code}）`,
      happened: [
        `截至${scene.on}，我们还没有收到您对维修报价的答复。`,
        ...(scene.quote === null ? [] : [`维修总价：${scene.quote.total}。`, remaining['zh-CN'](scene.quote)]),
        ifDeclined['zh-CN'](scene),
      ],
      next: { by: 'you', text: answerQuote['zh-CN'](scene) },
      action: 'decide',
    }),
    en: (scene) => ({
      subject: `Reminder: your answer to the repair quote (${scene.code})`,
      happened: [
        `As of ${scene.on} we have no answer from you to the repair quote.`,
        ...(scene.quote === null ? [] : [`The repair costs ${scene.quote.total} in total.`, remaining.en(scene.quote)]),
        ifDeclined.en(scene),
      ],
      next: { by: 'you', text: answerQuote.en(scene) },
      action: 'decide',
    }),
  },
  quote_expired: {
    'zh-CN': (scene) =>
      unrepaired['zh-CN'](
        scene,
        `维修报价已${scene.quote === null ? '' : `于${scene.quote.until}`}到期，我们没有收到您的答复。${scene.on}起，我们不再维修，设备将原样退还给您。`,
        'quote_expired',
      ),
    en: (scene) =>
      unrepaired.en(
        scene,
        `The repair quote ${scene.quote === null ? 'has run out' : `was valid until ${scene.quote.until}`} and we have no answer from you. As of ${scene.on} the repair is off, and your device goes back to you as it is.`,
        'quote_expired',
      ),
  },
  covered: {
    'zh-CN': (scene) => ({
      subject: `本次维修免费（${scene.code}）`,
      happened: [`${scene.center}已于${scene.on}确认：本次维修在保障范围内，不收取费用。`, ...reason['zh-CN'](scene), ...promised['zh-CN'](scene)],
      next: { by: 'us', text: '我们会尽快开始维修。' },
    }),
    en: (scene) => ({
      subject: `No charge for this repair (${scene.code})`,
      happened: [
        `${scene.center} confirmed on ${scene.on} that this repair is covered. It costs you nothing.`,
        ...reason.en(scene),
        ...promised.en(scene),
      ],
      next: { by: 'us', text: 'We will start the repair.' },
    }),
  },
  approved: {
    'zh-CN': (scene) => ({
      subject: `已收到您的同意（${scene.code}）`,
      happened: [`您已于${scene.on}同意维修${scene.quote === null ? '' : `，总价 ${scene.quote.total}`}。`, ...duration['zh-CN'](scene)],
      next: { by: 'us', text: '我们会尽快开始维修。' },
    }),
    en: (scene) => ({
      subject: `Your approval has arrived (${scene.code})`,
      happened: [`You approved the repair on ${scene.on}${scene.quote === null ? '' : ` for ${scene.quote.total} in total`}.`, ...duration.en(scene)],
      next: { by: 'us', text: 'We will start the repair.' },
    }),
  },
} as const satisfies Record<string, Row>;
