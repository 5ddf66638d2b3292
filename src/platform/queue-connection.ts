// How BullMQ is connected where the queue lives in PostgreSQL: as the login, in its own schema, and so that no connection that dies ends the process.
import pg from 'pg';
import { sessionOf } from './db/connect.ts';
import { silentFor } from './db/silence.ts';
import { SCHEMA } from './queue-schema.ts';

/** BullMQ's statements have no limit of their own; none of them takes seconds. */
const SILENT_MS = 6_000;
/** How long a connection may take, in ms. */
export const CONNECT_MS = 2_000;

const settings = (databaseUrl: string, max: number, name: string, session: readonly string[]) => ({
  ...sessionOf(databaseUrl, session),
  max,
  application_name: name,
  connectionTimeoutMillis: CONNECT_MS,
  keepAlive: true,
  Client: silentFor(SILENT_MS),
});

/** For a pool that BullMQ opens: it puts its schema behind the options, so that it stays off every other search path. */
export const inPostgres = (databaseUrl: string, max: number, name: string) => ({ ...settings(databaseUrl, max, name, []), schema: SCHEMA });

/**
 * A pool for what LISTENs, with one connection more for that; whoever opens it ends it. Where BullMQ opens the pool, it LISTENs on a client of its own,
 * which hears no error before it is connected: PostgreSQL that dies just then says so in the same packet, and the process would end.
 */
export const openListeningPool = (databaseUrl: string, max: number, name: string): pg.Pool =>
  new pg.Pool(settings(databaseUrl, max + 1, name, [`-c search_path=${SCHEMA}`]));
