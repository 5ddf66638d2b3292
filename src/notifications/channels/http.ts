// What channels that speak HTTP share: one call in which every wait and every answer is bounded, and how it fails.
import { Agent, type Dispatcher, request } from 'undici';
import { withDeadline } from '#platform/deadline.ts';
import type { SendResult } from './channel.ts';

/** From the first byte sent to the last byte read. */
const TIMEOUT_MS = 15_000;
const CONNECT_MS = 5_000;
/** Providers' answers are a few hundred bytes. */
const ANSWER_BYTES = 65_536;

/** What a provider answered. */
export interface Answer {
  statusCode: number;
  /** Empty where it was longer than any real one. */
  text: string;
  /** Seconds the provider wants us to stay away. */
  after: number | undefined;
}

/** Calls providers; throws where no whole answer came. */
export interface Caller {
  post(url: string, headers: Record<string, string>, body: string): Promise<Answer>;
  close(): Promise<void>;
}

/** Seconds of a Retry-After header, which may be a date (RFC 9110 §10.2.3). */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

async function textOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Leaving the loop ends the connection.
    if (length > ANSWER_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Opens a caller with connections of its own. */
export function openCaller(timeoutMs = TIMEOUT_MS): Caller {
  const agent = new Agent({ connect: { timeout: CONNECT_MS }, keepAliveTimeout: 4_000, connections: 16, maxHeaderSize: 16_384 });
  return {
    post: (url, headers, body) =>
      withDeadline(timeoutMs, async (signal) => {
        const answer = await request(url, { method: 'POST', headers, body, dispatcher: agent, signal });
        const after = answer.headers['retry-after'];
        const text = await textOf(answer.body);
        return { statusCode: answer.statusCode, text, after: retryAfter(typeof after === 'string' ? after : undefined, Date.now()) };
      }),
    close: () => agent.destroy(),
  };
}

/** The answer as JSON; null where it is none, or no object. */
export function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

type Retry = Extract<SendResult, { outcome: 'retry' }>;

/** No answer came: the receiver as a whole is in trouble, or the way to it. */
export function failureOf(error: unknown): Retry {
  const { code, name } = error as { code?: string; name?: string };
  const late = name === 'TimeoutError' || /TIMEOUT|ETIMEDOUT/.test(code ?? '');
  return { outcome: 'retry', reason: late ? 'timeout' : (code ?? 'connection_failed').toLowerCase(), throttle: true };
}

/** To be tried again; `throttle`: not only this message. */
export const again = (reason: string, { statusCode, after }: Pick<Answer, 'statusCode' | 'after'>, throttle: boolean): Retry => ({
  outcome: 'retry',
  reason,
  statusCode,
  ...(after === undefined ? {} : { after }),
  ...(throttle ? { throttle: true as const } : {}),
});
