// Command line of whoever runs the installation: brands, service centers, keys, and what was not delivered.
import path from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { ZodError } from 'zod';
import { BrandInput } from '#access/brand.ts';
import type { Deed } from '#access/deed.ts';
import { AdminKeyInput, KeyInput, KeyKindName } from '#access/key.ts';
import { createBrand, findBrands, readBrand } from '#access/manage-brands.ts';
import { createAdminKey, createKey, findKeys, revokeKey } from '#access/manage-keys.ts';
import { asSystem } from '#access/perform.ts';
import { configOfProcess, withSecrets } from '#config.ts';
import { LookChange } from '#looks/look.ts';
import { changeLook, readLook } from '#looks/manage-looks.ts';
import { DeliverySearch, ReplayInput } from '#notifications/delivery.ts';
import { findDeliveries, readDelivery } from '#notifications/find-deliveries.ts';
import { findReplays, replayDeliveries } from '#notifications/replay-deliveries.ts';
import { runningEmbedded } from '#platform/db/embedded.ts';
import { reach } from '#platform/db/reach.ts';
import type { Page } from '#platform/http/page.ts';
import { createLog } from '#platform/log.ts';
import { begin, Trouble } from '#platform/trouble.ts';
import { Problem } from '#problems.ts';
import { CenterInput } from '#service-centers/center.ts';
import { findCenters, openCenter } from '#service-centers/manage-centers.ts';
import { createServices, type Services } from '#services.ts';

type Values = Record<string, string | undefined>;

interface CommandLine {
  help: string;
  /** Flags by name; those that end in `?` may be left out. */
  flags: readonly string[];
  /** '*' for the installation; otherwise --brand says whose. */
  tenant: 'installation' | 'brand';
  run(deed: Deed, values: Values, publicUrl: string): Promise<unknown>;
}

/** Flags are the members of the API's own schemas, in kebab-case. */
const members = (values: Values, ...names: string[]): Record<string, string | undefined> =>
  Object.fromEntries(names.map((name) => [name, values[name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)]]));

/** What the flags say about a look; null where they say nothing. */
function lookIn(values: Values): Record<string, unknown> | null {
  const named = <T extends object>(members: T): T | undefined => (Object.values(members).some((value) => value !== undefined) ? members : undefined);
  return (
    named({
      accent: named({ light: values['accent-light'], dark: values['accent-dark'] }),
      pageHosts: values['page-hosts']?.split(',').filter((host) => host !== ''),
      privacy: named({
        'zh-CN': named({ text: values['privacy-zh'], url: values['privacy-url-zh'] }),
        en: named({ text: values['privacy-en'], url: values['privacy-url-en'] }),
      }),
    }) ?? null
  );
}

const given = (values: Values): Values => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

