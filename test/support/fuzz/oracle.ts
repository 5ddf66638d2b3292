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
  gapMs: number;
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2;
};

/** One connection, one call after the other, as a patient attacker measures. */
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

/** Asks in pairs, each serial of a pair first as often as the other. `call`: the request for a serial. */
export async function playOracle(
  port: number,
  known: readonly string[],
  unknown: readonly string[],
  call: (serial: string) => string,
): Promise<OracleFigures> {
  const line = await openLine(port);
  const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
  const answers = new Set<string>();
  const pairs = Math.min(known.length, unknown.length);
  for (let nth = 0; nth < pairs; nth += 1) {
    const both = [['known', known[nth] ?? ''] as const, ['unknown', unknown[nth] ?? ''] as const];
    for (const [side, serial] of nth % 2 === 0 ? both : both.toReversed()) {
      const { answer, ms } = await line.ask(call(serial));
      answers.add(bare(answer));
      times[side].push(ms);
    }
  }
  line.close();
  const [medianKnownMs, medianUnknownMs] = [median(times.known), median(times.unknown)];
  return { pairs, answers: answers.size, medianKnownMs, medianUnknownMs, gapMs: Math.abs(medianKnownMs - medianUnknownMs) };
}

/** By the serial alone. */
export const openQuestion = (serial: string): string => `GET /v1/lookup/${serial}?locale=en HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** With a proof that proves nothing. */
export function wrongProof(serial: string): string {
  const body = JSON.stringify({ identifier: serial, proof: { ticketCode: '00000000000' } });
  return `POST /v1/lookup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}
