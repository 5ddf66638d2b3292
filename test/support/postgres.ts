// One PostgreSQL for a run of the suites: a container where an engine answers, the embedded server otherwise.
// A migrated template is cloned for every file that asks for a database.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { GenericContainer, Wait } from 'testcontainers';
import { startEmbedded } from '#platform/db/embedded.ts';
import { migrateToLatest } from '#platform/db/migrate.ts';
import { dockerAnswers } from './docker.ts';

/** A server for the suites. `url` names its maintenance database. */
export interface TestServer {
  url: string;
  kind: 'embedded' | 'container';
  stop(): Promise<void>;
}

const TEMPLATE = 'glassbench_template';

const withDatabase = (url: string, name: string): string => {
  const copy = new URL(url);
  copy.pathname = `/${name}`;
  return copy.href;
};

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

const settings = { max_connections: '300' };
const careless = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

async function startContainer(): Promise<TestServer> {
  const flags = Object.entries({ ...settings, ...careless }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const container = await new GenericContainer('postgres:18')
    .withEnvironment({ POSTGRES_USER: 'glassbench', POSTGRES_DB: 'postgres', POSTGRES_HOST_AUTH_METHOD: 'trust' })
    .withCommand(['postgres', ...flags])
    .withExposedPorts(5432)
    // The entry point starts a server of its own first, to create the user.
    .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2))
    .withStartupTimeout(60_000)
    .start();
  return {
    url: `postgres://glassbench@${container.getHost()}:${container.getMappedPort(5432)}/postgres`,
    kind: 'container',
    stop: async () => void (await container.stop({ timeout: 1_000 })),
  };
}

async function startBinaries(): Promise<TestServer> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'glassbench-test-pg-'));
  const server = await startEmbedded({ dataDir, durable: false, settings });
  return {
    url: server.url,
    kind: 'embedded',
    async stop() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Starts the server and prepares the template. */
export async function startTestServer(): Promise<TestServer> {
  const server = (await dockerAnswers()) ? await startContainer() : await startBinaries();
  try {
    await run(server.url, `create database ${TEMPLATE}`);
    await migrateToLatest(withDatabase(server.url, TEMPLATE));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

let clones = 0;

/** A database of its own, cloned from the migrated template; `drop` when done. */
export async function cloneDatabase(serverUrl: string): Promise<{ url: string; drop(): Promise<void> }> {
  clones += 1;
  const name = `test_${process.pid}_${Date.now()}_${clones}`;
  await run(serverUrl, `create database ${name} template ${TEMPLATE}`);
  return {
    url: withDatabase(serverUrl, name),
    drop: () => run(serverUrl, `drop database if exists ${name} with (force)`),
  };
}
