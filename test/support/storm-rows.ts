// What a storm leaves in the database: a history without a gap in which every step is one of the lifecycle's.
import { type Kysely, sql } from 'kysely';
import type { Database } from '#platform/db/database.ts';
import { type Action, actions } from '#tickets/lifecycle.ts';
import type { Status } from '#tickets/status.ts';
import { type Ask, type Conflict, conflict } from './storms.ts';

/** A walk-in that nobody has touched; `serial` tells it from every other. */
export const ticketFor = (serial: string): Record<string, unknown> => ({
  channel: 'walk_in',
  device: { kind: 'laptop', maker: 'Aurora', model: 'Book 14', serial },
  contact: { name: 'Wang Fang' },
  faultReported: 'Does not charge',
  returnMethod: 'pick_up',
  jurisdiction: 'none',
});

/** Opens a ticket, receives its device and lets the writers loose. `tell` hears how it goes. */
export async function conflicted(
  ask: Ask,
  plan: { writers: number; attempts: number; seed: number },
  tell: (text: string) => void = () => undefined,
): Promise<Conflict & { ticketId: string }> {
  const serial = `STORM${plan.seed}`;
  const opened = await ask({ method: 'POST', url: '/v1/tickets', headers: { 'idempotency-key': `open-${plan.seed}` }, body: ticketFor(serial) });
  const { id: ticketId } = JSON.parse(opened.body) as { id: string };
  const input = { serialScanned: serial, accessories: [], condition: [{ area: 'screen', grade: 'used' }], powersOn: true, receivedBy: 'Chen' };
  const received = await ask({
    method: 'POST',
    url: `/v1/tickets/${ticketId}/transitions`,
    headers: { 'idempotency-key': `receive-${plan.seed}`, 'if-match': '"v1"' },
    body: { action: 'device.receive', input },
  });
  if (received.status !== 200) throw new Error(received.body);
  tell(`${ticketId} is received; ${plan.writers} writers begin`);
  return { ...(await conflict(ask, ticketId, plan, tell)), ticketId };
}

/** What a ticket's history looks like. */
export interface History {
  versions: number;
  gaps: number;
  illegal: number;
  faults: string[];
}

/** Whether the table has such a step. */
export function isStep(action: string, from: Status | null, to: Status): boolean {
  if (from === null) return to === 'created';
  if (!Object.hasOwn(actions, action)) return false;
  return actions[action as Action].steps.some(
    (step) =>
      (step.from as readonly Status[]).includes(from) &&
      (step.to === to || (step.to === 'same' && from === to) || step.to === 'named' || step.to === 'previous'),
  );
}

/** Reads the history of a ticket and holds it against the lifecycle. */
export async function chained(db: Kysely<Database>, ticketId: string): Promise<History> {
  const { rows } = await sql<{ seq: number; action: string; from: Status | null; to: Status }>`
    select seq, action, from_status as "from", to_status as "to" from ticket_events where ticket_id = ${ticketId} order by seq`.execute(db);
  const gaps = rows.filter(({ seq }, place) => seq !== place + 1).length;
  const wrong = rows.filter(({ action, from, to }, place) => !isStep(action, from, to) || (place > 0 && rows[place - 1]?.to !== from));
  return {
    versions: rows.length,
    gaps,
    illegal: wrong.length,
    faults: [...(gaps > 0 ? [`${gaps} gaps`] : []), ...wrong.map(({ seq, action, from, to }) => `${seq}: ${action} from ${from} to ${to}`)],
  };
}

/** How many tickets there are. */
export async function countTickets(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::integer as n from tickets`.execute(db);
  return rows[0]?.n ?? 0;
}
