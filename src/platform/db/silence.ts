// Ends a connection on which a question stays without any answer: a network that swallows packets says nothing, and TCP by itself waits
// for a quarter of an hour, while the pool would count the connection as busy and every caller would wait for it.
import type { Socket } from 'node:net';
import pg from 'pg';

/** What pg keeps to itself: the socket, and whether the last question has been answered. */
interface Inside {
  connection: { stream: Socket };
  readyForQuery: boolean;
}

/** Destroys the connection of a client once it has been asked something and nothing at all has moved on the wire for `ms`. */
export function endWhenSilent(client: pg.ClientBase, ms: number): void {
  const inside = client as unknown as Inside;
  const { stream } = inside.connection;
  stream.setTimeout(ms);
  // Not as an argument of setTimeout, which would listen once: an idle connection is silent first, and asked later.
  stream.on('timeout', () => {
    if (!inside.readyForQuery) stream.destroy(Object.assign(new Error(`PostgreSQL has not answered for ${ms} ms`), { code: 'ETIMEDOUT' }));
  });
}

/** A class of clients that end by themselves when they are silent, for pools that others open. */
export const silentFor = (ms: number): typeof pg.Client =>
  class extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      // One that dies while somebody holds it fails the next statement; the event alone would end the process.
      this.on('error', () => undefined);
      this.once('connect', () => endWhenSilent(this, ms));
    }
  };
