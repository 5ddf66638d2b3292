// A brand with three centers to play at over the real API, each sequence at its own time.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { Kysely } from 'kysely';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/db/database.ts';
import type { Services } from '#services.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { bodies, ticketInput } from '../a-ticket.ts';
import { type HouseName, policies } from './rules.ts';
import { beginning } from './sequences.ts';

const time = new AsyncLocalStorage<{ now: number }>();

/** The clock of the services: whoever asks inside `at` is told that time. */
export const modelClock: Clock = { now: () => new Date(time.getStore()?.now ?? beginning) };

/** Runs at this time. */
export const at = <T>(now: number, work: () => Promise<T>): Promise<T> => time.run({ now }, work);

/** A started API and who may use it. */
export interface Started {
  app: FastifyInstance;
  services: Services;
  /** Full rights: to see every row, and to let things happen. */
  owner: Kysely<Database>;
  brandId: string;
  brandKey: string;
  adminKey: string;
  centerKey(centerId: string): Promise<string>;
}

/** Where sequences are played. */
export interface Site extends Started {
  centers: Record<HouseName, { id: string; key: string }>;
  /** A ticket that nobody touches, with a quote and a part of its own. */
  bystander: { id: string; quoteId: string; partId: string };
  call(key: string, method: 'GET' | 'POST' | 'PUT', url: string, payload?: object, version?: number): Promise<LightMyRequestResponse>;
}

/** Calls with a fresh Idempotency-Key; the administrator names the brand. */
function callerOf({ app, brandId, adminKey }: Started): Site['call'] {
  return (key, method, url, payload, version) =>
    app.inject({
      method,
      url,
      headers: {
        authorization: `Bearer ${key}`,
        ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
        ...(key === adminKey ? { 'glassbench-brand': brandId } : {}),
        ...(version === undefined ? {} : { 'if-match': `"v${version}"` }),
      },
      ...(payload === undefined ? {} : { payload }),
    });
}

async function must<T>(status: number, answering: Promise<LightMyRequestResponse>): Promise<T> {
  const answer = await answering;
  if (answer.statusCode !== status) throw new Error(`${answer.statusCode}: ${answer.body}`);
  return answer.json<T>();
}

/** Opens the centers with their policies, and the ticket beside. */
export async function siteOf(started: Started): Promise<Site> {
  const call = callerOf(started);
  const { brandKey } = started;
  const where = { kind: 'own', phone: '+864000000000', address: 'Nanjing Road 1', locale: 'en', timeZone: 'Asia/Shanghai' };
  const open = async (house: HouseName): Promise<[HouseName, { id: string; key: string }]> => {
    const center = { code: house.toUpperCase(), name: house, ...where };
    const { id } = await must<{ id: string }>(201, call(brandKey, 'POST', '/v1/service-centers', center));
    const policy = policies[house];
    if (policy !== null) await must(200, call(brandKey, 'PUT', `/v1/service-centers/${id}/policy`, policy));
    return [house, { id, key: await started.centerKey(id) }];
  };
  const centers = Object.fromEntries(await Promise.all((Object.keys(policies) as HouseName[]).map(open))) as Site['centers'];
  return { ...started, call, centers, bystander: await beside(call, centers.usual.key) };
}

async function beside(call: Site['call'], key: string): Promise<Site['bystander']> {
  const input = ticketInput();
  let ticket = await must<TicketView>(201, call(key, 'POST', '/v1/tickets', input));
  const step = async (body: object): Promise<void> => {
    ticket = await must<TicketView>(200, call(key, 'POST', `/v1/tickets/${ticket.id}/transitions`, body, ticket.version));
  };
  for (const body of [bodies.receive(input.device.serial ?? ''), bodies.diagnose, bodies.quote]) await step(body);
  const { id: quoteId = '', total } = ticket.quote ?? {};
  await step(bodies.approve(quoteId, total?.amount ?? 0));
  await step({ action: 'parts.order', input: { parts: [{ partNo: 'B', name: 'Battery', expectedOn: '2036-01-01' }] } });
  await step({ action: 'hold.open', input: { reason: 'payment', resumeBy: '2099-01-01T00:00:00Z' } });
  return { id: ticket.id, quoteId, partId: ticket.parts[0]?.id ?? '' };
}
