// Which ways to a telephone this installation has a provider for.
import type { Config } from '#config.ts';
import type { InstantWay } from './routing.ts';

/** The ways that the settings open. */
export const instantWaysOf = ({ WECHAT_APP_ID, TWILIO_ACCOUNT_SID, ALIYUN_ACCESS_KEY_ID, SMS_CONSOLE }: Config): InstantWay[] => [
  ...(WECHAT_APP_ID === undefined ? [] : (['wechat'] as const)),
  ...(TWILIO_ACCOUNT_SID === undefined && ALIYUN_ACCESS_KEY_ID === undefined && !SMS_CONSOLE ? [] : (['sms'] as const)),
];
