// The typed client of the stories: openapi-fetch over the generated types, with the headers that every machine call carries.
import { randomUUID } from 'node:crypto';
import openapiFetch, { type Client, type Middleware } from 'openapi-fetch';
import { complaintOf } from './contract.ts';
import type { components, paths } from './generated.ts';

/** The schemas of the contract, by name. */
export type Schemas = components['schemas'];
export type Ticket = Schemas['Ticket'];
export type Action = Schemas['TransitionInput']['action'];
/** What an action takes. */
export type InputOf<A extends Action> = Extract<Schemas['TransitionInput'], { action: A }>['input'];

/** A caller of the API. */
export type Api = Client<paths>;

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Unsafe calls get a fresh Idempotency-Key unless the caller brings one. */
const withKey = (key: string): Middleware => ({
  onRequest({ request }) {
    request.headers.set('authorization', `Bearer ${key}`);
    if (!SAFE.has(request.method) && !request.headers.has('idempotency-key')) request.headers.set('idempotency-key', randomUUID());
    return request;
  },
});

/** Whatever is answered must stand in the contract. */
const asDocumented: Middleware = {
  async onResponse({ request, response }) {
    const contentType = response.headers.get('content-type');
    // A stream of events ends when its reader leaves.
    const body = contentType?.startsWith('text/event-stream') === true ? '' : await response.clone().text();
    const { pathname } = new URL(request.url);
    const complaint = complaintOf({ method: request.method, url: pathname, status: response.status, contentType, body });
    if (complaint !== null) throw new Error(`${complaint}\n${body.slice(0, 400)}`);
  },
};

/** A caller at `baseUrl`; without a key it is a stranger. `fetch` is for those who want to watch. */
export function openClient(baseUrl: string, key: string | null, fetch: (request: Request) => Promise<Response> = globalThis.fetch): Api {
  const client = openapiFetch<paths>({ baseUrl, fetch, headers: { 'accept-language': 'en' } });
  client.use(asDocumented);
  if (key !== null) client.use(withKey(key));
  return client;
}

/** The header that says which version of a ticket the caller has seen. */
export const seen = (ticket: { version: number }): { 'If-Match': string } => ({ 'If-Match': `"v${ticket.version}"` });

/** The body of an answer with this status; throws with the problem otherwise. */
export async function expected<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>, status: number): Promise<NonNullable<T>> {
  const { data, error, response } = await call;
  if (response.status !== status || data === undefined || data === null) {
    throw new Error(`${response.url} answered ${response.status} instead of ${status}: ${JSON.stringify(error ?? data)}`);
  }
  return data;
}

/** What a refused call was answered with. */
export async function refused(call: Promise<{ error?: unknown; response: Response }>): Promise<Schemas['Problem']> {
  const { error, response } = await call;
  if (response.ok) throw new Error(`${response.url} answered ${response.status}, though it should have refused.`);
  return error as Schemas['Problem'];
}

/** Moves a ticket by one action with the version last read, and answers the ticket as it is then. */
export function step<A extends Action>(
  api: Api,
  ticket: Pick<Ticket, 'id' | 'version'>,
  action: A,
  input: InputOf<A>,
  words: { reason?: string; customerNote?: string } = {},
): Promise<Ticket> {
  const params = { path: { ticketId: ticket.id } };
  const body = { action, input, ...words } as Schemas['TransitionInput'];
  return expected(api.POST('/v1/tickets/{ticketId}/transitions', { params, headers: seen(ticket), body }), 200);
}

/** Progress by a serial alone, as a stranger asks. */
export async function lookUp(api: Api, serial: string): Promise<Schemas['OpenAnswer']> {
  const answer = await expected(api.GET('/v1/lookup/{serial}', { params: { path: { serial } } }), 200);
  if (typeof answer === 'string') throw new Error('JSON was asked for');
  return answer;
}

/** Progress with a proof, as the owner asks. */
export async function lookUpOwned(api: Api, body: Schemas['OwnerQuestion']): Promise<Schemas['OwnerAnswer']> {
  const answer = await expected(api.POST('/v1/lookup', { body }), 200);
  if (typeof answer === 'string') throw new Error('JSON was asked for');
  return answer;
}
