// Which provider takes a text: Aliyun the Chinese numbers whose template it has, Twilio the rest; where there is one, that one.
import type { Channel, Text } from './channel.ts';

/** The providers that are configured. */
export interface Providers {
  aliyun: Channel<Text> | null;
  twilio: Channel<Text> | null;
  /** Whether Aliyun has been given this template. */
  approved(template: string): boolean;
}

/** One channel over both; null where there is none. */
export function openSms({ aliyun, twilio, approved }: Providers): Channel<Text> | null {
  if (aliyun === null || twilio === null) return aliyun ?? twilio;
  return {
    send: (text) => (text.to.startsWith('+86') && approved(text.template) ? aliyun : twilio).send(text),
    close: async () => {
      await Promise.all([aliyun.close(), twilio.close()]);
    },
  };
}
