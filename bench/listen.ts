// Process: reads many live streams, in a process of its own so that it shares no thread with anyone, and tells what came when.
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventReader, openReader } from '../test/support/event-reader.ts';
import { random } from '../test/support/model/random.ts';

/** What the listener is told to do, one after the other. */
export type Order =
  | { do: 'open'; urls: string[] }
  /** Who has come again `times` in all, each after what it had last, stays. */
  | { do: 'reconnect'; urls: string[]; times: number; seed: number }
  /** Answers once every stream has its last id. */
  | { do: 'tell'; last: number[] }
  | { do: 'close' };

/** One event: the stream, its id, and when it came, in ms since 1970. */
export type Came = [stream: number, id: number, at: number];

/** What it answers. */
export type Report = { did: 'open' | 'close' } | { did: 'reconnect'; times: number; refused: number } | { did: 'tell'; came: Came[] };

const LANES = 50;
const LONGEST_MS = 120_000;

let readers: EventReader[] = [];
/** What the streams of each reader had before the one that is open now. */
let before: Came[] = [];

const cameOn = (stream: number, { events }: EventReader): Came[] => events.map(({ id, cameAt }) => [stream, id, performance.timeOrigin + cameAt]);

/** Many at once, though not all: a process is asked by many, and by each in its own moment. */
async function inLanes(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

let refused = 0;

/** Comes again where the process is too busy to answer, as a page does. */
async function opened(url: string, lastEventId: number): Promise<EventReader> {
  for (;;) {
    const reader = await openReader(url, { lastEventId });
    if (reader.status === 200) return reader;
    if (reader.status !== 503) throw new Error(`${reader.status}: ${reader.text()}`);
    refused += 1;
    await sleep(500);
  }
}

async function reconnect({ urls, times, seed }: Extract<Order, { do: 'reconnect' }>): Promise<number> {
  let done = 0;
  before = [];
  readers = [];
  const last = urls.map(() => 1);
  await Promise.all(
    urls.map(async (url, stream) => {
      const chance = random(seed, stream);
      for (;;) {
        const reader = await opened(url, last[stream] ?? 1);
        readers[stream] = reader;
        if (done >= times) return;
        done += 1;
        await sleep(chance.int(0, 60));
        reader.close();
        const came = cameOn(stream, reader);
        before.push(...came);
        last[stream] = came.at(-1)?.[1] ?? last[stream] ?? 1;
      }
    }),
  );
  return done;
}

async function tell(last: readonly number[]): Promise<Came[]> {
  const until = performance.now() + LONGEST_MS;
  const behind = (): boolean => readers.some(({ events }, stream) => (events.at(-1)?.id ?? idBefore(stream)) < (last[stream] ?? 0));
  const ids = new Map(before.map(([stream, id]) => [stream, id]));
  const idBefore = (stream: number): number => ids.get(stream) ?? 1;
  while (behind() && performance.now() < until) await sleep(20);
  return [...before, ...readers.flatMap((reader, stream) => cameOn(stream, reader))];
}

async function obey(order: Order): Promise<Report> {
  switch (order.do) {
    case 'open':
      readers = [];
      await inLanes(order.urls.length, async (index) => {
        readers[index] = await opened(order.urls[index] ?? '', 1);
      });
      return { did: 'open' };
    case 'reconnect':
      refused = 0;
      return { did: 'reconnect', times: await reconnect(order), refused };
    case 'tell':
      return { did: 'tell', came: await tell(order.last) };
    case 'close':
      for (const reader of readers) reader.close();
      readers = [];
      before = [];
      return { did: 'close' };
  }
}

if (import.meta.main) {
  process.on('message', (order: Order) => void obey(order).then((report) => process.send?.(report)));
}
