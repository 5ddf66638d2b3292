// Where no server or provider is configured: the rendered text stays with the outbox row, and the log names its id.
import type { Logger } from 'pino';
import type { Channel, Mail, Text } from './channel.ts';

const kept = { mail: 'a mail was kept; the deliveries resource shows it', text: 'a text was kept; the deliveries resource shows it' } as const;

/** Opens the console channel; everything counts as sent. */
export const openConsole = <M extends Mail | Text>(log: Logger): Channel<M> => ({
  send({ id, kind }) {
    log.info({ messageId: id, channel: 'console' }, kept[kind]);
    return Promise.resolve({ outcome: 'sent', providerId: id });
  },
  close: () => Promise.resolve(),
});
