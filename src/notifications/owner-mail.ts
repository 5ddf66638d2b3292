// Mails to whoever runs a partner's endpoint: that it fails, and that it was disabled. Nothing in them is about a customer.
import { maskedAddress } from '#contacts/address.ts';
import type { Locale } from '#platform/schema.ts';
import { pageOfMail } from './mail-html.ts';
import { dayIn } from './scene.ts';

/** Why an endpoint was disabled by itself. */
export const FAILED_FOR_DAYS = 'failed_for_5_days';
export const GONE = 'endpoint_gone';

/** What the owner of an endpoint is told. */
export type OwnerMessage = 'endpoint.failing' | 'endpoint.disabled';

/** What is told; instants in UTC. */
export interface OwnerFacts {
  endpointId: string;
  occurredAt: string;
  failingSince: string | null;
  disablesOn: string | null;
  reason: string | null;
}

/** Who is written to, and about which address. */
export interface Owner {
  kind: 'owner';
  email: string;
  locale: Locale;
  timeZone: string;
  brand: string;
  contactLine: string;
  /** The host of the endpoint's address. */
  host: string;
}

interface Words {
  subject: string;
  paragraphs: string[];
}

const words: Record<Locale, Record<OwnerMessage, (facts: OwnerFacts, host: string, day: (iso: string) => string) => Words>> = {
  'zh-CN': {
    'endpoint.failing': ({ endpointId, failingSince, disablesOn, occurredAt }, host, day) => ({
      subject: `您的 Webhook 地址没有响应（${host}）`,
      paragraphs: [
        `自${day(failingSince ?? occurredAt)}起，我们发往 ${host} 的 Webhook（${endpointId}）一次也没有成功。`,
        `下一步（您）：请在${day(disablesOn ?? occurredAt)}之前让该地址以 2xx 应答；在此之前我们会继续重试。届时仍无成功应答，该地址将被停用。`,
      ],
    }),
    'endpoint.disabled': ({ endpointId, reason, failingSince, occurredAt }, host, day) => ({
      subject: `您的 Webhook 地址已被停用（${host}）`,
      paragraphs: [
        reason === GONE
          ? `${day(occurredAt)}，${host} 以 410 应答，我们因此停用了该 Webhook（${endpointId}）。`
          : `自${day(failingSince ?? occurredAt)}起，发往 ${host} 的 Webhook（${endpointId}）一次也没有成功，已于${day(occurredAt)}停用。`,
        '下一步（您）：修复后以 PATCH 与 disabled: false 重新启用；未送达的事件可用 POST /v1/deliveries/replays（states: dead、skipped）补发。停用期间不再保留新事件。',
      ],
    }),
  },
  en: {
    'endpoint.failing': ({ endpointId, failingSince, disablesOn, occurredAt }, host, day) => ({
      subject: `Your webhook endpoint does not answer (${host})`,
      paragraphs: [
        `None of our webhooks to ${host} (${endpointId}) has got through since ${day(failingSince ?? occurredAt)}.`,
        `Next step (you): Have it answer with a 2xx by ${day(disablesOn ?? occurredAt)}; we go on trying until then. If nothing has got through by that day, the endpoint is disabled.`,
      ],
    }),
    'endpoint.disabled': ({ endpointId, reason, failingSince, occurredAt }, host, day) => ({
      subject: `Your webhook endpoint was disabled (${host})`,
      paragraphs: [
        reason === GONE
          ? `${host} answered 410 on ${day(occurredAt)}, so we have disabled this webhook endpoint (${endpointId}).`
          : `None of our webhooks to ${host} (${endpointId}) has got through since ${day(failingSince ?? occurredAt)}, so we disabled it on ${day(occurredAt)}.`,
        'Next step (you): Once it works, enable it by PATCH with disabled: false, and send again what was missed by POST /v1/deliveries/replays (states: dead, skipped). No new events are kept while it is disabled.',
      ],
    }),
  },
};

const closing: Record<Locale, (owner: Owner) => string[]> = {
  'zh-CN': ({ brand, contactLine, email }) => [
    `${brand} · 联系方式：${contactLine}`,
    `本邮件发送至 ${maskedAddress('email', email)}，即该 Webhook 登记的联系地址。`,
  ],
  en: ({ brand, contactLine, email }) => [
    `${brand} · Contact: ${contactLine}`,
    `This mail was sent to ${maskedAddress('email', email)}, the address kept with the endpoint.`,
  ],
};

/** Whether this is one of them. */
export const isOwnerMessage = (name: string): name is OwnerMessage => Object.hasOwn(words.en, name);

/** Renders one, in the brand's language and time zone. */
export function renderOwnerMail(name: OwnerMessage, facts: OwnerFacts, owner: Owner) {
  const { locale, timeZone, email, host } = owner;
  const { subject, paragraphs } = words[locale][name](facts, host, (iso) => dayIn(iso, locale, timeZone));
  return {
    locale,
    to: maskedAddress('email', email),
    subject,
    ...pageOfMail({ locale, subject, brand: owner.brand }, paragraphs, closing[locale](owner)),
  };
}
