// The calls of a flood in turn: a public lookup, a read by a machine, a step of a ticket; and what each ticket's version must be afterwards.
import { randomUUID } from 'node:crypto';
import type { Answer } from './lines.ts';

/** The classes of calls that a flood is made of, a third each. */
export const kinds = ['lookup', 'read', 'step'] as const;
export type Kind = (typeof kinds)[number];

/** A ticket that can take steps, and its version as far as it has been acknowledged. */
export interface Target {
  id: string;
  serial: string;
  version: number;
  /** A call was answered in a way that does not say whether it was done. */
  unsure: boolean;
}

/** One call: what goes over the wire, and what its answer is told to. */
export interface Call {
  kind: Kind;
  request: string;
  settle(answer: Answer): void;
}

/** What became of a call. `refused`: told by a problem document to come again, and when. */
export type Outcome = 'served' | 'refused' | 'other';

/** Whether an answer is one of the two that an overloaded service may give. */
export function outcomeOf({ status, text }: Answer): Outcome {
  if (status >= 200 && status < 300) return 'served';
  const clear =
    /^retry-after: \d+\r$/im.test(text) && /^content-type: application\/problem\+json/im.test(text) && text.includes('"code":"overloaded"');
  return status === 503 && clear ? 'refused' : 'other';
}

const days = (n: number): string => new Date(Date.now() + n * 86_400_000).toISOString();

/** Makes the calls one after the other. Steps go to tickets in turn, of which none has two under way. */
export function openCalls(host: string, key: string, targets: readonly Target[]): () => Call {
  const resting = [...targets];
  let made = 0;
  const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${more}\r\n`;
  const bearer = `authorization: Bearer ${key}\r\n`;
  const some = (): Target => targets[made % targets.length] as Target;

  const step = (target: Target): Call => {
    const body = JSON.stringify({ action: 'promise.change', input: { promisedAt: days(5 + (made % 2_000)), reason: 'workload' } });
    const head = `${bearer}idempotency-key: ${randomUUID()}\r\nif-match: "v${target.version}"\r\ncontent-type: application/json\r\n`;
    return {
      kind: 'step',
      request: `POST /v1/tickets/${target.id}/transitions HTTP/1.1\r\nhost: ${host}\r\n${head}content-length: ${body.length}\r\n\r\n${body}`,
      settle(answer) {
        const version = Number(/^etag: "v(\d+)"/im.exec(answer.text)?.[1] ?? Number.NaN);
        if (answer.status === 200 || (answer.status === 412 && target.unsure)) target.version = version;
        else if (outcomeOf(answer) === 'other') target.unsure = true;
        resting.push(target);
      },
    };
  };
  const nothing = (): void => undefined;
  return () => {
    const kind = kinds[made % kinds.length] as Kind;
    made += 1;
    if (kind === 'lookup') return { kind, request: get(`/v1/lookup/${some().serial}`), settle: nothing };
    const target = kind === 'step' ? resting.shift() : undefined;
    return target === undefined ? { kind: 'read', request: get(`/v1/tickets/${some().id}`, bearer), settle: nothing } : step(target);
  };
}
