// S6 by hand: calls as they arrive at a partner with one bit turned over, held against the reference library of Standard Webhooks.
// node bench/signatures.ts [bits to turn over]; GATE_SEED repeats a run.
import { playSignatures } from '../test/support/gates/signatures.ts';
import { seedOf } from '../test/support/model/random.ts';
import { record } from './support.ts';

const FLIPS = Number(process.argv[2] ?? 10_000);
const seed = seedOf(process.env['GATE_SEED']);
const figures = await playSignatures(FLIPS, seed);
console.log(JSON.stringify(figures));
const { calls, refused, flips, accepted, foreign } = figures;
record(
  'Signatures',
  `GATE_SEED=${seed} node bench/signatures.ts ${FLIPS}`,
  `${calls} calls as a receiver got them, half of them during a rotation: ${refused} refused by \`standardwebhooks\` with a live secret, ${foreign} accepted with
another one. ${flips} times one bit of body, id, time or signature turned over: **${accepted} accepted**.`,
);
process.exit(refused === 0 && accepted === 0 && foreign === 0 ? 0 : 1);
