// The port for whoever runs the service, apart from the public one: health and metrics of this process.
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from '@prometheus-io/client';

/** What a process knows about itself. */
interface SelfKnowledge {
  /** `degraded`: served, but something behind it is away. */
  ready(): Promise<'ready' | 'degraded' | 'draining' | 'unavailable'>;
  started(): Promise<boolean>;
}

interface Options {
  host: string;
  port: number;
  metrics: Registry;
  health: SelfKnowledge;
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

async function serve(url: string, response: ServerResponse, { health, metrics }: Options): Promise<void> {
  if (url === '/livez') return answer(response, true, 'alive');
  if (url === '/readyz') {
    const status = await health.ready();
    return answer(response, status === 'ready' || status === 'degraded', status);
  }
  if (url === '/startupz') {
    const started = await health.started();
    return answer(response, started, started ? 'started' : 'schema_behind');
  }
  const found = url === '/metrics';
  const body = found ? await metrics.metrics() : 'There are /livez, /readyz, /startupz and /metrics here.\n';
  response.writeHead(found ? 200 : 404, { 'content-type': found ? metrics.contentType : 'text/plain' }).end(body);
}

/** Listens; rejects with Node's own error (EADDRINUSE) where it cannot. */
export async function openOps(options: Options): Promise<Ops> {
  const listener: RequestListener = (request, response) => {
    serve(request.url?.split('?')[0] ?? '/', response, options).catch(() => answer(response, false, 'failed'));
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
