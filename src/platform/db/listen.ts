// Hears notifications on a connection of its own, and comes back by itself after each loss. LISTEN does not survive a transaction pooler.
import pg from 'pg';

const RECONNECT_MS = 1_000;

/** Listens on `channel`; calls `onNotify` with null after each reconnect, because something may have been missed. */
export function listen(databaseUrl: string, channel: string, onNotify: (payload: string | null) => void): { close(): Promise<void> } {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'glassbench-listen',
      connectionTimeoutMillis: 2_000,
      keepAlive: true,
    });
    client = next;
    const again = (): void => {
      if (closed || client !== next) return;
      client = undefined;
      next.end().catch(() => undefined);
      timer = setTimeout(() => void connect(), RECONNECT_MS);
    };
    next.on('error', again);
    next.on('end', again);
    next.on('notification', ({ payload }) => onNotify(payload ?? ''));
    try {
      await next.connect();
      await next.query(`listen ${pg.escapeIdentifier(channel)}`);
      onNotify(null);
    } catch {
      again();
    }
  };
  void connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
