// One call, one transaction: opens it for the right tenant, makes repeats harmless, commits, and only then tells the relays.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isRetryable } from '#platform/db/failures.ts';
import { standInLine } from '#platform/http/handled.ts';
import { idPattern } from '#platform/id.ts';
import { inTurn, type Patience } from '#platform/line.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import type { Actor } from './actor.ts';
import { actorOf, traceparentOf } from './authenticate.ts';
import type { Deed } from './deed.ts';
import { type Answer, type Call, callOf, claim, remember } from './idempotency.ts';

/** What an unsafe call answers. */
export interface Outcome {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  /** The body shows a secret: it is stored sealed. */
  secret?: boolean;
}

/** A use case as a route calls it. */
export type Work = (deed: Deed) => Promise<Outcome>;

interface Cause {
  actor: Actor;
  requestId: string;
  traceparent: string | null;
  readOnly: boolean;
}

const TRIES = 3;
const BACKOFF_MS = 25;

/** Full jitter (0 to the doubled bound), so that transactions which met once do not meet again. */
async function withRetries<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRetryable(error) || tried === TRIES) throw error;
      await sleep(Math.random() * BACKOFF_MS * 2 ** tried);
    }
  }
}

/** An admin key may name a brand that does not exist; no other caller can. */
async function mustExist(deed: Deed): Promise<void> {
  const brand = await deed.trx.selectFrom('brands').select('brand_id').where('brand_id', '=', deed.brandId).executeTakeFirst();
  if (brand === undefined) throw new Problem('not_found', 'Glassbench-Brand names no brand.');
}

async function inTransaction<T>(services: Services, brandId: string, cause: Cause, run: (deed: Deed) => Promise<T>): Promise<T> {
  const { readOnly, ...who } = cause;
  let enqueued = false;
  let moved: string[] = [];
  const result = await withRetries(async () => {
    let transaction = services.db.of(brandId).transaction();
    if (readOnly) transaction = transaction.setAccessMode('read only');
    return transaction.execute(async (trx) => {
      const { seal, clock, instantWays, follow } = services;
      const deed: Deed = { trx, brandId, ...who, now: clock.now(), seal, clock, instantWays, enqueued: false, moved: [], follow };
      if (who.actor.kind === 'admin' && brandId !== '*') await mustExist(deed);
      const value = await run(deed);
      ({ enqueued, moved } = deed);
      return value;
    });
  });
  if (enqueued) services.nudge();
  if (moved.length > 0) services.live.publish(moved);
  return result;
}

/** The tenant a request is about: the brand of the key or the link, or the one an admin key names. */
function brandOf(request: FastifyRequest, actor: Actor): string {
  if (actor.kind === 'customer') return actor.brandId;
  const named = request.headers['glassbench-brand'];
  if (actor.kind !== 'admin') {
    if (named !== undefined && named !== actor.brandId) {
      throw new Problem('scope_missing', 'Only an admin key may name a brand; yours belongs to one already. Leave Glassbench-Brand away.');
    }
    return actor.brandId;
  }
  const access = request.routeOptions.config.access;
  if (typeof access === 'object' && access.tenant === 'installation') return '*';
  if (typeof named !== 'string') throw new Problem('malformed_request', 'An admin key names the brand: Glassbench-Brand: brd_….');
  if (!idPattern('brand').test(named)) throw new Problem('not_found', 'Glassbench-Brand names no brand.');
  return named;
}

/** The body as the route's schema writes it, so that a replay has the same bytes. Throws where the answer does not fit the contract. */
function write(reply: FastifyReply, outcome: Outcome): Answer {
  const { status, body, headers = {} } = outcome;
  if (body === undefined || body === null) return { status, headers, body: null };
  const serialize = reply.getSerializationFunction(String(status)) as unknown;
  const text = typeof serialize === 'function' ? (serialize as (value: unknown) => string)(body) : JSON.stringify(body);
  return { status, headers, body: text };
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  // The handler deadline may have answered already; the stored answer waits for the next try.
  if (reply.sent) return reply;
  reply.code(answer.status).headers(answer.headers);
  return answer.body === null ? reply.send() : reply.header('content-type', 'application/json; charset=utf-8').send(answer.body);
}

/** The answer to a call that may come again: the stored one, or that of `work`, stored. Of a customer nothing is: a form sends no key. */
async function once(deed: Deed, call: Call | null, reply: FastifyReply, work: Work): Promise<Answer> {
  if (call === null) return write(reply, await work(deed));
  const stored = await claim(deed, call);
  if (stored !== null) return { ...stored, headers: { ...stored.headers, 'idempotency-replayed': 'true' } };
  const outcome = await work(deed);
  const fresh = write(reply, outcome);
  await remember(deed, call, fresh, outcome.secret === true);
  return fresh;
}

/**
 * Changes of one ticket pass one after the other in the database anyway. They wait for it here, where they do not each hold a connection while those
 * who change other tickets look for one. Only so many: who waits is a call in progress, and there is not room for any number of those.
 */
const ofOneTicket: Patience = {
  waitMs: 2_000,
  places: 16,
  late: () => new Problem('overloaded', 'Many calls change this ticket just now. Send this one again shortly.', { headers: { 'retry-after': '1' } }),
};

function inLine(request: FastifyRequest, reply: FastifyReply, ticket: string, run: () => Promise<Answer>): Promise<Answer> {
  const myTurn = standInLine(request);
  return inTurn(ticket, ofOneTicket, () => {
    // Nobody waits for the answer any more, and nothing of the call was begun.
    if (reply.raw.destroyed) throw ofOneTicket.late();
    myTurn();
    return run();
  });
}

/**
 * Serves an unsafe call: claim the Idempotency-Key → work → store the answer → commit → nudge → reply. Calls of customers carry no
 * such key: what they ask is harmless when it comes twice. What `work` throws rolls everything back and leaves the key free.
 */
export async function perform(services: Services, request: FastifyRequest, reply: FastifyReply, work: Work): Promise<never> {
  const actor = actorOf(request);
  const brandId = brandOf(request, actor);
  // Read before a transaction is opened: a call that cannot be told from its repeat costs no connection.
  const call = actor.kind === 'customer' ? null : callOf(request, brandId, actor.id);
  const cause = { actor, requestId: request.id, traceparent: traceparentOf(request), readOnly: false };
  const run = (): Promise<Answer> => inTransaction(services, brandId, cause, (deed) => once(deed, call, reply, work));
  const { ticketId = actor.ticketId } = request.params as { ticketId?: string };
  const answer = await (ticketId === undefined ? run() : inLine(request, reply, `${brandId} ${ticketId}`, run));
  // Fastify takes the reply itself as "answered"; to the types of a route this handler returns no body of its own.
  return send(reply, answer) as never;
}

/** Serves a read in a read-only transaction; the body goes through the route's schema. */
export async function read<T>(services: Services, request: FastifyRequest, work: (deed: Deed) => Promise<T>): Promise<T> {
  const actor = actorOf(request);
  const cause = { actor, requestId: request.id, traceparent: traceparentOf(request), readOnly: true };
  return inTransaction(services, brandOf(request, actor), cause, work);
}

/** A deed of the system itself (schedulers, what carriers and providers push, the command line) for one brand, or `'*'` for the installation. */
export async function asSystem<T>(services: Services, brandId: string, work: (deed: Deed) => Promise<T>): Promise<T> {
  const actor: Actor = { kind: 'system', id: 'system', brandId, centerId: null, scopes: new Set() };
  return inTransaction(services, brandId, { actor, requestId: randomUUID(), traceparent: null, readOnly: false }, work);
}
