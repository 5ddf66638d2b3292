// Breaks a started installation in every way the design names and recomputes it afterwards, on each queue:
// node bench/chaos.ts <part> [how much] [seed] [redis|postgres]. Prints its seed, how it goes, and its figures as JSON.

import { seedOf } from '../test/support/model/random.ts';
import { missingRedis } from '../test/support/queue-backends.ts';
import { parts } from './chaos-parts.ts';
import type { Part } from './chaos-turn.ts';
import { askFirst, record } from './support.ts';

const [name = '', amount, seedText, only] = process.argv.slice(2);
if (!Object.hasOwn(parts, name) || (only !== undefined && only !== 'redis' && only !== 'postgres')) {
  console.log(`node bench/chaos.ts ${Object.keys(parts).join('|')} [how much] [seed] [redis|postgres]`);
  process.exit(2);
}
const part: Part = parts[name as keyof typeof parts];
const much = Number(amount ?? part.amount);
const seed = seedOf(seedText ?? process.env['CHAOS_SEED']);
console.log(`seed ${seed}`);
// Where somebody's patience ends, a SIGTERM asks the kills to come to their verdict; a second one, or a SIGINT, ends them without.
let enough = false;
askFirst(() => {
  const comesToItsEnd = name === 'kills' && !enough;
  enough = true;
  return comesToItsEnd;
});

const played: Record<string, object> = {};
let wrong = 0;
for (const backend of ['redis', 'postgres'] as const) {
  if ((only !== undefined && only !== backend) || enough) continue;
  if (backend === 'redis' && missingRedis !== null) throw new Error(missingRedis);
  const tell = (text: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${backend}: ${text}`);
  const came = await part.play({ backend, much, seed, tell, enough: () => enough });
  if (came === null) {
    tell(`${name} is of Redis alone: there is nothing to play`);
    continue;
  }
  const { figures, body, faults } = came;
  played[backend] = { ...figures, faults };
  for (const fault of faults) tell(fault);
  wrong += faults.length;
  const verdict = faults.length === 0 ? 'Nothing was wrong.' : `**${faults.length} wrong:** ${faults.slice(0, 5).join('; ')}`;
  record(
    `Chaos: ${name}, queue on ${backend === 'redis' ? 'Redis' : 'PostgreSQL'}`,
    `node bench/chaos.ts ${name} ${much} ${seed} ${backend}`,
    `${body}\n\n${verdict}`,
  );
}
console.log(JSON.stringify({ seed, part: name, much, ...played }));
process.exitCode = Object.keys(played).length === 0 ? 2 : wrong === 0 ? 0 : 1;
