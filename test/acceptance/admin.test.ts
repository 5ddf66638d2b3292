// The command line of the installation: from an empty database to a key that works, and refusals in one sentence.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cloneDatabase } from '../support/postgres.ts';
import { startProcess } from '../support/process.ts';

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let settings: Record<string, string>;
/** An id as brands have it, which none has. */
const NOBODY = 'brd_00000000000000000000000000';

beforeAll(async () => {
  database = await cloneDatabase(inject('postgres'));
  settings = { DATABASE_URL: database.url, SECRETS: 'for tests only and long enough for the check' };
});
afterAll(() => database.drop());

async function admin(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const started = startProcess('admin.ts', settings, args);
  const code = await started.ended;
  return { code, out: started.stdout(), err: started.stderr() };
}

describe('npm run admin', () => {
  it('makes a brand, a center and keys, lists and revokes', async () => {
    const brand = JSON.parse((await admin('brand', 'create', '--slug', 'lumen', '--name', 'Lumen', '--contact-line', 'call us')).out) as {
      id: string;
    };
    const place = ['--kind', 'own', '--phone', '1', '--address', 'Rue 1', '--locale', 'en', '--time-zone', 'Europe/Paris'];
    const center = JSON.parse((await admin('center', 'create', '--brand', brand.id, '--code', 'LUX-01', '--name', 'Lux', ...place)).out) as {
      id: string;
    };
    const made = await admin('key', 'create', '--brand', brand.id, '--kind', 'center', '--center', center.id, '--name', 'desk');
    const key = JSON.parse(made.out) as { id: string; key: string };
    expect(key.key).toMatch(/^gb_s_/);
    expect(JSON.parse((await admin('key', 'create', '--kind', 'admin', '--name', 'root')).out)).toMatchObject({
      kind: 'admin',
      brandId: null,
      expiresAt: null,
    });
    const audit = ['--kind', 'admin', '--name', 'audit', '--expires-at', '2999-01-31T00:00:00Z'];
    expect(JSON.parse((await admin('key', 'create', ...audit)).out)).toMatchObject({ kind: 'admin', expiresAt: '2999-01-31T00:00:00.000Z' });
    const revoked = await admin('key', 'revoke', '--brand', brand.id, '--id', key.id);
    expect((JSON.parse(revoked.out) as { revokedAt: string | null }).revokedAt).not.toBeNull();
    expect(JSON.parse((await admin('key', 'list', '--brand', brand.id)).out)).toHaveLength(1);
    expect(JSON.parse((await admin('center', 'list', '--brand', brand.id)).out)).toMatchObject([{ code: 'LUX-01' }]);
    expect(JSON.parse((await admin('replay', '--brand', brand.id, '--from', '2026-01-01T00:00:00Z')).out)).toMatchObject({ replayed: 0 });
  });

  it('lists and revokes the keys of the installation, which no API does', async () => {
    const key = JSON.parse((await admin('key', 'create', '--kind', 'admin', '--name', 'lost')).out) as { id: string };
    const listed = JSON.parse((await admin('key', 'list', '--kind', 'admin')).out) as { id: string; kind: string; revokedAt: string | null }[];
    expect(listed.find(({ id }) => id === key.id)).toMatchObject({ kind: 'admin', revokedAt: null });
    expect(listed.every(({ kind }) => kind === 'admin')).toBe(true);
    const revoked = JSON.parse((await admin('key', 'revoke', '--kind', 'admin', '--id', key.id)).out) as { revokedAt: string | null };
    expect(revoked.revokedAt).not.toBeNull();
    const others = await admin('key', 'list', '--kind', 'brand');
    expect([others.code, others.err]).toEqual([1, expect.stringMatching(/^Missing: --brand\./)]);
  });

  it('sets how the pages of a brand look', async () => {
    const made = await admin('brand', 'create', '--slug', 'opal', '--name', 'Opal', '--contact-line', 'call us');
    const look = ['brand', 'look', '--brand', (JSON.parse(made.out) as { id: string }).id];
    const colors = ['--accent-light', '#8a1c5b', '--accent-dark', '#ff9fd0'];
    const more = ['--page-hosts', 'opal.example.com,repairs.opal.example.com', '--privacy-url-en', 'https://opal.example.com/privacy'];
    const set = JSON.parse((await admin(...look, ...colors, ...more)).out) as object;
    expect(set).toMatchObject({
      accent: { light: '#8a1c5b', dark: '#ff9fd0' },
      pageHosts: ['opal.example.com', 'repairs.opal.example.com'],
      privacy: { en: { url: 'https://opal.example.com/privacy' } },
    });
    expect(JSON.parse((await admin(...look)).out)).toEqual(set);
    const refused = await admin(...look, '--accent-light', '#ffee00', '--accent-dark', '#ff9fd0');
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/^#ffee00 has a contrast of 1\.\d\d:1 .+ text needs 4\.5:1 .+\n$/)]);
  });

  it.each([
    [['nonsense'], /^There is no command "nonsense": .+\n$/],
    [['brand', 'create', '--slug', 'x'], /^Missing: --name, --contact-line\..+\n$/],
    [['brand', 'create', '--slug', 'NOT OK', '--name', 'x', '--contact-line', 'x'], /^slug takes lower-case letters.+\n$/],
    [['key', 'list', '--brand', 'brd_1'], /^--brand takes an id: .+\n$/],
    [['key', 'list', '--color', 'red'], /^Unknown option '--color'.+\n$/],
    [['key', 'create', '--kind', 'admin', '--name', 'x', '--brand', NOBODY], /^An admin key is of the whole installation: leave --brand away.+\n$/],
    [['key', 'create', '--kind', 'admin', '--name', 'x', '--center', 'x'], /^An admin key is of the whole installation: leave --center away.+\n$/],
    [['key', 'create', '--kind', 'admin', '--name', 'x', '--expires-at', '2020-01-31T00:00:00Z'], /^expiresAt lies in the past\.\n$/],
    [['key', 'create', '--kind', 'brand', '--name', 'x', '--brand', NOBODY], /^No brand of yours has this id\.\n$/],
    [['center', 'list', '--brand', NOBODY], /^No brand of yours has this id\.\n$/],
  ])('refuses %j in one sentence', async (args, sentence) => {
    const refused = await admin(...args);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(sentence);
  });

  it('explains itself', async () => {
    const help = await admin('--help');
    expect(help.code).toBe(0);
    for (const command of ['brand create', 'center create', 'key create', 'key revoke', 'replay']) expect(help.out).toContain(command);
  });
});
