// Process: the limit for the lookup on this machine. A bare Fastify handler that runs the same SELECT and sends the row.
import { fastify } from 'fastify';
import pg from 'pg';
import { createSeal } from '#platform/seal.ts';
import { SECRET } from './support.ts';

const select = {
  name: 'progress',
  text: `select status, return_method, stages_reached, next_update_by, time_zone, promised_at, hold_reason
    from public_progress
   where value_hash = $1 and identifier_type = 'serial' and lookup_mode = 'open'
     and (closed_at is null or closed_at > $2) and ($3::text is null or brand_slug = $3)
   order by created_at desc
   limit 1`,
};
const seal = createSeal([SECRET]);
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 8, options: '-c role=glassbench_app' });

const app = fastify();
app.get<{ Params: { serial: string } }>('/v1/lookup/:serial', async (request) => {
  const values = [seal.hash('identifier', request.params.serial), new Date(Date.now() - 90 * 86_400_000), null];
  const { rows } = await pool.query({ ...select, values });
  return rows[0] as object;
});
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
process.once('SIGTERM', () => process.exit(0));
