// A worker as a process of its own, for tests that kill it. Settings come from the environment; it says "working" once it works.
import { readConfig } from '#config.ts';
import { createServices } from '#services.ts';
import { startWork } from '#work.ts';

await startWork(createServices(readConfig(process.env)), { leaseMs: 1_000 });
process.stdout.write('working\n');
