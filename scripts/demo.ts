// npm run demo: the whole story of one repair, played over HTTP against real processes, printed as it happens, checked at each step.
import { openShop } from '../test/support/shop.ts';
import { disproved, line, narratedFetch, showMail, showWebhook } from './demo/narrator.ts';
import { play, playSandbox } from './demo/story.ts';
import { openTheater, type Theater } from './demo/theater.ts';

const keep = process.argv.includes('--keep');
const began = performance.now();
const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1);

let theater: Theater | null = null;
let ending = false;

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  await theater?.close();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(keep ? 0 : 130));

async function run(): Promise<void> {
  line('Glassbench demo: starting PostgreSQL, the API, a worker, a mail server and a partner’s webhook receiver …');
  theater = await openTheater({ onMail: showMail, onWebhook: showWebhook });
  const { installation, adminKey, partner, mail, databaseUrl } = theater;
  line(`Up after ${seconds()} s: API ${installation.baseUrl} (reference at /docs), mail ${mail.url}, partner ${partner.url}`);
  const shop = await openShop({ baseUrl: installation.baseUrl, adminKey, partner, watched: narratedFetch });
  const { mails, webhooks, steps } = await play(theater, shop);
  await playSandbox(theater);
  line();
  line(`${steps} steps, ${mails} mails by SMTP, ${webhooks} webhooks with verified signatures, 0 refused, in ${seconds()} s.`);
  line('The demo passed.');
  if (!keep) return end(0);
  line();
  line('Everything keeps running; Ctrl-C ends it.');
  line(`  API        ${installation.baseUrl}   reference ${installation.baseUrl}/docs`);
  line(`  admin key  ${adminKey}`);
  for (const [name, key] of Object.entries(shop.keys)) line(`  ${name.padEnd(9)}  ${key}`);
  line(`  database   ${databaseUrl}`);
  line(`  try        curl ${installation.baseUrl}/v1/lookup/C8QH7T2KPL0M`);
}

try {
  await run();
} catch (error) {
  disproved(error instanceof Error ? error.message : String(error));
  line(`The demo failed after ${seconds()} s.`);
  await end(1);
}
