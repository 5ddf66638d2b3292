// A partner's webhook receiver: a real HTTP server that believes nothing whose signature the reference library refuses.
import { Webhook } from 'standardwebhooks';
import { until } from './until.ts';
import { type Call, startReceiver } from './webhook-receiver.ts';

/** A call as it came in. */
export interface ReceivedWebhook {
  /** webhook-id: the same on every try. */
  id: string;
  type: string;
  payload: { type: string; timestamp: string; data: Record<string, unknown> };
  verified: boolean;
  at: Date;
}

/** A listening receiver. */
export interface WebhookSink {
  url: string;
  calls: ReceivedWebhook[];
  /** The secret that registering `url` was answered with; calls before it cannot be verified. */
  trust(secret: string): void;
  /** Waits until this many verified calls are there. */
  arrived(count: number, withinMs?: number): Promise<ReceivedWebhook[]>;
  close(): Promise<void>;
}

const verify = (secret: string | null, { body, headers }: Call): boolean => {
  if (secret === null) return false;
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
};

/** Listens on a free port of loopback. `onCall` is told of each call. */
export async function openWebhookSink(onCall: (call: ReceivedWebhook) => void = () => undefined): Promise<WebhookSink> {
  const calls: ReceivedWebhook[] = [];
  let secret: string | null = null;
  const receiver = await startReceiver();
  receiver.answer('/glassbench', (call, response) => {
    const verified = verify(secret, call);
    const received = { id: call.id, type: call.type, payload: JSON.parse(call.body) as ReceivedWebhook['payload'], verified, at: new Date() };
    calls.push(received);
    onCall(received);
    response.writeHead(verified ? 204 : 401).end();
  });
  return {
    url: `${receiver.url}/glassbench`,
    calls,
    trust(given) {
      secret = given;
    },
    async arrived(count, withinMs = 20_000) {
      const verified = (): ReceivedWebhook[] => calls.filter((call) => call.verified);
      await until(
        () => verified().length >= count,
        withinMs,
        () => `${verified().length} of ${count} webhooks: ${calls.map(({ type }) => type).join(' | ')}`,
      );
      return verified();
    },
    close: () => receiver.close(),
  };
}
