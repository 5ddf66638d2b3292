// Tells every process which tickets have moved: a hint after the commit, over PostgreSQL's NOTIFY or BullMQ's Relay on Redis.
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { listen } from './db/listen.ts';
import { openRelay } from './queue.ts';

/** What hears hints: the ids that moved, or null where some may have been missed and everything is to be looked at. */
export type OnHint = (ids: readonly string[] | null) => void;

/**
 * Hints between processes. One may be lost, come twice or name a ticket of another database: whoever hears it reads the truth in
 * PostgreSQL, and looks every few seconds even where it hears nothing.
 */
export interface Live {
  /** Soon, and once for many calls. Never throws and never waits. */
  publish(ids: readonly string[]): void;
  /** Hears from now on; the connection is opened by the first who asks. */
  subscribe(onHint: OnHint): void;
  close(): Promise<void>;
}

/** One way between processes. */
export interface Carrier {
  send(ids: readonly string[]): Promise<void>;
  listen(onHint: OnHint): void;
  close(): Promise<void>;
}

interface Options {
  pool: pg.Pool;
  databaseUrl: string;
  /** With Redis the Relay carries the hints; the database has enough to do. */
  redisUrl: string | undefined;
  log: Logger;
}

const CHANNEL = 'glassbench_live';
const SEND_AFTER_MS = 2;
/** The last hint of a process is worth this long. */
const LAST_MS = 1_000;
/** A notification holds 8,000 bytes, which is 250 ids; where more move at once, everything is looked at. */
const MAX_IDS = 200;
const EVERYTHING = '*';

/** NOTIFY comes after the commit: inside a transaction it would take a lock that all commits of the database share. */
function overPostgres({ pool, databaseUrl }: Options): Carrier {
  let listening: ReturnType<typeof listen> | null = null;
  return {
    async send(ids) {
      await pool.query('select pg_notify($1, $2)', [CHANNEL, ids.join(',')]);
    },
    listen(onHint) {
      listening = listen(databaseUrl, CHANNEL, (payload) => onHint(payload === null ? null : payload.split(',')));
    },
    close: async () => listening?.close(),
  };
}

/** Opens the hints; nothing is connected before the first use. */
export function openLive(options: Options): Live {
  let carrier: Carrier | null = null;
  const open = (): Carrier => (carrier ??= options.redisUrl === undefined ? overPostgres(options) : openRelay(options.redisUrl, options.log));
  const ears: OnHint[] = [];
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let sending: Promise<void> | null = null;
  let closed = false;

  const hear: OnHint = (ids) => {
    const named = ids === null || ids.includes(EVERYTHING) ? null : ids;
    for (const ear of ears) ear(named);
  };
  const send = async (): Promise<void> => {
    const ids = [...waiting];
    waiting.clear();
    await open()
      .send(ids)
      .catch(() => undefined);
    sending = null;
    if (!closed) soon();
  };
  /** One at a time: what moves meanwhile goes with the next, however long this one takes. */
  const soon = (): void => {
    if (timer !== null || sending !== null || waiting.size === 0) return;
    timer = setTimeout(() => {
      timer = null;
      sending = send();
    }, SEND_AFTER_MS);
  };
  return {
    publish(ids) {
      if (closed) return;
      for (const id of ids) waiting.add(id);
      if (waiting.size > MAX_IDS) {
        waiting.clear();
        waiting.add(EVERYTHING);
      }
      soon();
    },
    subscribe(onHint) {
      ears.push(onHint);
      if (ears.length === 1 && !closed) open().listen(hear);
    },
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      const last = async (): Promise<void> => {
        await sending;
        if (waiting.size > 0) await send();
      };
      await Promise.race([last(), sleep(LAST_MS, undefined, { ref: false })]);
      await carrier?.close();
    },
  };
}
