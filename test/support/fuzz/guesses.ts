// S3: proofs of one record guessed from many addresses, over as many processes as there are.
import { type Agent, request } from 'undici';
import type { Random } from '../model/random.ts';

export interface GuessFigures {
  guesses: number;
  addresses: number;
  /** Refused by a limit, before anything was looked at. */
  limited: number;
  /** Answered that nothing is shown. */
  shown: number;
  /** The record was opened. */
  opened: number;
  /** Answers other than these, by status. */
  others: Record<string, number>;
}

/** A public address of its own for every guess. */
const addressOf = (nth: number): string => `203.${(nth >> 16) & 255}.${(nth >> 8) & 255}.${nth & 255}`;

/** The guess of this number, from an address of its own, at the process whose turn it is. */
const guess = (ports: readonly number[], agent: Agent, nth: number, serial: string, phoneLast4: string): ReturnType<typeof request> =>
  request(`http://127.0.0.1:${ports[nth % ports.length]}/v1/lookup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': addressOf(nth) },
    body: JSON.stringify({ identifier: serial, proof: { phoneLast4 } }),
    dispatcher: agent,
  });

/** Sends so many guesses at the same moment, the right one at a random place among them; answers whether the record was opened. */
export async function isOpenedAmong(
  ports: readonly number[],
  agent: Agent,
  serial: string,
  right: string,
  guesses: number,
  chance: Random,
): Promise<boolean> {
  const place = chance.int(0, guesses - 1);
  const others = Array.from({ length: guesses }, (_, n) => String((Number(right) + 1 + n) % 10_000).padStart(4, '0'));
  const answers = await Promise.all(
    others.map(
      async (wrong, nth) => (await guess(ports, agent, nth, serial, nth === place ? right : wrong)).body.json() as Promise<{ found: boolean }>,
    ),
  );
  return answers.some(({ found }) => found);
}

/** Guesses the last four digits in a random order, all of them if need be, so that the right ones are among the guesses; `each` hears of every answer. */
export async function playGuesses(
  ports: readonly number[],
  agent: Agent,
  serial: string,
  guesses: number,
  lanes: number,
  chance: Random,
  each: () => void = () => undefined,
): Promise<GuessFigures> {
  const digits = chance.shuffled(Array.from({ length: 10_000 }, (_, n) => String(n).padStart(4, '0')));
  const figures: GuessFigures = { guesses, addresses: guesses, limited: 0, shown: 0, opened: 0, others: {} };
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < guesses) {
      const nth = next;
      next += 1;
      const answer = await guess(ports, agent, nth, serial, digits[nth % digits.length] ?? '');
      const body = await answer.body.text();
      if (answer.statusCode === 429) figures.limited += 1;
      else if (answer.statusCode !== 200) figures.others[answer.statusCode] = (figures.others[answer.statusCode] ?? 0) + 1;
      else if ((JSON.parse(body) as { found: boolean }).found) figures.opened += 1;
      else figures.shown += 1;
      each();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return figures;
}
