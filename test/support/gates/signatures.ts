// S6: calls as they arrive at a partner, with one bit turned over somewhere: the reference library accepts none of them.
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { openWebhook } from '#notifications/channels/webhook.ts';
import { random as chance } from '../model/random.ts';
import { type Call, startReceiver } from '../webhook-receiver.ts';

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const SIGNED = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
const CALLS = 40;

export interface SignatureFigures {
  seed: number;
  calls: number;
  /** Untouched calls that the library refused, with any live secret; none is allowed. */
  refused: number;
  flips: number;
  accepted: number;
  /** Untouched calls that another secret verified; none is allowed. */
  foreign: number;
}

const verifies = (secret: string, body: Buffer, headers: Record<string, string>): boolean => {
  try {
    new Webhook(secret).verify(body.toString('utf8'), headers);
    return true;
  } catch {
    return false;
  }
};

/** Sends signed calls to a receiver and turns `flips` bits over in what arrived. */
export async function playSignatures(flips: number, seed: number): Promise<SignatureFigures> {
  const { next: random } = chance(seed, 0);
  const receiver = await startReceiver();
  const channel = openWebhook({ WEBHOOKS_TO_PRIVATE: true });
  const secrets: string[][] = [];
  for (let n = 0; n < CALLS; n += 1) {
    // Every second endpoint is in the middle of a rotation.
    const own = n % 2 === 0 ? [newSecret()] : [newSecret(), newSecret()];
    secrets.push(own);
    const body = JSON.stringify({
      type: 'ticket.advanced',
      timestamp: new Date().toISOString(),
      data: { n, code: '7K3M9QX2RT5', text: '设备已收到' },
    });
    await channel.send({ kind: 'post', id: `msg_${n}`, url: `${receiver.url}/signed`, secrets: own, body });
  }
  await channel.close();
  const figures: SignatureFigures = { seed, calls: receiver.calls.length, refused: 0, flips: 0, accepted: 0, foreign: 0 };
  for (const [n, { body, headers }] of receiver.calls.entries()) {
    for (const secret of secrets[n] ?? []) if (!verifies(secret, Buffer.from(body), headers)) figures.refused += 1;
    if (verifies(newSecret(), Buffer.from(body), headers)) figures.foreign += 1;
  }
  while (figures.flips < flips) {
    const n = Math.floor(random() * receiver.calls.length);
    const { body, headers } = receiver.calls[n] as Call;
    const own = secrets[n] ?? [];
    const bytes = Buffer.from(body);
    const turned = { ...headers };
    // A call with two signatures stays good where one of them is touched: those are left alone.
    const places = own.length === 1 ? SIGNED : SIGNED.slice(0, 2);
    const place = Math.floor(random() * (places.length + 1));
    const name = places[place];
    const target = name === undefined ? bytes : Buffer.from(headers[name] ?? '');
    const at = Math.floor(random() * target.length);
    target.writeUInt8((target[at] ?? 0) ^ (1 << Math.floor(random() * 8)), at);
    if (name !== undefined) turned[name] = target.toString('latin1');
    figures.flips += 1;
    if (own.some((secret) => verifies(secret, bytes, turned))) figures.accepted += 1;
  }
  await receiver.close();
  return figures;
}
