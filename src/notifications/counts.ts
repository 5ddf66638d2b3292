// What becomes of what is due, counted for whoever runs the service. Labels are kinds and codes, never identifiers.
import { Counter, Gauge, Histogram } from '@prometheus-io/client';
import { metrics } from '#platform/metrics.ts';
import type { LaneFigures } from './lane-figures-store.ts';
import type { Verdict } from './lane-rules.ts';

const registers = [metrics];

const tries = new Counter({
  name: 'glassbench_deliveries_total',
  help: 'Tries to tell somebody something, by channel and outcome: sent, retry, dead, skipped.',
  labelNames: ['channel', 'outcome'],
  registers,
});

const latency = new Histogram({
  name: 'glassbench_delivery_seconds',
  help: 'From the commit of the cause to the message being sent, by channel. To customers: with the time it was gathered and the quiet hours.',
  labelNames: ['channel'],
  buckets: [0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 120, 600, 3_600, 21_600, 86_400],
  registers,
});

/** Counts one try; `seconds` since the commit of its cause. */
export function countDelivery(channel: string, outcome: Verdict['row'], seconds: number): void {
  tries.inc({ channel, outcome: outcome === 'pending' ? 'retry' : outcome });
  if (outcome === 'sent') latency.observe({ channel }, seconds);
}

let figures: () => Promise<LaneFigures | null> = () => Promise.resolve(null);

/** Has the gauges below read from here; the last caller of a process counts. */
export function watchLanes(read: () => Promise<LaneFigures>): void {
  figures = () => read().catch(() => null);
}

/** A gauge that is read when it is asked for; of a label that is named twice the last value counts. */
function gauge(name: string, help: string, label: string, values: (found: LaneFigures) => Iterable<[label: string, value: number]>): void {
  void new Gauge({
    name,
    help,
    labelNames: [label],
    registers,
    async collect() {
      const found = await figures();
      this.reset();
      if (found === null) return;
      for (const [value, count] of values(found)) this.set({ [label]: value }, count);
    },
  });
}

gauge('glassbench_lanes', 'Lanes that are not at rest, by state.', 'state', ({ lanes }) => Object.entries(lanes));
gauge('glassbench_deliveries_due', 'Messages that are due and that nothing holds up, by channel.', 'channel', ({ due }) =>
  due.map(({ channel, count }) => [channel, count]),
);
gauge('glassbench_deliveries_retrying', 'Messages that wait behind a failure, by channel.', 'channel', ({ due }) =>
  due.map(({ channel, retrying }) => [channel, retrying]),
);
gauge('glassbench_deliveries_dead', 'Dead letters that nobody has replayed, by reason.', 'reason', ({ dead }) =>
  dead.map(({ reason, count }) => [reason, count]),
);
/** Of these the age is 0 where nothing is due, so that whoever looks sees that nothing waits. */
const channels = ['email', 'instant', 'webhook'] as const;
const ages = (due: LaneFigures['due'], seconds: (of: LaneFigures['due'][number]) => number): [string, number][] => [
  ...channels.map((channel): [string, number] => [channel, 0]),
  ...due.map((of): [string, number] => [of.channel, Math.max(0, seconds(of))]),
];
gauge('glassbench_oldest_due_seconds', 'Longest time a message has been due that nothing holds up, by channel; 0 with none.', 'channel', ({ due }) =>
  ages(due, ({ oldestSeconds }) => oldestSeconds),
);
gauge('glassbench_oldest_retrying_seconds', 'Age of the oldest message behind a failure, by channel; 0 with none.', 'channel', ({ due }) =>
  ages(due, ({ oldestRetryingSeconds }) => oldestRetryingSeconds),
);
