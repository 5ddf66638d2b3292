// Messages about the customer's own data (design N37).
import type { Way } from '#contacts/contact.ts';
import type { Locale } from '#platform/schema.ts';
import type { Scene } from '../scene.ts';
import type { Row } from '../wording.ts';

const names: Record<Locale, Record<Way, string>> = {
  'zh-CN': { email: '电子邮箱', sms: '手机号码', wechat: '微信' },
  en: { email: 'the mail address', sms: 'the telephone number', wechat: 'the WeChat account' },
};

const all: Record<Locale, string> = { 'zh-CN': '联系方式', en: 'the contact details' };

const listed = (locale: Locale, { changed }: Scene): string =>
  changed.length === 0 ? all[locale] : new Intl.ListFormat(locale, { type: 'conjunction' }).format(changed.map((way) => names[locale][way]));

export const contactMessages = {
  contact_changed: {
    'zh-CN': (scene) => ({
      subject: `联系方式已更改（${scene.code}）`,
      happened: [
        `这次维修登记的${listed('zh-CN', scene)}已于${scene.on}更改，之后的消息会发送到新的联系方式。`,
        '为了您的安全，以前发送的专属链接可能已经失效，请使用新消息里的链接。',
      ],
      next: { by: 'nobody', text: `如果是您要求更改的，无需任何操作。如果不是，请马上联系我们：${scene.contactLine}，我们会改回来。` },
    }),
    en: (scene) => ({
      subject: `Your contact details have changed (${scene.code})`,
      happened: [
        `On ${scene.on} ${listed('en', scene)} of this repair was changed. Messages go to the new one from now on.`,
        'To keep your repair safe, a link that we sent before may have ended; please use the one in the newest message.',
      ],
      next: {
        by: 'nobody',
        text: `If you asked for this, there is nothing to do. If not, contact us at once and we will change it back: ${scene.contactLine}.`,
      },
    }),
  },
} as const satisfies Record<string, Row>;
