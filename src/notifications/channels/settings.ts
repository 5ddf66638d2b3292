// The settings of the channels that need an account with somebody; config.ts makes them part of its own.
import { z } from 'zod';
import { templates } from '../short-templates.ts';

const json = (text: string, context: z.RefinementCtx): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'takes a JSON object' });
    return z.NEVER;
  }
};
const written = (max: number) => z.string().max(max).transform(json);
const base = (address: string) =>
  z
    .url({ protocol: /^https?$/ })
    .max(200)
    .default(address);

const AliyunTemplates = z.record(
  z.string().max(20),
  z
    .string()
    .regex(/^SMS_\d+$/, { error: 'takes template codes like SMS_123456789' })
    .max(40),
);

/** A template of WeChat: its id, and which of its fields takes what. */
const WechatTemplate = z.strictObject({
  id: z.string().min(1).max(100),
  code: z
    .string()
    .regex(/^character_string\d+$/)
    .max(24)
    .optional(),
  status: z
    .string()
    .regex(/^(phrase|thing|const)\d+$/)
    .max(24)
    .optional(),
  date: z
    .string()
    .regex(/^(time|date)\d+$/)
    .max(24)
    .optional(),
  text: z
    .string()
    .regex(/^thing\d+$/)
    .max(24)
    .optional(),
  amount: z
    .string()
    .regex(/^amount\d+$/)
    .max(24)
    .optional(),
});
const WechatTemplates = z.record(z.string().max(20), WechatTemplate);

/** Every setting of a channel by its environment variable. */
export const ChannelSettings = z.object({
  SMS_SIGNATURE: z
    .string()
    .min(2)
    .max(12)
    .optional()
    .describe('Who sends text messages, at most 12 characters; stands before each of them. With Aliyun a signature that it has approved.'),
  SMS_CONSOLE: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .default(false)
    .describe('Without a provider, keep text messages in the deliveries resource as mails are. Only for trying out.'),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-fA-F]{32}$/)
    .max(34)
    .optional()
    .describe('Account that sends text messages by Twilio; needs TWILIO_AUTH_TOKEN and TWILIO_FROM.'),
  TWILIO_AUTH_TOKEN: z.string().min(8).max(100).optional().describe('Its token; it also proves receipts.'),
  TWILIO_FROM: z
    .string()
    .regex(/^(\+[1-9]\d{4,14}|MG[0-9a-fA-F]{32}|[A-Za-z0-9 ]{1,11})$/)
    .max(34)
    .optional()
    .describe('Sender: a number with its plus, a name of up to 11 letters, or a messaging service (MG…).'),
  TWILIO_URL: base('https://api.twilio.com').describe("Where Twilio's API is reached."),
  ALIYUN_ACCESS_KEY_ID: z
    .string()
    .min(8)
    .max(64)
    .optional()
    .describe(
      'Key that sends text messages by Aliyun; needs ALIYUN_ACCESS_KEY_SECRET, ALIYUN_SMS_TEMPLATES and SMS_SIGNATURE. Beside Twilio it takes Chinese numbers.',
    ),
  ALIYUN_ACCESS_KEY_SECRET: z.string().min(8).max(100).optional().describe('Its secret.'),
  ALIYUN_SMS_TEMPLATES: written(2_000)
    .pipe(AliyunTemplates)
    .optional()
    .describe('Codes of the approved templates by name, as JSON: {"send":"SMS_…",…}. Their texts stand in docs/sms-templates.md.'),
  ALIYUN_SMS_URL: base('https://dysmsapi.aliyuncs.com').describe("Where Aliyun's SMS API is reached."),
  ALIYUN_RECEIPTS_TOKEN: z
    .string()
    .regex(/^[\w-]{24,100}$/, { error: 'takes 24 to 100 letters, digits, - and _' })
    .max(100)
    .optional()
    .describe('Secret in the address given to Aliyun for SmsReport, which it does not sign: PUBLIC_URL/v1/receipts/aliyun?token=….'),
  WECHAT_APP_ID: z
    .string()
    .regex(/^wx[0-9a-f]{16}$/)
    .max(18)
    .optional()
    .describe('Account that sends service messages in WeChat; needs WECHAT_APP_SECRET and WECHAT_TEMPLATES.'),
  WECHAT_APP_SECRET: z.string().min(8).max(64).optional().describe('Its secret.'),
  WECHAT_KIND: z
    .enum(['official', 'mini'])
    .default('official')
    .describe('An official account (template messages) or a mini program (subscription messages).'),
  WECHAT_TEMPLATES: written(4_000)
    .pipe(WechatTemplates)
    .optional()
    .describe(
      'Templates as JSON: progress, action and quote (and progress.en …), each {"id":"…","code":"character_string1","status":"phrase2","date":"time3","text":"thing4","amount":"amount5"} with the fields it has.',
    ),
  WECHAT_PAGE: z
    .string()
    .regex(/^[\w/-]+$/)
    .max(100)
    .optional()
    .describe('Page of the mini program that a message opens; the code of the repair is added as ?code=….'),
  WECHAT_TOKEN: z
    .string()
    .regex(/^[A-Za-z0-9]{3,32}$/)
    .max(32)
    .optional()
    .describe('Token of the server configuration in WeChat, address PUBLIC_URL/v1/receipts/wechat, plain text mode: it proves receipts.'),
  WECHAT_URL: base('https://api.weixin.qq.com').describe("Where WeChat's API is reached."),
});
export type ChannelSettings = z.infer<typeof ChannelSettings>;

const together = [
  ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'],
  ['ALIYUN_ACCESS_KEY_ID', 'ALIYUN_ACCESS_KEY_SECRET', 'ALIYUN_SMS_TEMPLATES'],
  ['WECHAT_APP_ID', 'WECHAT_APP_SECRET', 'WECHAT_TEMPLATES'],
] as const satisfies (keyof ChannelSettings)[][];

/** What is missing beside what is set, in one sentence; null where nothing is. */
export function missingIn(settings: ChannelSettings): string | null {
  for (const names of together) {
    const set = names.find((name) => settings[name] !== undefined);
    const missing = names.find((name) => settings[name] === undefined);
    if (set !== undefined && missing !== undefined) return `The setting ${missing} is missing: it belongs to ${set}.`;
  }
  if (settings.ALIYUN_SMS_TEMPLATES === undefined) return null;
  if (settings.SMS_SIGNATURE === undefined) return 'The setting SMS_SIGNATURE is missing: Aliyun sends nothing without a signature.';
  const unknown = Object.keys(templates).find((name) => settings.ALIYUN_SMS_TEMPLATES?.[name] === undefined);
  return unknown === undefined ? null : `The setting ALIYUN_SMS_TEMPLATES is wrong: it has no code for ${unknown}.`;
}
