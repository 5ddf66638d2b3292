// What the providers of this folder share: a server that keeps what it is asked and, told so, answers one call in another way.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call as it arrived. */
export interface Asked {
  method: string;
  path: string;
  /** As it was sent, without the question mark. */
  search: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Reply = (asked: Asked, response: ServerResponse) => void;

/** A listening provider. */
export interface Provider {
  url: string;
  asked: Asked[];
  /** The next call is answered in this way; several are kept in order. */
  next(...replies: Reply[]): void;
  /** Forgets the answers that nobody came for. */
  forget(): void;
  close(): Promise<void>;
}

export const json =
  (status: number, body: object | string, headers: Record<string, string> = {}): Reply =>
  (_asked, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** What can go wrong on every wire. */
export const troubles = {
  /** Headers at once, then a byte now and then and no end. */
  slow: ((_asked, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(more));
  }) satisfies Reply,
  silent: (() => undefined) satisfies Reply,
  reset: ((_asked, response) => void response.socket?.resetAndDestroy()) satisfies Reply,
  cut: ((_asked, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"Code":');
    setTimeout(() => response.socket?.destroy(), 10);
  }) satisfies Reply,
  endless: ((_asked, response) => {
    response.writeHead(200);
    const more = setInterval(() => response.write('x'.repeat(65_536)), 2);
    response.on('close', () => clearInterval(more));
  }) satisfies Reply,
  nonsense: json(200, '<html>Bad gateway</html>'),
  busy: json(503, 'upstream connect error', { 'retry-after': '7' }),
} as const;

/** Starts a provider on loopback that answers in its usual way. */
export async function startProvider(usual: Reply): Promise<Provider> {
  const asked: Asked[] = [];
  const replies: Reply[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://provider');
      const call: Asked = {
        method: request.method ?? '',
        path: pathname,
        search: search.slice(1),
        query: searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      asked.push(call);
      (replies.shift() ?? usual)(call, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    next: (...more) => void replies.push(...more),
    forget: () => void replies.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
