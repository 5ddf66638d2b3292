// One question to a carrier's API over HTTP, and what its answer amounts to.
import { request } from 'undici';
import { withDeadline } from '#platform/deadline.ts';
import { type ParcelNews, type Question, UnreadablePush } from './carriers/carrier.ts';

/** What came back. */
export type Reply =
  | { outcome: 'told'; news: readonly ParcelNews[]; body: Buffer }
  /** Asked too much: not before so many seconds. */
  | { outcome: 'later'; seconds: number }
  /** The key is not taken. */
  | { outcome: 'forbidden'; status: number }
  | { outcome: 'failed'; reason: string };

const TIMEOUT_MS = 10_000;
/** As much as a push may have. */
const MAX_BYTES = 1024 * 1024;
const LEAST_SECONDS = 60;
const MOST_SECONDS = 24 * 3_600;

/** Seconds of a Retry-After, in its bounds; EasyPost sends none and asks to back off. */
function secondsOf(header: string | string[] | undefined): number {
  const text = String(header ?? '');
  const named = /^\d{1,9}$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Math.min(Math.max(Number.isNaN(named) ? 0 : Math.ceil(named), LEAST_SECONDS), MOST_SECONDS);
}

async function bytesOf(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new UnreadablePush('The answer has no end.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Asks, and reads the answer with `read`. Never throws: whatever goes wrong is a reply. Redirects are not followed: they would take the key along. */
export async function askCarrier(url: string, question: Question, read: (body: Buffer) => ParcelNews[]): Promise<Reply> {
  try {
    return await withDeadline(TIMEOUT_MS, (signal) => ask(url, question, read, signal));
  } catch (error) {
    if (error instanceof UnreadablePush) return { outcome: 'failed', reason: 'unreadable' };
    const { code, name } = error as { code?: string; name?: string };
    return { outcome: 'failed', reason: (code ?? name ?? 'connection_failed').toLowerCase() };
  }
}

async function ask(url: string, { path, headers }: Question, read: (body: Buffer) => ParcelNews[], signal: AbortSignal): Promise<Reply> {
  const answer = await request(new URL(path, url), { headers: { accept: 'application/json', 'user-agent': 'Glassbench/1', ...headers }, signal });
  const { statusCode: status } = answer;
  if (status === 200) {
    const body = await bytesOf(answer.body);
    return { outcome: 'told', news: read(body), body };
  }
  await answer.body.dump({ limit: MAX_BYTES, signal }).catch(() => undefined);
  if (status === 429) return { outcome: 'later', seconds: secondsOf(answer.headers['retry-after']) };
  if (status === 401 || status === 403) return { outcome: 'forbidden', status };
  // Nobody there knows the waybill: the same as no news.
  if (status === 404) return { outcome: 'told', news: [], body: Buffer.alloc(0) };
  return { outcome: 'failed', reason: `status_${status}` };
}
