// Further listeners on the port of a server. libuv (1.52) takes one connection from a listener in a turn of the event loop: under load a turn takes
// 10 ms, and callers who come by the hundred would wait for seconds to be let in, even where it is only to be refused.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Connections that are taken in one turn; a thousand callers at once are in within some sixty turns. */
const DOORS = 16;
/** Connections in all; who comes beyond them is hung up on. */
const MAX_CONNECTIONS = 4_096;
const LOOK_AFTER_MS = 50;

/** The kernel spreads connections over listeners of one port (SO_REUSEPORT) on Linux alone; elsewhere there is one. */
const spreads = process.platform === 'linux';

/** Where to listen. */
export interface Place {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Connections that may wait for their turn. */
  backlog: number;
}

/** The listeners beside the server's own. */
export interface Doors {
  /** Nobody comes in any more; resolves once all who came in by them are gone. To be called as the server is closed. */
  close(): Promise<void>;
}

const listening = async (server: Server, options: object): Promise<void> => {
  server.listen(options);
  await once(server, 'listening');
};

/** Two processes of one user could listen side by side by mistake, and each would get half of the calls: this one wants the port for itself. */
async function claim({ host, port }: Place): Promise<void> {
  const probe = createServer();
  await listening(probe, { host, port, exclusive: true });
  probe.close();
  await once(probe, 'close');
}

/** Has the server count whoever comes in, by whichever door. */
function boundConnections(server: FastifyInstance['server']): void {
  let inside = 0;
  server.on('connection', (socket: Socket) => {
    inside += 1;
    socket.once('close', () => {
      inside -= 1;
    });
    if (inside > MAX_CONNECTIONS) socket.destroy();
  });
}

/** Listens, as `app.listen` does, with several listeners where that is possible. Rejects where the port is taken. */
export async function listenByDoors(app: FastifyInstance, place: Place): Promise<Doors> {
  const { server } = app;
  boundConnections(server);
  if (spreads && place.port !== 0) await claim(place);
  const own = { ...place, ...(spreads ? { reusePort: true } : {}) };
  await app.listen(own);
  const at = server.address();
  if (!spreads || at === null || typeof at === 'string') return { close: () => Promise.resolve() };
  // As node:http opens its own.
  const doors = Array.from({ length: DOORS - 1 }, () =>
    createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void server.emit('connection', socket)),
  );
  await Promise.all(doors.map((door) => listening(door, { host: at.address, port: at.port, backlog: place.backlog, reusePort: true })));
  return {
    async close() {
      const gone = doors.map((door) => new Promise((resolve) => void door.close(resolve)));
      // What was in progress as the server closed leaves an open line behind when it is answered.
      const look = setInterval(() => server.closeIdleConnections(), LOOK_AFTER_MS);
      await Promise.all(gone);
      clearInterval(look);
    },
  };
}
