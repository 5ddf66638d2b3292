// Where no mail server is configured: the rendered text stays with the outbox row, and the log names its id.
import type { Logger } from 'pino';
import type { Channel, Mail } from './channel.ts';

/** Opens the console channel; everything counts as sent. */
export const openConsole = (_: unknown, log: Logger): Channel<Mail> => ({
  send(mail) {
    log.info({ messageId: mail.id, channel: 'console' }, 'a mail was kept; the deliveries resource shows it');
    return Promise.resolve({ outcome: 'sent', providerId: mail.id });
  },
  close: () => Promise.resolve(),
});
