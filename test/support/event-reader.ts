// Reads a live stream as a browser's EventSource does, over a real connection, and remembers what came.
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { until } from './until.ts';

/** One event as it came. */
export interface Received {
  id: number;
  event: string;
  data: { status: string; label: string; at: string };
  /** When it came, by performance.now(). */
  cameAt: number;
}

/** An open stream. */
export interface EventReader {
  status: number;
  headers: IncomingMessage['headers'];
  events: Received[];
  /** Milliseconds that the last `retry:` asked for. */
  retry(): number | null;
  /** Everything as text: for answers that are no stream, and for comments. */
  text(): string;
  ended(): boolean;
  ids(): number[];
  /** Waits for this many events. */
  count(n: number, withinMs?: number): Promise<Received[]>;
  over(withinMs?: number): Promise<void>;
  close(): void;
}

interface Asked {
  /** Of a stream by pass. */
  bearer?: string;
  lastEventId?: number | string;
  headers?: Record<string, string>;
}

function eventOf(block: string): Received | null {
  const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
  const data = fields.get('data');
  if (data === undefined) return null;
  return {
    id: Number(fields.get('id')),
    event: fields.get('event') ?? 'message',
    data: JSON.parse(data) as Received['data'],
    cameAt: performance.now(),
  };
}

/** Opens it; resolves when the head of the answer is there. */
export function openReader(url: string, asked: Asked = {}): Promise<EventReader> {
  const headers = {
    accept: 'text/event-stream',
    ...(asked.bearer === undefined ? {} : { authorization: `Bearer ${asked.bearer}` }),
    ...(asked.lastEventId === undefined ? {} : { 'last-event-id': String(asked.lastEventId) }),
    ...asked.headers,
  };
  return new Promise((resolve, reject) => {
    const request: ClientRequest = get(url, { headers, agent: false }, (answer) => {
      let all = '';
      let rest = '';
      let ended = false;
      const events: Received[] = [];
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        all += chunk;
        const blocks = (rest + chunk).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const event = eventOf(block);
          if (event !== null) events.push(event);
        }
      });
      const end = (): void => void (ended = true);
      answer.on('end', end).on('error', end).on('close', end);
      resolve({
        status: answer.statusCode ?? 0,
        headers: answer.headers,
        events,
        retry: () => Number([...all.matchAll(/^retry: (\d+)$/gm)].at(-1)?.[1] ?? Number.NaN) || null,
        text: () => all,
        ended: () => ended,
        ids: () => events.map(({ id }) => id),
        count: async (n, withinMs = 5_000) => {
          await until(
            () => events.length >= n,
            withinMs,
            () => `${events.length} of ${n}: ${all}`,
          );
          return events;
        },
        over: async (withinMs = 5_000) =>
          void (await until(
            () => ended,
            withinMs,
            () => all,
          )),
        close: () => request.destroy(),
      });
    });
    // After the head the answer tells; before it, there is nobody to tell but here.
    request.on('error', reject);
  });
}
