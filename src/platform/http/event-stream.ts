// Server-sent events on one response: pings, an end in good time, and nothing kept for a reader that does not read.
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

const PING_MS = 15_000;
/** What is not sent by then is not waited for: a reader that stands still must not hold up the end of the process. */
const FLUSH_MS = 300;
/** After the regular end; spread, so that a thousand pages do not come back in the same second. */
const RETRY_MS = { least: 1_000, spread: 4_000 };

/** One event. */
export interface ServerEvent {
  /** Comes back as Last-Event-ID. */
  id: number;
  event: string;
  data: object;
}

/** An open stream. */
export interface EventStream {
  /** False where the reader is behind: send nothing more before `onDrain`. */
  send(event: ServerEvent): boolean;
  /** Ends it and says when to come again; resolves when it is over. */
  end(): Promise<void>;
}

interface Options {
  headers: OutgoingHttpHeaders;
  /** It ends by itself after this long. */
  lastsMs: number;
  onDrain(): void;
  /** Once, however it ended. */
  onClose(): void;
  /** For tests that cannot wait. */
  pingMs?: number;
}

/** Starts the answer; `raw` is the caller's alone from here on. */
export function openEventStream(raw: ServerResponse, { headers, lastsMs, onDrain, onClose, pingMs = PING_MS }: Options): EventStream {
  const over = Promise.withResolvers<void>();
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    clearInterval(pings);
    clearTimeout(deadline);
    over.resolve();
    onClose();
  };
  const end = async (): Promise<void> => {
    if (!open) return;
    raw.end(`retry: ${RETRY_MS.least + Math.round(Math.random() * RETRY_MS.spread)}\n\n`);
    const late = setTimeout(() => raw.destroy(), FLUSH_MS);
    await over.promise;
    clearTimeout(late);
  };
  const ping = (): void => {
    // Behind for a whole interval: it is let go, and reads on from Last-Event-ID when it comes again.
    if (raw.writableNeedDrain) raw.destroy();
    else raw.write(': ping\n\n');
  };
  const pings = setInterval(ping, pingMs).unref();
  const deadline = setTimeout(() => void end(), lastsMs).unref();
  raw.once('close', close).once('finish', close).on('error', close).on('drain', onDrain);
  // The connection ends with the stream: an idle one that is kept would hold up the end of the process.
  raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8', connection: 'close', 'x-accel-buffering': 'no' });
  raw.write(`retry: ${RETRY_MS.least}\n\n`);
  return {
    send: ({ id, event, data }) => raw.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    end,
  };
}
