// The ops port answers while what is behind it does not: a board that cannot be made, or metrics, are a 503 and not a broken connection.
import { Registry } from '@prometheus-io/client';
import { afterAll, expect, it } from 'vitest';
import { openOps } from '#platform/ops.ts';

const away = (): Promise<never> => Promise.reject(new Error('the database is away'));
const ops = await openOps({
  host: '127.0.0.1',
  port: 0,
  metrics: Object.assign(new Registry(), { metrics: away }),
  health: { ready: async () => 'unavailable', started: async () => true },
  boards: { pages: { lanes: away }, programs: { queues: away } },
});
afterAll(() => ops.close());

const ask = async (path: string): Promise<[number, unknown]> => {
  const answer = await fetch(`http://127.0.0.1:${ops.port}${path}`);
  return [answer.status, await answer.text()];
};

it('says that it failed', async () => {
  for (const path of ['/lanes', '/queues', '/metrics']) expect(await ask(path), path).toEqual([503, '{"status":"failed"}']);
});

it('has no boards but its own', async () => {
  for (const path of ['/constructor', '/toString']) expect((await ask(path))[0], path).toBe(404);
});
