// Messages about a repair that does not take place, or ends with another device: declined, not repairable, replaced.
import { isUnconfirmed } from '#tickets/wish.ts';
import { agreedPrice, moved, promisedOrMoved, reason } from '../phrases.ts';
import type { Scene } from '../scene.ts';
import type { Row, Wording } from '../wording.ts';
import { diagnosisFee, givenUp, home, storageTerms } from './outcome.ts';

/** What the diagnosis costs after a no. */
const feeOf = {
  'zh-CN': ({ quote }: Scene): string => (quote?.fee ? diagnosisFee['zh-CN'](quote.fee) : '本次不收取任何费用。'),
  en: ({ quote }: Scene): string => (quote?.fee ? diagnosisFee.en(quote.fee) : 'That costs you nothing.'),
};

/** Until when another wish can still be told: the device leaves then, or is kept no longer. */
function lastDay({ returnMethod, promise, storage, by }: Scene): string | null {
  if (returnMethod === 'ship') return promise === null || promise.missed ? by : promise.day;
  return storage === null ? by : storage.fee === null || storage.charged ? storage.keepUntil : storage.freeUntil;
}

const forGood = {
  'zh-CN': '处置后，设备和其中的数据都无法找回，所以需要您再单独确认一次。在您确认之前，设备由我们妥善保管。',
  en: 'Once that is done, neither the device nor its data can be brought back, so we ask you to confirm it once more. Until then we keep the device safe.',
};

/** What a customer who does not want the device back has still to do. */
export const confirmDisposal: Record<'zh-CN' | 'en', (scene: Scene) => Wording['next']> = {
  'zh-CN': (scene) => ({
    by: 'you',
    text: `请${scene.linked ? '打开下方的专属链接确认，或' : ''}联系我们：${scene.contactLine}。如果您改变主意，也请告诉我们。`,
  }),
  en: (scene) => ({
    by: 'you',
    text: `Please confirm it ${scene.linked ? 'behind your own link below, or by contacting us' : 'with us'}: ${scene.contactLine}. If you have changed your mind, tell us too.`,
  }),
};

/** Whether the device lies there only because its owner, who does not want it back, has not confirmed that yet. */
export const toConfirm = ({ status, hold, wish }: Scene): boolean => hold === null && isUnconfirmed(status, wish);

/** Asks again, in place of the reminder to pick it up. */
export const stillToConfirm: Record<'zh-CN' | 'en', (scene: Scene) => Wording> = {
  'zh-CN': (scene) => ({
    subject: `提醒：请确认是否处置设备（${scene.code}）`,
    happened: [
      `您已告诉我们不再需要这台设备，由我们处置。截至${scene.on}，我们还没有收到您的最后确认。`,
      forGood['zh-CN'],
      ...storageTerms['zh-CN'](scene),
    ],
    next: confirmDisposal['zh-CN'](scene),
  }),
  en: (scene) => ({
    subject: `Reminder: please confirm the disposal of your device (${scene.code})`,
    happened: [
      `You told us that you do not want your device back and that we should dispose of it. As of ${scene.on} your confirmation is still to come.`,
      forGood.en,
      ...storageTerms.en(scene),
    ],
    next: confirmDisposal.en(scene),
  }),
};

const toBeDisposed: Record<'zh-CN' | 'en', (scene: Scene) => Wording> = {
  'zh-CN': (scene) => ({
    subject: `请确认是否处置设备（${scene.code}）`,
    happened: [`我们已于${scene.on}收到您的答复：不维修，并由我们处置设备。${feeOf['zh-CN'](scene)}`, forGood['zh-CN']],
    next: confirmDisposal['zh-CN'](scene),
  }),
  en: (scene) => ({
    subject: `Please confirm the disposal of your device (${scene.code})`,
    happened: [`On ${scene.on} you told us not to repair your device and to dispose of it. ${feeOf.en(scene)}`, forGood.en],
    next: confirmDisposal.en(scene),
  }),
};

