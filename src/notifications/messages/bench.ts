// Messages while the device is on the bench: parts, holds, promised days, and that nothing has moved.
import { movableDay, moved, note, parts, promised, promisedOnHold, promisedOrMoved } from '../phrases.ts';
import type { Scene } from '../scene.ts';
import type { Row, Wording } from '../wording.ts';
import { stillToConfirm, toConfirm } from './ending.ts';
import { waiting } from './waiting.ts';

/** Every part whose day moved comes earlier. */
const comesEarlier = ({ parts: awaited }: Scene): boolean => awaited.some(({ before }) => before !== null) && !awaited.some(({ later }) => later);

const unchanged: Record<'zh-CN' | 'en', (scene: Scene) => Wording> = {
  'zh-CN': (scene) => ({
    subject: `维修进度：${scene.hold?.label ?? scene.label}（${scene.code}）`,
    happened: [
      `截至${scene.on}，维修单状态仍为“${scene.hold?.label ?? scene.label}”，没有新的变化。${scene.hold?.why ?? ''}`,
      ...parts['zh-CN'](scene),
      ...(scene.hold === null ? promised : promisedOnHold)['zh-CN'](scene),
    ],
    next: waiting['zh-CN'](scene),
  }),
  en: (scene) => ({
    subject: `Where your repair stands: ${scene.hold?.label ?? scene.label} (${scene.code})`,
    happened: [
      `As of ${scene.on} the repair still stands at "${scene.hold?.label ?? scene.label}". Nothing has changed since our last message.`,
      ...(scene.hold === null ? [] : [scene.hold.why]),
      ...parts.en(scene),
      ...(scene.hold === null ? promised : promisedOnHold).en(scene),
    ],
    next: waiting.en(scene),
  }),
};