async function all<T>(list: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const { data, nextCursor } = await list(cursor);
    found.push(...data);
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

const commands: Record<string, CommandLine> = {
  'brand create': {
    help: 'Makes a brand, the tenant everything else belongs to.',
    flags: ['slug', 'name', 'contact-line', 'lookup-mode?', 'locale?', 'time-zone?'],
    tenant: 'installation',
    run: (deed, values) => createBrand(deed, BrandInput.parse(members(values, 'slug', 'name', 'contactLine', 'lookupMode', 'locale', 'timeZone'))),
  },
  'brand list': {
    help: 'Lists the brands.',
    flags: [],
    tenant: 'installation',
    run: (deed) => all((cursor) => findBrands(deed, { limit: 100, cursor })),
  },
  'brand look': {
    help: "Shows how the brand's pages look, after changing what is named. Host names are separated by commas; the logo goes over the API.",
    flags: ['brand', 'accent-light?', 'accent-dark?', 'page-hosts?', 'privacy-zh?', 'privacy-url-zh?', 'privacy-en?', 'privacy-url-en?'],
    tenant: 'brand',
    run: (deed, values, publicUrl) => {
      const change = lookIn(values);
      return change === null ? readLook(deed, deed.brandId, publicUrl) : changeLook(deed, deed.brandId, LookChange.parse(change), publicUrl);
    },
  },
  'center create': {
    help: 'Opens a service center of a brand. Kinds: own, authorized, partner, drop_point.',
    flags: ['brand', 'code', 'name', 'kind', 'phone', 'address', 'locale', 'time-zone'],
    tenant: 'brand',
    run: (deed, values) => openCenter(deed, CenterInput.parse(members(values, 'code', 'name', 'kind', 'phone', 'address', 'locale', 'timeZone'))),
  },
  'center list': {
    help: 'Lists the service centers of a brand.',
    flags: ['brand'],
    tenant: 'brand',
    run: (deed) => all((cursor) => findCenters(deed, { limit: 100, cursor })),
  },
  'key create': {
    help: 'Makes an API key and shows it this once. Kinds: admin (of the installation, without --brand), brand, center (with --center), courier.',
    flags: ['kind', 'name', 'brand?', 'center?', 'expires-at?'],
    tenant: 'brand',
    run: (deed, { kind, name, center: centerId, 'expires-at': expiresAt }) => {
      if (kind !== 'admin') return createKey(deed, KeyInput.parse({ kind, name, centerId, expiresAt }));
      if (centerId !== undefined) throw new Trouble('An admin key is of the whole installation: leave --center away, or name another --kind.');
      return createAdminKey(deed, AdminKeyInput.parse({ name, expiresAt }));
    },
  },
  'key list': {
    help: 'Lists the keys of a brand, or with --kind admin those of the installation, without their secrets.',
    flags: ['brand?', 'kind?'],
    tenant: 'brand',
    run: (deed, { kind }) => all((cursor) => findKeys(deed, { limit: 100, cursor, kind: KeyKindName.optional().parse(kind) })),
  },
  'key revoke': {
    help: 'Ends a key of a brand, or with --kind admin one of the installation; it is refused everywhere within two seconds.',
    flags: ['brand?', 'kind?', 'id'],
    tenant: 'brand',
    run: (deed, { id = '' }) => revokeKey(deed, id),
  },
  'dead list': {
    help: 'Lists dead letters, newest first: all, or those of an endpoint, a ticket or a reason (poison, gave_up, status_404 …).',
    flags: ['brand', 'reason?', 'endpoint?', 'ticket?'],
    tenant: 'brand',
    run: (deed, { reason, endpoint: endpointId, ticket: ticketId }) => {
      const search = DeliverySearch.parse({ state: 'dead', limit: 100, ...given({ reason, endpointId, ticketId }) });
      return all((cursor) => findDeliveries(deed, { ...search, cursor }));
    },
  },
  'dead show': {
    help: 'Shows one delivery: every try with what was said, and the text or body as it was sent.',
    flags: ['brand', 'id'],
    tenant: 'brand',
    run: (deed, { id = '' }) => readDelivery(deed, id),
  },
  'replay list': {
    help: 'Lists who had what sent again.',
    flags: ['brand'],
    tenant: 'brand',
    run: (deed) => all((cursor) => findReplays(deed, { limit: 100, cursor })),
  },
  replay: {
    help: 'Sends again what ended as dead letters: of an endpoint, a ticket, a time (RFC 3339), or one delivery by its id.',
    flags: ['brand', 'endpoint?', 'ticket?', 'delivery?', 'from?', 'to?'],
    tenant: 'brand',
    run: (deed, { endpoint: endpointId, ticket: ticketId, delivery, from: createdFrom, to: createdTo }) => {
      const deliveryIds = delivery === undefined ? undefined : [delivery];
      return replayDeliveries(deed, ReplayInput.parse({ endpointId, ticketId, deliveryIds, createdFrom, createdTo }));
    },
  },
};

function usage(): string {
  const rows = Object.entries(commands).map(([name, { flags, help }]) => {
    const shown = flags.map((flag) => (flag.endsWith('?') ? `[--${flag.slice(0, -1)} …]` : `--${flag} …`));
    return `  ${[name, ...shown].join(' ')}\n      ${help}\n`;
  });
  return `Usage: npm run admin -- <command> [flags]\n\n${rows.join('')}
It works on DATABASE_URL (with its SECRETS), or on the embedded database while npm start runs.
`;
}

/** The services over the database that the settings name, or the embedded one that is running. */
async function connect(): Promise<Services> {
  const read = configOfProcess();
  const url = read.DATABASE_URL ?? runningEmbedded(path.resolve(read.DATA_DIR, 'postgres'));
  if (url === null) throw new Trouble('No embedded database is running: start it with npm start, or set DATABASE_URL.');
  const config = withSecrets({ ...read, DATABASE_URL: url });
  await reach(url, 'DATABASE_URL');
  return createServices(config, { log: createLog('admin', 'warn') });
}

/** Flags as people type them, checked against the command's list. */
function readFlags(command: CommandLine, args: string[]): Values {
  const names = command.flags.map((flag) => flag.replace('?', ''));
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }])) as NonNullable<ParseArgsConfig['options']>;
  let values: Values;
  try {
    values = parseArgs({ args, options, strict: true, allowPositionals: false }).values as Values;
  } catch (error) {
    throw new Trouble(`${error instanceof Error ? error.message : String(error)}: see npm run admin -- --help.`);
  }
  const missing = command.flags.filter((flag) => !flag.endsWith('?') && values[flag] === undefined);
  if (missing.length > 0) throw new Trouble(`Missing: ${missing.map((flag) => `--${flag}`).join(', ')}. See npm run admin -- --help.`);
  return values;
}

