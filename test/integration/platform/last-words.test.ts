// PostgreSQL that dies as it greets says so in the same packet: a worker hears it on every connection of its queue, and goes on. An error that nobody
// hears fails this file, as it would end the worker.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openQueueBoard } from '#platform/http/queue-board.ts';
import { migrateQueue, openQueue, type Queue } from '#platform/queue.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/outgoing.ts';

const READY = Buffer.from('Z\0\0\0\u0005I', 'latin1');
const fields = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0';
const LAST_WORDS = Buffer.concat([Buffer.from('E'), Buffer.from(new Uint32Array([fields.length + 4]).buffer).swap32(), Buffer.from(fields)]);

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await migrateQueue(app.databaseUrl);
});
afterAll(() => app?.close());

interface DeadlyLine {
  url: string;
  /** Cuts what is connected; as many connections as this die as they are made from now on, of those that have this name. */
  dies(times: number, name?: string): void;
  left(): number;
  close(): Promise<void>;
}

/** A line to the database of the app. */
async function openDeadlyLine(): Promise<DeadlyLine> {
  const there = new URL(app.databaseUrl);
  let left = 0;
  /** Chosen to die and not dead yet: two that are made at once are not both the last one. */
  let dying = 0;
  let doomedName = '';
  const callers = new Set<Socket>();
  const server = createServer((caller) => {
    const line = connect(Number(there.port), '127.0.0.1');
    let doomed = false;
    callers.add(caller);
    for (const end of [caller, line]) end.on('error', () => undefined);
    caller.once('data', (hello) => {
      doomed = hello.includes(doomedName) && dying < left;
      if (doomed) dying += 1;
    });
    caller.pipe(line);
    line.on('data', (piece: Buffer) => {
      if (!doomed || !piece.subarray(-READY.length).equals(READY)) return caller.write(piece);
      left -= 1;
      dying -= 1;
      doomed = false;
      line.destroy();
      return caller.end(Buffer.concat([piece, LAST_WORDS]));
    });
    line.once('close', () => caller.destroySoon());
    caller.once('close', () => {
      callers.delete(caller);
      if (doomed) dying -= 1;
      doomed = false;
      line.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const here = new URL(there);
  here.hostname = '127.0.0.1';
  here.port = String((server.address() as AddressInfo).port);
  return {
    url: here.href,
    dies(times, name = '') {
      [left, doomedName] = [times, name];
      for (const caller of callers) caller.destroy();
    },
    left: () => left,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const heard: unknown[] = [];
const open = (line: DeadlyLine): Promise<Queue> =>
  openQueue({
    databaseUrl: line.url,
    epoch: 'any',
    concurrency: 2,
    log: pino({ enabled: false }),
    onHint: async (data) => void heard.push(data),
    sweeps: [],
    onSweep: () => Promise.resolve(),
  });

test('a worker at work goes on, and its hints arrive', async () => {
  const line = await openDeadlyLine();
  const queue = await open(line);
  for (let n = 1; n <= 3; n += 1) {
    line.dies(4, 'glassbench-hints');
    await eventually(() => expect(line.left()).toBe(0));
    await queue.add([{ id: `hint-${n}`, data: { n } }]);
    await eventually(() => expect(heard).toContainEqual({ n }));
  }
  await queue.close();
  await line.close();
});

test.for(['glassbench-queue', 'glassbench-hints'])('a worker that begins ends, because BullMQ would not ask again: %s', async (name) => {
  const line = await openDeadlyLine();
  line.dies(1, name);
  await expect(open(line)).rejects.toThrow(/postmaster exit|terminated|not queryable/);
  await (await open(line)).close();
  await line.close();
});

test('the board is opened anew', async () => {
  const line = await openDeadlyLine();
  const place = { redisUrl: undefined, databaseUrl: line.url, epoch: 'any' };
  line.dies(1, 'glassbench-board');
  await expect(openQueueBoard('/queues', place)).rejects.toThrow(/postmaster exit|terminated|not queryable/);
  await (await openQueueBoard('/queues', place)).close();
  await line.close();
});
