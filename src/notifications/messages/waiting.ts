// The next step of a ticket on which nothing has moved: that of its hold, else that of its status.
import type { Locale } from '#platform/schema.ts';
import type { Status } from '#tickets/status.ts';
import type { Scene } from '../scene.ts';
import type { Taker, Wording } from '../wording.ts';
import { confirmDisposal, toConfirm } from './ending.ts';

type In<T> = Record<Locale, T>;

/** Whose turn it is while nothing moves. */
const turn = ({ status, returnMethod }: Scene): Taker => {
  const turns: Partial<Record<Status, Taker>> = {
    awaiting_device: 'you',
    quoted: 'you',
    ready: returnMethod === 'pick_up' ? 'you' : 'us',
    inbound_transit: 'carrier',
    outbound_transit: 'carrier',
    delivered: 'nobody',
    closed: 'nobody',
    cancelled: 'nobody',
    disposed: 'nobody',
  };
  return turns[status] ?? 'us';
};

const steps: In<Partial<Record<Status, string>>> = {
  'zh-CN': {
    created: '我们会安排收件，并告诉您如何寄送或送修。',
    awaiting_device: '请把设备交给快递或送到维修中心。',
    inbound_transit: '快递正在把设备送往维修中心。',
    received: '我们会尽快开始检测。',
    diagnosing: '我们会告诉您检测结果。如需付费，会先向您报价，您同意后才维修。',
    quoted: '请答复是否维修；没有您的同意，我们不会维修。',
    approved: '我们会尽快开始维修。',
    awaiting_parts: '配件到货后，我们继续维修。',
    in_repair: '我们继续维修，修好后做全面检测。',
    quality_check: '检测通过后，我们会安排把设备交还给您。',
    outbound_transit: '快递会送到您登记的地址，请留意签收。',
    delivered: '无需任何操作。如有问题，请联系我们。',
    closed: '无需任何操作。如有问题，请联系我们。',
    cancelled: '无需任何操作。',
    disposed: '无需任何操作。',
  },
  en: {
    created: 'We will prepare the intake and tell you how to send the device or bring it in.',
    awaiting_device: 'Hand the device to the carrier or bring it in.',
    inbound_transit: 'The carrier is bringing the device to us.',
    received: 'We will start the diagnosis.',
    diagnosing: 'We will tell you what we find. If it costs anything, you get a price first and decide.',
    quoted: 'Tell us yes or no to the quote. Without your yes nothing is repaired.',
    approved: 'We will start the repair.',
    awaiting_parts: 'We will go on with the repair as soon as the part is here.',
    in_repair: 'We will go on with the repair and test the device thoroughly afterwards.',
    quality_check: 'Once the device has passed its test, we will get it ready to go back to you.',
    outbound_transit: 'The carrier will deliver it to the address you gave us.',
    delivered: 'There is nothing to do. If anything is wrong, contact us.',
    closed: 'There is nothing to do. If anything is wrong, contact us.',
    cancelled: 'There is nothing to do.',
    disposed: 'There is nothing to do.',
  },
};

const ready: In<(scene: Scene) => string> = {
  'zh-CN': ({ center, returnMethod }) =>
    returnMethod === 'pick_up' ? `请到${center}取机。` : '我们会把设备寄回您登记的地址，寄出时告诉您快递信息。',
  en: ({ center, returnMethod }) =>
    returnMethod === 'pick_up' ? `Pick the device up at ${center}.` : 'We will send the device to the address you gave us and tell you the waybill.',
};

const waitingIn =
  (locale: Locale) =>
  (scene: Scene): Wording['next'] =>
    toConfirm(scene)
      ? confirmDisposal[locale](scene)
      : (scene.hold?.next ?? { by: turn(scene), text: steps[locale][scene.status] ?? ready[locale](scene) });

/** The next step of a ticket on which nothing has moved. */
export const waiting: In<(scene: Scene) => Wording['next']> = { 'zh-CN': waitingIn('zh-CN'), en: waitingIn('en') };
