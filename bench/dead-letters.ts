// R10 by hand: ten thousand dead letters, sent again by endpoint once their receiver is well.
// node bench/dead-letters.ts [how many] [redis|postgres].
import { asSystem } from '#access/perform.ts';
import { ReplayInput } from '#notifications/delivery.ts';
import { replayDeliveries } from '#notifications/replay-deliveries.ts';
import { playDeadLetters } from '../test/support/gates/dead-letters.ts';
import { type Backend, openInProcess } from './ground.ts';
import { record, told } from './support.ts';

const COUNT = Number(process.argv[2] ?? 10_000);
const backend = (process.argv[3] ?? 'redis') as Backend;
const ground = await openInProcess(backend);
const replay = (endpointId: string) => asSystem(ground.services, ground.brandId, (deed) => replayDeliveries(deed, ReplayInput.parse({ endpointId })));
const began = performance.now();
const figures = await told(async () => JSON.stringify(await ground.states()), playDeadLetters(ground, COUNT, replay));
const seconds = (performance.now() - began) / 1000;
await ground.close();
console.log(JSON.stringify({ backend, ...figures, seconds }));
const { dead, replays, replayed, arrived, missing, disorder, unsent } = figures;
record(
  'Dead letters',
  `node bench/dead-letters.ts ${COUNT} ${backend}`,
  `${dead} dead letters on lanes of ten, ${replays} replays of ${replayed}: ${arrived} calls, **${missing} missing**, ${disorder} out of order, ${unsent} not settled;
${seconds.toFixed(0)} s from the first try to the last (queue on ${backend}).`,
);
process.exit(missing === 0 && disorder === 0 && unsent === 0 ? 0 : 1);
