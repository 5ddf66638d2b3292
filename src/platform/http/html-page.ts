// Sends a page to a browser: nothing of anyone else's is loaded, nothing is kept, no address is passed on, no search engine keeps it.
import type { FastifyReply } from 'fastify';
import type { Locale } from '../schema.ts';
import { commonHeaders } from './error-handler.ts';

const source = { self: "'self'", none: "'none'" } as const;

/** Whether forms of the page can be sent, and its scripts run: not on one that is only shown. */
export type Sends = 'self' | 'none';

const contentSecurityPolicy = (sends: Sends): string =>
  [
    "default-src 'none'",
    "style-src 'self'",
    `script-src ${source[sends]}`,
    "img-src 'self'",
    `connect-src ${source[sends]}`,
    `form-action ${source[sends]}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** A whole page in one language. */
export interface Page {
  locale: Locale;
  text: string;
}

/** Answers a page. Its address may be a secret and its content a person's: caches keep neither. */
export function sendPage(reply: FastifyReply, { locale, text }: Page, status = 200, sends: Sends = 'self'): FastifyReply {
  return reply
    .code(status)
    .headers({
      ...commonHeaders,
      'cache-control': 'private, no-store',
      'content-security-policy': contentSecurityPolicy(sends),
      'content-language': locale,
      vary: 'Accept, Accept-Language',
      'x-robots-tag': 'noindex',
    })
    .type('text/html; charset=utf-8')
    .serializer((body: unknown) => body as string)
    .send(text);
}
