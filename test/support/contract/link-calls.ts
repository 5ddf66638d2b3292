// Tickets with links of their own, for calls that change the ticket or use the link up.
import { asSystem } from '#access/perform.ts';
import { linkToken } from '#lookup/link.ts';
import { writeToken } from '#lookup/token.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { advanced, aTicket, bodies, handedOver } from '../a-ticket.ts';
import type { TestApp, TestBrand } from '../app-over.ts';
import { freshSerial } from '../samples.ts';
import { must } from './world.ts';

/** A fresh ticket of the brand. */
export async function ticketIn(app: TestApp, brand: Pick<TestBrand, 'keys'> = app): Promise<string> {
  const ticket = await must(app, brand.keys.center, 'POST', '/v1/tickets', 201, {
    channel: 'walk_in',
    device: { kind: 'phone', serial: freshSerial() },
    contact: {},
    faultReported: 'Dark screen',
    returnMethod: 'pick_up',
    jurisdiction: 'CN',
  });
  return String(ticket['id']);
}

const linkOf = (app: TestApp, ticketId: string): string => linkToken(app.services.seal, { ticketId, generation: 1 });

/** The secret of the link to a fresh ticket. */
export const linkIn = async (app: TestApp, brand?: Pick<TestBrand, 'keys'>): Promise<string> => linkOf(app, await ticketIn(app, brand));

/** The pass to a fresh ticket. */
export const passIn = async (app: TestApp): Promise<string> =>
  writeToken(app.services.seal, { brandId: app.brandId, ticketId: await ticketIn(app) }, new Date()).value;

async function diagnosed(app: TestApp): Promise<TicketView> {
  const opened = await aTicket(app);
  const received = await advanced(app, opened, bodies.receive(opened.device.identifiers[0]?.value ?? ''));
  return advanced(app, received, bodies.diagnose);
}

async function repaired(app: TestApp): Promise<TicketView> {
  const ticket = await handedOver(app);
  const settle = { ticketId: ticket.id, expectedVersion: null, command: { action: 'ticket.settle', input: {} } } as const;
  return asSystem(app.services, app.brandId, (deed) => advanceTicket(deed, settle));
}

/** What a call by link needs to go well: a link, and a body that fits its ticket. By operation. */
export const linkCalls: Record<string, (app: TestApp) => Promise<{ key: string; payload?: string }>> = {
  decideQuote: async (app) => {
    const { id, quote } = await advanced(app, await diagnosed(app), bodies.quote);
    const asked = { quoteId: quote?.id, decision: 'approve', amountShown: quote?.total, textVersion: 'quote-1', locale: 'en' };
    return { key: linkOf(app, id), payload: JSON.stringify(asked) };
  },
  actOnLinkedTicket: async (app) => ({ key: await linkIn(app) }),
  answerSurvey: async (app) => {
    const { id } = await repaired(app);
    await app.owner.updateTable('surveys').set({ asked_at: new Date(), alarm_at: null }).where('ticket_id', '=', id).execute();
    return { key: linkOf(app, id) };
  },
  askForReRepair: async (app) => ({ key: linkOf(app, (await repaired(app)).id) }),
};
