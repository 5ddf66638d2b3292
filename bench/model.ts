// Random repairs through the API and the database until a number of sequences is reached or the time is up, held against the reference model.
// node bench/model.ts [sequences] [minutes]; MODEL_SEED repeats a run.
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdminKey } from '#access/manage-keys.ts';
import { asSystem } from '#access/perform.ts';
import { buildApp } from '#app.ts';
import { readConfig } from '#config.ts';
import { createServices } from '#services.ts';
import { keyOf, openBrand } from '../test/support/bare-brand.ts';
import { coverage, report } from '../test/support/model/coverage.ts';
import { playMany } from '../test/support/model/play-real.ts';
import { seedOf } from '../test/support/model/random.ts';
import { modelClock, siteOf } from '../test/support/model/site.ts';
import { openOwner } from '../test/support/owner.ts';
import { record, SECRET, throwAwayDatabase } from './support.ts';

const SEQUENCES = Number(process.argv[2] ?? 5_000);
const MINUTES = Number(process.argv[3] ?? 600);
const COMMANDS = 50;
const LANES = 8;
const SHOWN = 5;

const database = await throwAwayDatabase(false);
const settings = { DATABASE_URL: database.url, SECRETS: SECRET, LOG_LEVEL: 'silent', RATE_LIMITS: 'false' };
const services = createServices(readConfig(settings), { clock: modelClock });
const app = await buildApp(services);
await app.ready();
const owner = openOwner(database.url, { max: 4, name: 'bench-owner' });

const brandId = await openBrand(services, 'model');
const adminKey = (await asSystem(services, '*', (deed) => createAdminKey(deed, { name: 'model' }))).key;
const brandKey = await keyOf(services, brandId);
const site = await siteOf({ app, services, owner, brandId, brandKey, adminKey, centerKey: (centerId) => keyOf(services, brandId, centerId) });

const seed = seedOf(process.env['MODEL_SEED']);
const run = coverage();
const started = performance.now();
const minutes = (): number => (performance.now() - started) / 60_000;
console.log(`seed ${seed}`);
const plan = { seed, sequences: SEQUENCES, commands: COMMANDS, lanes: LANES, shown: SHOWN, isOver: () => minutes() >= MINUTES };
let told = 0;
await playMany(site, plan, run, () => {
  for (const text of run.disagreements.slice(told)) console.log(text);
  told = run.disagreements.length;
  if (run.sequences % 50 === 0) console.log(`${run.sequences} sequences, ${run.disagreements.length} disagreements, ${minutes().toFixed(1)} min`);
});
for (const text of run.disagreements.slice(told)) console.log(text);

const [, edges, refused, others] = report(seed, run).split('\n');
const spent = minutes();
// Notices that follow a call are on their way a moment longer.
await sleep(100);
await app.close();
await services.close();
await owner.destroy();
await database.stop();

record(
  'Model',
  `MODEL_SEED=${seed} node bench/model.ts ${SEQUENCES} ${MINUTES}`,
  `Random sequences of ${COMMANDS} commands through the API and the database, ${LANES} at a time, held against the reference model: every answer and view,
every row of the ticket after its sequence, and no row of another ticket touched.

| sequences | commands | accepted | disagreements | minutes | commands/s |
| --- | --- | --- | --- | --- | --- |
| ${run.sequences} | ${run.commands} | ${run.accepted} | ${run.disagreements.length} | ${spent.toFixed(1)} | ${(run.commands / spent / 60).toFixed(0)} |

Seed ${seed}; ${edges}. ${refused}. ${others}.`,
);
process.exitCode = run.disagreements.length === 0 ? 0 : 1;
