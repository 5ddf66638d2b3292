// One sequence of commands against the pure lifecycle.
import type { Coverage } from './coverage.ts';
import { expectation, happened } from './expectation.ts';
import { judged, told } from './judged.ts';
import { ask, happen, pureTicket } from './pure-product.ts';
import { random } from './random.ts';
import { opened } from './repair.ts';
import { beginning, beginningOf, nextCommands } from './sequences.ts';

/** Plays it until the commands are used up, or model and product differ. */
export function playPure(seed: number, sequence: number, commands: number, run: Coverage): void {
  const chance = random(seed, sequence);
  const start = beginningOf(chance, `MODEL${sequence}Q`);
  let repair = opened(start);
  let now = beginning;
  const ticket = pureTicket(start, now);
  run.sequences += 1;
  for (let nth = 0; nth < commands; ) {
    for (const command of nextCommands(repair, now, chance, false)) {
      now += command.after;
      if (command.kind === 'world') {
        repair = happened(repair, command, now);
        happen(ticket, command.happening, now);
        continue;
      }
      nth += 1;
      const expected = expectation(repair, command, now);
      const texts = judged(run, repair, command, expected, ask(ticket, command, now));
      if (texts.length > 0) {
        run.disagreements.push(told({ seed, sequence, nth, before: repair, asked: command, texts }));
        return;
      }
      if (expected.kind === 'taken') repair = expected.next;
    }
  }
}