/** A refusal of the use cases or of a schema, as one sentence. */
function refusal(error: unknown): unknown {
  if (error instanceof Problem) return new Trouble(error.message);
  if (!(error instanceof ZodError)) return error;
  return new Trouble(error.issues.map((issue) => [...issue.path.map(String), issue.message].join(' ')).join('; '));
}

async function run(command: CommandLine, values: Values): Promise<unknown> {
  const brand = command.tenant === 'brand' ? values['brand'] : undefined;
  const ofInstallation = command.tenant === 'installation' || values['kind'] === 'admin';
  if (values['kind'] === 'admin' && brand !== undefined) {
    throw new Trouble('An admin key is of the whole installation: leave --brand away, or name another --kind.');
  }
  if (!ofInstallation && brand === undefined) throw new Trouble('Missing: --brand. See npm run admin -- brand list.');
  if (!ofInstallation && !/^brd_[0-9a-z]{26}$/.test(brand ?? '')) throw new Trouble('--brand takes an id: see npm run admin -- brand list.');
  const services = await connect();
  try {
    return await asSystem(services, ofInstallation ? '*' : (brand ?? '*'), async (deed) => {
      // Of a brand that is not there some commands would answer as of one that has nothing.
      if (deed.brandId !== '*') await readBrand(deed, deed.brandId);
      return command.run(deed, values, services.config.PUBLIC_URL);
    });
  } catch (error) {
    throw refusal(error);
  } finally {
    await services.close();
  }
}

await begin(async () => {
  const args = process.argv.slice(2);
  const named = Object.keys(commands).find((name) => args.join(' ').startsWith(`${name} `) || args.join(' ') === name);
  const command = named === undefined ? undefined : commands[named];
  if (args.length === 0 || args.includes('--help')) {
    console.log(usage());
    return;
  }
  if (command === undefined || named === undefined)
    throw new Trouble(`There is no command "${args.slice(0, 2).join(' ')}": see npm run admin -- --help.`);
  console.log(JSON.stringify(await run(command, readFlags(command, args.slice(named.split(' ').length))), null, 2));
});
