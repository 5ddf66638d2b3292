// Tells every process which tickets have moved: a hint after the commit, over PostgreSQL's NOTIFY or BullMQ's Relay on Redis.
import type pg from 'pg';
import type { Logger } from 'pino';
import { listen } from './db/listen.ts';
import { within } from './deadline.ts';
import { openPaced } from './paced.ts';

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
/** A page that is open is up to date as soon as anybody can see; a hint for every commit would cost each of them a tenth more. */
const PACE = { afterMs: 2, apartMs: 20 };
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
      // The hint need not reach the disk.
      await pool.query(`select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`, [CHANNEL, ids.join(',')]);
    },
    listen(onHint) {
      listening = listen(databaseUrl, CHANNEL, (payload) => onHint(payload === null ? null : payload.split(',')));
    },
    close: async () => listening?.close(),
  };
}

/** Opens the hints; nothing is connected before the first use, and BullMQ is not loaded where there is no Redis. */
export function openLive(options: Options): Live {
  const { redisUrl, log } = options;
  let carrier: Promise<Carrier> | null = null;
  const overRedis = async (url: string): Promise<Carrier> => {
    const { openRelay } = await import('./queue.ts');
    return openRelay(url, log);
  };
  const open = (): Promise<Carrier> => (carrier ??= redisUrl === undefined ? Promise.resolve(overPostgres(options)) : overRedis(redisUrl));
  const ears: OnHint[] = [];
  const waiting = new Set<string>();
  let closed = false;

  const hear: OnHint = (ids) => {
    const named = ids === null || ids.includes(EVERYTHING) ? null : ids;
    for (const ear of ears) ear(named);
  };
  const send = async (): Promise<void> => {
    const ids = [...waiting];
    waiting.clear();
    try {
      await (await open()).send(ids);
    } catch {
      // A hint that is lost costs the seconds until everything is looked at.
    }
  };
  // One at a time: what moves meanwhile goes with the next, however long this one takes.
  const sending = openPaced(send, PACE);
  return {
    publish(ids) {
      if (closed) return;
      for (const id of ids) waiting.add(id);
      if (waiting.size > MAX_IDS) {
        waiting.clear();
        waiting.add(EVERYTHING);
      }
      if (waiting.size > 0) sending.ask();
    },
    subscribe(onHint) {
      ears.push(onHint);
      if (ears.length === 1 && !closed) void open().then((opened) => opened.listen(hear));
    },
    async close() {
      closed = true;
      await within(LAST_MS, 'the last hint', sending.stop()).catch(() => undefined);
      await (await carrier)?.close();
    },
  };
}
