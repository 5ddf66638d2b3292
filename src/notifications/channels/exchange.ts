// What the delivery log keeps of one call: enough to find out what went wrong, bounded, and nothing that opens a door.
import type { IncomingHttpHeaders } from 'node:http';

/** One call and its answer, as the log keeps them. */
export interface Exchange {
  /** The address without its query string, which may hold a token. */
  url: string;
  requestHeaders: Record<string, string>;
  /** Null where none arrived. */
  responseHeaders: Record<string, string> | null;
  /** The beginning of it; null where there was none, or nothing readable. */
  responseBody: string | null;
  /** Milliseconds from the first byte sent to the last one read. */
  tookMs: number;
}

/** How much of an answer is kept. */
export const BODY_KEPT = 2_048;
const HEADERS_KEPT = 30;
const HEADER_LENGTH = 256;
const REDACTED = '[redacted]';
const SECRET_NAME = /cookie|auth|token|secret|signature|session|api-?key|password|csrf|credential/i;
/**
 * `"token": "…"`, `password=…` and the like; and what looks like a bearer token. A name is read once, from its beginning: tried at each of its
 * letters, 2 kB of "tokentoken…" would keep a worker busy for seconds.
 */
const SECRET_VALUE =
  /(?<![\w-])((?=[\w-]*(?:token|secret|password|passwd|authorization|api[_-]?key|cookie|session))[\w-]+"?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|[^\s"&,;}]+)/gi;
const BEARER = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;

/** Without what PostgreSQL cannot hold. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();

const withoutQuery = (url: string): string => {
  const { origin, pathname, search } = new URL(url);
  return storable(`${origin}${pathname}${search === '' ? '' : '?…'}`).slice(0, 2_000);
};

function headersKept(headers: IncomingHttpHeaders | Record<string, string>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers).slice(0, HEADERS_KEPT)) {
    if (value === undefined) continue;
    const text = Array.isArray(value) ? value.join(', ') : value;
    kept[storable(name).slice(0, 100)] = SECRET_NAME.test(name) ? REDACTED : storable(text).slice(0, HEADER_LENGTH);
  }
  return kept;
}

/** The beginning of each signature is kept: who compares it with their own needs no more, and it signs nothing. */
const signaturesKept = (value: string): string =>
  value
    .split(' ')
    .map((signature) => `${signature.slice(0, 9)}…`)
    .join(' ');

const READABLE = /^(text\/|application\/([\w.+-]*\+)?(json|xml|problem))/i;

/** The body as text, without secrets; null where it is none. */
export function bodyKept(body: Buffer, contentType: string | undefined): string | null {
  if (body.length === 0) return null;
  if (contentType !== undefined && !READABLE.test(contentType)) return null;
  const text = storable(body.subarray(0, BODY_KEPT).toString('utf8'));
  return text
    .replaceAll(SECRET_VALUE, (_, before: string) => `${before}"${REDACTED}"`)
    .replaceAll(BEARER, (_, scheme: string) => `${scheme} ${REDACTED}`)
    .slice(0, BODY_KEPT + 200);
}

/** What is kept of a call that was answered, or was not. */
export function exchangeOf(
  call: { url: string; headers: Record<string, string>; tookMs: number },
  answer: { headers: IncomingHttpHeaders; body: Buffer } | null,
): Exchange {
  const signature = call.headers['webhook-signature'];
  return {
    url: withoutQuery(call.url),
    requestHeaders: { ...headersKept(call.headers), ...(signature === undefined ? {} : { 'webhook-signature': signaturesKept(signature) }) },
    responseHeaders: answer === null ? null : headersKept(answer.headers),
    responseBody: answer === null ? null : bodyKept(answer.body, answer.headers['content-type']),
    tookMs: Math.round(call.tookMs),
  };
}
