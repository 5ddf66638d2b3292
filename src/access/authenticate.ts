// Decides, before a body is read, who calls and whether the route is theirs. A route that does not say is a boot failure.
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { addressKey, type Limiter } from '#platform/http/limiter.ts';
import { traceparentIn } from '#platform/tracing.ts';
import { Problem } from '#problems.ts';
import type { Actor, Scope } from './actor.ts';
import type { KeyKind } from './api-key.ts';
import type { KeyRing } from './key-ring.ts';
import type { LinkRing, PassReader } from './link-ring.ts';

/** Who may call a route. */
export type Access =
  | 'public'
  /** The customer, by the secret of the link to one ticket: the `:token` of the route, or else the bearer token. */
  | 'link'
  /** The customer, by the pass that a proof earns. */
  | 'pass'
  | KeyAccess;

/** What a route asks of an API key. */
interface KeyAccess {
  /** What the key must be allowed to do; of several, one. */
  scope: Scope | readonly Scope[];
  /** Kinds of key, `admin` named like the others; all when absent. */
  kinds?: readonly KeyKind[];
  /** 'installation': an admin key names no brand here, and `deed.brandId` is `'*'` for it. */
  tenant?: 'brand' | 'installation';
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** The authenticated caller, a key or a customer; null on public routes. */
    actor: Actor | null;
  }
}

function bearer(request: FastifyRequest, what: string): string {
  const [scheme = '', key = '', ...rest] = (request.headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() !== 'bearer' || key === '' || rest.length > 0) {
    throw new Problem('unauthorized', `Send ${what} as Authorization: Bearer <…>.`);
  }
  return key;
}

/** The caller of a route that is not public. */
export function actorOf(request: Pick<FastifyRequest, 'actor'>): Actor {
  if (request.actor === null) throw new Error('a public route has no actor');
  return request.actor;
}

/** A machine with a key, unlike a customer by a link: its trace is continued. */
export const isMachine = ({ kind }: Actor): boolean => kind !== 'customer';

/** W3C traceparent for what the request causes: its own span, or where traces are off that of a caller with a key. */
export function traceparentOf({ span, actor, headers }: FastifyRequest): string | null {
  if (span) return span.traceparent;
  return actor !== null && isMachine(actor) ? traceparentIn(headers['traceparent']) : null;
}

/** Wrong keys and links per address; right links are served from there all the same, and keys that were right before. */
export const unknownKeys = { name: 'unknown-keys', points: 60, seconds: 60 } as const;

/** Counts a wrong key, link or pass against the address; answers whose a right one is. Throws too_many_requests. */
export async function counted(failures: Limiter, address: string, actor: Actor | null): Promise<Actor | null> {
  if (actor === null) await failures.consume(addressKey(address));
  return actor;
}

/** What callers are known by, and where wrong tries are counted. */
export interface Gate {
  keys: KeyRing;
  links: LinkRing;
  passes: PassReader;
  failures: Limiter;
}

/** Adds the actor to requests and enforces `config.access`; call it before any route is registered. */
export function authenticate(app: FastifyInstance, { keys, links, passes, failures }: Gate): void {
  app.decorateRequest('actor', null);
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => void routes.push(route));
  app.addHook('onReady', async () => {
    const silent = routes.find((route) => route.config?.access === undefined);
    if (silent !== undefined) throw new Error(`The route ${String(silent.method)} ${silent.url} does not say who may call it (config.access).`);
  });
  app.addHook('onRequest', (request, _reply, done) => {
    const access = request.routeOptions.config.access;
    // Only the not-found handler has no access rule; it answers the same to everyone.
    if (access === undefined || access === 'public') return done();
    if (access === 'link') return checkLink(request);
    return access === 'pass' ? checkPass(request) : checkKey(request, access);
  });
  const refuse = (detail: string): never => {
    throw new Problem('unauthorized', detail);
  };
  async function checkLink(request: FastifyRequest): Promise<void> {
    const { token } = request.params as { token?: string };
    const actor = await counted(failures, request.ip, await links.customerOf(token ?? bearer(request, 'the secret of the link')));
    request.actor = actor ?? refuse('The link is unknown or has ended. Open the one in the newest message.');
  }
  async function checkPass(request: FastifyRequest): Promise<void> {
    const actor = await counted(failures, request.ip, passes.customerOf(bearer(request, 'the token of the lookup')));
    request.actor = actor ?? refuse('The token is unknown or has ended. Look the repair up again.');
  }
  async function checkKey(request: FastifyRequest, access: KeyAccess): Promise<void> {
    const text = bearer(request, 'your API key');
    // No query for an address that has used up its wrong ones; links are looked up all the same, for a customer may share it with whoever guesses.
    if (!keys.knows(text)) failures.refuseSpent(addressKey(request.ip));
    const actor = (await counted(failures, request.ip, await keys.actorOf(text))) ?? refuse('The API key is unknown, expired or revoked.');
    request.actor = actor;
    if (access.kinds !== undefined && !access.kinds.includes(actor.kind as KeyKind)) {
      throw new Problem('scope_missing', `Keys of kind ${actor.kind} may not do this; it takes ${access.kinds.join(' or ')}.`);
    }
    const scopes = [access.scope].flat();
    if (!scopes.some((scope) => actor.scopes.has(scope))) throw new Problem('scope_missing', `This takes the scope ${scopes.join(' or ')}.`);
  }
}
