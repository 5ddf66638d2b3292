// Webhooks as Standard Webhooks 1.0 has them: signed, thin, never following a redirect, connected only to checked addresses.
import { Webhook } from 'standardwebhooks';
import { Agent, buildConnector, request } from 'undici';
import { checkedAddress, RefusedAddress, refusalOf } from '#platform/public-address.ts';
import type { Channel, Post, SendResult } from './channel.ts';
import { failureOf, retryAfter } from './http.ts';

/** What the webhook channel needs to know. */
export interface WebhookSettings {
  WEBHOOKS_TO_PRIVATE: boolean;
}

/** From the first byte sent to the last byte read. */
const TIMEOUT_MS = 15_000;
const CONNECT_MS = 5_000;
const ANSWER_BYTES = 16_384;
/** Refused now, but not for good. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429]);
/** The receiver as a whole is overloaded or down. */
const IN_TROUBLE: ReadonlySet<number> = new Set([429, 502, 504]);

/** Connects to the very address that was checked; the name is resolved again for each new connection. */
function guardedAgent(toPrivate: boolean): Agent {
  const connect = buildConnector({ timeout: CONNECT_MS });
  const connectChecked = async (...[options, callback]: Parameters<typeof connect>): Promise<void> => {
    try {
      // The certificate is still checked against the name.
      connect({ ...options, hostname: await checkedAddress(options.hostname, toPrivate) }, callback);
    } catch (error) {
      callback(error as Error, null);
    }
  };
  return new Agent({
    // No limit per host: endpoints of several partners may share one, and the lanes at work are limited already.
    pipelining: 1,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 4_000,
    maxHeaderSize: ANSWER_BYTES,
    connect(options, callback) {
      void connectChecked(options, callback);
    },
  });
}

function headersOf(post: Post): Record<string, string> {
  const at = new Date();
  return {
    'content-type': 'application/json',
    'user-agent': 'Glassbench-Webhooks/1',
    'webhook-id': post.id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': post.secrets.map((secret) => new Webhook(secret).sign(post.id, at, post.body)).join(' '),
  };
}

function judge(statusCode: number, after: number | undefined): SendResult {
  if (statusCode >= 200 && statusCode < 300) return { outcome: 'sent', statusCode };
  if (statusCode === 410) return { outcome: 'dead', reason: 'endpoint_gone', statusCode, gone: true };
  if (statusCode >= 500 || PASSING.has(statusCode)) {
    const throttle = IN_TROUBLE.has(statusCode) ? { throttle: true as const } : {};
    return { outcome: 'retry', reason: `status_${statusCode}`, statusCode, ...throttle, ...(after === undefined ? {} : { after }) };
  }
  return { outcome: 'dead', reason: statusCode < 400 ? 'redirect_not_followed' : `status_${statusCode}`, statusCode };
}

const causes = (error: unknown): unknown[] => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? [error] : [error, ...causes(cause)];
};

function judgeFailure(error: unknown): SendResult {
  const refused = causes(error).find((cause) => cause instanceof RefusedAddress);
  return refused === undefined ? failureOf(error) : { outcome: 'dead', reason: `address_${refused.refusal}` };
}

/** Opens the webhook channel. */
export function openWebhook(settings: WebhookSettings): Channel<Post> {
  const toPrivate = settings.WEBHOOKS_TO_PRIVATE;
  const agent = guardedAgent(toPrivate);
  return {
    async send(post) {
      const refusal = refusalOf(post.url, toPrivate);
      if (refusal !== null) return { outcome: 'dead', reason: `address_${refusal}` };
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      try {
        const answer = await request(post.url, { method: 'POST', headers: headersOf(post), body: post.body, dispatcher: agent, signal });
        // What it says is not kept; an endless or slow body changes nothing about the status.
        await answer.body.dump({ limit: ANSWER_BYTES, signal }).catch(() => undefined);
        const after = answer.headers['retry-after'];
        return judge(answer.statusCode, retryAfter(typeof after === 'string' ? after : undefined, Date.now()));
      } catch (error) {
        return judgeFailure(error);
      }
    },
    close: () => agent.destroy(),
  };
}
