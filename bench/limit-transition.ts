// Transitions against the limits of the machine: the API over HTTP, the very same statements straight through pg, and pgbench running them.
import type { PoolClient } from 'pg';
import { Agent, request } from 'undici';
import type { TicketView } from '#tickets/ticket.ts';
import { sendAgain, tripsOf } from '../test/support/statements.ts';
import { openApiGround } from './api-ground.ts';
import { pgbench, pgbenchVersion } from './pgbench.ts';
import { median } from './support.ts';
import { forTicket, headersOf, prepareTickets, rate, statementsOf, steps } from './transition-ground.ts';
import { transitionScripts } from './transition-script.ts';

const HTTP_CONNECTIONS = 32;
const DB_CONNECTIONS = 8;
/** Tickets that take each step on each side before it is measured: a service has run for a while. */
const WARM = 320;
/** The API and pg take turns so many times in a step. */
const SLICES = 4;

/** What came of it; pgbench's ratio is null where there is no pgbench. */
export interface TransitionLimits {
  ofSameSql: number;
  ofPgbench: number | null;
  text: string;
}

type Side = [run: (tickets: readonly TicketView[]) => Promise<number>, tickets: readonly TicketView[]];

/** Both sides in slices, the first of which changes, so that a pace of the machine that changes meets both. Answers tickets per second. */
async function turnAbout(...sides: [Side, Side]): Promise<number[]> {
  const seconds = new Map<Side, number>(sides.map((side) => [side, 0]));
  for (let slice = 0; slice < SLICES; slice += 1) {
    for (const side of slice % 2 === 0 ? sides : sides.toReversed()) {
      const [run, tickets] = side;
      const some = tickets.slice((slice * tickets.length) / SLICES, ((slice + 1) * tickets.length) / SLICES);
      seconds.set(side, (seconds.get(side) ?? 0) + some.length / (await run(some)));
    }
  }
  return sides.map((side) => side[1].length / (seconds.get(side) ?? 0));
}

/** Takes `perRound` tickets a side through six steps, a step a round. */
export async function measureTransitions(perRound: number): Promise<TransitionLimits> {
  const perClient = Math.ceil(perRound / DB_CONNECTIONS);
  const count = perClient * DB_CONNECTIONS;
  const ground = await openApiGround();
  const { services, databaseUrl } = ground;
  const total = count * 3 + WARM * 2 + 1;
  console.log(`preparing ${total} tickets`);
  const { brandId, key, made } = await prepareTickets(services, total);
  const [sample, ...others] = made;
  if (sample === undefined) throw new Error('no ticket was made');
  const some = (most: number): TicketView[] => others.splice(0, most);
  const [overHttp, overPg, overPgbench, warmHttp, warmPg] = [some(count), some(count), some(count), some(WARM), some(WARM)];

  const api = await ground.start();
  const agent = new Agent({ connections: HTTP_CONNECTIONS });
  const clients = await ground.straight(DB_CONNECTIONS);

  let peakMiB = 0;
  const lines: string[] = [];
  const sameSql: number[] = [];
  const ofPgbench: number[] = [];
  for (const [round, body] of steps.entries()) {
    const version = round + 1;
    const statements = await statementsOf(services, key, sample, version, body);
    const payload = JSON.stringify(body);
    const http = (tickets: readonly TicketView[]): Promise<number> =>
      rate(tickets, HTTP_CONNECTIONS, async (ticket) => {
        const url = `${ground.baseUrl}/v1/tickets/${ticket.id}/transitions`;
        const answer = await request(url, { method: 'POST', headers: headersOf(key, version), body: payload, dispatcher: agent });
        const text = await answer.body.text();
        if (answer.statusCode !== 200) throw new Error(text);
      });
    const sql = (tickets: readonly TicketView[]): Promise<number> =>
      rate(tickets, clients.length, (ticket, lane) => sendAgain(clients[lane] as PoolClient, forTicket(statements, sample, ticket)));
    const server = async (): Promise<number> => {
      const scripts = await transitionScripts(
        databaseUrl,
        overPgbench.map((ticket) => forTicket(statements, sample, ticket)),
      );
      const common = { url: databaseUrl, clients: DB_CONNECTIONS, transactions: perClient, define: { done: 0, per_client: perClient }, brandId };
      const whole = await pgbench({ ...common, script: scripts.whole });
      // What pgbench does beside the transition, reading the values, is taken off its time.
      const fetching = await pgbench({ ...common, script: scripts.fetch });
      return 1 / (1 / whole - 1 / fetching);
    };
    await http(warmHttp);
    await sql(warmPg);
    const [ours = 0, same = 0] = await turnAbout([http, overHttp], [sql, overPg]);
    const bare = pgbenchVersion === null ? undefined : await server();
    peakMiB = Math.max(peakMiB, api.rss());
    sameSql.push(ours / same);
    if (bare !== undefined) ofPgbench.push(ours / bare);
    const ratio = bare === undefined ? '' : (ours / bare).toFixed(2);
    lines.push(
      `| ${body.action} | ${statements.length} | ${tripsOf(statements).length} | ${ours.toFixed(0)} | ${same.toFixed(0)} | ${bare?.toFixed(0) ?? ''} | ${(ours / same).toFixed(2)} | ${ratio} |`,
    );
    console.log(lines.at(-1));
  }
  const { done } = await services.db
    .of('*')
    .transaction()
    .execute((trx) =>
      trx
        .selectFrom('tickets')
        .select(({ fn }) => fn.countAll<number>().as('done'))
        .where('status', '=', 'ready')
        .executeTakeFirstOrThrow(),
    );
  const expected = made.length - (pgbenchVersion === null ? count : 0);
  if (done !== expected) throw new Error(`only ${done} of ${expected} tickets went the whole way`);

  await agent.close();
  await ground.close();

  const [same, bare] = [median(sameSql), ofPgbench.length === 0 ? null : median(ofPgbench)];
  return {
    ofSameSql: same,
    ofPgbench: bare,
    text: `The API over HTTP (${HTTP_CONNECTIONS} connections, own loop over undici, ${DB_CONNECTIONS} database connections) against the very statements it sends, recorded
from it: straight through pg, and as a script of ${pgbenchVersion === null ? 'pgbench, which is not on this machine' : `pgbench ${pgbenchVersion} (-M prepared; the time in which it reads the values is taken off)`}, each over
${DB_CONNECTIONS} connections and in as many trips to the server. fsync on, ${count} transitions a round and side, the API and pg in turn by quarters, each after ${WARM} that are not counted.

| step | statements | trips | API/s | same SQL/s | pgbench/s | of the same SQL | of pgbench |
| --- | --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}

Median **${same.toFixed(2)}** of the same SQL (goal 0.60), **${bare?.toFixed(2) ?? 'not measured'}** of pgbench (goal 0.45). API process: ${peakMiB.toFixed(0)} MiB resident under load (goal 180).`,
  };
}
