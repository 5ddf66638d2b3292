// R10: so many dead letters, sent again by endpoint once the receiver is well: every one arrives, under its own id, in the order of its lane.
import type { Sender } from '../sender.ts';
import { until } from '../until.ts';
import { type Receiver, status } from '../webhook-receiver.ts';

export interface DeadLetterFigures {
  dead: number;
  replays: number;
  replayed: number;
  arrived: number;
  /** Dead letters that never came; none is allowed. */
  missing: number;
  /** Calls of a lane that came before an earlier one; none is allowed. */
  disorder: number;
  /** Rows that do not stand as sent in the end; none is allowed. */
  unsent: number;
}

const EACH = 10;

/** `replay` asks for one replay of the endpoint and answers how many it took, and whether there are more. */
export async function playDeadLetters(
  ground: Sender & { receiver: Receiver },
  count: number,
  replay: (endpointId: string) => Promise<{ replayed: number; more: boolean }>,
): Promise<DeadLetterFigures> {
  const path = '/dead-letters';
  const withinMs = 60_000 + count * 50;
  ground.receiver.answer(path, status(400));
  const endpoint = await ground.endpoint(path);
  // What an earlier story left behind is not counted; looked at before there is anything to count, for workers are at it at once.
  const old = await ground.states();
  await ground.fill('dead', Math.ceil(count / EACH), EACH, [endpoint]);
  const since = async (state: string): Promise<number> => ((await ground.states())[state] ?? 0) - (old[state] ?? 0);
  await until(async () => (await since('dead')) >= count, withinMs);
  const made = await since('dead');
  const before = ground.receiver.to(path).length;
  ground.receiver.answer(path, status(204));
  const figures: DeadLetterFigures = { dead: made, replays: 0, replayed: 0, arrived: 0, missing: 0, disorder: 0, unsent: 0 };
  for (let more = true; more; ) {
    const answer = await replay(endpoint);
    figures.replays += 1;
    figures.replayed += answer.replayed;
    ({ more } = answer);
  }
  await until(async () => (await since('sent')) >= made, withinMs);
  const calls = ground.receiver.to(path).slice(before);
  const ids = new Set(calls.map(({ id }) => id));
  figures.arrived = calls.length;
  figures.missing = made - ids.size;
  figures.disorder = disorderOf(calls.map(({ data }) => ({ lane: String(data['lane']), n: Number(data['n']) })));
  figures.unsent = made - (await since('sent'));
  return figures;
}

/** How many calls came after a later one of their lane; a repeat of the newest is none. */
export function disorderOf(calls: readonly { lane: string; n: number }[]): number {
  const newest = new Map<string, number>();
  let disorder = 0;
  for (const { lane, n } of calls) {
    const last = newest.get(lane) ?? 0;
    if (n < last) disorder += 1;
    newest.set(lane, Math.max(last, n));
  }
  return disorder;
}
