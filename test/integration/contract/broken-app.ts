// The API with a database that cannot be reached: what every route answers then.
import { makeKey } from '#access/api-key.ts';
import { buildApp } from '#app.ts';
import { readConfig } from '#config.ts';
import { linkToken } from '#lookup/link.ts';
import { writeToken } from '#lookup/token.ts';
import { newId } from '#platform/id.ts';
import { createServices } from '#services.ts';
import { SECRET } from '../../support/app.ts';
import type { Operation } from '../../support/contract/contract.ts';
import { receiptSettings } from '../../support/contract/pushes.ts';
import type { Ask } from '../../support/contract/right-call.ts';

/** What came back. */
export interface Answer {
  statusCode: number;
  headers: Record<string, unknown>;
  body: string;
}

/** An app that can answer nothing. */
export interface BrokenApp {
  call(operation: Operation, ask: Ask): Promise<Answer>;
  close(): Promise<void>;
}

/** Opens it; nothing listens at port 9. */
export async function openBroken(): Promise<BrokenApp> {
  const settings = {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none',
    SECRETS: SECRET,
    LOG_LEVEL: 'silent',
    RATE_LIMITS: 'false',
    ...receiptSettings,
  };
  const services = createServices(readConfig(settings));
  const app = await buildApp(services);
  await app.ready();
  // Well formed: the form alone costs no query, so a key that is not would be refused before the database is asked.
  const key = makeKey(services.seal, 'brand').text;
  const link = linkToken(services.seal, { ticketId: newId('ticket'), generation: 1 });
  const pass = writeToken(services.seal, { brandId: newId('brand'), ticketId: newId('ticket') }, new Date()).value;
  const customers = (operation: Operation): string => (operation.byPass ? pass : link);
  return {
    async call(operation, ask) {
      const headers = { ...(operation.secured ? { authorization: `Bearer ${operation.byLink ? customers(operation) : key}` } : {}), ...ask.headers };
      return app.inject({ method: operation.method, url: ask.url, headers, ...(ask.payload === undefined ? {} : { payload: ask.payload }) });
    },
    async close() {
      await app.close();
      await services.close();
    },
  };
}
