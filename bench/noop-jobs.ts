// Process: BullMQ jobs that do nothing, added and worked off by one process as our worker does it; prints jobs per second.
// oxlint-disable-next-line no-restricted-imports -- the limit to compare with is BullMQ itself, without anything of ours
import { createPostgresBackend, Queue, Worker } from 'bullmq';

/** What to run. */
export interface NoopJobs {
  redisUrl?: string;
  databaseUrl: string;
  jobs: number;
  concurrency: number;
}

const AT_ONCE = 100;
const { redisUrl, databaseUrl, jobs, concurrency } = JSON.parse(process.argv[2] ?? '{}') as NoopJobs;
const name = `noop-${process.pid}`;
let done = 0;
const finished = Promise.withResolvers<void>();
const work = (): Promise<void> => {
  done += 1;
  if (done === jobs) finished.resolve();
  return Promise.resolve();
};
const options = { concurrency, drainDelay: 1 };
const connection = (max: number) => ({ connectionString: databaseUrl, schema: 'bullmq', max });
const queue =
  redisUrl === undefined
    ? new Queue(name, { connection: connection(1) }, createPostgresBackend)
    : new Queue(name, { connection: { url: redisUrl, maxRetriesPerRequest: 1 } });
const worker =
  redisUrl === undefined
    ? new Worker(name, work, { ...options, connection: connection(3) }, createPostgresBackend)
    : new Worker(name, work, { ...options, connection: { url: redisUrl, maxRetriesPerRequest: null } });
queue.on('error', () => undefined);
worker.on('error', () => undefined);
await queue.waitUntilReady();
await worker.waitUntilReady();

const began = performance.now();
for (let added = 0; added < jobs; added += AT_ONCE) {
  const some = Array.from({ length: Math.min(AT_ONCE, jobs - added) }, (_, index) => ({
    name: 'hint',
    data: { lane: added + index, generation: 1 },
    opts: { jobId: `lane-${added + index}-1`, attempts: 1, removeOnComplete: true, removeOnFail: true },
  }));
  await queue.addBulk(some);
}
await finished.promise;
console.log(JSON.stringify({ perSecond: Math.round(jobs / ((performance.now() - began) / 1000)) }));
await worker.close();
await queue.close();
process.exit(0);
