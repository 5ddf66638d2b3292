// Webhook endpoints: whoever holds a key opens them for what that key may see.
import { randomBytes } from 'node:crypto';
import type { Updateable } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { type ListScope, type Page, pageById, readCursor } from '#platform/http/page.ts';
import { newId } from '#platform/id.ts';
import { enqueue } from '#platform/outbox.ts';
import { type AddressRefusal, refusalOf } from '#platform/public-address.ts';
import { Problem } from '#problems.ts';
import { CHALLENGE, newChallenge } from './challenge.ts';
import * as store from './endpoint-store.ts';
import type { Endpoint, EndpointChange, EndpointInput, EndpointWithSecret, WebhookEvent } from './webhook-endpoint.ts';

const SECRET_BYTES = 32;
/** Endpoints of one owner: a brand, a center, a courier. Every event of theirs is a call to each, so this bounds what one step can cause. */
const MOST_ENDPOINTS = 20;

function stateOf({ disabled_at, verified_at }: store.EndpointRow): Endpoint['state'] {
  if (disabled_at !== null) return 'disabled';
  return verified_at === null ? 'pending' : 'active';
}

const view = (row: store.EndpointRow): Endpoint => ({
  id: row.id,
  state: stateOf(row),
  url: row.url,
  pendingUrl: row.next_url,
  events: row.events as WebhookEvent[],
  strictOrder: row.strict_order,
  owner: row.owner_kind,
  centerId: row.center_id,
  liveSecrets: row.sealed_secrets.length,
  ownerEmail: row.owner_email,
  failingSince: row.failing_since?.toISOString() ?? null,
  disabledAt: row.disabled_at?.toISOString() ?? null,
  disabledReason: row.disabled_reason,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

const wrong: Record<AddressRefusal, string> = {
  not_a_url: 'url is not an address. Send one like https://partner.example/hooks.',
  not_https: 'url has to begin with https.',
  has_credentials: 'url carries a user name or password. Leave them away; the signature tells that it is us.',
  not_public: 'url points to an address that is not public. Send one that the internet can reach.',
};

function checkUrl(url: string, toPrivate: boolean): void {
  const refusal = refusalOf(url, toPrivate);
  if (refusal !== null) throw new Problem('validation_failed', wrong[refusal], { errors: [{ pointer: '/url', code: refusal }] });
}

async function mine(deed: Deed, endpointId: string, lock = false): Promise<store.EndpointRow> {
  const row = await store.endpointById(deed, endpointId, lock);
  if (row === undefined) throw new Problem('not_found', 'No webhook endpoint of yours has this id.');
  return row;
}

/**
 * Opens an endpoint, pending until it has answered the challenge that is due to it with this; its secret is in this answer only.
 * `toPrivate`: addresses of our own network are allowed too. Throws validation_failed, too_many_endpoints.
 */
export async function openEndpoint(deed: Deed, input: EndpointInput, toPrivate: boolean): Promise<EndpointWithSecret> {
  checkUrl(input.url, toPrivate);
  const { actor, now, seal } = deed;
  const secret = newSecret();
  const row: store.EndpointRow = {
    brand_id: deed.brandId,
    id: newId('endpoint', now.getTime()),
    owner_key_id: actor.id,
    owner_kind: actor.kind === 'center' || actor.kind === 'courier' ? actor.kind : 'brand',
    center_id: actor.centerId,
    url: input.url,
    sealed_secrets: [seal.seal(secret)],
    key_id: seal.keyId,
    events: [...new Set(input.events)],
    strict_order: input.strictOrder,
    disabled_at: null,
    disabled_reason: null,
    next_url: null,
    verified_at: null,
    owner_email: input.ownerEmail,
    failing_since: null,
    last_failed_at: null,
    told_owner: null,
    created_at: now,
    updated_at: now,
  };
  if ((await store.countBeside(deed, row)) >= MOST_ENDPOINTS) {
    throw new Problem(
      'too_many_endpoints',
      `A ${row.owner_kind} has ${MOST_ENDPOINTS} webhook endpoints at most. Delete one that is not needed any more, or let one take more kinds of events.`,
    );
  }
  await store.insertEndpoint(deed, row);
  await callNow(deed, row.id, challengeFor(row.id, now));
  return { ...view(row), secret };
}

/** Reads an endpoint. Throws not_found. */
export const readEndpoint = async (deed: Deed, endpointId: string): Promise<Endpoint> => view(await mine(deed, endpointId));

/** Lists endpoints from the newest. */
export async function findEndpoints(deed: Deed, query: { limit: number; cursor?: string | undefined }): Promise<Page<Endpoint>> {
  const scope: ListScope = { list: 'webhook-endpoints', brandId: deed.brandId, actorId: deed.actor.id, filter: {} };
  const from = readCursor(deed.seal, scope, query.cursor);
  const rows = await store.listEndpoints(deed, query.limit + 1, from === null ? null : String(from[0]));
  return pageById(deed.seal, scope, rows, query.limit, view);
}

/** What becomes of the address: a working one is called until the new one has answered; one that is disabled or pending gives way at once. */
function addressAfter(before: store.EndpointRow, url: string | undefined): Updateable<store.EndpointTable> {
  if (url === undefined || url === (before.next_url ?? before.url)) return {};
  if (url === before.url) return { next_url: null };
  const works = before.disabled_at === null && before.verified_at !== null;
  return works ? { next_url: url } : { url, next_url: null, verified_at: null };
}

function standingAfter(deed: Deed, disabled: boolean | undefined): Updateable<store.EndpointTable> {
  if (disabled === undefined) return {};
  if (disabled) return { disabled_at: deed.now, disabled_reason: 'by_request' };
  return { disabled_at: null, disabled_reason: null, failing_since: null, last_failed_at: null, told_owner: null };
}

/**
 * Changes an endpoint; one that was disabled is enabled again by `disabled: false`. An address that has not been called before is
 * sent a challenge. Throws not_found, validation_failed.
 */
export async function changeEndpoint(deed: Deed, endpointId: string, change: EndpointChange, toPrivate: boolean): Promise<Endpoint> {
  if (change.url !== undefined) checkUrl(change.url, toPrivate);
  const before = await mine(deed, endpointId, true);
  if (before.strict_order && change.strictOrder === false) await store.restartStopped(deed, endpointId);
  const row = await store.updateEndpoint(deed, endpointId, {
    ...standingAfter(deed, change.disabled),
    ...addressAfter(before, change.url),
    ...(change.events === undefined ? {} : { events: [...new Set(change.events)] }),
    ...(change.strictOrder === undefined ? {} : { strict_order: change.strictOrder }),
    ...(change.ownerEmail === undefined ? {} : { owner_email: change.ownerEmail }),
  });
  const unproven = row.verified_at === null || row.next_url !== null;
  const moved = (row.next_url ?? row.url) !== (before.next_url ?? before.url) || (before.disabled_at !== null && row.disabled_at === null);
  if (row.disabled_at === null && unproven && moved) await callNow(deed, endpointId, challengeFor(endpointId, deed.now));
  return view(row);
}

/** Closes an endpoint: what is still due to it is skipped. Throws not_found. */
export async function deleteEndpoint(deed: Deed, endpointId: string): Promise<Endpoint> {
  await mine(deed, endpointId, true);
  // What waits behind a dead letter would be due for ever.
  await store.restartStopped(deed, endpointId);
  return view(await store.updateEndpoint(deed, endpointId, { disabled_at: deed.now, disabled_reason: store.DELETED }));
}

/** Makes a new secret; the one before stays live beside it, an older one does not. Throws not_found. */
export async function rotateSecret(deed: Deed, endpointId: string): Promise<EndpointWithSecret> {
  const { seal } = deed;
  const { sealed_secrets, key_id } = await mine(deed, endpointId, true);
  const secret = newSecret();
  // Sealed anew, because one key id holds for both.
  const kept = sealed_secrets.slice(0, 1).map((sealed) => seal.seal(seal.open(sealed, key_id)));
  const row = await store.updateEndpoint(deed, endpointId, { sealed_secrets: [seal.seal(secret), ...kept], key_id: seal.keyId });
  return { ...view(row), secret };
}

/** Ends a rotation: only the newest secret signs from now on. Throws not_found. */
export async function retireSecret(deed: Deed, endpointId: string): Promise<Endpoint> {
  const { sealed_secrets } = await mine(deed, endpointId, true);
  return view(await store.updateEndpoint(deed, endpointId, { sealed_secrets: sealed_secrets.slice(0, 1) }));
}

/** Something to call an endpoint with that belongs to no ticket. */
interface CallDue {
  subject: 'ping' | 'challenge';
  message: string;
  facts: object;
}

const challengeFor = (endpointId: string, now: Date): CallDue => ({
  subject: 'challenge',
  message: CHALLENGE,
  facts: { endpointId, challenge: newChallenge(), occurredAt: now.toISOString() },
});

async function callNow(deed: Deed, endpointId: string, call: CallDue): Promise<{ deliveryId: string }> {
  await store.withdrawWaiting(deed, endpointId, call.subject);
  await enqueue(deed, [{ ...call, recipient: `endpoint:${endpointId}`, channel: 'webhook', eventSeq: null }]);
  return { deliveryId: await store.newestCall(deed, endpointId, call.subject) };
}

/** Makes a `ping` due, whatever the endpoint listens to. Throws not_found, endpoint_not_active. */
export async function pingEndpoint(deed: Deed, endpointId: string): Promise<{ deliveryId: string }> {
  const state = stateOf(await mine(deed, endpointId));
  if (state !== 'active') throw new Problem('endpoint_not_active', refusedCall[state]);
  return callNow(deed, endpointId, { subject: 'ping', message: 'ping', facts: { endpointId, occurredAt: deed.now.toISOString() } });
}

const refusedCall = {
  pending: 'The endpoint has not answered its challenge. Let it answer, or ask for another one with POST …/challenge.',
  disabled: 'The endpoint is disabled. Enable it with PATCH and disabled: false first.',
} as const;

/** Sends a challenge (again): to the new address where one waits to be proven. Throws not_found, endpoint_not_active where it is disabled. */
export async function challengeEndpoint(deed: Deed, endpointId: string): Promise<{ deliveryId: string }> {
  const state = stateOf(await mine(deed, endpointId, true));
  if (state === 'disabled') throw new Problem('endpoint_not_active', refusedCall.disabled);
  return callNow(deed, endpointId, challengeFor(endpointId, deed.now));
}
