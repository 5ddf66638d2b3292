// The port for whoever runs the service, apart from the public one: health and metrics of this process.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from '@prometheus-io/client';

/** What a check found: `ok` decides between 200 and 503, `checks` says why. */
export interface Health {
  ok: boolean;
  checks: Record<string, string>;
}

interface Options {
  host: string;
  port: number;
  metrics: Registry;
  ready(): Promise<Health>;
  started(): Promise<Health>;
}

/** A listening ops port. */
export interface Ops {
  port: number;
  close(): Promise<void>;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

async function health(response: ServerResponse, check: () => Promise<Health>): Promise<void> {
  const { ok, checks } = await check().catch(() => ({ ok: false, checks: { check: 'failed' } }));
  answer(response, ok ? 200 : 503, { status: ok ? 'ok' : 'unavailable', checks });
}

/** Listens; rejects with Node's own error (EADDRINUSE) where it cannot. */
export async function openOps(options: Options): Promise<Ops> {
  const server = createServer(async (request, response) => {
    switch (request.url?.split('?')[0]) {
      case '/livez':
        return answer(response, 200, { status: 'ok' });
      case '/readyz':
        return await health(response, options.ready);
      case '/startupz':
        return await health(response, options.started);
      case '/metrics':
        response.writeHead(200, { 'content-type': options.metrics.contentType });
        return response.end(await options.metrics.metrics());
      default:
        return answer(response, 404, { status: 'not_found' });
    }
  });
  server.requestTimeout = 10_000;
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
