// Several listeners on one port: who comes in by which of them makes no difference, nobody else shares the port, and all of them close.
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '#platform/db/embedded.ts';
import { type Doors, listenByDoors } from '#platform/http/doors.ts';
import { openServer } from '#platform/http/server.ts';
import { createLog } from '#platform/log.ts';
import { comesWithin } from '../../support/in-time.ts';
import { until } from '../../support/until.ts';

const log = createLog('test', 'silent');
const place = { host: '127.0.0.1', port: 0, backlog: 4_096 };
const open: { app: FastifyInstance; doors: Doors }[] = [];

async function opened(port = 0): Promise<{ app: FastifyInstance; doors: Doors; port: number; slow: { begun: number } }> {
  const app = openServer({ log, trustProxy: 0 });
  const slow = { begun: 0 };
  app.get('/', async () => 'soon');
  app.get('/slow', async () => {
    slow.begun += 1;
    await sleep(400);
    return 'late';
  });
  const doors = await listenByDoors(app, { ...place, port });
  open.push({ app, doors });
  return { app, doors, port: (app.server.address() as AddressInfo).port, slow };
}

/** One call over a line that stays open; answers what came, and what becomes of the line. */
function called(port: number, path: string): { answer: Promise<string>; ended: Promise<void> } {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write(`GET ${path} HTTP/1.1\r\nhost: here\r\n\r\n`);
  const ended = new Promise<void>((resolve) => void socket.on('close', () => resolve()).on('error', () => undefined));
  let text = '';
  const answer = new Promise<string>((resolve) => {
    socket.on('data', (piece) => {
      text += piece.toString();
      if (/soon|late/.test(text)) resolve(text);
    });
    void ended.then(() => resolve(text));
  });
  return { answer, ended };
}

afterEach(async () => {
  for (const { app, doors } of open.splice(0)) await Promise.all([doors.close(), app.close()]);
});

it('answers whoever comes in, by whichever listener', async () => {
  const { port } = await opened();
  const answers = await Promise.all(Array.from({ length: 300 }, () => called(port, '/').answer));
  expect(answers.filter((text) => text.startsWith('HTTP/1.1 200') && text.endsWith('soon'))).toHaveLength(300);
});

it('lets many in at once although the event loop takes its time', async () => {
  const { app, port } = await opened();
  let turns = 0;
  let busy = true;
  /** A loop of which every turn takes 10 ms, as under load. */
  const turn = (): void => {
    turns += 1;
    const over = performance.now() + 10;
    while (performance.now() < over);
    if (busy) setImmediate(turn);
  };
  const came = new Promise<number>((resolve) => {
    let count = 0;
    app.server.on('connection', () => {
      count += 1;
      if (count === 200) resolve(turns);
    });
  });
  const lines = Array.from({ length: 200 }, () => connect({ port, host: '127.0.0.1' }));
  setImmediate(turn);
  const took = await came;
  busy = false;
  for (const line of lines) line.destroy();
  // One listener would take 200; where the kernel spreads them unevenly the fullest of sixteen decides.
  expect(took).toBeLessThan(process.platform === 'linux' ? 60 : 260);
});

it('shares its port with nobody: neither with another server nor with one like itself', async () => {
  const port = await freePort();
  const { doors, app } = await opened(port);
  await expect(opened(port)).rejects.toThrow('EADDRINUSE');
  await Promise.all([doors.close(), app.close()]);

  const other = createServer().listen(port, '127.0.0.1');
  await new Promise((resolve) => void other.once('listening', resolve));
  await expect(opened(port)).rejects.toThrow('EADDRINUSE');
  await new Promise((resolve) => void other.close(resolve));
});

it('closes with what is in progress answered, and lets nobody in afterwards', async () => {
  const { app, doors, port, slow: asked } = await opened();
  const idle = Array.from({ length: 40 }, () => called(port, '/'));
  await Promise.all(idle.map(({ answer }) => answer));
  const slow = Array.from({ length: 40 }, () => called(port, '/slow'));
  await until(() => asked.begun === 40, 5_000);
  expect(await comesWithin(5_000, Promise.all([doors.close(), app.close()]))).toBe(true);
  const answers = await Promise.all(slow.map(({ answer }) => answer));
  expect(answers.filter((text) => text.endsWith('late'))).toHaveLength(40);
  await Promise.all([...idle, ...slow].map(({ ended }) => ended));
  expect(await called(port, '/').answer).toBe('');
});
