// The HTTP server before it has routes: limits, deadlines, error documents, request ids, how calls end.
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { errorCodes, type FastifyBaseLogger, type FastifyInstance, type FastifyServerOptions, fastify, LogController } from 'fastify';
import type { Logger } from 'pino';
import { Problem } from '#problems.ts';
import { watchEnds } from './ends.ts';
import { commonHeaders, errorHandler } from './error-handler.ts';
import { serializerCompiler } from './serialization.ts';
import { answerExpectations, clientErrorHandler } from './socket-errors.ts';
import { answerUnknownRoutes, type UnknownPage } from './unknown-routes.ts';
import { validatorCompiler } from './validation.ts';

const BODY_BYTES = 64 * 1024;
const RECEIVE_MS = 15_000;
/** Shorter than the answer may take, so that who is slow is told so; 64 kB need a tenth of it on any line. */
const RECEIVE_BODY_MS = 7_000;
/** A photo over a slow phone: 15 MB at one megabit a second. */
const RECEIVE_FILE_MS = 120_000;
/** Nobody waits for longer than eight seconds, a busy process and the way to the caller included. */
const ANSWER_MS = 7_500;
const IDLE_MS = 72_000;
// A path part longer than this is refused by the router; shorter ones reach the schema, which says what is wrong.
const MAX_PARAMETER = 1_000;

/** Set while the server is made and not later, so that Fastify does not load the compilers of JSON schemas, which nothing uses and its types expect. */
const compilersFactory = {
  buildValidator: () => validatorCompiler,
  buildSerializer: () => serializerCompiler,
} as unknown as NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A file comes in here: it has two minutes to arrive. */
    takesFile?: true;
  }
}

/** Node knows one deadline for requests, which files set; every other body keeps the short one. */
function endSlowBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (request.raw.complete || request.method === 'GET' || request.routeOptions.config.takesFile === true) return done(null, payload);
    const timer = setTimeout(() => {
      // A body that nobody reads, or reads any more, because it was refused for its size or its type: an error would end the process.
      if (payload.listenerCount('error') === 0) return void (reply.raw.writableEnded && request.raw.destroy());
      reply.header('connection', 'close');
      payload.emit('error', new Problem('request_timeout', 'Send the whole body within seven seconds.'));
    }, RECEIVE_BODY_MS).unref();
    const clear = (): void => clearTimeout(timer);
    payload.once('end', clear).once('close', clear);
    done(null, payload);
  });
}

/**
 * Fastify forgets its own deadline as soon as the body of a call has been read, because Node closes the request then (5.12.8): whatever
 * has a body would have none. It is set for routes that have one of their own only: with each call it makes a signal, and an exception when that is
 * aborted at the end, for nobody.
 */
function answerInTime(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const ms = request.routeOptions.handlerTimeout || ANSWER_MS;
    const timer = setTimeout(() => {
      if (reply.sent || reply.raw.headersSent) return;
      reply.send(new errorCodes.FST_ERR_HANDLER_TIMEOUT(ms, request.routeOptions.url ?? ''));
    }, ms).unref();
    reply.raw.once('close', () => clearTimeout(timer));
    done();
  });
}

/** How the server is opened. */
export interface ServerOptions {
  log: Logger;
  /** Reverse proxies in front: the client address is the one that the outermost of them saw. */
  trustProxy: number;
  /** What a person is shown at an address that is none. */
  unknownPage?: UnknownPage;
}

/** Opens a server whose every refusal is a problem document. Request ids are made here; a caller's own is not taken. */
export function openServer(options: ServerOptions): FastifyInstance {
  const app = fastify<Server>({
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: (_address, hop) => hop < options.trustProxy,
    bodyLimit: BODY_BYTES,
    requestTimeout: RECEIVE_FILE_MS,
    keepAliveTimeout: IDLE_MS,
    connectionTimeout: 0,
    // Node would answer both without a body: Host is checked below, Expect by answerExpectations.
    http: { requireHostHeader: false, maxHeaderSize: 16_384, headersTimeout: RECEIVE_MS, connectionsCheckingInterval: 1_000 },
    routerOptions: { maxParamLength: MAX_PARAMETER },
    schemaController: { compilersFactory },
    // Fastify's own 503 is no problem document; what still arrives on an open connection is served, and told to close it.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler,
    frameworkErrors: (error, request, reply) => void errorHandler(error, request, reply),
  });
  answerExpectations(app.server);
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(errorHandler);
  answerUnknownRoutes(app, options.unknownPage ?? (() => null));
  watchEnds(app);
  endSlowBodies(app);
  answerInTime(app);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(commonHeaders);
    const nameless = request.headers.host === undefined && request.raw.httpVersion === '1.1';
    done(nameless ? new Problem('malformed_request', 'HTTP/1.1 requires Host.') : undefined);
  });
  return app;
}
