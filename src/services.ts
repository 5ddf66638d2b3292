// Hand wiring: what the features share, and the order in which it closes.
import type { Logger } from 'pino';
import type { Config } from '#config.ts';
import type { Clock } from '#platform/clock.ts';
import type { Db } from '#platform/db/connect.ts';
import type { Seal } from '#platform/seal.ts';

/** What plugins and workers are given as an option. */
export interface Services {
  config: Config;
  log: Logger;
  clock: Clock;
  db: Db;
  seal: Seal;
  /** Tells the relays, soon and once for many, that something is due. Never throws: they also poll. */
  nudge(): void;
  close(): Promise<void>;
}
