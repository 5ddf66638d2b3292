// The dashboard of the queue (bull-board) for the ops port: to look at, not to change. What is due lives in PostgreSQL; jobs are hints.
import type { RequestListener } from 'node:http';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import fastify from 'fastify';
import { openQueueToLookAt } from '../queue.ts';

/** An open dashboard. */
export interface QueueBoard {
  listener: RequestListener;
  close(): Promise<void>;
}

/** Opens it under `path`. */
export async function openQueueBoard(path: string, place: Parameters<typeof openQueueToLookAt>[0]): Promise<QueueBoard> {
  const queue = openQueueToLookAt(place, () => undefined);
  // In PostgreSQL BullMQ asks once for its tables, and never forgets that it got no answer; Redis is waited for while it is looked at.
  if (place.redisUrl === undefined) {
    await queue.waitUntilReady().catch(async (error: unknown) => {
      await queue.close();
      throw error;
    });
  }
  const board = new FastifyAdapter();
  board.setBasePath(path);
  const boardConfig = { boardTitle: 'Glassbench', hideRedisDetails: true, pollingInterval: { showSetting: true } };
  createBullBoard({ queues: [new BullMQAdapter(queue, { readOnlyMode: true })], serverAdapter: board, options: { uiConfig: boardConfig } });
  const app = fastify();
  await app.register(board.registerPlugin(), { prefix: path });
  await app.ready();
  return {
    listener: app.routing,
    async close() {
      await app.close();
      await queue.close();
    },
  };
}
