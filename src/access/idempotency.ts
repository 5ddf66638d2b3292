// Makes a repeated call harmless: key, effect and answer are committed together (IETF draft-ietf-httpapi-idempotency-key-header-06).
// Only answers below 400 are kept: a refused call has changed nothing, so the same key may be sent again with the same request.
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { inBatches } from '#platform/db/in-batches.ts';
import { executeAlong } from '#platform/db/tenant-driver.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import type { Deed } from './deed.ts';

/** A call that may come again: who, where, under which key, and what it asked. */
export interface Call {
  brandId: string;
  holder: string;
  route: string;
  key: string;
  fingerprint: Buffer;
}

/** An answer as it went over the wire. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | null;
}

const KEEP_DAYS = 7;

/** Reads the header: a structured-field string or a bare token, 1 to 255 visible ASCII characters. Throws where it is missing or wrong. */
export function readIdempotencyKey(request: FastifyRequest): string {
  const header = request.headers['idempotency-key'];
  if (header === undefined || header === '') {
    throw new Problem('idempotency_key_missing', 'Send a fresh random Idempotency-Key with every new call, and the same one when you repeat it.');
  }
  const text = String(header).trim();
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text)?.[1]?.replaceAll(/\\(["\\])/g, '$1');
  const key = quoted ?? text;
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    throw new Problem('malformed_request', 'Idempotency-Key takes 1 to 255 visible ASCII characters.');
  }
  return key;
}

/** RFC 8785; what it cannot write (a lone surrogate in a member that no schema looked at) is no JSON to exchange. */
function canonical(value: unknown): string {
  try {
    return canonicalize(value) ?? '';
  } catch {
    throw new Problem('malformed_request', 'The body holds a lone surrogate or a number that is none.');
  }
}

/** Describes a request for recognition; the fingerprint does not depend on the order of members. */
export function callOf(request: FastifyRequest, brandId: string, holder: string): Call {
  const key = readIdempotencyKey(request);
  const route = `${request.method} ${request.routeOptions.url ?? ''}`;
  const asked = canonical([route, request.params ?? null, request.query ?? null, request.headers['if-match'] ?? null, request.body ?? null]);
  return {
    brandId,
    holder,
    route,
    key,
    fingerprint: hash('sha256', asked, 'buffer'),
  };
}

interface Claimed {
  got: boolean;
  claimed: boolean;
  fingerprint: Buffer | null;
  status: number | null;
  headers: Record<string, string> | null;
  body: string | null;
}

// The advisory lock is what makes a racing copy answer 409 at once instead of waiting on the unique index.
const claimStatement = (call: Call, now: Date) => sql<Claimed>`
  with lock as materialized (
    select pg_try_advisory_xact_lock(hashtextextended(${[call.brandId, call.holder, call.route, call.key].join('\n')}, 0)) as got
  ), mine as (
    insert into idempotency_keys (brand_id, holder, route, key, fingerprint, created_at)
    select ${call.brandId}, ${call.holder}, ${call.route}, ${call.key}, ${call.fingerprint}, ${now}::timestamptz from lock where got
    on conflict do nothing
    returning 1
  )
  select lock.got, exists (select from mine) as claimed, old.fingerprint, old.status, old.headers, old.body
    from lock
    left join idempotency_keys old
      on old.brand_id = ${call.brandId} and old.holder = ${call.holder} and old.route = ${call.route} and old.key = ${call.key}`;

/** Names, among the stored headers, the key under which a body with a secret in it was sealed. */
const SEALED = ':sealed';

function stored(deed: Deed, row: Claimed): Answer {
  const { [SEALED]: keyId, ...headers } = row.headers ?? {};
  const body = keyId === undefined || row.body === null ? row.body : deed.seal.open(Buffer.from(row.body, 'base64'), Number(keyId));
  return { status: row.status ?? 500, headers, body };
}

/** Takes the key for this transaction; answers the stored answer where the call has been served. Throws while a copy is running. */
export async function claim(deed: Deed, call: Call): Promise<Answer | null> {
  // A copy that commits between this statement's snapshot and its lock is seen by neither: the second look finds it.
  for (let look = 0; look < 2; look += 1) {
    const { rows } = await claimStatement(call, deed.now).execute(deed.trx);
    const [row] = rows;
    if (row === undefined) throw new Error('the claim answered nothing');
    if (row.claimed) return null;
    if (row.fingerprint !== null) {
      if (!row.fingerprint.equals(call.fingerprint)) {
        throw new Problem('idempotency_mismatch', 'This Idempotency-Key was used with another request. Take a fresh one for a new call.');
      }
      return stored(deed, row);
    }
    if (!row.got) break;
  }
  throw new Problem('idempotency_in_progress', 'A call with this Idempotency-Key is still running. Try again shortly.', {
    headers: { 'retry-after': '1' },
  });
}

/** Stores the answer beside the effect, with the commit; one that shows a secret is sealed, because a new key is kept nowhere else. */
export async function remember(deed: Deed, call: Call, answer: Answer, secret: boolean): Promise<void> {
  const sealed = secret && answer.body !== null;
  const headers = JSON.stringify(sealed ? { ...answer.headers, [SEALED]: String(deed.seal.keyId) } : answer.headers);
  const body = sealed ? deed.seal.seal(answer.body ?? '').toString('base64') : answer.body;
  const statement = sql`
    update idempotency_keys set status = ${answer.status}, headers = ${headers}::jsonb, body = ${body}
     where brand_id = ${call.brandId} and holder = ${call.holder} and route = ${call.route} and key = ${call.key}`;
  await executeAlong(deed.trx, statement);
}

/** Forgets calls older than 7 days; answers how many. A scheduler calls it. */
export function forgetOldKeys({ db, clock }: Services, batch = 1_000): Promise<number> {
  const before = new Date(clock.now().getTime() - KEEP_DAYS * 86_400_000);
  const statement = sql`
    delete from idempotency_keys where ctid in (
      select ctid from idempotency_keys where created_at < ${before} order by created_at limit ${batch} for update skip locked)`;
  return inBatches(db, batch, statement);
}
