// Clients that do as a good client does while everything breaks: the same key and body again until there is an answer, and a note of each.
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { type Random, random } from '../model/random.ts';
import { type Beat, opening, storyOf, TOLD_FIRST } from './story.ts';

/** What was acknowledged about one ticket, in order: version by version. */
export interface Acknowledged {
  ticketId: string;
  mail: boolean;
  /** The action of each version, and what the customer has to hear of it. */
  steps: { action: string; tells: string | null }[];
  notes: string[];
}

/** What the clients have seen. */
export interface Load {
  tickets: Acknowledged[];
  /** Calls that were acknowledged, each once. */
  acknowledged(): number;
  /** Every answer and every broken line, by status and code. */
  answers: Map<string, number>;
  /** Answers that no good client may get. */
  wrong: string[];
  /** Milliseconds of the call that took longest, whatever came of it. */
  slowest(): number;
  /** Calls that were tried more than once. */
  repeated(): number;
  /** No new call; resolves when those that run have been acknowledged. */
  stop(): Promise<void>;
}

/** How the clients behave. */
export interface LoadOptions {
  /** Tells the tickets of this load from those of every other. */
  name: string;
  /** Where to send the next call; `failed`: the last one there was not answered. */
  choose(nth: number, failed: string | null): string;
  key: string;
  writers: number;
  seed: number;
  /** Pause between two calls of a writer, at most. */
  pauseMs: number;
  /** What does not answer by then is tried again. */
  patienceMs?: number;
  /** Hears of every call, answered or not. */
  onCall?(ms: number, answer: string): void;
}

interface Answer {
  status: number;
  body: string;
  etag: string;
}

const PATIENCE_MS = 15_000;
const AGAIN_MS = 40;

const codeOf = (body: string): string => /"code":"([a-z_]+)"/.exec(body)?.[1] ?? '';

/** Whether the same call is to be sent again: nobody was there, or it is still running. */
const isPassing = ({ status, body }: Answer): boolean => status === 503 || (status === 409 && codeOf(body) === 'idempotency_in_progress');

/** Starts the writers. */
export function startLoad({ name, choose, key, writers, seed, pauseMs, patienceMs = PATIENCE_MS, onCall }: LoadOptions): Load {
  const agent = new Agent({ connections: writers * 2, pipelining: 1 });
  const tickets: Acknowledged[] = [];
  const answers = new Map<string, number>();
  const wrong: string[] = [];
  let calls = 0;
  let repeated = 0;
  let slowest = 0;
  let working = true;
  const count = (name: string, began: number): void => {
    const ms = performance.now() - began;
    answers.set(name, (answers.get(name) ?? 0) + 1);
    slowest = Math.max(slowest, ms);
    onCall?.(ms, name);
  };

  const once = async (base: string, url: string, headers: Record<string, string>, body: object): Promise<Answer | null> => {
    const began = performance.now();
    try {
      const answer = await request(`${base}${url}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        dispatcher: agent,
        signal: AbortSignal.timeout(patienceMs),
      });
      const text = await answer.body.text();
      const status = answer.statusCode;
      count(status < 300 ? String(status) : `${status} ${codeOf(text)}`, began);
      return { status, body: text, etag: String(answer.headers['etag'] ?? '') };
    } catch (error) {
      const { code, name } = error as { code?: string; name: string };
      count(code ?? name, began);
      return null;
    }
  };

  /** Until it is answered. Null where the answer is none that a good client may get. */
  const call = async (url: string, headers: Record<string, string>, body: object): Promise<Record<string, unknown> | null> => {
    const nth = (calls += 1);
    const keyed = { ...headers, 'idempotency-key': `${name}-${seed}-${nth}` };
    let failed: string | null = null;
    for (let tried = 1; ; tried += 1) {
      const base = choose(nth, failed);
      const answer = await once(base, url, keyed, body);
      if (answer !== null && answer.status < 300) return JSON.parse(answer.body) as Record<string, unknown>;
      if (answer !== null && !isPassing(answer)) {
        wrong.push(`${url} ${JSON.stringify(body).slice(0, 80)} (try ${tried}): ${answer.status} ${answer.body.slice(0, 200)}`);
        return null;
      }
      if (tried === 1) repeated += 1;
      failed = base;
      await sleep(AGAIN_MS);
    }
  };

  const play = async (ticket: Acknowledged, beat: Beat): Promise<boolean> => {
    const url = `/v1/tickets/${ticket.ticketId}`;
    if ('note' in beat) {
      const noted = await call(`${url}/notes`, {}, { visibility: 'internal', body: beat.note });
      if (noted !== null) ticket.notes.push(String(noted['id']));
      return noted !== null;
    }
    const { action, input, tells } = beat;
    const moved = await call(`${url}/transitions`, { 'if-match': `"v${ticket.steps.length}"` }, { action, input });
    if (moved === null) return false;
    ticket.steps.push({ action, tells });
    if (moved['version'] !== ticket.steps.length) wrong.push(`${ticket.ticketId}: ${action} made version ${String(moved['version'])}`);
    return true;
  };

  const story = async (chance: Random, serial: string): Promise<void> => {
    const mail = chance.chance(0.6);
    const opened = await call('/v1/tickets', {}, opening(serial, mail ? `${serial.toLowerCase()}@example.com` : null));
    if (opened === null) return;
    const ticket: Acknowledged = { ticketId: String(opened['id']), mail, steps: [{ action: 'ticket.create', tells: TOLD_FIRST }], notes: [] };
    tickets.push(ticket);
    for (const beat of storyOf(chance, serial)) {
      await sleep(chance.int(0, pauseMs));
      if (!working || !(await play(ticket, beat))) return;
    }
  };
  const writer = async (lane: number): Promise<void> => {
    const chance = random(seed, lane);
    for (let nth = 0; working; nth += 1) await story(chance, `${name.toUpperCase()}${seed}W${lane}T${nth}`);
  };
  const running = Promise.all(Array.from({ length: writers }, (_, lane) => writer(lane)));
  return {
    tickets,
    acknowledged: () => tickets.reduce((sum, { steps, notes }) => sum + steps.length + notes.length, 0),
    answers,
    wrong,
    slowest: () => slowest,
    repeated: () => repeated,
    async stop() {
      working = false;
      await running;
      await agent.destroy();
    },
  };
}
