// Connections to PostgreSQL: named statements, the application's role, and one Kysely per tenant over one pool.
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { Kysely, PostgresDialect, type PostgresDialectConfig, type Transaction } from 'kysely';
import pg from 'pg';
import type { Database } from './database.ts';
import { countPool } from './pool-counts.ts';
import { endWhenSilent } from './silence.ts';
import { TenantDialect } from './tenant-driver.ts';

const INT8 = 20;
const DATE = 1082;
pg.types.setTypeParser(INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} is beyond the safe integers`);
  return value;
});
pg.types.setTypeParser(DATE, (text) => text);

const statementNames = new Map<string, string>();
const MAX_NAMED_STATEMENTS = 1_000;

function statementName(text: string): string | undefined {
  let name = statementNames.get(text);
  if (name === undefined && statementNames.size < MAX_NAMED_STATEMENTS) {
    name = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    statementNames.set(text, name);
  }
  return name;
}

/** What pg types as nobody's business: the socket to the server. */
interface Wired {
  connection: { stream: Pick<Socket, 'cork' | 'uncork'> };
}

/**
 * Names every parameterized statement, so that PostgreSQL plans it once a connection: halves the time of a keyed read. Statements that
 * are asked for in one go leave in one write.
 */
class NamingClient extends pg.Client {
  // @ts-expect-error pg types the overloads of query one by one; this one serves Kysely's promise form and the pool's callback form
  override query(text: unknown, values?: unknown[], callback?: () => void): unknown {
    const { stream } = (this as unknown as Wired).connection;
    stream.cork();
    queueMicrotask(() => stream.uncork());
    const forward = super.query.bind(this) as unknown as (...args: unknown[]) => unknown;
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0) return forward(text, values, callback);
    const name = statementName(text);
    return forward(name === undefined ? { text, values } : { name, text, values }, undefined, callback);
  }
}

/** A transaction of one tenant. A store that takes it can only be called inside one. */
export type Trx = Transaction<Database>;

/** How a pool is opened. */
export interface PoolOptions {
  url: string;
  max: number;
  /** Shown in pg_stat_activity. */
  name: string;
  /** The role to act as; without it the login itself (migrations). */
  role?: string;
  /** The tenant of statements outside a transaction: '*' for the worker, nobody when absent. */
  brandId?: string;
  statementTimeoutMs?: number;
  /** A statement that waits longer for a lock fails with 55P03. */
  lockTimeoutMs?: number;
  /** Commits are not waited for: a crash of the server may undo the last second of them. Only for what is then merely done again. */
  lazyCommits?: boolean;
  /** Every statement finds its few rows by an index, whatever the planner takes the tables for. Not for statements that read much. */
  byIndex?: boolean;
  /**
   * Plans are kept from the first call on, those of the checks of foreign keys too: making one costs more than such a statement. Only with `byIndex`,
   * and for statements in which nothing but the wanted index can be taken, however empty the tables were.
   */
  keptPlans?: boolean;
}

/** The application's role, which owns no table (created by the migrations). */
export const APP_ROLE = 'glassbench_app';

/** As if every page were at hand and every table large. */
const BY_INDEX = [...['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin'].map((way) => `-c enable_${way}=off`), '-c random_page_cost=1.1'];
/**
 * A plan is made for the values of each call, because one that was made and kept while a table was empty (before PostgreSQL has first looked at it)
 * may read the whole of it for each row once it is not.
 */
const NEW_PLANS = '-c plan_cache_mode=force_custom_plan';
const KEPT_PLANS = '-c plan_cache_mode=force_generic_plan';
const STATEMENT_MS = 3_000;
/** PostgreSQL itself ends a statement that takes too long: where even that is not heard, the line is dead. */
const SILENT_MS = 1_000;

/**
 * The address and the settings of a session. Options in an address (`?options=endpoint%3D…`) would replace what pg is told beside it, the role and the
 * tenant: they are taken out of it and go before ours, because PostgreSQL heeds the last one of a name.
 */
export function sessionOf(url: string, settings: readonly string[]): { connectionString: string; options: string } {
  const address = new URL(url);
  const theirs = address.searchParams.get('options');
  if (theirs === null) return { connectionString: url, options: settings.join(' ') };
  address.searchParams.delete('options');
  return { connectionString: address.href, options: [theirs, ...settings].join(' ') };
}

/** Opens a pool; connections are made on first use and refused after 2 s. */
export function openPool(options: PoolOptions): pg.Pool {
  const { name, statementTimeoutMs = STATEMENT_MS } = options;
  const settings = [
    ...(options.role === undefined ? [] : [`-c role=${options.role}`]),
    ...(options.brandId === undefined ? [] : [`-c app.brand_id=${options.brandId}`]),
    ...(options.lazyCommits === true ? ['-c synchronous_commit=off'] : []),
    ...(options.lockTimeoutMs === undefined ? [] : [`-c lock_timeout=${options.lockTimeoutMs}`]),
    ...(options.byIndex === true ? [...BY_INDEX, options.keptPlans === true ? KEPT_PLANS : NEW_PLANS] : []),
  ];
  const pool = new pg.Pool({
    ...sessionOf(options.url, settings),
    max: options.max,
    application_name: name,
    connectionTimeoutMillis: 2_000,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 5_000,
    keepAlive: true,
    pipeline: true,
    Client: NamingClient as unknown as typeof pg.Client,
  });
  // A pooled connection that dies while idle is replaced on next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  // One that dies while a transaction holds it fails that transaction's next statement; the event alone would end the process.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    if (statementTimeoutMs > 0) endWhenSilent(client, statementTimeoutMs + SILENT_MS);
  });
  countPool(name, pool);
  return pool;
}

/** The database as the application sees it: `of(brandId)` for a tenant's own transactions, `open` for the public views. */
export interface Db {
  pool: pg.Pool;
  /** No tenant set: only the views that are meant for it answer. */
  open: Kysely<Database>;
  /** Transactions of this tenant; `'*'` for admin keys and system jobs. */
  of(brandId: string): Kysely<Database>;
  close(): Promise<void>;
}

/** Whoever holds an admin key may name any number of brands, those that are none too. */
const MAX_TENANTS = 1_000;

/** Wraps a pool; Kysely instances share it and are kept per tenant, the newest of them. */
export function openDb(pool: pg.Pool): Db {
  const config: PostgresDialectConfig = { pool };
  const tenants = new Map<string, Kysely<Database>>();
  return {
    pool,
    open: new Kysely<Database>({ dialect: new PostgresDialect(config) }),
    of(brandId) {
      let db = tenants.get(brandId);
      if (db === undefined) {
        db = new Kysely<Database>({ dialect: new TenantDialect(config, brandId) });
        const [oldest] = tenants.keys();
        if (tenants.size >= MAX_TENANTS && oldest !== undefined) tenants.delete(oldest);
        tenants.set(brandId, db);
      }
      return db;
    },
    close: () => pool.end(),
  };
}
