// One sequence of commands through the API and the database.

import type { TicketView } from '#tickets/ticket.ts';
import { type Coverage, count } from './coverage.ts';
import { expectation, happened, seen } from './expectation.ts';
import { judged, told } from './judged.ts';
import { random } from './random.ts';
import { askReal, happenReal, type RealTicket, realTicket } from './real-product.ts';
import { opened, type Repair, shownQuote } from './repair.ts';
import { fingerprint, rowFaults } from './rows.ts';
import { beginning, beginningOf, nextCommands } from './sequences.ts';
import { at, type Site } from './site.ts';
import { offered } from './table.ts';
import { differences, seenIn } from './view.ts';

/** A ticket that was played to its end, and the mark of its rows then. */
export interface Played {
  ticketId: string;
  mark: string;
}

/** Plays it until the commands are used up, or model and product differ; then looks at every row of the ticket. */
export async function playReal(site: Site, seed: number, sequence: number, commands: number, run: Coverage): Promise<Played> {
  const chance = random(seed, sequence);
  const start = beginningOf(chance, `MODEL${sequence}Q`);
  let repair = opened(start);
  let now = beginning;
  const ticket = await at(now, () => realTicket(site, start));
  run.sequences += 1;
  for (let nth = 0; nth < commands; ) {
    for (const command of nextCommands(repair, now, chance, true)) {
      now += command.after;
      if (command.kind === 'world') {
        await at(now, () => happenReal(site, ticket, command.happening));
        repair = happened(repair, command, now);
        count(run.others, command.happening);
        continue;
      }
      nth += 1;
      const expected = expectation(repair, command, now);
      const byLink = command.by === 'customer' && expected.kind === 'taken' && (shownQuote(repair) ?? null);
      const answer = await at(now, () => askReal(site, ticket, command, byLink));
      const texts = judged(run, repair, command, expected, answer);
      if (texts.length > 0) {
        run.disagreements.push(told({ seed, sequence, nth, before: repair, asked: command, texts }));
        return { ticketId: ticket.id, mark: await fingerprint(site, ticket.id) };
      }
      if (expected.kind === 'taken') repair = expected.next;
    }
  }
  const faults = [...(await readFaults(site, ticket, repair)), ...(await rowFaults(site, ticket.id, repair, ticket.names))];
  if (faults.length > 0) run.disagreements.push(`seed ${seed} sequence ${sequence} (${repair.log.join(' ')})\n    ${faults.join('\n    ')}`);
  return { ticketId: ticket.id, mark: await fingerprint(site, ticket.id) };
}

/** What a read answers is what the model sees, and what the last step answered. */
async function readFaults(site: Site, ticket: RealTicket, repair: Repair): Promise<string[]> {
  const view = (await site.call(ticket.key, 'GET', `/v1/tickets/${ticket.id}`)).json<TicketView>();
  return [
    ...differences(seen(repair), seenIn(view, ticket.names)).map((text) => `read${text}`),
    ...differences(offered(repair.status, repair.hold !== null, 'center'), view.allowedActions.toSorted()).map((text) => `read allowed${text}`),
    ...(ticket.answered === null ? [] : differences(ticket.answered, view).map((text) => `read after the step${text}`)),
  ];
}

/** How many sequences are played, and until when. */
export interface Plan {
  seed: number;
  sequences: number;
  commands: number;
  /** So many at a time. */
  lanes: number;
  /** Disagreements after which no other sequence is begun. */
  shown: number;
  /** No other sequence is begun then. */
  isOver?: () => boolean;
}

/** Plays many; `each` hears of every one that ended. */
export async function playMany(site: Site, plan: Plan, run: Coverage, each: () => void = () => undefined): Promise<void> {
  const beside = await fingerprint(site, site.bystander.id);
  const played: Played[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < plan.sequences && run.disagreements.length < plan.shown && plan.isOver?.() !== true) {
      const sequence = next;
      next += 1;
      played.push(await playReal(site, plan.seed, sequence, plan.commands, run));
      each();
    }
  };
  await Promise.all(Array.from({ length: plan.lanes }, lane));
  if ((await fingerprint(site, site.bystander.id)) !== beside) run.disagreements.push('a ticket that nobody touched has changed');
  for (const { ticketId, mark } of played) {
    if ((await fingerprint(site, ticketId)) !== mark) run.disagreements.push(`ticket ${ticketId} has changed after its last step`);
  }
}
