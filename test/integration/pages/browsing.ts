// What the suites about pages share: asking as a browser does, and the page of a ticket's link.
import type { LightMyRequestResponse } from 'fastify';
import type { TestApp } from '../../support/app.ts';
import { secretOf } from '../lookup/by-link.ts';

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

/** The address of a ticket's page, below which the others are. */
export const pageOf = (test: TestApp, ticketId: string, generation = 1): string => `/t/${secretOf(test, ticketId, generation)}`;

/** Opens an address, in English where nothing else is asked for. */
export const open = (test: TestApp, url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  test.app.inject({ method: 'GET', url, headers: { ...browser, 'accept-language': 'en', ...headers } });

/** Sends a form as a browser does. */
export const submit = (
  test: TestApp,
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<LightMyRequestResponse> =>
  test.app.inject({
    method: 'POST',
    url,
    headers: { ...browser, 'accept-language': 'en', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(fields).toString(),
  });

/** The hidden fields of the form on a page. */
export const hiddenOf = (page: string): Record<string, string> =>
  Object.fromEntries([...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)].map(([, name = '', value = '']) => [name, value]));

/** The heading of a page. */
export const headingOf = (page: string): string => /<h1>([^<]*)<\/h1>/.exec(page)?.[1] ?? '';
