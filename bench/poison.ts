// R11 by hand: a row that kills every worker that touches it, on each queue.
import { playPoison } from '../test/support/gates/poison.ts';
import { missingRedis } from '../test/support/queue-backends.ts';
import { startReceiver } from '../test/support/webhook-receiver.ts';
import { type Backend, openGround } from './ground.ts';
import { record } from './support.ts';

const backends: Backend[] = missingRedis === null ? ['redis', 'postgres'] : ['postgres'];
const rows: string[] = [];
let wrong = 0;
for (const backend of backends) {
  console.log(`queue on ${backend}`);
  const receiver = await startReceiver();
  const ground = await openGround(backend, false);
  const sender = ground.senderTo(receiver.url);
  const figures = await playPoison({ ...sender, receiver }, ground.services.config);
  await ground.close();
  await receiver.close();
  console.log(JSON.stringify({ backend, ...figures }));
  if (figures.crashes > 3 || figures.end !== 'dead: poison') wrong += 1;
  rows.push(`| ${backend} | ${figures.crashes} | ${figures.end} | ${figures.behind.join(', ')} | ${figures.beside.join(', ')} |`);
}
record(
  'Poison',
  'node bench/poison.ts',
  `A message whose arrival kills the worker process that sent it (kill -9), another behind it on its lane, one on a lane beside it.

| queue on | workers killed (goal ≤ 3) | the message | behind it | beside it |\n|---|---|---|---|---|\n${rows.join('\n')}`,
);
process.exit(wrong);
