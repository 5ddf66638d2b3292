// Process: the limit for the lookup on this machine. A bare Fastify handler that runs the same SELECT and sends the row.
import { fastify } from 'fastify';
import pg from 'pg';
import { statements } from '#lookup/store.ts';
import { createSeal } from '#platform/seal.ts';
import { SECRET } from './support.ts';

const seal = createSeal([SECRET]);
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 8, options: '-c role=glassbench_app' });

const app = fastify();
app.get<{ Params: { serial: string } }>('/v1/lookup/:serial', async (request) => {
  const values = [seal.hash('identifier', request.params.serial), new Date(Date.now() - 90 * 86_400_000), null];
  const { rows } = await pool.query({ ...statements.openProgress, values });
  return rows[0] as object;
});
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
process.once('SIGTERM', () => process.exit(0));
