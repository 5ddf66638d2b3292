// Builders: a ticket at any point of its way, made by the calls that a service center makes.
import type { LightMyRequestResponse } from 'fastify';
import type { TicketInput, TicketView } from '#tickets/ticket.ts';
import type { TransitionInput } from '#tickets/transition.ts';
import { type TestApp, unique } from './app-over.ts';
import { checks } from './checks.ts';

/** How a customer said yes. */
export const consent = {
  method: 'in_person',
  takenBy: 'Lin',
  givenAt: '2026-11-01T09:00:00.000Z',
  textVersion: 'quote-1',
  locale: 'zh-CN',
} as const;

/** A walk-in laptop with a serial of its own. */
export const ticketInput = (more: Partial<TicketInput> = {}): TicketInput => ({
  channel: 'walk_in',
  device: { kind: 'laptop', maker: 'Aurora', model: 'Book 14', serial: unique('SERIAL') },
  contact: { name: 'Wang Fang', phone: '+8613800001234', email: 'fang@example.com', locale: 'en' },
  faultReported: 'Does not charge',
  returnMethod: 'pick_up',
  jurisdiction: 'CN',
  ...more,
});

/** Opens it with the center's key. Throws with the answer where it was refused. */
export async function aTicket(test: TestApp, more: Partial<TicketInput> = {}): Promise<TicketView> {
  const answer = await test.call(test.keys.center, { method: 'POST', url: '/v1/tickets', payload: ticketInput(more) });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json<TicketView>();
}

/** Asks for one transition at this version. */
export const transition = (
  test: TestApp,
  ticket: { id: string; version: number },
  body: TransitionInput,
  key: string = test.keys.center,
): Promise<LightMyRequestResponse> =>
  test.call(key, { method: 'POST', url: `/v1/tickets/${ticket.id}/transitions`, headers: { 'if-match': `"v${ticket.version}"` }, payload: body });

/** Does it. Throws with the answer where it was refused. */
export async function advanced(test: TestApp, ticket: { id: string; version: number }, body: TransitionInput, key?: string): Promise<TicketView> {
  const answer = await transition(test, ticket, body, key);
  if (answer.statusCode !== 200) throw new Error(`${body.action}: ${answer.body}`);
  return answer.json<TicketView>();
}

/** The body of the most used actions. */
export const bodies = {
  receive: (serialScanned: string): TransitionInput => ({
    action: 'device.receive',
    input: {
      serialScanned,
      accessories: [{ type: 'charger', quantity: 1 }],
      condition: [{ area: 'screen', grade: 'used' }],
      powersOn: true,
      diagnosisFee: { amount: 5_000, currency: 'CNY' },
      receivedBy: 'Chen',
    },
  }),
  diagnose: { action: 'diagnosis.start', input: { technician: 'Zhao' } },
  quote: {
    action: 'quote.send',
    input: {
      offer: {
        currency: 'CNY',
        lines: [
          { kind: 'part', text: 'Battery, original', quantity: 1, unitPrice: 39_900 },
          { kind: 'labor', text: 'Replacement', quantity: 1, unitPrice: 10_000 },
          { kind: 'discount', text: 'Loyal customer', quantity: 1, unitPrice: 900 },
        ],
        diagnosisFee: 5_000,
        validDays: 30,
        promisedDays: 3,
      },
    },
  },
  approve: (quoteId: string, amount: number): TransitionInput => ({
    action: 'quote.approve',
    input: { quoteId, amountShown: { amount, currency: 'CNY' }, consent },
  }),
  cover: { action: 'coverage.accept', input: { basis: 'Warranty', evidence: 'Invoice' } },
  startRepair: { action: 'repair.start', input: { technician: 'Zhao' } },
  finishRepair: { action: 'repair.finish', input: { work: ['Battery replaced'] } },
  fail: { action: 'qc.fail', input: { failed: [{ check: 'Charging', note: 'Slow' }], inspector: 'Sun' } },
  pass: { action: 'qc.pass', input: { checks: checks.laptop, inspector: 'Sun', outcome: 'repaired' } },
  handOver: { action: 'device.hand_over', input: { identityCheck: 'ticket_code', handedOverBy: 'Chen' } },
} as const satisfies Record<string, TransitionInput | ((...args: never[]) => TransitionInput)>;

/** Repaired under warranty and handed over the counter. */
export async function handedOver(test: TestApp, more: Partial<TicketInput> = {}): Promise<TicketView> {
  const { receive, diagnose, cover, startRepair, finishRepair, pass, handOver } = bodies;
  let ticket = await aTicket(test, more);
  const steps = [receive(ticket.device.identifiers[0]?.value ?? ''), diagnose, cover, startRepair, finishRepair, pass, handOver];
  for (const step of steps) ticket = await advanced(test, ticket, step);
  return ticket;
}
