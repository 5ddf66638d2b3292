// The rules of ARCHITECTURE.md that a linter cannot see: who imports whom, what is listed where, and how files look.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const skipped = /(^|\/)(node_modules|\.data)\/|test\/client\/generated\.ts/;
const files = globSync(['{src,migrations,scripts,test,bench}/**/*.{ts,mjs}', '*.ts'], { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !skipped.test(file))
  .toSorted();
/** What browsers are sent as it lies there. */
const assets = globSync('src/**/*.{css,js}', { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .toSorted();
const source = new Map([...files, ...assets].map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
const read = (file: string): string => source.get(file) ?? '';

/** What a file imports: package names as they are, own files as paths from the root. */
function importsOf(file: string): string[] {
  return [...read(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name = '']) => {
    if (name.startsWith('#')) return `src/${name.slice(1)}`;
    return name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : name;
  });
}

const featureOf = (file: string): string | null => /^src\/([^/]+)\//.exec(file)?.[1]?.replace(/^platform$/, '') || null;
const isStore = (file: string): boolean => /(^|\/)([a-z-]+-)?store\.ts$/.test(file);
const isRoutes = (file: string): boolean => /^src\/[^/]+\/([a-z-]+-)?routes\.ts$/.test(file);
const isProvider = (file: string): boolean => /^src\/[^/]+\/(channels|carriers|stores)\//.test(file);
const isPackage = (name: string, ...packages: string[]): boolean => packages.some((one) => name === one || name.startsWith(`${one}/`));

/** Every import that `broken` objects to, as "file → import". */
const offences = (which: (file: string) => boolean, broken: (name: string, file: string) => boolean): string[] =>
  files.filter(which).flatMap((file) =>
    importsOf(file)
      .filter((name) => broken(name, file))
      .map((name) => `${file} → ${name}`),
  );

const inSource = (file: string): boolean => file.startsWith('src/');
const inFeature = (file: string): boolean => featureOf(file) !== null;

describe('imports', () => {
  it('the platform knows no feature', () => {
    const shared = new Set(['src/problems.ts', 'src/config.ts']);
    const outside = (name: string): boolean => name.startsWith('src/') && !name.startsWith('src/platform/') && !shared.has(name);
    expect(offences((file) => file.startsWith('src/platform/'), outside)).toEqual([]);
  });

  it('only platform/queue.ts talks to BullMQ', () => {
    expect(
      offences(
        (file) => inSource(file) && file !== 'src/platform/queue.ts',
        (name) => isPackage(name, 'bullmq'),
      ),
    ).toEqual([]);
  });

  it('only the platform talks to the drivers', () => {
    expect(offences(inFeature, (name) => isPackage(name, 'pg', 'ioredis'))).toEqual([]);
  });

  it('Fastify stays at the edge: app, routes, platform/http and the access gate', () => {
    const edge = (file: string): boolean => file === 'src/app.ts' || isRoutes(file) || /^src\/(platform\/http|access)\//.test(file);
    expect(
      offences(
        (file) => inSource(file) && !edge(file),
        (name) => isPackage(name, 'fastify', 'fastify-plugin', 'fastify-type-provider-zod'),
      ),
    ).toEqual([]);
  });

  it('routes hold no SQL and read through use cases', () => {
    expect(offences(isRoutes, (name) => isStore(name) || isPackage(name, 'kysely', 'pg'))).toEqual([]);
  });

  it('a store belongs to its feature alone', () => {
    expect(offences(inSource, (name, file) => isStore(name) && featureOf(name) !== featureOf(file))).toEqual([]);
  });

  it('stores import no routes and no services', () => {
    expect(offences(isStore, (name) => isRoutes(name) || name === 'src/services.ts' || isPackage(name, 'fastify'))).toEqual([]);
  });

  it('rules are pure', () => {
    const rules = (file: string): boolean => /^src\/[^/]+\/(lifecycle|messages|wording|status|inputs)\.ts$/.test(file) || file === 'src/reactions.ts';
    const impure = (name: string): boolean =>
      name.startsWith('node:') || isStore(name) || name.startsWith('src/platform/db/') || isPackage(name, 'kysely', 'pg', 'undici', 'nodemailer');
    expect(offences(rules, impure)).toEqual([]);
  });

  it('channels, carriers and places for files know their contract, not the product', () => {
    const allowed = (name: string, file: string): boolean =>
      !name.startsWith('src/') || name.startsWith('src/platform/') || featureOf(name) === featureOf(file);
    expect(offences(isProvider, (name, file) => !allowed(name, file) || isStore(name) || isRoutes(name))).toEqual([]);
    expect(offences(isProvider, (name) => isPackage(name, 'kysely', 'pg', 'fastify', 'bullmq'))).toEqual([]);
  });

  it('acceptance speaks HTTP only', () => {
    expect(
      offences(
        (file) => file.startsWith('test/acceptance/'),
        (name) => name.startsWith('src/'),
      ),
    ).toEqual([]);
  });

  it('nothing that ships imports a test, a bench or a script', () => {
    expect(offences(inSource, (name) => /^(test|bench|scripts)\//.test(name))).toEqual([]);
  });
});

describe('lists', () => {
  it.each(['src/notifications/channels', 'src/mail-in/carriers', 'src/files/stores'])('every file of %s is in the list beside it', (folder) => {
    if (!existsSync(path.join(root, folder))) return;
    const list = [`${folder}/${path.posix.basename(folder)}.ts`, `${folder}.ts`].find((file) => source.has(file));
    expect(list).toBeDefined();
    const listed = new Set(importsOf(list ?? ''));
    // What a listed provider imports is part of it.
    for (const file of listed) for (const name of importsOf(file)) if (name.startsWith(`${folder}/`)) listed.add(name);
    const providers = files.filter((file) => path.posix.dirname(file) === folder && file !== list && !file.endsWith('/contract.ts'));
    expect(providers.filter((file) => !listed.has(file))).toEqual([]);
  });

  it('every part of the style sheet is served with it', () => {
    const parts = assets.filter((file) => file.endsWith('.css')).map((file) => file.slice('src/pages/assets/'.length, -'.css'.length));
    expect(parts.filter((part) => !read('src/pages/assets.ts').includes(`'${part}'`))).toEqual([]);
    expect(parts).not.toEqual([]);
  });

  it('migrations are numbered without a gap', () => {
    const names = readdirSync(path.join(root, 'migrations')).toSorted();
    expect(names.map((name) => name.slice(0, 5))).toEqual(names.map((_, index) => `${String(index + 1).padStart(4, '0')}_`));
    expect(names.filter((name) => !/^\d{4}_[a-z0-9_]+\.ts$/.test(name))).toEqual([]);
  });
});

describe('files', () => {
  it('begin with one sentence that says why they exist', () => {
    expect([...files, ...assets].filter((file) => !/^(#!.*\n)?\/[/*] \S.{10,}/.test(read(file)))).toEqual([]);
  });

  it('have at most 300 lines', () => {
    expect([...files, ...assets].filter((file) => read(file).split('\n').length > 301)).toEqual([]);
  });

  it('are named in kebab-case, by the trade and not by the pattern', () => {
    const names = files.filter((file) => !file.startsWith('migrations/'));
    expect(names.filter((file) => !/^([a-z0-9.-]+\/)*[a-z0-9]+([.-][a-z0-9]+)*\.(ts|mjs)$/.test(file))).toEqual([]);
    expect(
      names.filter((file) => /(service|manager|helper|util|impl|dto)s?(\.|-|$)/.test(path.posix.basename(file)) && file !== 'src/services.ts'),
    ).toEqual([]);
  });

  it('have no barrels but the lists of channels, carriers and places for files', () => {
    expect(files.filter((file) => inSource(file) && file.endsWith('/index.ts') && !isProvider(file))).toEqual([]);
  });

  it('leave the environment to config.ts', () => {
    // embedded.ts hands the environment on to PostgreSQL and reads nothing from it.
    const readers = new Set(['src/config.ts', 'src/platform/db/embedded.ts']);
    expect(files.filter((file) => inSource(file) && !readers.has(file) && read(file).includes('process.env'))).toEqual([]);
  });

  it('bound every text and number at the edge', () => {
    const bare = (file: string): string[] => {
      const text = read(file);
      const loose = [...text.matchAll(/z\s*\.string\(\)((?:\s*\.\w+\((?:[^()]|\([^()]*\))*\))*)/g)].filter(
        ([, chain = '']) => !/\.(max|length)\(/.test(chain),
      );
      const numbers = [...text.matchAll(/z\s*\.(int|number)\(\)/g)];
      return [...loose, ...numbers].map(([found]) => `${file}: ${found.slice(0, 60)}`);
    };
    expect(files.filter((file) => inFeature(file)).flatMap(bare)).toEqual([]);
  });

  it('give a reason for every suppression', () => {
    const silent = /(oxlint|eslint)-disable(?!.*--\s*\S)|biome-ignore [^:]*:\s*$/m;
    expect(files.filter((file) => file !== 'test/architecture.test.ts' && silent.test(read(file)))).toEqual([]);
  });
});
