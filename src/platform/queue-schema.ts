// The schema of PostgreSQL in which the queue lives where there is no Redis: who may use it, and whether it is there.
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { APP_ROLE } from './db/connect.ts';
import type { Database } from './db/database.ts';
import { Trouble } from './trouble.ts';

/** Its name. */
export const SCHEMA = 'bullmq';

/** Logins that may act as the application's role may use it; the login of the migrations owns it. */
export async function openToWorkers(client: pg.Client): Promise<void> {
  const to = pg.escapeIdentifier(APP_ROLE);
  await client.query(`grant usage on schema ${SCHEMA} to ${to}`);
  await client.query(`grant select, insert, update, delete on all tables in schema ${SCHEMA} to ${to}`);
  await client.query(`grant usage on all sequences in schema ${SCHEMA} to ${to}`);
  await client.query(`grant execute on all functions in schema ${SCHEMA} to ${to}`);
}

/** Trouble where it is not there: BullMQ would wait for its tables for ever and say nothing. */
export async function mustHaveQueue(db: Kysely<Database>): Promise<void> {
  const { rows } = await sql<{ there: boolean }>`select to_regnamespace(${SCHEMA}) is not null as there`.execute(db);
  if (rows[0]?.there !== true) {
    throw new Trouble('The queue has no tables in this database yet. Run npm run migrate, without REDIS_URL as here, and start again.');
  }
}
