// Process: partners' receivers, as cheap as they can be, for it is not they who are measured: bare HTTP/1.1 over sockets of loopback, for callers who
// say how long their bodies are. Keeps when and in which order calls came, and says so at /figures.
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** What came: milliseconds of `performance.timeOrigin + now()`, in the order of arrival. */
export interface Arrival {
  /** Of the lane; the body says it. */
  lane: string;
  n: number;
  path: string;
  at: number;
}

interface Call {
  path: string;
  body: string;
  at: number;
}

const SLOW_MS = 20_000;
const END_OF_HEAD = '\r\n\r\n';
let calls: Call[] = [];

const answered = (status: string, body = ''): string =>
  `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const NO_CONTENT = 'HTTP/1.1 204 No Content\r\n\r\n';

const arrivals = (): Arrival[] =>
  calls.map(({ path, body, at }) => {
    const { data } = JSON.parse(body) as { data: { n: number; lane: string } };
    return { lane: data.lane, n: data.n, path, at };
  });

function answer(socket: Socket, path: string, body: string): void {
  if (path.startsWith('/figures')) {
    socket.write(answered('200 OK', JSON.stringify(path === '/figures/count' ? calls.length : arrivals())));
    if (path === '/figures/take') calls = [];
    return;
  }
  calls.push({ path, body, at: performance.timeOrigin + performance.now() });
  if (path === '/dead') setTimeout(() => socket.destroy(), SLOW_MS).unref();
  else socket.write(path === '/down' ? answered('503 Service Unavailable') : NO_CONTENT);
}

/** One connection: requests one after the other, however they are cut into packets. Latin-1 keeps a byte a character. */
function serve(socket: Socket): void {
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('error', () => undefined);
  let got = '';
  socket.on('data', (chunk: string) => {
    got += chunk;
    for (;;) {
      const head = got.indexOf(END_OF_HEAD);
      if (head === -1) return;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(got.slice(0, head))?.[1] ?? 0);
      const end = head + END_OF_HEAD.length + length;
      if (got.length < end) return;
      const path = got.slice(got.indexOf(' ') + 1, got.indexOf(' HTTP/'));
      const body = got.slice(end - length, end);
      got = got.slice(end);
      answer(socket, path, body);
    }
  });
}

const server = createServer(serve);
server.listen(Number(process.env['RECEIVER_PORT'] ?? 0), '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.on('SIGTERM', () => process.exit(0));
