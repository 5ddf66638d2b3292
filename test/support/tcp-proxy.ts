// What stands between browsers and processes: a line to the first that is alive, without a word of HTTP.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A listening proxy. */
export interface TcpProxy {
  baseUrl: string;
  /** Ports that lines were led to, in order. */
  led: number[];
  /** From now on a line is cut where a caller sends what matches, as by a network that lets nothing of the kind through; null lets all through. */
  refuse(what: RegExp | null): void;
  /** Cuts every line that is open. */
  cut(): void;
  close(): Promise<void>;
}

/** Tries the ports in their order for each line: who is dead refuses, and the next one is asked. */
export async function openProxy(ports: readonly number[]): Promise<TcpProxy> {
  const lines = new Set<Socket>();
  const led: number[] = [];
  let refused: RegExp | null = null;
  const isRefused = (piece: Buffer): boolean => refused?.test(piece.toString('latin1')) === true;

  const keep = (line: Socket, other: Socket): void => {
    lines.add(line);
    line
      .on('error', () => undefined)
      .on('close', () => {
        lines.delete(line);
        other.destroy();
      });
  };
  const lead = (caller: Socket, first: Buffer, [port, ...others]: readonly number[]): void => {
    if (port === undefined) return void caller.destroy();
    const line = connect(port, '127.0.0.1');
    line.once('error', () => lead(caller, first, others));
    line.once('connect', () => {
      line.removeAllListeners('error');
      led.push(port);
      keep(line, caller);
      keep(caller, line);
      line.write(first);
      // A line is used again for the next request: each piece is looked at.
      caller.on('data', (piece: Buffer) => void (isRefused(piece) && caller.destroy()));
      caller.pipe(line).pipe(caller);
    });
  };
  const server = createServer((caller) => {
    caller.on('error', () => undefined);
    caller.once('data', (first: Buffer) => {
      caller.pause();
      if (isRefused(first)) return void caller.destroy();
      return lead(caller, first, ports);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const line of lines) line.destroy();
  };
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    led,
    refuse: (what) => void (refused = what),
    cut,
    async close() {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
