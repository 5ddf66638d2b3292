// Webhooks as Standard Webhooks 1.0 has them: signed, thin, never following a redirect, connected only to checked addresses.
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, buildConnector, type Dispatcher } from 'undici';
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

const PREFIX = 'whsec_';

/** One signature of Standard Webhooks: `at` in seconds of the epoch. */
function signatureOf(secret: string, id: string, at: number, body: string): string {
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`;
}

function headersOf({ id, body, secrets }: Post): Record<string, string> {
  const at = Math.floor(Date.now() / 1000);
  return {
    'content-type': 'application/json',
    'user-agent': 'Glassbench-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': secrets.map((secret) => signatureOf(secret, id, at, body)).join(' '),
  };
}

interface Answer {
  statusCode: number;
  headers: IncomingHttpHeaders;
  /** What had come of the body before it ended, was enough or took too long: a slow or endless one changes nothing about the status. */
  said: Buffer;
}

/**
 * One call through undici's own interface: a stream, its iterator and a signal for an answer that has hardly ever a body are half of what a call
 * costs here. Rejects where no answer began within the time.
 */
class Call implements Dispatcher.DispatchHandler {
  readonly answer: Promise<Answer>;
  readonly #end = Promise.withResolvers<Answer>();
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #begun: Pick<Answer, 'statusCode' | 'headers'> | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #over: Error | null = null;

  constructor() {
    this.answer = this.#end.promise;
    this.#timer = setTimeout(() => this.#breakOff(Object.assign(new Error('no whole answer in time'), { name: 'TimeoutError' })), TIMEOUT_MS);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // The time may be over before there is a connection: then nothing is sent any more.
    if (this.#over === null) this.#controller = controller;
    else controller.abort(this.#over);
  }

  onResponseStart(_: Dispatcher.DispatchController, statusCode: number, headers: IncomingHttpHeaders): void {
    if (statusCode >= 200) this.#begun = { statusCode, headers };
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length >= ANSWER_BYTES) this.#breakOff(new Error('enough was read'));
  }

  onResponseEnd(): void {
    this.#settle(new Error('the answer ended before it began'));
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    this.#settle(error);
  }

  #breakOff(reason: Error): void {
    this.#settle(reason);
    this.#controller?.abort(reason);
  }

  #settle(error: Error): void {
    if (this.#over !== null) return;
    this.#over = error;
    clearTimeout(this.#timer);
    if (this.#begun === null) this.#end.reject(error);
    else this.#end.resolve({ ...this.#begun, said: Buffer.concat(this.#chunks).subarray(0, BODY_KEPT * 2) });
  }
}

function callOver(agent: Agent, url: string, headers: Record<string, string>, body: string): Promise<Answer> {
  const { origin, pathname, search } = new URL(url);
  const call = new Call();
  try {
    agent.dispatch({ origin, path: `${pathname}${search}`, method: 'POST', headers, body }, call);
  } catch (error) {
    // What undici refuses before it begins, an address that no header can carry.
    call.onResponseError(null, error as Error);
  }
  return call.answer;
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
        const answer = await callOver(agent, url, headers, body);
        const { said } = answer;
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
