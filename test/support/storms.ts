// Storms on the API: conflicting writers on one ticket, and racing copies of one call. What they must leave behind is checked by whoever starts them.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, random } from './model/random.ts';

/** An answer as a storm looks at it. */
export interface Reply {
  status: number;
  etag: string | null;
  replayed: boolean;
  body: string;
}

/** Sends one call with a key of the center; over HTTP or straight into the app. */
export type Ask = (call: { method: 'GET' | 'POST'; url: string; headers?: Record<string, string>; body?: object }) => Promise<Reply>;

const versionOf = (etag: string | null): number | null => {
  const found = /^"v(\d+)"$/.exec(etag ?? '')?.[1];
  return found === undefined ? null : Number(found);
};

const isOverload = ({ status, body }: Reply): boolean => status === 503 && body.includes('"overloaded"');

const count = (tally: Map<string, number>, name: string): void => void tally.set(name, (tally.get(name) ?? 0) + 1);

/** What conflicting writers came to. */
export interface Conflict {
  attempts: number;
  won: number;
  /** Answers by status and code. */
  answers: Record<string, number>;
  /** Versions that a winner was given. */
  versions: number[];
  /** How often a call was told to come again, because as many as are served soon were in progress; it takes no part in the conflict then. */
  toldToComeAgain: number;
  /** Answers that no loser may get. */
  wrong: string[];
}

const days = (n: number): string => new Date(Date.now() + n * 86_400_000).toISOString();

/** What a desk may try on a device that has come in; each is possible again and again, unless another has just made it impossible. */
function attempt(chance: Random): object {
  return chance.pick([
    () => ({ action: 'hold.open', input: { reason: 'customer_info', resumeBy: days(2), customerText: 'Which color?' } }),
    () => ({ action: 'hold.resume', input: {} }),
    () => ({ action: 'promise.change', input: { promisedAt: days(chance.int(5, 2_000)), reason: 'workload' } }),
    () => ({ action: 'repair.start', input: { technician: 'Zhao' } }),
  ])();
}

/** A storm says so often how it goes. */
const TOLD = 20;

/** Many writers on one ticket that is `received`, each with the version it saw last, until the attempts are used up. */
export async function conflict(
  ask: Ask,
  ticketId: string,
  plan: { writers: number; attempts: number; seed: number },
  tell: (text: string) => void = () => undefined,
): Promise<Conflict> {
  const url = `/v1/tickets/${ticketId}/transitions`;
  const tally = new Map<string, number>();
  const found: Conflict = { attempts: 0, won: 0, answers: {}, versions: [], toldToComeAgain: 0, wrong: [] };
  const writer = async (_: unknown, lane: number): Promise<void> => {
    const chance = random(plan.seed, lane);
    let seen = 1;
    while (found.attempts < plan.attempts) {
      const nth = (found.attempts += 1);
      const headers = { 'if-match': `"v${seen}"`, 'idempotency-key': `storm-${plan.seed}-${nth}` };
      const call = { method: 'POST', url, headers, body: attempt(chance) } as const;
      let reply = await ask(call);
      for (; isOverload(reply); reply = await ask(call)) {
        found.toldToComeAgain += 1;
        // About as long as Retry-After says: the writers that are let in call without a pause, and refusals must not be most of the work.
        await sleep(chance.int(500, 1_500));
      }
      const { status, etag, body } = reply;
      const code = status === 200 ? '' : ((JSON.parse(body) as { code?: string }).code ?? '');
      count(tally, `${status} ${code}`.trim());
      if (status === 200) {
        found.won += 1;
        found.versions.push((JSON.parse(body) as { version: number }).version);
      } else if (status !== 409 && status !== 412) {
        found.wrong.push(`${status}: ${body.slice(0, 200)}`);
      }
      // Whoever lost reads the version from the answer, as a good client does; a 409 tells none and was decided on the newest.
      seen = versionOf(etag) ?? seen;
      if (nth % Math.ceil(plan.attempts / TOLD) === 0) tell(`${nth} attempts, ${found.won} taken, ${found.toldToComeAgain} told to come again`);
    }
  };
  await Promise.all(Array.from({ length: plan.writers }, writer));
  return { ...found, versions: found.versions.toSorted((a, b) => a - b), answers: Object.fromEntries(tally) };
}

/** What racing copies came to. */
export interface Race {
  keys: number;
  calls: number;
  /** Keys whose copies did not all answer the same bytes in the end. */
  unequal: number;
  /** Keys that more or fewer than one copy answered afresh. */
  notOnce: number;
  /** Answers to the same key with another body that were not 422. */
  mismatchesTaken: number;
  wrong: string[];
}

/** Every key is sent in `copies` at once, each repeated while another runs, and then once more with another body. `tell` hears how it goes. */
export async function race(
  ask: Ask,
  callOf: (nth: number) => { url: string; body: Record<string, unknown> },
  plan: { keys: number; copies: number; lanes: number; seed: number },
  tell: (text: string) => void = () => undefined,
): Promise<Race> {
  const found: Race = { keys: plan.keys, calls: 0, unequal: 0, notOnce: 0, mismatchesTaken: 0, wrong: [] };
  let next = 0;
  const send = async (key: string, url: string, body: object): Promise<Reply> => {
    for (let tried = 0; ; tried += 1) {
      found.calls += 1;
      const reply = await ask({ method: 'POST', url, headers: { 'idempotency-key': key }, body });
      const running = (reply.status === 409 && reply.body.includes('idempotency_in_progress')) || reply.status === 503;
      if (!running || tried > 60) return reply;
      await sleep(15 * (tried + 1));
    }
  };
  const lane = async (): Promise<void> => {
    for (let nth = next++; nth < plan.keys; nth = next++) {
      const { url, body } = callOf(nth);
      const key = `race-${plan.seed}-${nth}`;
      const replies = await Promise.all(Array.from({ length: plan.copies }, () => send(key, url, body)));
      for (const { status, body: text } of replies) if (status !== 201) found.wrong.push(`${status}: ${text.slice(0, 200)}`);
      if (new Set(replies.map((reply) => `${reply.status} ${reply.body}`)).size !== 1) found.unequal += 1;
      if (replies.filter(({ replayed }) => !replayed).length !== 1) found.notOnce += 1;
      const other = await send(key, url, { ...body, faultReported: 'Another fault' });
      if (other.status !== 422) found.mismatchesTaken += 1;
      if ((nth + 1) % Math.ceil(plan.keys / TOLD) === 0) tell(`${nth + 1} keys, ${found.calls} calls, ${found.notOnce} served other than once`);
    }
  };
  await Promise.all(Array.from({ length: plan.lanes }, lane));
  return found;
}
