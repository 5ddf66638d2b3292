// A partner's webhook receiver: keeps what arrives and answers as it is told.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call as it arrived. */
export interface Call {
  path: string;
  id: string;
  headers: Record<string, string>;
  body: string;
  type: string;
  data: Record<string, unknown>;
}

/** Answers a call; `calls` counts those to this path, this one included. */
export type Answer = (call: Call, response: ServerResponse, calls: number) => void;

/** A listening receiver. */
export interface Receiver {
  url: string;
  /** What came, but for challenges that were answered by themselves. */
  calls: Call[];
  challenges: Call[];
  to(path: string): Call[];
  /** `path` may be followed by a type of call, as in `/hook endpoint.challenge`. */
  answer(path: string, answer: Answer): void;
  close(): Promise<void>;
}

/** Answers with this status. */
export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_call, response) => {
    response.writeHead(code, headers).end();
  };

/** Asks to be called again when a test is long over: seconds pass by themselves, and the lane would move. */
export const ANOTHER_HOUR = { 'retry-after': '3600' };

/** Starts a receiver on loopback; it says 204, and to a challenge what it was asked for, unless told otherwise. */
export async function startReceiver(): Promise<Receiver> {
  const calls: Call[] = [];
  const challenges: Call[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { type = '', data = {} } = JSON.parse(body || '{}') as { type?: string; data?: Record<string, unknown> };
      const headers = request.headers as Record<string, string>;
      const call: Call = { path: request.url ?? '/', id: headers['webhook-id'] ?? '', headers, body, type, data };
      if (type === 'endpoint.challenge' && !answers.has(`${call.path} ${type}`)) {
        challenges.push(call);
        return response.writeHead(200, { 'content-type': 'text/plain' }).end(String(data['challenge']));
      }
      calls.push(call);
      const answer = answers.get(`${call.path} ${type}`) ?? answers.get(call.path) ?? status(204);
      answer(call, response, calls.filter(({ path }) => path === call.path).length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    challenges,
    to: (path) => calls.filter((call) => call.path === path),
    answer: (path, answer) => void answers.set(path, answer),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
