// How the pools of this process stand, for whoever runs the service: a pool whose connections stay busy has lost them.
import { Gauge } from '@prometheus-io/client';
import type pg from 'pg';
import { metrics } from '../metrics.ts';

const pools = new Map<pg.Pool, string>();

void new Gauge({
  name: 'glassbench_db_connections',
  help: 'Connections to PostgreSQL, by pool and state: idle, busy, and callers that are waiting for one.',
  labelNames: ['pool', 'state'],
  registers: [metrics],
  collect() {
    this.reset();
    for (const [pool, name] of pools) {
      if (pool.ended) {
        pools.delete(pool);
        continue;
      }
      this.inc({ pool: name, state: 'idle' }, pool.idleCount);
      this.inc({ pool: name, state: 'busy' }, pool.totalCount - pool.idleCount);
      this.inc({ pool: name, state: 'waiting' }, pool.waitingCount);
    }
  },
});

/** Counts this pool from now on. */
export const countPool = (name: string, pool: pg.Pool): void => void pools.set(pool, name);
