// Tickets to be moved in a bench, the steps they take, and the statements that one step sends.
import { asSystem } from '#access/perform.ts';
import { buildApp } from '#app.ts';
import { newId } from '#platform/id.ts';
import type { Services } from '#services.ts';
import { openTicket } from '#tickets/open-ticket.ts';
import type { TicketView } from '#tickets/ticket.ts';
import type { TransitionInput } from '#tickets/transition.ts';
import { openCounter } from '../test/support/bare-brand.ts';
import { checks } from '../test/support/checks.ts';
import { recordStatements, type Statement } from '../test/support/statements.ts';

const AT_ONCE = 8;

/** One repair from the counter to ready: every ticket takes these steps in turn. */
export const steps: TransitionInput[] = [
  {
    action: 'device.receive',
    input: { serialUnreadable: true, accessories: [], condition: [{ area: 'screen', grade: 'used' }], powersOn: true, receivedBy: 'Chen' },
  },
  { action: 'diagnosis.start', input: { technician: 'Zhao' } },
  { action: 'coverage.accept', input: { basis: 'Warranty', evidence: 'Invoice of 2026-03-01' } },
  { action: 'repair.start', input: { technician: 'Zhao' } },
  { action: 'repair.finish', input: { work: ['Battery replaced'] } },
  { action: 'qc.pass', input: { checks: checks.laptop, inspector: 'Sun', outcome: 'repaired' } },
];

/** Runs `work` over the items, `lanes` at a time; answers items per second. */
export async function rate<T>(items: readonly T[], lanes: number, work: (item: T, lane: number) => Promise<void>): Promise<number> {
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item, lane);
    }),
  );
  return items.length / ((performance.now() - started) / 1000);
}

/** A brand, a center, its key, and tickets that mail their customer: every step writes an outbox row too. */
export async function prepareTickets(services: Services, tickets: number): Promise<{ brandId: string; key: string; made: TicketView[] }> {
  const counter = await openCounter(services);
  return { brandId: counter.brandId, key: counter.key, made: await openTickets(services, counter, tickets) };
}

/** Opens so many walk-in repairs at a center, each of a device of its own. */
export async function openTickets(services: Services, at: { brandId: string; centerId: string }, count: number): Promise<TicketView[]> {
  const made: TicketView[] = [];
  const run = newId('device').slice(-10).toUpperCase();
  await rate([...Array(count).keys()], AT_ONCE, async (i) => {
    const opened = await asSystem(services, at.brandId, (deed) =>
      openTicket(deed, {
        channel: 'walk_in',
        centerId: at.centerId,
        device: { kind: 'laptop', maker: 'Aurora', model: 'Book 14', serial: `B${run}${String(i).padStart(6, '0')}` },
        contact: { name: 'Wang Fang', email: 'fang@example.com' },
        faultReported: 'Does not charge',
        returnMethod: 'pick_up',
        jurisdiction: 'none',
      }),
    );
    made.push(opened);
  });
  return made;
}

/** What a transition of a ticket at this version sends in its head. */
export const headersOf = (key: string, version: number): Record<string, string> => ({
  authorization: `Bearer ${key}`,
  'content-type': 'application/json',
  'if-match': `"v${version}"`,
  'idempotency-key': newId('event'),
});

/** The statements of one transition, as the API itself sends them. */
export async function statementsOf(
  services: Services,
  key: string,
  ticket: TicketView,
  version: number,
  body: TransitionInput,
): Promise<Statement[]> {
  const app = await buildApp(services);
  await app.inject({ url: `/v1/tickets/${ticket.id}`, headers: { authorization: `Bearer ${key}` } });
  const statements = await recordStatements(services, async () => {
    const url = `/v1/tickets/${ticket.id}/transitions`;
    const answer = await app.inject({ method: 'POST', url, headers: headersOf(key, version), payload: body });
    if (answer.statusCode !== 200) throw new Error(answer.body);
  });
  await app.close();
  return statements.filter(({ text }) => !/pg_notify|key_ring|last_used_at/.test(text));
}

/** The same statement for another ticket: its id everywhere, an own idempotency key, own message ids. */
export function forTicket(statements: readonly Statement[], from: TicketView, to: TicketView): Statement[] {
  const idempotencyKey = statements.flatMap(({ values }) => values).find((value) => typeof value === 'string' && /^evt_\w{26}$/.test(value));
  const fresh = newId('event');
  const adapt = (value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    return value
      .replaceAll(from.id, to.id)
      .replaceAll(String(idempotencyKey), fresh)
      .replaceAll(/msg_\w{26}/g, () => newId('message'));
  };
  return statements.map((one) => ({ ...one, values: one.values.map(adapt) }));
}
