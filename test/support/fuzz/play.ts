// Plays many requests and holds every answer against the contract.
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { complaintOf } from '../../client/contract.ts';
import type { Callers } from '../contract/right-call.ts';
import { printed, type Shot, shotOf } from './shot.ts';
import { type Answer, sendShot } from './wire.ts';

export interface Plan {
  seed: number;
  /** The first number, and how many. */
  from: number;
  count: number;
  lanes: number;
  /** Another world after so many: what was deleted is there again. */
  worldEvery: number;
  /** Faults after which it ends. */
  most: number;
  /** No other request is made then. */
  isOver?: () => boolean;
}
export interface Figures {
  requests: number;
  statuses: Record<string, number>;
  /** Operations that were answered with success at least once. */
  succeeded: string[];
  serverErrors: number;
  undocumented: number;
  offSchema: number;
  unanswered: number;
  leaks: number;
  /** Refused at first because the machine was busy, and sent again as the answer asks. */
  retried: number;
  faults: string[];
}

const RETRIES = 8;

/** What only somebody inside may read. */
const inside =
  /node_modules|node:internal|\bat \S+ \(\S+:\d+:\d+\)|\.ts:\d+|postgres(ql)?:\/\/|duplicate key value|violates \w+ constraint|syntax error at or near/;

function faultOf(shot: Shot, { status, contentType, body }: Answer, figures: Figures): string | null {
  if (status === null) {
    // Who does not speak HTTP may be hung up on; who does gets an answer.
    if (shot.raw !== null) return null;
    figures.unanswered += 1;
    return 'the connection ended without an answer';
  }
  if (status >= 500) {
    figures.serverErrors += 1;
    return `answered ${status}`;
  }
  if (contentType?.includes('json') === true && inside.test(body)) {
    figures.leaks += 1;
    return 'shows what is inside';
  }
  const complaint = complaintOf({ method: shot.method, url: shot.path, status, contentType, body });
  if (complaint === null) return null;
  if (/which its contract does not have$| as .*, its contract has /.test(complaint)) figures.undocumented += 1;
  else figures.offSchema += 1;
  return complaint;
}

/** Where it is played: a started API, and who may use it. */
export interface Range {
  port: number;
  /** A world that nobody has touched. */
  world(): Promise<Callers>;
}

/** Sends it; where the machine is busy, again when the answer says so. What the request itself brings about comes again. */
async function sentTo(port: number, agent: Agent, shot: Shot, figures: Figures): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await sendShot(port, agent, shot);
    if (answer.status !== 503 || tries > RETRIES) return answer;
    figures.retried += 1;
    await sleep(tries * 1_000);
  }
}

/** Plays them; `each` hears how many were answered. */
export async function playFuzz(range: Range, plan: Plan, each: (figures: Figures) => void = () => undefined): Promise<Figures> {
  const figures: Figures = {
    ...{ requests: 0, statuses: {}, succeeded: [], serverErrors: 0, undocumented: 0, offSchema: 0, unanswered: 0, leaks: 0, retried: 0, faults: [] },
  };
  const agent = new Agent({ connections: plan.lanes });
  const succeeded = new Set<string>();
  let callers = await range.world();
  let nth = plan.from;

  const one = async (n: number): Promise<void> => {
    const shot = shotOf(plan.seed, n, callers);
    const { world } = callers;
    const answer = await sentTo(range.port, agent, shot, figures).catch((error: unknown): string => String(error));
    figures.requests += 1;
    if (figures.requests % 1_000 === 0) each(figures);
    const fault = typeof answer === 'string' ? answer : faultOf(shot, answer, figures);
    if (typeof answer === 'string') figures.unanswered += 1;
    else {
      figures.statuses[answer.status ?? 'none'] = (figures.statuses[answer.status ?? 'none'] ?? 0) + 1;
      if (answer.status !== null && answer.status < 300) succeeded.add(shot.name);
      if (shot.name === 'advanceTicket' && answer.status === 200)
        world.ticketVersion = Number(/\d+/.exec(answer.etag ?? '')?.[0] ?? world.ticketVersion);
    }
    if (fault === null) return;
    const said = typeof answer === 'string' ? '' : `\n→ ${answer.status} ${answer.contentType}: ${answer.body.slice(0, 600)}`;
    figures.faults.push(`seed ${plan.seed} request ${n}: ${fault}\n${printed(shot)}${said}`);
  };
  const end = plan.from + plan.count;
  const goesOn = (): boolean => figures.faults.length < plan.most && plan.isOver?.() !== true;
  while (nth < end && goesOn()) {
    const until = Math.min(end, nth + plan.worldEvery);
    const lane = async (): Promise<void> => {
      while (nth < until && goesOn()) {
        nth += 1;
        await one(nth - 1);
      }
    };
    await Promise.all(Array.from({ length: plan.lanes }, lane));
    if (nth < end) callers = await range.world();
  }
  await agent.close();
  figures.succeeded = [...succeeded].toSorted();
  return figures;
}
