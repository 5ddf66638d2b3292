// R16, short: a backup of a server that goes on working is restored, and the drill sees what would be missing.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readConfig } from '#config.ts';
import type { Database } from '#platform/db/database.ts';
import { type EmbeddedPostgres, startEmbedded } from '#platform/db/embedded.ts';
import { migrateToLatest } from '#platform/db/migrate.ts';
import { Trouble } from '#platform/trouble.ts';
import { createServices, type Services } from '#services.ts';
import { silence } from '../../../scripts/restore/checks.ts';
import { drill, type Report, secretsFor } from '../../../scripts/restore-drill.ts';
import { fillTickets } from '../../support/many-tickets.ts';
import { openOwner } from '../../support/owner.ts';
import { openSender } from '../../support/sender.ts';

// A copy of a whole server and its start, twice.
vi.setConfig({ testTimeout: 60_000 });

const secrets = 'for tests only and long enough for the check';
let folder: string;
let server: EmbeddedPostgres;
let services: Services;
let owner: Kysely<Database>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'glassbench-test-pg-'));
  server = await startEmbedded({ dataDir: path.join(folder, 'data'), durable: false });
  await migrateToLatest(server.url);
  services = createServices(readConfig({ DATABASE_URL: server.url, SECRETS: secrets, LOG_LEVEL: 'silent', RATE_LIMITS: 'false' }));
  owner = openOwner(server.url, { patient: true });
  const { brandId } = await fillTickets(server.url, services.seal, 200);
  const sender = openSender({ services, owner, brandId, receiverUrl: 'http://127.0.0.1:9' });
  await sender.fill('drill', 10, 2, [await sender.endpoint('/hook', { strict: true })]);
  // One lane has been stopped by a dead letter, for somebody to replay.
  await sql`update lanes set state = 'stopped' where id = (select min(id) from lanes)`.execute(owner);
});
afterAll(async () => {
  await owner.destroy();
  await services.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const by = ({ checks }: Report): Record<string, string> =>
  Object.fromEntries(checks.map(({ name, ok, figure }) => [name, `${ok ? 'ok' : 'FAILED'}, ${figure}`]));

it('everything is there, every history is whole, a serial is found and what was due goes out, while the server works on', async () => {
  let n = 0;
  const working = setInterval(
    () => void sql`insert into lookup_failures values ('x', ${`t${(n += 1)}`}, 1, now())`.execute(owner).catch(() => undefined),
    5,
  );
  const report = await drill({ url: server.url }, secrets);
  clearInterval(working);
  expect(by(report)).toEqual({
    rows: expect.stringMatching(/^ok, \d{4} in \d\d tables$/),
    schema: expect.stringMatching(/^ok, \d{4}_/),
    histories: 'ok, 200 tickets, 0 broken',
    lookup: expect.stringMatching(/^ok, 200, in stage /),
    due: 'ok, 20 due, 18 tried, 2 wait, 0 stuck',
  });
  expect(report.ok).toBe(true);
  expect(Object.values(report.seconds).every((seconds) => seconds > 0)).toBe(true);
  // The drill has touched nothing of what it restored.
  const { rows } = await sql<{ pending: number; url: string }>`
    select (select count(*)::integer from outbox where state = 'pending') as pending, (select url from webhook_endpoints) as url`.execute(owner);
  expect(rows).toEqual([{ pending: 20, url: 'http://127.0.0.1:9/hook' }]);
});

it('calls nobody outside: not even the new address of an endpoint that waits to be proven', async () => {
  await sql`update webhook_endpoints set next_url = 'https://partner.example/new'`.execute(owner);
  const undone = new Error('undone');
  const silenced = owner.transaction().execute(async (trx) => {
    await silence(trx, 'http://127.0.0.1:9');
    const { rows } = await sql`select url, next_url from webhook_endpoints`.execute(trx);
    expect(rows).toEqual([{ url: 'http://127.0.0.1:9/restored', next_url: null }]);
    throw undone;
  });
  await expect(silenced).rejects.toBe(undone);
});

it('sees what is missing, and secrets that are not those of the data', async () => {
  const report = await drill({ url: server.url }, 'another secret that is long enough for the check', async (url) => {
    const copy = openOwner(url, { max: 1, name: 'test-spoil' });
    await sql`set session_replication_role = replica`.execute(copy);
    await sql`delete from ticket_events where ctid = (select ctid from ticket_events where seq = 2 limit 1)`.execute(copy);
    await copy.destroy();
  });
  const found = by(report);
  expect(report.ok).toBe(false);
  expect(found['rows']).toBe('FAILED, wrong in ticket_events');
  expect(found['histories']).toBe('FAILED, 200 tickets, 1 broken');
  expect(found['due']).toMatch(/^FAILED, not tried/);
  expect(found['lookup']).toMatch(/^FAILED, the secrets are not those of this data/);
});

it('takes the secrets of what is restored, and makes none where they are missing', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'glassbench-test-secrets-'));
  const [here, there] = [path.join(root, 'here'), path.join(root, 'there')];
  const keys = { here: 'h'.repeat(32), there: 't'.repeat(32), given: 'g'.repeat(32) };
  const found = (data: string | undefined, SECRETS?: string): string => secretsFor(data, readConfig({ DATA_DIR: here, SECRETS }));
  try {
    for (const data of [here, there]) mkdirSync(data);
    for (const data of [undefined, here, there]) {
      expect(() => found(data)).toThrow(Trouble);
      expect(() => found(data)).toThrow(/^The secrets of the data are missing: set SECRETS, or put them into .+\/(here|there)\/secrets\./);
      expect(found(data, keys.given)).toBe(keys.given);
    }
    expect(readdirSync(root, { recursive: true }).toSorted()).toEqual(['here', 'there']);
    writeFileSync(path.join(here, 'secrets'), keys.here);
    writeFileSync(path.join(there, 'secrets'), keys.there);
    expect([undefined, here, there].map((data) => found(data))).toEqual([keys.here, keys.here, keys.there]);
    expect([undefined, here, there].map((data) => found(data, keys.given))).toEqual([keys.given, keys.given, keys.there]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
