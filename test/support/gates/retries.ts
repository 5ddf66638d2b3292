// R9: what becomes of a message that its receiver does not take, on a clock of our own: when it is tried again, and when it is given up.
import { type Kysely, sql } from 'kysely';
import { TRIES } from '#notifications/lane-rules.ts';
import type { Database } from '#platform/db/database.ts';
import type { MovingClock } from '../moving-clock.ts';
import type { Sender } from '../sender.ts';
import { until } from '../until.ts';
import { type Answer, type Receiver, status } from '../webhook-receiver.ts';

/** Where it is played: a worker runs over the sender's database with this clock. */
export interface RetryGround extends Sender {
  receiver: Receiver;
  clock: MovingClock;
  owner: Kysely<Database>;
}

/** One message to its end. Hours from the first try to each of them. */
export interface Timeline {
  case: string;
  hours: number[];
  end: string;
  ids: number;
}

const WITHIN_MS = 60_000;

/** Seconds until the lane's next try; null where it does not wait. */
async function waitOf({ owner }: RetryGround, subject: string): Promise<number | null> {
  const { rows } = await sql<{ seconds: number | null }>`
    select extract(epoch from next_at - now())::float8 as seconds from lanes where subject = ${subject} and state = 'waiting'`.execute(owner);
  return rows[0]?.seconds ?? null;
}

async function play(ground: RetryGround, name: string, answer: Answer): Promise<Timeline> {
  const path = `/${name}`;
  const subject = `tkt_${name}`;
  ground.receiver.answer(path, answer);
  await ground.tell(await ground.endpoint(path), subject, [1]);
  const hours: number[] = [];
  let now = 0;
  for (;;) {
    // A lane that was put off, because its receiver is left alone for a while, is not a try.
    const row = await until(async () => {
      const [found] = await ground.rows(subject);
      return found !== undefined && found.attempts > hours.length && (found.state !== 'pending' || (await waitOf(ground, subject)) !== null)
        ? found
        : null;
    }, WITHIN_MS);
    // By the ledger: what waited for seconds only may have been tried again by itself before it was looked at.
    while (hours.length < row.attempts) hours.push(now);
    if (row.state !== 'pending') {
      const calls = ground.receiver.to(path);
      return { case: name, hours, end: `${row.state}: ${row.reason ?? ''}`, ids: new Set(calls.map(({ id }) => id)).size };
    }
    const wait = (await waitOf(ground, subject)) ?? 0;
    now += wait / 3_600;
    ground.clock.pass(wait / 3_600 + 0.1);
    await ground.hurry();
  }
}

/** So often another answer, then 204. */
const atFirst =
  (times: number, answer: Answer): Answer =>
  (call, response, calls) =>
    (calls <= times ? answer : status(204))(call, response, calls);

/** Every way of not taking a message. */
const ways: Record<string, Answer> = {
  'always-500': status(500),
  recovers: atFirst(3, status(503)),
  'gone-410': status(410),
  'refused-400': status(400),
  'busy-429': atFirst(1, status(429, { 'retry-after': '7200' })),
  'after-a-date': atFirst(1, (call, response, calls) =>
    status(503, { 'retry-after': new Date(Date.now() + 3 * 3_600_000).toUTCString() })(call, response, calls),
  ),
  'wishes-too-much': atFirst(1, status(429, { 'retry-after': '999999999' })),
  'hangs-up': atFirst(1, (_call, response) => void response.destroy()),
};

/** Those that take 15 s of real time. */
const slowWays: Record<string, Answer> = {
  'never-answers': atFirst(1, () => undefined),
  'slow-body': (_call, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write('.'), 1_000);
    response.on('close', () => clearInterval(drip));
  },
};

/** The names of the ways that take no time. */
export const retryWays = Object.keys(ways);

/** One of them. */
export const playRetry = (ground: RetryGround, way: string): Promise<Timeline> => play(ground, way, ways[way] ?? slowWays[way] ?? status(204));

/** All of them, one after the other. `tell` hears of each. */
export async function playRetries(ground: RetryGround, tell: (timeline: Timeline) => void): Promise<Timeline[]> {
  const timelines: Timeline[] = [];
  for (const way of [...retryWays, ...Object.keys(slowWays)]) {
    const timeline = await playRetry(ground, way);
    timelines.push(timeline);
    tell(timeline);
  }
  return timelines;
}

/** What is wrong with the timelines, in words; nothing where all is as promised. */
export function judge(timelines: readonly Timeline[]): string[] {
  const of = (name: string): Timeline | undefined => timelines.find((timeline) => timeline.case === name);
  const wrong = timelines.filter(({ ids }) => ids !== 1).map((timeline) => `${timeline.case}: ${timeline.ids} ids`);
  const expect = (name: string, what: string, holds: (timeline: Timeline) => boolean): void => {
    const timeline = of(name);
    if (timeline !== undefined && !holds(timeline)) wrong.push(`${name}: not ${what}: ${JSON.stringify(timeline)}`);
  };
  const days = (timeline: Timeline): number => (timeline.hours.at(-1) ?? 0) / 24;
  const second = (timeline: Timeline): number => timeline.hours[1] ?? -1;
  expect(
    'always-500',
    `${TRIES} tries over 5 days`,
    (t) => t.hours.length === TRIES && days(t) > 4.4 && days(t) < 5.6 && t.end === 'dead: gave_up: status_500',
  );
  expect('recovers', 'sent at the fourth try', (t) => t.hours.length === 4 && t.end.startsWith('sent'));
  expect('gone-410', 'dead at once', (t) => t.hours.length === 1 && t.end === 'dead: endpoint_gone');
  expect('refused-400', 'dead at once', (t) => t.hours.length === 1 && t.end === 'dead: status_400');
  expect('busy-429', 'left alone for 2 h', (t) => second(t) > 1.99 && second(t) < 2.3 && t.end.startsWith('sent'));
  expect('after-a-date', 'left alone until the date', (t) => second(t) > 2.9 && second(t) < 3.3 && t.end.startsWith('sent'));
  expect('wishes-too-much', 'left alone for a day at most', (t) => second(t) > 23 && second(t) <= 24.1 && t.end.startsWith('sent'));
  expect('hangs-up', 'tried again in seconds', (t) => second(t) * 3_600 < 10 && t.end.startsWith('sent'));
  expect('never-answers', 'a timeout, tried again in seconds', (t) => second(t) * 3_600 < 10 && t.end.startsWith('sent'));
  expect('slow-body', 'sent: the status counts', (t) => t.hours.length === 1 && t.end.startsWith('sent'));
  return wrong;
}
