// What becomes of what is due, counted for whoever runs the service.
import { Counter } from '@prometheus-io/client';
import { metrics } from '#platform/metrics.ts';

const deliveries = new Counter({
  name: 'glassbench_deliveries_total',
  help: 'Tries to tell somebody something, by channel and outcome.',
  labelNames: ['channel', 'outcome'],
  registers: [metrics],
});

/** Counts one try. */
export const countDelivery = (channel: string, outcome: string): void => deliveries.inc({ channel, outcome });
