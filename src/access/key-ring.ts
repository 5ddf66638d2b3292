// Finds the key behind a request: at most one query per key in 1.5 s, so that a revocation takes effect within 2 s.
import { sql } from 'kysely';
import { sameSecret } from '#platform/seal.ts';
import type { Services } from '#services.ts';
import type { Actor, Scope } from './actor.ts';
import { hashSecret, readKey } from './api-key.ts';

interface Entry {
  holder: string;
  brandId: string | null;
  centerId: string | null;
  kind: 'admin' | 'brand' | 'center' | 'courier';
  scopes: ReadonlySet<Scope>;
  secretHash: Buffer;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
}

const FRESH_MS = 1_500;
/** Unknown ids are remembered too; the bound keeps a guesser from filling the memory. */
const MAX_REMEMBERED = 10_000;
const USE_EVERY_MS = 60_000;
const WRITE_USES_AFTER_MS = 2_000;

/** Answers who holds a key. */
export interface KeyRing {
  /** Null where the key is unknown, wrong, expired or revoked. Throws where the database cannot answer. */
  actorOf(text: string): Promise<Actor | null>;
  /** Whether this process has served the key before, or remembers what became of it: then it is no guess that costs a query. */
  knows(text: string): boolean;
  /** Makes this process forget a key at once. */
  forget(id: string): void;
}

async function lookUp(services: Services, id: string): Promise<Entry | null> {
  const row = await services.db.open
    .selectFrom('key_ring')
    .select(['holder', 'brand_id', 'center_id', 'kind', 'scopes', 'secret_hash', 'expires_at', 'revoked_at', 'last_used_at'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    holder: row.holder,
    brandId: row.brand_id,
    centerId: row.center_id,
    kind: row.kind,
    scopes: new Set(row.scopes as Scope[]),
    secretHash: row.secret_hash,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  };
}

/** Notes uses at most once a minute a key, outside the request; a lost note is no loss. */
function useNotes(services: Services): (id: string, lastUsedAt: Date | null, now: Date) => void {
  const noted = new Map<string, number>();
  const due = new Map<string, Date>();
  let timer: NodeJS.Timeout | null = null;
  const write = async (): Promise<void> => {
    timer = null;
    const ids = [...due.keys()];
    const at = new Date(Math.max(...[...due.values()].map(Number)));
    due.clear();
    try {
      await services.db
        .of('*')
        .transaction()
        .execute((trx) => sql`update api_keys set last_used_at = ${at} where id = any(${ids}::text[])`.execute(trx));
    } catch {
      for (const id of ids) noted.delete(id);
    }
  };
  return (id, lastUsedAt, now) => {
    const last = Math.max(noted.get(id) ?? 0, lastUsedAt?.getTime() ?? 0);
    if (now.getTime() - last < USE_EVERY_MS) return;
    if (noted.size >= MAX_REMEMBERED) noted.clear();
    noted.set(id, now.getTime());
    due.set(id, now);
    timer ??= setTimeout(() => void write(), WRITE_USES_AFTER_MS).unref();
  };
}

/** Opens the ring over the services' pool. */
export function openKeyRing(services: Services): KeyRing {
  const remembered = new Map<string, { at: number; entry: Promise<Entry | null> }>();
  /** Ids of keys that were right. */
  const served = new Set<string>();
  const noteUse = useNotes(services);

  const isFresh = (id: string): boolean => {
    const known = remembered.get(id);
    return known !== undefined && performance.now() - known.at < FRESH_MS;
  };
  const find = (id: string): Promise<Entry | null> => {
    // The machine's monotonic clock, not the services' one: a test that moves time must not revive a revoked key.
    const at = performance.now();
    const known = remembered.get(id);
    if (known !== undefined && at - known.at < FRESH_MS) return known.entry;
    const entry = lookUp(services, id);
    entry.catch(() => remembered.delete(id));
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(id, { at, entry });
    return entry;
  };

  return {
    forget: (id) => void remembered.delete(id),
    knows(text) {
      const key = readKey(text);
      return key !== null && (served.has(key.id) || isFresh(key.id));
    },
    async actorOf(text) {
      const key = readKey(text);
      if (key === null) return null;
      const entry = await find(key.id);
      if (entry === null || !sameSecret(entry.secretHash, hashSecret(services.seal, key.id, key.secret))) return null;
      const now = services.clock.now();
      if (entry.revokedAt !== null || (entry.expiresAt !== null && entry.expiresAt <= now)) return null;
      noteUse(key.id, entry.lastUsedAt, now);
      if (served.size >= MAX_REMEMBERED) served.clear();
      served.add(key.id);
      return { kind: entry.kind, id: entry.holder, brandId: entry.brandId ?? '*', centerId: entry.centerId, scopes: entry.scopes };
    },
  };
}
