// Process: sends requests at a pace that does not care for the answers, and prints how each kind of answer was served; apart, so that it shares a thread with nobody.
import { connect, type Socket } from 'node:net';

/** What to send, as one JSON argument. */
export interface Pace {
  port: number;
  perSecond: number;
  seconds: number;
  /** Connections at most: who finds none free waits, and the wait counts. */
  connections: number;
  /** Whole requests, sent in turn. */
  requests: string[];
}

/** Latencies in ms from the moment at which a request was due. */
export interface Served {
  count: number;
  p50: number;
  p99: number;
  max: number;
}
export interface Paced {
  sent: number;
  seconds: number;
  /** By status. */
  served: Record<string, Served>;
  unanswered: number;
}

const TICK_MS = 2;

function summary(values: number[]): Served {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1));
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

async function paced({ port, perSecond, seconds, connections, requests }: Pace): Promise<Paced> {
  const latencies: Record<string, number[]> = {};
  const idle: Socket[] = [];
  const due: number[] = [];
  const open = new Set<Socket>();
  let sent = 0;
  let answered = 0;

  const send = (socket: Socket, at: number): void => {
    (socket as Socket & { began?: number }).began = at;
    socket.write(requests[sent % requests.length] ?? '');
    sent += 1;
  };
  const free = (socket: Socket): void => {
    const next = due.shift();
    if (next === undefined) idle.push(socket);
    else send(socket, next);
  };
  const add = (): void => {
    const socket = connect(port, '127.0.0.1');
    open.add(socket);
    socket.setNoDelay(true);
    let text = '';
    socket.on('connect', () => free(socket));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (head === -1 || text.length < head + 4 + length) return;
      const status = text.slice(9, 12);
      (latencies[status] ??= []).push(performance.now() - ((socket as Socket & { began?: number }).began ?? 0));
      answered += 1;
      text = '';
      free(socket);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => void open.delete(socket));
  };
  for (let n = 0; n < Math.min(connections, 64); n += 1) add();
  await new Promise((resolve) => setTimeout(resolve, 200));

  const began = performance.now();
  let scheduled = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = performance.now();
      const wanted = Math.floor((Math.min(now - began, seconds * 1_000) / 1_000) * perSecond);
      for (; scheduled < wanted; scheduled += 1) {
        const at = began + (scheduled / perSecond) * 1_000;
        const socket = idle.pop();
        if (socket !== undefined) send(socket, at);
        else {
          due.push(at);
          if (open.size < connections) add();
        }
      }
      if (now - began >= seconds * 1_000) {
        clearInterval(timer);
        resolve();
      }
    }, TICK_MS);
  });
  const spent = (performance.now() - began) / 1_000;
  for (let waited = 0; answered < sent && waited < 5_000; waited += 50) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const socket of open) socket.destroy();
  const served = Object.fromEntries(Object.entries(latencies).map(([status, values]) => [status, summary(values)]));
  return { sent: scheduled, seconds: spent, served, unanswered: scheduled - answered };
}

if (import.meta.main) console.log(JSON.stringify(await paced(JSON.parse(process.argv[2] ?? '{}') as Pace)));
