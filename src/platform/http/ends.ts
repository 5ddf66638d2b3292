// What is told of a call as it ends: once, whether its answer has gone or its caller has, who leaves no 'finish' behind.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answeredOn } from './socket-errors.ts';

/** How a call ended. */
export interface End {
  /** What was answered, be it by the connection itself (a body that comes too slowly); 499 where the caller hung up before the answer began. */
  status: number;
  /** Whether the answer went to its end. That of a stream mostly does not: its reader hangs up. */
  isWhole: boolean;
  ms: number;
}

/** Tells of an end. It is not to throw: nobody would catch it. */
export type Teller = (request: FastifyRequest, reply: FastifyReply, end: End) => void;

declare module 'fastify' {
  interface FastifyInstance {
    tellers: Teller[];
  }
}

/** No standard has a status for it; proxies use this one. */
const HUNG_UP = 499;

/** Watches the ends of all calls; call it before any other hook, so that what those refuse is told too. */
export function watchEnds(app: FastifyInstance): void {
  const tellers: Teller[] = [];
  app.decorate('tellers', tellers);
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = reply;
    // Comes once: after 'finish', or where the line is gone.
    raw.once('close', () => {
      const status = raw.headersSent ? raw.statusCode : (answeredOn(request.raw.socket) ?? HUNG_UP);
      const end = { status, isWhole: raw.writableEnded, ms: reply.elapsedTime };
      for (const tell of tellers) tell(request, reply, end);
    });
    done();
  });
}

/** Has the ends of all calls told to this one too. */
export const onEnd = (app: FastifyInstance, tell: Teller): void => void app.tellers.push(tell);
