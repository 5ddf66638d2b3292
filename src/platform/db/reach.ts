// Asks the database for its version before anything else does, so that a wrong setting is one sentence and not a stack.
import pg from 'pg';
import { databaseTrouble, Trouble } from '../trouble.ts';

const OLDEST = 150_000;

/** Rejects with a Trouble that names the setting where the server cannot be reached or used. */
export async function reach(url: string, setting: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number }>(`select current_setting('server_version_num')::int as version`);
    if ((rows[0]?.version ?? 0) < OLDEST) throw new Trouble('The database is older than PostgreSQL 15: update it.');
  } catch (error) {
    throw databaseTrouble(error, url, setting);
  } finally {
    await client.end().catch(() => undefined);
  }
}
