// S1: every route × three tenants × every kind of id. What names a thing of another tenant is answered as if there were none, and changes nothing.
import { sql } from 'kysely';
import type pg from 'pg';
import type { TestApp } from '../app-over.ts';
import { bodyFor, wireBody } from '../contract/bodies.ts';
import { addressOf, type Operation, operations } from '../contract/contract.ts';
import type { World } from '../contract/world.ts';

export interface MatrixFigures {
  calls: number;
  operations: number;
  /** Answers that told something of another tenant. */
  leaks: string[];
  /** Calls about another tenant's thing that were served. */
  served: string[];
  /** Operations after which another tenant's rows were not as before. */
  changed: string[];
  serverErrors: string[];
}

/** Parameters that name nothing of anyone's: every brand has a text of that name. */
const common = new Set(['textName', 'locale', 'scenario', 'carrier', 'provider', 'message', 'serial']);
const ownParameters = ({ pathParameters }: Operation): string[] => pathParameters.filter((name) => !common.has(name));
/** A brand's centers are known to its couriers and centers by name; nothing else is anyone's but its own. */
const secured = operations.filter(({ secured: one, byLink }) => one && !byLink);

/** Everything of a brand, in one text. */
export async function stateOf({ owner }: TestApp, brandId: string): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'brand_id'
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not in ('idempotency_keys', 'lookup_counters', 'api_keys')
     order by 1`.execute(owner);
  const states = tables.map(
    ({ name }) => sql`
      select ${name} || ':' || count(*) || ':' || coalesce(md5(string_agg(md5(t::text), ',' order by md5(t::text))), '') as state
        from ${sql.table(name)} t where brand_id = ${brandId}`,
  );
  const { rows } = await sql<{ state: string }>`${sql.join(states, sql` union all `)}`.execute(owner);
  return rows
    .map(({ state }) => state)
    .toSorted()
    .join('\n');
}

/** Which part of it is played, for a short run. */
export interface Share {
  /** Whether this call is made; `named`: every id in it is of the right kind and the other tenant's, so that it is looked for. */
  chosen(named: boolean): boolean;
  /** Rows are looked at after every operation, so that a change is known by its name; else once, at the end. */
  everyOperation: boolean;
}
const whole: Share = { chosen: () => true, everyOperation: true };

/** Plays it: each of these tenants asks for what each of the others has. */
export async function playTenants(app: TestApp, worlds: readonly World[], { chosen, everyOperation }: Share = whole): Promise<MatrixFigures> {
  const figures: MatrixFigures = { calls: 0, operations: secured.length, leaks: [], served: [], changed: [], serverErrors: [] };

  const ask = async (operation: Operation, caller: World, kind: string, key: string, victim: World, url: string, body: unknown): Promise<void> => {
    if (!chosen(ownParameters(operation).length > 0 && url === addressOf(operation, victim.parameters))) return;
    figures.calls += 1;
    const sent = operation.hasBody ? wireBody(operation, body) : undefined;
    const answer = await app.call(key, {
      method: operation.method,
      url,
      headers: {
        ...(operation.headers.includes('If-Match') ? { 'if-match': `"v${victim.ticketVersion}"` } : {}),
        ...(sent === undefined ? {} : { 'content-type': sent.type }),
      },
      ...(sent === undefined ? {} : { payload: sent.payload }),
    });
    const what = `${kind} of ${caller.brandId.slice(-4)}: ${operation.method} ${url} answered ${answer.statusCode}`;
    const said = `${url}${sent?.payload.toString() ?? ''}`;
    const told = victim.secrets.filter((secret) => answer.body.includes(secret) && !said.includes(secret));
    if (told.length > 0) figures.leaks.push(`${what} with ${told.join(', ')}`);
    if (answer.statusCode >= 500) figures.serverErrors.push(what);
    if (answer.statusCode < 400 && ownParameters(operation).some((name) => url.includes(victim.parameters[name] ?? 'nothing')))
      figures.served.push(what);
  };

  /** Every address that names something of the victim: in each place, each kind of id. */
  const addresses = (operation: Operation, caller: World, victim: World): string[] => {
    const places = ownParameters(operation);
    const wrong = places.flatMap((place) =>
      Object.values(victim.parameters).map((id) => addressOf(operation, { ...caller.parameters, [place]: id })),
    );
    const filters = operation.queryParameters
      .flatMap((name) =>
        [...(name === 'serial' ? [victim.serial] : name === 'waybill' ? [victim.waybill] : [victim.parameters[name] ?? []].flat())].map(
          (id) => `?${name}=${id}`,
        ),
      )
      .map((query) => addressOf(operation, caller.parameters) + query);
    const whole = addressOf(operation, victim.parameters);
    return [...new Set([...(places.length === 0 ? [addressOf(operation, caller.parameters)] : [whole]), ...wrong, ...filters])];
  };

  const asked = async (operation: Operation, victim: World): Promise<void> => {
    for (const caller of worlds.filter((one) => one !== victim)) {
      for (const [kind, key] of Object.entries(caller.keys)) {
        for (const url of addresses(operation, caller, victim)) {
          // Its own things are changed by nobody here: an address without an id of the victim's is only read.
          const names = Object.values(victim.parameters).some((id) => !Object.values(caller.parameters).includes(id) && url.includes(id));
          if (!names && operation.method !== 'GET' && !operation.hasBody) continue;
          await ask(operation, caller, kind, key, victim, url, operation.hasBody ? bodyFor(operation, victim) : undefined);
        }
      }
    }
  };
  /** Reports the victims whose rows are not as before. */
  const watched = async (what: string, of: readonly World[], work: () => Promise<void>): Promise<void> => {
    const before = await Promise.all(of.map(({ brandId }) => stateOf(app, brandId)));
    await work();
    const after = await Promise.all(of.map(({ brandId }) => stateOf(app, brandId)));
    for (const [at, { brandId }] of of.entries()) if (before[at] !== after[at]) figures.changed.push(`${what}, of ${brandId.slice(-4)}`);
  };
  for (const victim of worlds) {
    const all = async (): Promise<void> => {
      for (const operation of secured) {
        const one = (): Promise<void> => asked(operation, victim);
        await (everyOperation ? watched(operation.name, [victim], one) : one());
      }
    };
    await (everyOperation ? all() : watched('something', [victim], all));
  }
  return figures;
}

const check = /((?:"?\w+"?\.)?"?brand_id"?)\s*=\s*(\$\d+)/g;

/** Takes the application's own check of the tenant out of every statement of this pool; row-level security is all that is left. Answers how many were changed. */
export function withoutChecks(pool: pg.Pool): () => number {
  let changed = 0;
  const unchecked = (text: string): string =>
    text.replaceAll(check, (_, column: string, value: string) => {
      changed += 1;
      return `(${column} = ${value} or true)`;
    });
  const holder = pool as unknown as { Client: new (...args: never[]) => { query(...args: unknown[]): unknown } };
  const Base = holder.Client;
  holder.Client = class extends Base {
    override query(first: unknown, ...rest: unknown[]): unknown {
      if (typeof first === 'string') return super.query(unchecked(first), ...rest);
      const config = first as { text?: string; name?: string };
      if (typeof config?.text !== 'string' || typeof (first as { submit?: unknown }).submit === 'function') return super.query(first, ...rest);
      return super.query({ ...config, text: unchecked(config.text) }, ...rest);
    }
  };
  return () => changed;
}
