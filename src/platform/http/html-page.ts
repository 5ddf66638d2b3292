// Sends a page to a browser: nothing of anyone else's is loaded, nothing is kept, no address is passed on, no search engine keeps it.
import type { FastifyReply } from 'fastify';
import type { Locale } from '../schema.ts';
import { commonHeaders } from './error-handler.ts';

const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A whole page in one language. */
export interface Page {
  locale: Locale;
  text: string;
}

/** Answers a page. Its address may be a secret and its content a person's: caches keep neither. */
export function sendPage(reply: FastifyReply, { locale, text }: Page, status = 200): FastifyReply {
  return reply
    .code(status)
    .headers({
      ...commonHeaders,
      'cache-control': 'private, no-store',
      'content-security-policy': contentSecurityPolicy,
      'content-language': locale,
      vary: 'Accept, Accept-Language',
      'x-robots-tag': 'noindex',
    })
    .type('text/html; charset=utf-8')
    .serializer((body: unknown) => body as string)
    .send(text);
}
