// What the suites about the live stream share: apps that listen, tickets with their two credentials, and their streams.
import type { AddressInfo } from 'node:net';
import { writeToken } from '#lookup/token.ts';
import { aTicket } from '../../support/a-ticket.ts';
import type { TestApp } from '../../support/app.ts';
import { type EventReader, openReader } from '../../support/event-reader.ts';
import { secretOf } from './by-link.ts';

/** Listens on a free port; answers the address. */
export async function listening(app: Pick<TestApp, 'app'>['app']): Promise<string> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

/** A fresh ticket and what its customer has. */
export interface Followed {
  ticketId: string;
  secret: string;
  pass: string;
}

/** The pass of a proof given at this time. */
export const passOf = (test: TestApp, ticketId: string, at = new Date()): string =>
  writeToken(test.services.seal, { brandId: test.brandId, ticketId }, at).value;

/** Opens a ticket; its history is at 1. */
export async function aFollowed(test: TestApp): Promise<Followed> {
  const { id: ticketId } = await aTicket(test);
  return { ticketId, secret: secretOf(test, ticketId), pass: passOf(test, ticketId) };
}

/** The stream of the customer's page. */
export const streamOf = (base: string, { secret }: Followed, query = '?locale=en', lastEventId?: number | string): Promise<EventReader> =>
  openReader(`${base}/t/${secret}/events${query}`, lastEventId === undefined ? {} : { lastEventId });

/** The stream of whoever has a proof. */
export const streamBy = (base: string, pass: string, query = '?locale=en'): Promise<EventReader> =>
  openReader(`${base}/v1/lookup/progress/stream${query}`, { bearer: pass });
