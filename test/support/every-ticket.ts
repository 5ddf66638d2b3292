// Repairs at every point of their way, for pages to be looked at.

import { Status } from '#tickets/status.ts';
import type { TicketView } from '#tickets/ticket.ts';
import type { TransitionInput } from '#tickets/transition.ts';
import { advanced, aTicket, bodies } from './a-ticket.ts';
import type { TestApp } from './app-over.ts';
import { formOf, jpeg, photoFields, upload } from './pictures.ts';

const DAY_MS = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

/** Puts a ticket where its way would take long, as an admin may. */
async function corrected(test: TestApp, ticket: TicketView, to: Status): Promise<TicketView> {
  const answer = await test.call(test.adminKey, {
    method: 'POST',
    url: `/v1/tickets/${ticket.id}/transitions`,
    headers: { 'if-match': `"v${ticket.version}"`, 'glassbench-brand': test.brandId },
    payload: { action: 'admin.correct', input: { to }, reason: 'For the picture' },
  });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json<TicketView>();
}

/** Does these steps one after another. */
async function led(test: TestApp, ticket: TicketView, ...steps: TransitionInput[]): Promise<TicketView> {
  let at = ticket;
  for (const step of steps) at = await advanced(test, at, step);
  return at;
}

async function received(test: TestApp, returnMethod: 'ship' | 'pick_up' = 'pick_up'): Promise<TicketView> {
  const opened = await aTicket(test, { returnMethod });
  return led(test, opened, bodies.receive(opened.device.identifiers[0]?.value ?? ''));
}

/** With an open quote of three lines. */
export const quoted = async (test: TestApp): Promise<TicketView> => led(test, await received(test), bodies.diagnose, bodies.quote);

async function approved(test: TestApp): Promise<TicketView> {
  const ticket = await quoted(test);
  return led(test, ticket, bodies.approve(ticket.quote?.id ?? '', ticket.quote?.total.amount ?? 0));
}

async function full(test: TestApp): Promise<TicketView> {
  const ticket = await led(test, await approved(test), {
    action: 'promise.change',
    input: { promisedAt: inDays(12), reason: 'part_delayed', note: 'The battery comes from another warehouse.' },
  });
  for (const [color, caption] of [
    ['#7799aa', 'As it came in'],
    ['#aa8866', 'The old battery'],
  ] as const) {
    const photo = { bytes: await jpeg(640, 480, color), type: 'image/jpeg', name: 'photo.jpg' };
    await upload(test, ticket.id, formOf({ ...photoFields, caption }, photo));
  }
  const note = { body: 'The battery is swollen.\nPlease do not worry: your data is safe.', visibility: 'customer' };
  await test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${ticket.id}/notes`, payload: note });
  return ticket;
}

/** Every status, and what else changes the page. */
export async function everyTicket(test: TestApp): Promise<{ name: string; ticket: TicketView }[]> {
  const scenes: { name: string; ticket: TicketView }[] = [];
  for (const status of Status.options)
    for (const returnMethod of ['ship', 'pick_up'] as const)
      if (returnMethod === 'ship' || ['ready', 'delivered'].includes(status)) {
        const ticket = await received(test, returnMethod);
        scenes.push({ name: `${status}-${returnMethod}`, ticket: status === 'received' ? ticket : await corrected(test, ticket, status) });
      }
  const lock = { reason: 'device_lock', resumeBy: inDays(3), customerText: 'The lock is still on; we tried on Monday.' } as const;
  const declined = await quoted(test);
  await advanced(test, declined, {
    action: 'quote.decline',
    input: {
      quoteId: declined.quote?.id ?? '',
      consent: { method: 'in_person', takenBy: 'Lin', givenAt: new Date(Date.now() - 1_000).toISOString(), textVersion: 'quote-1', locale: 'en' },
    },
  });
  return [
    ...scenes,
    { name: 'quote', ticket: await quoted(test) },
    { name: 'quote-approved', ticket: await approved(test) },
    { name: 'quote-declined', ticket: declined },
    { name: 'hold', ticket: await led(test, await received(test), bodies.diagnose, { action: 'hold.open', input: lock }) },
    { name: 'everything', ticket: await full(test) },
  ];
}
