// Messages about a parcel that is lost or damaged, and about what is asked of the carrier for it.
import { waybill } from '../phrases.ts';
import type { Row } from '../wording.ts';
import { en, zh } from './answer.ts';

export const claimMessages = {
  parcel_lost: {
    'zh-CN': (scene) => ({
      subject: `快递报告包裹丢失（${scene.code}）`,
      happened: [`截至${scene.on}，快递找不到装有您设备的包裹。让您担心了，非常抱歉。`, ...waybill['zh-CN'](scene), ...zh.claim(scene)],
      next: {
        by: 'us',
        text: `我们会督促快递继续查找，${zh.before(scene)}告诉您查找结果；如果仍未找到，届时告诉您怎样赔偿。您无需操作。`,
      },
    }),
    en: (scene) => ({
      subject: `The carrier cannot find the parcel (${scene.code})`,
      happened: [
        `As of ${scene.on} the carrier cannot find the parcel with your device. We are very sorry for the worry this causes you.`,
        ...waybill.en(scene),
        ...en.claim(scene),
      ],
      next: {
        by: 'us',
        text: `We keep the carrier searching and will tell you the result ${en.before(scene)}; if it has not been found by then, also how the loss is made good. There is nothing for you to do.`,
      },
    }),
  },
  parcel_damaged: {
    'zh-CN': (scene) => ({
      subject: `包裹在运输中受损（${scene.code}）`,
      happened: [`截至${scene.on}，我们确认装有您设备的包裹在运输中受损。给您带来麻烦，非常抱歉。`, ...waybill['zh-CN'](scene), ...zh.claim(scene)],
      next: { by: 'us', text: `我们会查明设备的情况，${zh.before(scene)}告诉您怎样处理。请不要丢弃您手中的包装和照片。` },
    }),
    en: (scene) => ({
      subject: `The parcel was damaged on its way (${scene.code})`,
      happened: [
        `As of ${scene.on} we know that the parcel with your device was damaged on its way. We are sorry for the trouble.`,
        ...waybill.en(scene),
        ...en.claim(scene),
      ],
      next: {
        by: 'us',
        text: `We will find out what it means for the device and tell you ${en.before(scene)} how we go on. If you have the packaging or photos of it, please keep them.`,
      },
    }),
  },
  claim_news: {
    'zh-CN': (scene) => {
      const { state = 'filed', number = null, amount = null, overdue = false } = scene.about?.claim ?? {};
      const of = `${number === null ? '' : `（理赔编号：${number}）`}`;
      const told = {
        draft: `截至${scene.on}，我们正在为您的包裹准备索赔${of}。`,
        filed: overdue
          ? `截至${scene.on}，快递公司还没有答复我们的索赔${of}。我们已再次催促。`
          : `我们已于${scene.on}为您的包裹向快递公司提出索赔${of}。`,
        accepted: `快递公司已于${scene.on}接受我们的索赔${of}${amount === null ? '' : `，金额 ${amount}`}。`,
        denied: `快递公司于${scene.on}拒绝了我们的索赔${of}。这不影响我们对您的责任。`,
        paid: `快递公司已于${scene.on}支付赔款${of}${amount === null ? '' : ` ${amount}`}。`,
        withdrawn: `我们已于${scene.on}撤回索赔${of}。`,
      }[state];
      return {
        subject: `包裹索赔有新进展（${scene.code}）`,
        happened: [told, ...waybill['zh-CN'](scene)],
        next: {
          by: 'us',
          text:
            state === 'filed'
              ? `快递公司应${zh.before(scene)}答复，我们收到后马上告诉您，届时没有答复也会告诉您。您无需操作。`
              : `我们会联系您商量怎样处理，${zh.before(scene)}告诉您下一步。如有疑问：${scene.contactLine}。`,
        },
      };
    },
    en: (scene) => {
      const { state = 'filed', number = null, amount = null, overdue = false } = scene.about?.claim ?? {};
      const of = number === null ? '' : ` (number ${number})`;
      const told = {
        draft: `As of ${scene.on} we are preparing a claim for your parcel${of}.`,
        filed: overdue
          ? `As of ${scene.on} the carrier has not answered our claim${of}. We have asked again.`
          : `On ${scene.on} we claimed for your parcel from the carrier${of}.`,
        accepted: `On ${scene.on} the carrier accepted our claim${of}${amount === null ? '' : `: ${amount}`}.`,
        denied: `On ${scene.on} the carrier declined our claim${of}. That changes nothing about what we owe you.`,
        paid: `On ${scene.on} the carrier paid${amount === null ? '' : ` ${amount}`} for our claim${of}.`,
        withdrawn: `On ${scene.on} we took our claim back${of}.`,
      }[state];
      return {
        subject: `News of the claim for your parcel (${scene.code})`,
        happened: [told, ...waybill.en(scene)],
        next: {
          by: 'us',
          text:
            state === 'filed'
              ? `The carrier is to answer ${en.before(scene)}. We will tell you what it says, and also if it says nothing. There is nothing for you to do.`
              : `We will settle with you how to go on and write ${en.before(scene)}. If you have questions: ${scene.contactLine}.`,
        },
      };
    },
  },
} as const satisfies Record<string, Row>;
