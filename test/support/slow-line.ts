// A line to a server that can be troubled: every piece held back for a while, or swallowed without a word, as by a network that is down.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** `dark`: nothing gets through and nobody is told; lines are still taken, and what was said goes on when it is `fair` again. */
export type Weather = 'fair' | 'dark' | { slowMs: number };

/** A listening line. */
export interface SlowLine {
  port: number;
  weather(now: Weather): void;
  /** Breaks off everything that is connected, and what was on its way with it. */
  cut(): void;
  /** Callers that are connected. */
  open(): number;
  close(): Promise<void>;
}

/** Opens a line to a port of loopback, whichever side speaks first. */
export async function openSlowLine(toPort: number): Promise<SlowLine> {
  let now: Weather = 'fair';
  const ends = new Set<Socket>();
  let callers = 0;
  let clears = Promise.withResolvers<void>();
  clears.resolve();

  /** Waits out the weather; a piece that has set off waits for its own time only. */
  const passage = async (): Promise<void> => {
    while (now === 'dark') await clears.promise;
    if (typeof now === 'object') await sleep(now.slowMs);
  };
  /** Piece after piece in their order, and the end after the last. */
  const carry = async (from: Socket, to: Socket): Promise<void> => {
    try {
      for await (const piece of from) {
        await passage();
        if (!to.writable) break;
        if (!to.write(piece as Buffer)) await new Promise<void>((resolve) => void to.once('drain', resolve).once('close', resolve));
      }
    } catch {
      // One side has broken off.
    }
    await passage();
    to.destroy();
    from.destroy();
  };
  const keep = (end: Socket): void => {
    ends.add(end);
    end.on('error', () => undefined).on('close', () => void ends.delete(end));
  };
  const lead = async (caller: Socket): Promise<void> => {
    keep(caller);
    callers += 1;
    caller.once('close', () => void (callers -= 1));
    while (now === 'dark') await clears.promise;
    if (caller.destroyed) return;
    const server = connect(toPort, '127.0.0.1');
    keep(server);
    server.once('close', () => caller.destroy());
    await Promise.all([carry(caller, server), carry(server, caller)]);
  };
  const server = createServer({ pauseOnConnect: false }, (caller) => void lead(caller));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const end of ends) end.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    weather(next) {
      if (now === 'dark' && next !== 'dark') clears.resolve();
      if (now !== 'dark' && next === 'dark') clears = Promise.withResolvers<void>();
      now = next;
    },
    cut,
    open: () => callers,
    async close() {
      now = 'fair';
      clears.resolve();
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
