// Writes what documents repeat of the code: .env.example, docs/notifications.md, and in the README the table of settings and the diagram.
// With --check it writes nothing and fails where a document is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Settings } from '../src/config.ts';
import { triggers } from '../src/notifications/catalogue.ts';
import { messages } from '../src/notifications/messages.ts';
import { render } from '../src/notifications/render.ts';
import { PAGE } from '../src/notifications/short.ts';
import { type TemplateName, templates } from '../src/notifications/short-templates.ts';
import { actions } from '../src/tickets/lifecycle.ts';

const root = path.resolve(import.meta.dirname, '..');

interface Setting {
  name: string;
  fallback: string | null;
  meaning: string;
}

const settings: Setting[] = Object.entries(Settings.shape).map(([name, schema]) => {
  const { def } = schema as { def: { type: string; defaultValue?: unknown } };
  return { name, fallback: def.type === 'default' ? String(def.defaultValue) : null, meaning: schema.description ?? '' };
});

const environment = (): string =>
  ['# Made by scripts/docs.ts from src/config.ts. Every setting is optional unless its text says otherwise.', '']
    .concat(settings.map(({ name, fallback, meaning }) => `# ${meaning}\n#${name}=${fallback ?? ''}\n`))
    .join('\n');

const table = (): string =>
  ['| Setting | Default | Meaning |', '|---|---|---|']
    .concat(settings.map(({ name, fallback, meaning }) => `| \`${name}\` | ${fallback === null ? '' : `\`${fallback}\``} | ${meaning} |`))
    .join('\n');

interface Drawn {
  from: readonly string[];
  to: string;
}

const stepsOf = (row: (typeof actions)[keyof typeof actions]): readonly Drawn[] => row.steps;

/** One arrow per pair of statuses. Corrections by an admin go from anywhere to anywhere and are left out. */
function diagram(): string {
  const arrows = new Map<string, string[]>();
  for (const [action, row] of Object.entries(actions)) {
    for (const { from, to } of stepsOf(row)) {
      if (to === 'named' || to === 'same') continue;
      for (const status of from) {
        // Nothing but settling closes a ticket.
        const arrow = `${status} --> ${to === 'previous' ? 'delivered' : to}`;
        arrows.set(arrow, [...(arrows.get(arrow) ?? []), action]);
      }
    }
  }
  const lines = [...arrows].map(([arrow, names]) => `    ${arrow} : ${names.join(', ')}`);
  const ends = ['closed', 'cancelled', 'disposed'].map((status) => `    ${status} --> [*]`);
  return ['```mermaid', 'stateDiagram-v2', '    [*] --> created', ...lines, ...ends, '```', '', staying()].join('\n');
}

/** What is done without leaving the status; those possible nearly everywhere are not drawn either. */
function staying(): string {
  const rows = Object.entries(actions).flatMap(([action, row]) =>
    stepsOf(row)
      .filter(({ to }) => to === 'same')
      .map(({ from }) => `| \`${action}\` | ${from.length > 9 ? 'every status before an end' : from.map((status) => `\`${status}\``).join(', ')} |`),
  );
  return ['| Without leaving the status | While it is |', '|---|---|', ...rows].join('\n');
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. A README without the markers is left as it is. */
const between = (text: string, name: string, content: string): string =>
  text.replace(new RegExp(`(<!-- ${name} -->)[^]*?(<!-- /${name} -->)`), (_, open: string, close: string) => `${open}\n${content}\n${close}`);

/** What a provider that sends only approved templates is given to read. */
const smsTemplates = (): string =>
  [
    '# Templates of text messages',
    '',
    'Made by `npm run docs` from src/notifications/short-templates.ts. Aliyun sends only templates that it has approved: hand each of these in as a notification',
    `(通知短信) with its places as they stand here, with a space and the address of PUBLIC_URL without \`https://\` behind it (where that has at most ${PAGE} characters), and name`,
    'the codes it answers in `ALIYUN_SMS_TEMPLATES`: `{"send":"SMS_…",…}`. With a signature of 12 characters and the longest values none has more than 70 characters.',
    'English ones are called `send.en` and so on and may be left out: such messages then go by Twilio, or by mail. Twilio takes any text.',
    '',
    '| Name | zh-CN | en |',
    '|---|---|---|',
    ...(Object.keys(templates) as TemplateName[]).map((name) => `| \`${name}\` | ${templates[name].text['zh-CN']} | ${templates[name].text.en} |`),
    '',
    '| Place | Longest value |',
    '|---|---|',
    '| `code` | 11 letters and digits |',
    '| `date` | 6 characters, such as 12月31日 |',
    '| `label` | 5 Han characters |',
    '| `total` | 9 characters |',
    '| `tail` | 4 digits |',
    '',
  ].join('\n');
const codes = (names: readonly string[] = []): string => names.map((name) => `\`${name}\``).join(', ');

/** Which trigger of the design is carried by what, and how each subject reads. */
function notifications(): string {
  const rows = Object.entries(triggers).map(
    ([number, { what, messages: said, alerts, webhooks, when, lacks }]) =>
      `| ${number} | ${what} | ${codes(said)} | ${codes(alerts)} | ${codes(webhooks)} | ${when}${lacks === undefined ? '' : `. Not there: ${lacks}`} |`,
  );
  const subjects = (Object.keys(messages) as (keyof typeof messages)[]).map((name) => {
    const subject = (locale: 'zh-CN' | 'en'): string => render(name, example, { ...customer, locale }).subject.replaceAll('|', '\\|');
    return `| \`${name}\` | ${subject('zh-CN')} | ${subject('en')} |`;
  });
  return [
    '# Who is told what',
    '',
    'Made by `npm run docs` from `src/notifications/catalogue.ts` and the messages themselves; a test compares both.',
    '',
    '| No. | Trigger | Messages to the customer | Alerts | Webhooks | When |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    '## Messages',
    '',
    'Subjects as an example ticket has them. `GET /v1/tickets/{ticketId}/messages/{message}/preview` shows any of them for any ticket.',
    '',
    '| Message | zh-CN | en |',
    '|---|---|---|',
    ...subjects,
    '',
  ].join('\n');
}

const example = {
  ...({ code: '7K3M9QX2RT5', status: 'in_repair', version: 9, outcome: null, returnMethod: 'ship', centerId: 'ctr_1', customerNote: null } as const),
  ...{ occurredAt: '2026-11-22T05:00:00.000Z', nextUpdateBy: '2026-11-25T05:00:00.000Z', quote: null, parts: [], shipment: null },
};
const customer = {
  ...{ email: 'fang@example.com', timeZone: 'Asia/Shanghai', brand: 'Aurora', contactLine: '400-820-0000', center: 'Aurora Service Shanghai' },
  ...{ lookupUrl: 'https://repair.example', link: null },
};

const documents: Record<string, (old: string) => string> = {
  'docs/sms-templates.md': smsTemplates,
  '.env.example': environment,
  'docs/notifications.md': notifications,
  'README.md': (old) => between(between(old, 'settings', table()), 'lifecycle', diagram()),
};

let stale = 0;
for (const [name, render] of Object.entries(documents)) {
  const file = path.join(root, name);
  const old = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const fresh = render(old);
  if (fresh === old) continue;
  stale += 1;
  if (process.argv.includes('--check')) console.error(`${name} is stale: run npm run docs.`);
  else writeFileSync(file, fresh);
}
if (process.argv.includes('--check') && stale > 0) process.exitCode = 1;
