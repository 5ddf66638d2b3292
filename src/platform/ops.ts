// The port for whoever runs the service, apart from the public one: health and metrics of this process, and boards for people.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from '@prometheus-io/client';
import { createServer } from './node-http.ts';
import { sameSecret } from './seal.ts';

/** What a process knows about itself. */
interface SelfKnowledge {
  /** `degraded`: served, but something behind it is away. */
  ready(): Promise<'ready' | 'degraded' | 'starting' | 'draining' | 'unavailable'>;
  started(): Promise<boolean>;
}

/** What people look at, by the first part of the path. */
export interface Boards {
  /** An HTML page, made anew. */
  pages: Record<string, () => Promise<string>>;
  /** Programs of their own, opened when they are first asked for. */
  programs: Record<string, () => Promise<RequestListener>>;
}

interface Options {
  host: string;
  port: number;
  /** Opens the boards; without one they are shown to callers of this machine only. */
  token?: string | undefined;
  metrics: Registry;
  health: SelfKnowledge;
  boards?: Boards;
}

/** A listening ops port. */
export interface Ops {
  port: number;
  close(): Promise<void>;
}

function answer(response: ServerResponse, ok: boolean, status: string): void {
  response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ status }));
}

const isLoopback = (host: string): boolean => /^(127\.|::1$|localhost$)/.test(host);

/** The token as programs send it (Bearer) and as browsers do (Basic, any name). */
function tokenIn(header: string | undefined): string | null {
  const [scheme = '', value = ''] = (header ?? '').split(' ');
  if (/^bearer$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return null;
  const text = Buffer.from(value, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

/** Whether the caller may see the boards; answers the refusal itself. */
function admitted(request: IncomingMessage, response: ServerResponse, { host, token }: Options): boolean {
  if (token === undefined) {
    if (isLoopback(host)) return true;
    response.writeHead(403, { 'content-type': 'text/plain' }).end('Set OPS_TOKEN to see this on an address that others reach.\n');
    return false;
  }
  const given = tokenIn(request.headers.authorization);
  if (given !== null && sameSecret(given, token)) return true;
  const challenge = { 'content-type': 'text/plain', 'www-authenticate': 'Basic realm="Glassbench operations", charset="UTF-8"' };
  response.writeHead(401, challenge).end('Send OPS_TOKEN as a bearer token, or as the password.\n');
  return false;
}

/** Not what every object has: a path may be any word. */
const own = <T>(boards: Record<string, T> | undefined, name: string): T | undefined =>
  boards !== undefined && Object.hasOwn(boards, name) ? boards[name] : undefined;

const boardHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
};

async function serve(request: IncomingMessage, response: ServerResponse, options: Options): Promise<void> {
  const { health, metrics, boards } = options;
  const url = request.url?.split('?')[0] ?? '/';
  if (url === '/livez') return answer(response, true, 'alive');
  if (url === '/readyz') {
    const status = await health.ready();
    return answer(response, status === 'ready' || status === 'degraded', status);
  }
  if (url === '/startupz') {
    const started = await health.started();
    return answer(response, started, started ? 'started' : 'schema_behind');
  }
  if (url === '/metrics') {
    // Made before the head is written, here and below: what cannot be made is then answered as such.
    const text = await metrics.metrics();
    response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
    return;
  }
  const name = url.split('/')[1] ?? '';
  const page = own(boards?.pages, name);
  const program = own(boards?.programs, name);
  if (page !== undefined || program !== undefined) {
    if (!admitted(request, response, options)) return;
    if (program !== undefined) return (await program())(request, response);
    const text = await page?.();
    response.writeHead(200, boardHeaders).end(text);
    return;
  }
  const there = [
    '/livez',
    '/readyz',
    '/startupz',
    '/metrics',
    ...[...Object.keys(boards?.pages ?? {}), ...Object.keys(boards?.programs ?? {})].map((one) => `/${one}`),
  ];
  response.writeHead(404, { 'content-type': 'text/plain' }).end(`There are ${there.join(', ')} here.\n`);
}

/** Listens; rejects with Node's own error (EADDRINUSE) where it cannot. */
export async function openOps(options: Options): Promise<Ops> {
  const listener: RequestListener = (request, response) => {
    serve(request, response, options).catch(() => {
      if (response.headersSent) response.destroy();
      else answer(response, false, 'failed');
    });
  };
  const server = createServer({ requestTimeout: 10_000 }, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
