// The schema of PostgreSQL in which the queue lives where there is no Redis: who may use it, and whether it is there.
import pg from 'pg';
import { APP_ROLE } from './db/connect.ts';
import { Trouble } from './trouble.ts';

/** Its name. */
export const SCHEMA = 'bullmq';

const CONNECT_MS = 2_000;

/** Logins that may act as the application's role may use it; the login of the migrations owns it. */
export async function openToWorkers(client: pg.Client): Promise<void> {
  const to = pg.escapeIdentifier(APP_ROLE);
  await client.query(`grant usage on schema ${SCHEMA} to ${to}`);
  await client.query(`grant select, insert, update, delete on all tables in schema ${SCHEMA} to ${to}`);
  await client.query(`grant usage on all sequences in schema ${SCHEMA} to ${to}`);
  await client.query(`grant execute on all functions in schema ${SCHEMA} to ${to}`);
}

/** Trouble where it is not there: BullMQ would wait for its tables for ever and say nothing. */
export async function mustBeMigrated(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_MS });
  await client.connect();
  try {
    const { rows } = await client.query<{ there: boolean }>('select to_regnamespace($1) is not null as there', [SCHEMA]);
    if (rows[0]?.there !== true) {
      throw new Trouble('The queue has no tables in this database yet. Run npm run migrate, without REDIS_URL as here, and start again.');
    }
  } finally {
    await client.end();
  }
}
