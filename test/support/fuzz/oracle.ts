// S2: whether an answer tells, by its bytes or by its time, that a serial is known where a brand shows nothing without a proof.
import { once } from 'node:events';
import { connect } from 'node:net';

/** An answer with what differs between any two of them taken out. */
const bare = (text: string): string =>
  text
    .replaceAll(/^date: .*\r\n/gim, '')
    .replaceAll(/^x-request-id: .*\r\n/gim, '')
    .replaceAll(/^ratelimit.*\r\n/gim, '');

export interface OracleFigures {
  pairs: number;
  /** Different answers seen, over known and unknown. */
  answers: number;
  medianKnownMs: number;
  medianUnknownMs: number;
  /** The median of what a known serial took longer than the unknown one beside it, without its sign. */
  gapMs: number;
  /** Between which two values that median lies with a certainty of 95 %, whatever the times are like. */
  betweenMs: [number, number];
  /** The same of the fastest: by how much the fastest fiftieth of the known ones is longer. Of answers after a random time they tell most. */
  fastestGapMs: number;
}

const SIDES_OF_95 = 0.98;
const FASTEST = 0.02;

const sortedOf = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
const at = (sorted: readonly number[], place: number): number => sorted[Math.max(0, Math.min(sorted.length - 1, Math.round(place)))] ?? 0;
const middle = (sorted: readonly number[]): number =>
  (at(sorted, Math.floor((sorted.length - 1) / 2)) + at(sorted, Math.ceil((sorted.length - 1) / 2))) / 2;

function figuresOf(known: readonly number[], unknown: readonly number[], answers: number): OracleFigures {
  const gaps = sortedOf(known.map((ms, nth) => ms - (unknown[nth] ?? 0)));
  const [fast, slow] = [sortedOf(known), sortedOf(unknown)];
  const reach = SIDES_OF_95 * Math.sqrt(gaps.length);
  return {
    ...{ pairs: gaps.length, answers, medianKnownMs: middle(fast), medianUnknownMs: middle(slow), gapMs: Math.abs(middle(gaps)) },
    betweenMs: [at(gaps, gaps.length / 2 - reach), at(gaps, gaps.length / 2 + reach)],
    fastestGapMs: Math.abs(at(fast, fast.length * FASTEST) - at(slow, slow.length * FASTEST)),
  };
}

/** One connection, one call after the other. */
async function openLine(port: number): Promise<{ ask(text: string): Promise<{ answer: string; ms: number }>; close(): void }> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  let got = '';
  let whole: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    got += chunk.toString();
    const at = got.indexOf('\r\n\r\n');
    const length = Number(/content-length: (\d+)/i.exec(got)?.[1] ?? Number.NaN);
    if (at !== -1 && Buffer.byteLength(got.slice(at + 4)) >= length) whole();
  });
  return {
    async ask(text) {
      got = '';
      const came = new Promise<void>((resolve) => {
        whole = resolve;
      });
      const began = performance.now();
      socket.write(text);
      await came;
      return { answer: got, ms: performance.now() - began };
    },
    close: () => void socket.destroy(),
  };
}

/** How it is asked: over so many connections at once, each a call after the other, and every serial so often. */
export interface Patience {
  lanes: number;
  times: number;
}

/** Asks in pairs, each serial of a pair first as often as the other. `call`: the request for a serial. */
export async function playOracle(
  port: number,
  known: readonly string[],
  unknown: readonly string[],
  call: (serial: string) => string,
  { lanes, times }: Patience = { lanes: 1, times: 1 },
): Promise<OracleFigures> {
  const took: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
  const answers = new Set<string>();
  const serials = Math.min(known.length, unknown.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    const line = await openLine(port);
    while (next < serials * times) {
      const nth = next;
      next += 1;
      const both = [['known', known[nth % serials] ?? ''] as const, ['unknown', unknown[nth % serials] ?? ''] as const];
      for (const [side, serial] of nth % 2 === 0 ? both : both.toReversed()) {
        const { answer, ms } = await line.ask(call(serial));
        answers.add(bare(answer));
        took[side][nth] = ms;
      }
    }
    line.close();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return figuresOf(took.known, took.unknown, answers.size);
}

/** By the serial alone. */
export const openQuestion = (serial: string): string => `GET /v1/lookup/${serial}?locale=en HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** With a proof that proves nothing. */
export function wrongProof(serial: string): string {
  const body = JSON.stringify({ identifier: serial, proof: { ticketCode: '00000000000' } });
  return `POST /v1/lookup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}
