// R9 by hand: when a message is tried again that its receiver does not take, on a clock of our own; with the cases that take 15 s of real time.
import { judge, playRetries } from '../test/support/gates/retries.ts';
import { movingClock } from '../test/support/moving-clock.ts';
import { openInProcess } from './ground.ts';
import { record } from './support.ts';

const clock = movingClock('2026-11-22T05:00:00.000Z');
const ground = await openInProcess('postgres', clock);
const timelines = await playRetries({ ...ground, clock }, ({ case: name, hours, end }) => console.log(`${name}: ${hours.length} tries, ${end}`));
const wrong = judge(timelines);
await ground.close();
console.log(JSON.stringify({ timelines, wrong }));
const rows = timelines.map(
  ({ case: name, hours, end }) => `| ${name} | ${hours.length} | ${hours.map((hour) => hour.toFixed(hour < 1 ? 3 : 1)).join(', ')} | ${end} |`,
);
record(
  'Retries',
  'node bench/retries.ts',
  `One message each to a receiver that does not take it; the clock is moved to each next try. ${wrong.length} not as promised.\n
| receiver | tries | hours after the first | end |\n|---|---|---|---|\n${rows.join('\n')}${wrong.length === 0 ? '' : `\n\n${wrong.join('\n')}`}`,
);
process.exit(wrong.length === 0 ? 0 : 1);