export const benchMessages = {
  awaiting_part: {
    'zh-CN': (scene) => ({
      subject: `等待配件（${scene.code}）`,
      happened: [`维修所需配件已于${scene.on}订购。`, ...parts['zh-CN'](scene), ...moved['zh-CN'](scene)],
      next: { by: 'us', text: '配件到货后，我们继续维修。' },
    }),
    en: (scene) => ({
      subject: `Waiting for a part (${scene.code})`,
      happened: [`We ordered what the repair needs on ${scene.on}.`, ...parts.en(scene), ...moved.en(scene)],
      next: { by: 'us', text: 'We will go on with the repair as soon as it is here.' },
    }),
  },
  part_delayed: {
    'zh-CN': (scene) => ({
      subject: `配件到货时间有变化（${scene.code}）`,
      happened: [
        `我们于${scene.on}得知，维修所需配件的到货时间有变化。${comesEarlier(scene) ? '' : '让您久等，非常抱歉。'}`,
        ...parts['zh-CN'](scene),
        ...moved['zh-CN'](scene),
        `如果您不想继续等待，可以联系我们取消维修，设备退还给您：${scene.contactLine}。`,
      ],
      next: { by: 'us', text: '配件到货后，我们继续维修。' },
    }),
    en: (scene) => ({
      subject: `A part arrives on another day (${scene.code})`,
      happened: [
        `On ${scene.on} we learned that a part for your repair will arrive on another day than expected.${comesEarlier(scene) ? '' : ' We are sorry that you have to wait.'}`,
        ...parts.en(scene),
        ...moved.en(scene),
        `If you would rather not wait, we can cancel the repair and give the device back to you: ${scene.contactLine}.`,
      ],
      next: { by: 'us', text: 'We will go on with the repair as soon as the part is here.' },
    }),
  },
  hold_opened: {
    'zh-CN': (scene) => ({
      subject: `${scene.hold?.label ?? '维修暂停'}（${scene.code}）`,
      happened: [
        `${scene.hold === null || scene.hold.pauses ? `截至${scene.on}，您的维修已暂停。` : `截至${scene.on}，您的维修状态为“${scene.hold.label}”。`}${scene.hold?.why ?? ''}`,
        ...note['zh-CN'](scene.center, scene.hold?.note ?? null),
        ...promisedOnHold['zh-CN'](scene),
      ],
      next: waiting['zh-CN'](scene),
    }),
    en: (scene) => ({
      subject: `${scene.hold?.label ?? 'Repair on hold'} (${scene.code})`,
      happened: [
        scene.hold === null || scene.hold.pauses
          ? `As of ${scene.on} your repair is on hold.`
          : `As of ${scene.on} your repair stands at "${scene.hold.label}".`,
        ...(scene.hold === null ? [] : [scene.hold.why]),
        ...note.en(scene.center, scene.hold?.note ?? null),
        ...promisedOnHold.en(scene),
      ],
      next: waiting.en(scene),
    }),
  },
  repair_started: {
    'zh-CN': (scene) => ({
      subject: `开始维修（${scene.code}）`,
      happened: [`${scene.center}的工程师已于${scene.on}开始维修您的设备。`, ...promised['zh-CN'](scene)],
      next: { by: 'us', text: '修好后，我们会做全面检测，再把设备交还给您。您无需操作。' },
    }),
    en: (scene) => ({
      subject: `The repair has started (${scene.code})`,
      happened: [`A technician at ${scene.center} started to repair your device on ${scene.on}.`, ...promised.en(scene)],
      next: { by: 'us', text: 'When it is done, we will test the device thoroughly before it goes back to you. There is nothing for you to do.' },
    }),
  },
  hold_reminder: {
    'zh-CN': (scene) => ({
      subject: `提醒：${scene.hold?.label ?? '维修暂停'}（${scene.code}）`,
      happened: [
        scene.hold === null
          ? `截至${scene.on}，您的维修仍在暂停。`
          : `截至${scene.on}，您的维修仍在暂停，期限是${scene.hold.until}。${scene.hold.why}`,
        ...note['zh-CN'](scene.center, scene.hold?.note ?? null),
        `到期后如果还没有解决，维修会继续暂停${movableDay(scene) === null ? '' : '，承诺的日期也会相应推迟'}。`,
      ],
      next: waiting['zh-CN'](scene),
    }),
    en: (scene) => ({
      subject: `Reminder: ${scene.hold?.label ?? 'repair on hold'} (${scene.code})`,
      happened: [
        scene.hold === null
          ? `As of ${scene.on} your repair is still on hold.`
          : `As of ${scene.on} your repair is still on hold, and the day to settle it is ${scene.hold.until}.`,
        ...(scene.hold === null ? [] : [scene.hold.why]),
        ...note.en(scene.center, scene.hold?.note ?? null),
        `If it is not settled by then, the repair stays on hold${movableDay(scene) === null ? '' : ' and the promised day moves accordingly'}.`,
      ],
      next: waiting.en(scene),
    }),
  },
  hold_expired: {
    'zh-CN': (scene) => ({
      subject: `${scene.hold?.pauses === false ? '尚未结束' : '维修仍在暂停'}：${scene.hold?.label ?? scene.label}（${scene.code}）`,
      happened: [
        scene.hold === null
          ? `截至${scene.on}，您的维修仍在暂停。`
          : `截至${scene.on}，您的维修${scene.hold.pauses ? '仍在暂停' : `仍为“${scene.hold.label}”`}，原定最迟于${scene.hold.until}结束。`,
        ...(scene.hold === null ? [] : [scene.hold.why]),
        ...note['zh-CN'](scene.center, scene.hold?.note ?? null),
        ...(scene.hold === null || scene.hold.ours || scene.hold.next.by === 'you' ? [] : ['让您久等，非常抱歉。']),
        ...promisedOnHold['zh-CN'](scene),
      ],
      next:
        scene.hold?.next.by === 'you'
          ? { by: 'you', text: `请尽快联系我们，一起商量接下来怎么办：${scene.contactLine}。在此之前，维修继续暂停，设备保持原样。` }
          : { by: 'us', text: '我们会核实情况，并告诉您新的日期。您无需操作。' },
    }),
    en: (scene) => ({
      subject: `${scene.hold?.pauses === false ? 'Not finished yet' : 'Still on hold'}: ${scene.hold?.label ?? scene.label} (${scene.code})`,
      happened: [
        scene.hold === null
          ? `As of ${scene.on} your repair is still on hold.`
          : `As of ${scene.on} your repair ${scene.hold.pauses ? 'is still on hold' : `still stands at "${scene.hold.label}"`}; it was to go on by ${scene.hold.until}.`,
        ...(scene.hold === null ? [] : [scene.hold.why]),
        ...note.en(scene.center, scene.hold?.note ?? null),
        ...(scene.hold === null || scene.hold.ours || scene.hold.next.by === 'you' ? [] : ['We are sorry that you have to wait.']),
        ...promisedOnHold.en(scene),
      ],
      next:
        scene.hold?.next.by === 'you'
          ? {
              by: 'you',
              text: `Please contact us soon, so that we can settle how to go on: ${scene.contactLine}. Until then the repair stays on hold and the device is left as it is.`,
            }
          : { by: 'us', text: 'We will find out where it stands and tell you the new date. There is nothing for you to do.' },
    }),
  },
  resumed: {
    'zh-CN': (scene) => ({
      subject: `维修已恢复（${scene.code}）`,
      happened: [`您的维修已于${scene.on}恢复进行，目前状态：${scene.label}。`, ...promisedOrMoved['zh-CN'](scene)],
      next: waiting['zh-CN'](scene),
    }),
    en: (scene) => ({
      subject: `Your repair goes on (${scene.code})`,
      happened: [`Your repair has been going on again since ${scene.on}. It stands at "${scene.label}".`, ...promisedOrMoved.en(scene)],
      next: waiting.en(scene),
    }),
  },
  promise_moved: {
    'zh-CN': (scene) => ({
      subject: `承诺日期有变化（${scene.code}）`,
      happened: [
        `我们于${scene.on}更改了这次维修的承诺日期。${scene.promise?.moved?.later && !scene.promise.moved.asked ? '没能按原来的日期完成，非常抱歉。' : ''}`,
        ...promisedOrMoved['zh-CN'](scene),
        `如果这个日期对您不合适，请联系我们，一起商量其他办法：${scene.contactLine}。`,
      ],
      next: waiting['zh-CN'](scene),
    }),
    en: (scene) => ({
      subject: `The promised day has changed (${scene.code})`,
      happened: [
        `On ${scene.on} we changed the day promised for your repair.${scene.promise?.moved?.later && !scene.promise.moved.asked ? ' We are sorry that we cannot keep the day we gave you.' : ''}`,
        ...promisedOrMoved.en(scene),
        `If this day does not suit you, contact us and we will look for another way: ${scene.contactLine}.`,
      ],
      next: waiting.en(scene),
    }),
  },
  promise_slipping: {
    'zh-CN': (scene) => ({
      subject: `维修可能不能如期完成（${scene.code}）`,
      happened: [
        ...(scene.promise?.missed ? promised['zh-CN'](scene) : []),
        scene.promise === null
          ? `截至${scene.on}，您的维修可能比预计的更晚完成，非常抱歉。`
          : scene.promise.missed
            ? `截至${scene.on}，维修还没有完成。`
            : `我们曾承诺在${scene.promise.day}前完成您的维修。截至${scene.on}，看来可能无法如期完成，非常抱歉。`,
        `目前状态：${scene.label}。我们已要求${scene.center}给出新的日期。`,
        ...parts['zh-CN'](scene),
        `如果您急需使用设备，或不想继续等待，请联系我们：${scene.contactLine}。`,
      ],
      next: { by: 'us', text: '我们会确定新的日期，并马上告诉您。' },
    }),
    en: (scene) => ({
      subject: `Your repair may take longer than promised (${scene.code})`,
      happened: [
        ...(scene.promise?.missed ? promised.en(scene) : []),
        scene.promise === null
          ? `As of ${scene.on} your repair may take longer than expected. We are sorry.`
          : scene.promise.missed
            ? `As of ${scene.on} it is not finished yet.`
            : `We promised your repair by ${scene.promise.day}. As of ${scene.on} we may not be able to keep that day. We are sorry.`,
        `It stands at "${scene.label}". We have asked ${scene.center} for a new day.`,
        ...parts.en(scene),
        `If you need the device urgently or would rather not wait, contact us: ${scene.contactLine}.`,
      ],
      next: { by: 'us', text: 'We will settle the new day and tell you at once.' },
    }),
  },
  diagnosing_again: {
    'zh-CN': (scene) => ({
      subject: `需要重新检测（${scene.code}）`,
      happened: [`维修过程中发现了新的情况，${scene.center}已于${scene.on}开始重新检测您的设备。`, ...promisedOrMoved['zh-CN'](scene)],
      next: { by: 'us', text: '我们会告诉您检测结果。如果价格有变化，会先征得您的同意，再继续维修。' },
    }),
    en: (scene) => ({
      subject: `We are examining your device again (${scene.code})`,
      happened: [
        `Something new came up during the repair, and on ${scene.on} ${scene.center} started to examine your device again.`,
        ...promisedOrMoved.en(scene),
      ],
      next: { by: 'us', text: 'We will tell you what we find. If the price changes, we will go on only after your yes.' },
    }),
  },
  still_with_us: {
    'zh-CN': (scene) => (toConfirm(scene) ? stillToConfirm : unchanged)['zh-CN'](scene),
    en: (scene) => (toConfirm(scene) ? stillToConfirm : unchanged).en(scene),
  },
} as const satisfies Record<string, Row>;
