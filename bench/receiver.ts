// Process: partners' receivers, as cheap as they can be; keeps when and in which order calls came and says so at /figures.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came: milliseconds of `performance.timeOrigin + now()`, in the order of arrival. */
export interface Arrival {
  /** Of the lane; the body says it. */
  lane: string;
  n: number;
  path: string;
  at: number;
}

const SLOW_MS = 20_000;
let arrivals: Arrival[] = [];

const server = createServer((request, response) => {
  const path = request.url ?? '/';
  if (path.startsWith('/figures')) {
    response.end(JSON.stringify(path === '/figures/count' ? arrivals.length : arrivals));
    if (path === '/figures/take') arrivals = [];
    return;
  }
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
  request.on('end', () => {
    const at = performance.timeOrigin + performance.now();
    const { data } = JSON.parse(body) as { data: { n: number; lane: string } };
    arrivals.push({ lane: data.lane, n: data.n, path, at });
    if (path === '/dead') setTimeout(() => response.destroy(), SLOW_MS).unref();
    else if (path === '/down') response.writeHead(503).end();
    else response.writeHead(204).end();
  });
});
server.listen(Number(process.env['RECEIVER_PORT'] ?? 0), '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.on('SIGTERM', () => process.exit(0));
