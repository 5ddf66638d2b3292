// Refuses calls before anything is done for them: ahead of the router, the log line and the deadline, because under many times what can be served
// it is the refusals that take the time. Half the cost of one that goes through Fastify.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Problem } from '#problems.ts';
import { commonHeaders } from './error-handler.ts';
import { PROBLEM_TYPE, problemDocument } from './problem-document.ts';

const ROOT = '/v1/';

/** Method, the first two parts of the path, and how many there are: tells most routes of the API apart without their parameters. */
function shapeOf(method: string, url: string): string | null {
  if (!url.startsWith(ROOT)) return null;
  const query = url.indexOf('?');
  const end = query === -1 ? url.length : query;
  const second = url.indexOf('/', ROOT.length);
  const name = second === -1 || second > end ? end : second;
  let parts = 0;
  for (let at = name; at !== -1 && at < end; at = url.indexOf('/', at + 1)) parts += 1;
  return `${method} ${url.slice(ROOT.length, name)} ${parts}`;
}

/** Answers at once what a problem says; its document names a request id of its own. */
function refusal(problem: Problem): (response: ServerResponse) => void {
  const placeholder = randomUUID();
  const parts = JSON.stringify(problemDocument(problem, placeholder)).split(placeholder);
  const length = Buffer.byteLength(parts.join(placeholder));
  const fields = { 'content-type': PROBLEM_TYPE, 'content-length': length, ...commonHeaders, ...problem.extras.headers };
  const head = Object.entries(fields).flatMap(([name, value]) => [name, String(value)]);
  return (response) => {
    response.writeHead(problem.status, head);
    response.end(parts.join(randomUUID()));
  };
}

/**
 * Puts itself before the router. `kindOf` says of a route what calls on it count as, null where they are never refused; `refuse` whether a call
 * of that kind is now, which it is told once a call. Routes that look alike from outside and differ in kind are left to the hooks, and so is
 * what is not under /v1: a person is shown a page. Call it before any route is registered.
 */
export function refuseEarly<Kind extends string>(
  app: FastifyInstance,
  problem: Problem,
  kindOf: (config: NonNullable<RouteOptions['config']>) => Kind | null,
  refuse: (kind: Kind) => boolean,
): void {
  const kinds = new Map<string, Kind | null>();
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const name of [method].flat()) {
      const shape = shapeOf(name, url);
      if (shape === null) continue;
      const kind = kindOf(config ?? {});
      kinds.set(shape, kinds.has(shape) && kinds.get(shape) !== kind ? null : kind);
    }
  });
  const answer = refusal(problem);
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const shape = shapeOf(request.method ?? '', request.url ?? '');
    const kind = shape === null ? undefined : kinds.get(shape);
    if (kind !== undefined && kind !== null && refuse(kind)) answer(response);
    else app.routing(request, response);
  };
  app.server.removeAllListeners('request').on('request', listener);
}