const kinds = {
  'zh-CN': { same_model: '同型号的设备', equivalent: '同等规格的设备', refurbished: '经过翻新和检测的设备' },
  en: { same_model: 'a device of the same model', equivalent: 'an equivalent device', refurbished: 'a refurbished and tested device' },
} as const;

const warranties = {
  'zh-CN': { remaining: '更换后的设备沿用原设备剩余的保修期。', restart: '更换后的设备重新计算保修期。' },
  en: { remaining: 'It has what is left of the warranty of your old device.', restart: 'Its warranty starts anew.' },
} as const;

export const endingMessages = {
  declined: {
    'zh-CN': (scene) =>
      scene.wish === 'disposal'
        ? toBeDisposed['zh-CN'](scene)
        : home['zh-CN'](scene, 'declined', [
            `我们已于${scene.on}收到您的答复：不维修。设备将原样退还给您。`,
            feeOf['zh-CN'](scene),
            ...(scene.returnMethod === 'ship' ? promisedOrMoved['zh-CN'](scene) : []),
          ]),
    en: (scene) =>
      scene.wish === 'disposal'
        ? toBeDisposed.en(scene)
        : home.en(scene, 'declined', [
            `On ${scene.on} you told us not to repair your device. It goes back to you as it is.`,
            feeOf.en(scene),
            ...(scene.returnMethod === 'ship' ? promisedOrMoved.en(scene) : []),
          ]),
  },
  unrepairable: {
    'zh-CN': (scene) =>
      home['zh-CN'](scene, 'unrepairable', [
        `很抱歉，${scene.center}已于${scene.on}确认，您的设备无法修复。`,
        ...reason['zh-CN'](scene),
        ...givenUp['zh-CN'](scene.charge),
        ...(scene.returnMethod === 'ship' ? promisedOrMoved['zh-CN'](scene) : []),
        `除了取回设备，您也可以让我们处置设备，或向我们了解换机等其他办法。请${lastDay(scene) === null ? '尽快' : `在${lastDay(scene)}前`}联系我们：${scene.contactLine}。`,
      ]),
    en: (scene) =>
      home.en(scene, 'unrepairable', [
        `We are sorry: on ${scene.on} ${scene.center} found that your device cannot be repaired.`,
        ...reason.en(scene),
        ...givenUp.en(scene.charge),
        ...(scene.returnMethod === 'ship' ? promisedOrMoved.en(scene) : []),
        `Instead of taking it back you can have it disposed of by us, or ask us what else is possible, such as a replacement. Please contact us ${lastDay(scene) === null ? 'soon' : `by ${lastDay(scene)}`}: ${scene.contactLine}.`,
      ]),
  },
  replaced: {
    'zh-CN': (scene) =>
      home['zh-CN'](scene, 'replaced', [
        `${scene.center}已于${scene.on}为您更换了设备${scene.swap === null ? '' : `，新设备是${kinds['zh-CN'][scene.swap.kind]}`}，并通过了最终检测。`,
        '原设备中的数据不会转移到新设备，请从备份恢复。',
        ...(scene.swap === null ? [] : [warranties['zh-CN'][scene.swap.warranty]]),
        ...agreedPrice['zh-CN'](scene),
        '请保留您手中的配件和购机凭证，以后可能还会用到。',
        ...moved['zh-CN'](scene),
      ]),
    en: (scene) =>
      home.en(scene, 'replaced', [
        `On ${scene.on} ${scene.center} replaced your device${scene.swap === null ? '' : ` with ${kinds.en[scene.swap.kind]}`}. It has passed the final test.`,
        'Data from the old device is not carried over; please restore it from your backup.',
        ...(scene.swap === null ? [] : [warranties.en[scene.swap.warranty]]),
        ...agreedPrice.en(scene),
        'Please keep the accessories and the proof of purchase that you have; you may need them later.',
        ...moved.en(scene),
      ]),
  },
} as const satisfies Record<string, Row>;
