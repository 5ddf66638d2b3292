// Webhooks as Standard Webhooks 1.0 has them: signed, thin, never following a redirect, connected only to checked addresses.
import { Webhook } from 'standardwebhooks';
import { Agent, buildConnector, type Dispatcher, request } from 'undici';
import { withDeadline } from '#platform/deadline.ts';
import { checkedAddress, RefusedAddress, type Resolve, refusalOf, resolveName } from '#platform/public-address.ts';
import { answers } from '../challenge.ts';
import type { Channel, Post, SendResult } from './channel.ts';
import { BODY_KEPT, exchangeOf } from './exchange.ts';
import { failureOf, retryAfter } from './http.ts';

/** What the webhook channel needs to know. */
export interface WebhookSettings {
  WEBHOOKS_TO_PRIVATE: boolean;
}

/** The network as the channel sees it; tests bring one that lies about names and counts connections. */
export interface Outside {
  resolve: Resolve;
  dial: buildConnector.connector;
}

const CONNECT_MS = 5_000;

const outside = (): Outside => ({ resolve: resolveName, dial: buildConnector({ timeout: CONNECT_MS }) });

/** From the first byte sent to the last byte read. */
const TIMEOUT_MS = 15_000;
const ANSWER_BYTES = 16_384;
/** Refused now, but not for good. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429]);
/** The receiver as a whole is overloaded or down. */
const IN_TROUBLE: ReadonlySet<number> = new Set([429, 502, 504]);

/** Connects to the very address that was checked; the name is resolved again for each new connection. */
function guardedAgent(toPrivate: boolean, { resolve, dial }: Outside): Agent {
  const connectChecked = async (...[options, callback]: Parameters<typeof dial>): Promise<void> => {
    try {
      // The certificate is still checked against the name.
      dial({ ...options, hostname: await checkedAddress(options.hostname, toPrivate, resolve) }, callback);
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

/** What has come of the answer before it ended, was enough or took too long: a slow or endless body changes nothing about the status. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length >= ANSWER_BYTES) break;
    }
  } catch {
    // The signal, or a connection that broke: the status has been said.
  }
  return Buffer.concat(chunks).subarray(0, BODY_KEPT * 2);
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
export function openWebhook(settings: WebhookSettings, network: Outside = outside()): Channel<Post> {
  const toPrivate = settings.WEBHOOKS_TO_PRIVATE;
  const agent = guardedAgent(toPrivate, network);
  return {
    async send(post) {
      const refusal = refusalOf(post.url, toPrivate);
      if (refusal !== null) return { outcome: 'dead', reason: `address_${refusal}` };
      const { url, body } = post;
      const headers = headersOf(post);
      const began = performance.now();
      const call = () => ({ url, headers, tookMs: performance.now() - began });
      try {
        const [answer, said] = await withDeadline(TIMEOUT_MS, async (signal) => {
          const response = await request(url, { method: 'POST', headers, body, dispatcher: agent, signal });
          return [response, await beginningOf(response.body)] as const;
        });
        const after = answer.headers['retry-after'];
        const judged = judge(answer.statusCode, retryAfter(typeof after === 'string' ? after : undefined, Date.now()));
        const proven = post.expects === undefined || answers(said.toString('utf8'), post.expects);
        const result: SendResult =
          judged.outcome === 'sent' && !proven ? { outcome: 'dead', reason: 'challenge_not_answered', statusCode: answer.statusCode } : judged;
        return { ...result, exchange: exchangeOf(call(), { headers: answer.headers, body: said }) };
      } catch (error) {
        return { ...judgeFailure(error), exchange: exchangeOf(call(), null) };
      }
    },
    close: () => agent.destroy(),
  };
}
