// API keys: made, rotated and revoked; nobody gives away more than they hold.
import { violates } from '#platform/db/failures.ts';
import { type ListScope, type Page, page, readCursor } from '#platform/http/page.ts';
import { Problem } from '#problems.ts';
import type { Scope } from './actor.ts';
import { type KeyKind, makeKey } from './api-key.ts';
import type { Deed } from './deed.ts';
import type { AdminKeyInput, Key, KeyInput, KeyRotation, NewKey } from './key.ts';
import { scopesOf } from './scopes.ts';
import { endOfHolder, insertKey, type KeyRow, listKeys, lockKey, updateKey } from './store.ts';

const HOUR_MS = 3_600_000;

const view = (row: KeyRow): Key => ({
  id: row.id,
  brandId: row.brand_id,
  centerId: row.center_id,
  kind: row.kind,
  name: row.name,
  scopes: row.scopes as Scope[],
  expiresAt: row.expires_at?.toISOString() ?? null,
  revokedAt: row.revoked_at?.toISOString() ?? null,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
});

/** A brand key gives at most what it holds itself; an admin and the command line give what the kind may do. */
function grantable(deed: Deed, kind: KeyKind, asked: readonly Scope[] | undefined): Scope[] {
  const limit = deed.actor.kind === 'brand' ? scopesOf[kind].filter((scope) => deed.actor.scopes.has(scope)) : [...scopesOf[kind]];
  if (asked === undefined) return limit;
  const beyond = asked.find((scope) => !limit.includes(scope));
  if (beyond !== undefined) throw new Problem('scope_missing', `You cannot give the scope ${beyond} to a ${kind} key.`);
  return [...new Set(asked)];
}

/** A key before it is made; without a holder it begins one of its own. */
type Draft = Omit<KeyRow, 'id' | 'holder' | 'secret_hash' | 'revoked_at' | 'last_used_at' | 'created_at'> & { holder?: string };

async function store(deed: Deed, row: Draft): Promise<NewKey> {
  const made = makeKey(deed.seal, row.kind);
  const full: KeyRow = { holder: made.id, ...row, id: made.id, secret_hash: made.hash, revoked_at: null, last_used_at: null, created_at: deed.now };
  try {
    await insertKey(deed.trx, full);
  } catch (error) {
    if (violates(error, 'api_keys_center_fkey')) throw new Problem('not_found', 'No service center of this brand has the id centerId.');
    throw error;
  }
  return { ...view(full), key: made.text };
}

function endOf(deed: Deed, { expiresAt }: { expiresAt?: string | undefined }): Date | null {
  if (expiresAt === undefined) return null;
  const end = new Date(expiresAt);
  if (end > deed.now) return end;
  throw new Problem('validation_failed', 'expiresAt lies in the past.', { errors: [{ in: 'body', pointer: '/expiresAt', code: 'too_small' }] });
}

/** Makes a key of the deed's brand. Throws scope_missing, or not_found for a center of another brand. */
export async function createKey(deed: Deed, input: KeyInput): Promise<NewKey> {
  if (input.kind === 'brand' && deed.actor.kind === 'brand') {
    throw new Problem('scope_missing', 'A brand key makes center and courier keys; brand keys come from an admin key, or from rotating one.');
  }
  return store(deed, {
    brand_id: deed.brandId,
    center_id: input.centerId ?? null,
    kind: input.kind,
    name: input.name,
    scopes: grantable(deed, input.kind, input.scopes),
    expires_at: endOf(deed, input),
  });
}

/** Makes an admin key; only for the command line, in a deed of the installation. */
export const createAdminKey = async (deed: Deed, input: AdminKeyInput): Promise<NewKey> =>
  store(deed, { brand_id: null, center_id: null, kind: 'admin', name: input.name, scopes: [...scopesOf.admin], expires_at: endOf(deed, input) });

/** A brand key governs itself and the keys below it, not its siblings. */
async function governed(deed: Deed, keyId: string): Promise<KeyRow> {
  const row = await lockKey(deed.trx, deed.brandId, keyId);
  if (row === undefined) throw new Problem('not_found', 'No key of this brand has this id.');
  if (deed.actor.kind === 'brand' && row.kind === 'brand' && row.holder !== deed.actor.id) {
    throw new Problem('scope_missing', 'Another brand key is managed with an admin key.');
  }
  return row;
}

/**
 * Makes a successor with the same holder and rights: what the old key opened stays visible. The old key works on for the grace period; where
 * it is rotated once more meanwhile, because the answer was lost, that one's end is not handed on. Throws not_found.
 */
export async function rotateKey(deed: Deed, keyId: string, { graceHours }: KeyRotation): Promise<NewKey> {
  const old = await governed(deed, keyId);
  if (old.revoked_at !== null || (old.expires_at !== null && old.expires_at <= deed.now)) {
    throw new Problem('not_found', 'This key is revoked or expired already. Make a new one.');
  }
  const end = new Date(deed.now.getTime() + graceHours * HOUR_MS);
  const scopes = grantable(deed, old.kind, old.scopes as Scope[]);
  const made = await store(deed, { ...successor(old), scopes, expires_at: await endOfHolder(deed.trx, deed.brandId, old.holder) });
  if (old.expires_at === null || old.expires_at > end) await updateKey(deed.trx, deed.brandId, old.id, { expires_at: end });
  return made;
}

const successor = ({ holder, brand_id, center_id, kind, name }: KeyRow) => ({ holder, brand_id, center_id, kind, name });

/** Ends a key; it is refused everywhere within 2 s. Revoking it again changes nothing. Throws not_found. */
export async function revokeKey(deed: Deed, keyId: string): Promise<Key> {
  const row = await governed(deed, keyId);
  return view(row.revoked_at === null ? await updateKey(deed.trx, deed.brandId, keyId, { revoked_at: deed.now }) : row);
}

/** Lists the keys of the deed's brand, or of the installation, from the newest, without their secrets. */
export async function findKeys(
  deed: Deed,
  query: { limit: number; cursor?: string | undefined; kind?: KeyRow['kind'] | undefined },
): Promise<Page<Key>> {
  const scope: ListScope = { list: 'keys', brandId: deed.brandId, filter: { kind: query.kind } };
  const from = readCursor(deed.seal, scope, query.cursor);
  const after = from === null ? null : { createdAt: new Date(String(from[0])), id: String(from[1]) };
  const rows = await listKeys(deed.trx, deed.brandId, query.kind, query.limit + 1, after);
  return page(deed.seal, scope, rows, query.limit, (row) => [row.created_at.toISOString(), row.id], view);
}
