// Transactions of one tenant in fewer trips to the server: BEGIN travels with the first statement, the last statement with COMMIT.
import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  type QueryCompiler,
  type QueryResult,
  type RawBuilder,
  type Transaction,
  type TransactionSettings,
} from 'kysely';

/** Statements that wait for the commit, as they were compiled. */
const waiting = new WeakSet<CompiledQuery>();

/**
 * A statement whose answer nobody needs: it travels with the one that follows, or with COMMIT where none does, and what it throws is thrown
 * there. Its values are text and numbers: one that the driver cannot write would be left out of the commit.
 */
export async function executeAlong<DB>(trx: Transaction<DB>, statement: RawBuilder<unknown>): Promise<void> {
  const query = statement.compile(trx);
  waiting.add(query);
  await trx.executeQuery(query);
}

/** All of them; throws what the first one threw that failed, because it is the cause of the others. */
async function together<T>(answers: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(answers);
  return settled.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  });
}

/** Kysely's own, which it does not export. */
type Inner = Parameters<PostgresDriver['releaseConnection']>[0];

/** A pooled connection that holds back what can travel with the next statement. The client is in pipeline mode and keeps the order. */
class PatientConnection implements DatabaseConnection {
  readonly inner: Inner;
  #held: CompiledQuery[] = [];
  /** BEGIN was sent: there is something to commit or to roll back. */
  #open = false;

  constructor(inner: Inner) {
    this.inner = inner;
  }

  hold(query: CompiledQuery): void {
    this.#held.push(query);
  }

  /** Sends what was held, at once and in order. */
  #release(): Promise<QueryResult<unknown>>[] {
    const held = this.#held;
    this.#held = [];
    if (held.length > 0) this.#open = true;
    return held.map((query) => this.inner.executeQuery(query));
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (waiting.has(query)) {
      this.hold(query);
      return { rows: [] };
    }
    if (this.#held.length === 0) return this.inner.executeQuery<R>(query);
    const answers = await together([...this.#release(), this.inner.executeQuery<R>(query)]);
    return answers.at(-1) as QueryResult<R>;
  }

  /** Ends the transaction with what was held before it; a transaction that never began needs no end. */
  async commit(send: () => Promise<void>): Promise<void> {
    // BEGIN alone.
    if (!this.#open && this.#held.length < 2) return this.forget();
    const before = this.#release();
    this.#open = false;
    await together<unknown>([...before, send()]);
  }

  async rollback(send: () => Promise<void>): Promise<void> {
    const open = this.#open;
    this.forget();
    if (open) await send();
  }

  forget(): void {
    this.#held = [];
    this.#open = false;
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('a connection in pipeline mode cannot stream');
  }
}

/** Sets the tenant with BEGIN; row-level security reads it. */
class TenantDriver implements Driver {
  readonly #inner: PostgresDriver;
  readonly #begin: string;
  readonly #known = new WeakMap<DatabaseConnection, PatientConnection>();

  constructor(config: PostgresDialectConfig, brandId: string) {
    if (!/^(\*|brd_[0-9a-z]{26})$/.test(brandId)) throw new TypeError('not a brand id');
    this.#inner = new PostgresDriver(config);
    this.#begin = `set local app.brand_id to '${brandId}'`;
  }

  init(): Promise<void> {
    return this.#inner.init();
  }

  async acquireConnection(): Promise<PatientConnection> {
    const inner = (await this.#inner.acquireConnection()) as Inner;
    let connection = this.#known.get(inner);
    if (connection === undefined) {
      connection = new PatientConnection(inner);
      this.#known.set(inner, connection);
    }
    return connection;
  }

  async beginTransaction(connection: PatientConnection, settings: TransactionSettings): Promise<void> {
    const mode = settings.accessMode === undefined ? '' : ` ${settings.accessMode}`;
    const level = settings.isolationLevel === undefined ? '' : ` isolation level ${settings.isolationLevel}`;
    connection.hold(CompiledQuery.raw(`start transaction${level}${mode}; ${this.#begin}`));
  }

  commitTransaction(connection: PatientConnection): Promise<void> {
    return connection.commit(() => this.#inner.commitTransaction(connection.inner));
  }

  rollbackTransaction(connection: PatientConnection): Promise<void> {
    return connection.rollback(() => this.#inner.rollbackTransaction(connection.inner));
  }

  async releaseConnection(connection: PatientConnection): Promise<void> {
    connection.forget();
    await this.#inner.releaseConnection(connection.inner);
  }

  destroy(): Promise<void> {
    return this.#inner.destroy();
  }
}

/** PostgreSQL as one tenant, or `'*'`, sees it. */
export class TenantDialect implements Dialect {
  readonly #config: PostgresDialectConfig;
  readonly #brandId: string;
  readonly #inner: PostgresDialect;

  constructor(config: PostgresDialectConfig, brandId: string) {
    this.#config = config;
    this.#brandId = brandId;
    this.#inner = new PostgresDialect(config);
  }

  createDriver(): Driver {
    return new TenantDriver(this.#config, this.#brandId);
  }

  createQueryCompiler(): QueryCompiler {
    return this.#inner.createQueryCompiler();
  }

  createAdapter(): DialectAdapter {
    return this.#inner.createAdapter();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return this.#inner.createIntrospector(db);
  }
}
