// Moves a ticket by one action of the lifecycle: lock and read, decide, write, in two round trips.
import type { Deed } from '#access/deed.ts';
import { clocksOf } from '#clocks/columns.ts';
import { mustBelong } from '#files/find-files.ts';
import { readIdentifier } from '#lookup/normalize.ts';
import { dueFor } from '#notifications/announce.ts';
import type { TicketFacts } from '#notifications/event.ts';
import { type Retraction, recallsOf, retract } from '#notifications/retract.ts';
import { isNews, type Told, toldWith, without } from '#notifications/told.ts';
import { Problem } from '#problems.ts';
import { type House, houseOf } from '#service-centers/house.ts';
import { changeOf } from './effects.ts';
import { factsOf, saidWith } from './facts.ts';
import { guardFacts } from './guard-facts.ts';
import type { Facts } from './guards.ts';
import { actions, type Command, hasEnded, type Telling } from './lifecycle.ts';
import { allowedActions, move } from './move.ts';
import { filesNamed } from './named-files.ts';
import { promiseAfter } from './promises.ts';
import { refusals } from './refusals.ts';
import { after } from './stands.ts';
import type { Status } from './status.ts';
import { advance } from './step-store.ts';
import { byId, lock, type TicketRow } from './store.ts';
import { tellingOf } from './telling.ts';
import type { TicketView } from './ticket.ts';
import { ticketView } from './view.ts';

/** One step asked for. */
export interface Step {
  ticketId: string;
  /** The version the caller has seen. Null only where no caller decided: carrier events and system jobs. */
  expectedVersion: number | null;
  command: Command;
  reason?: string | undefined;
  /** False: the customer is told nothing of it; takes a reason. */
  notify?: boolean | undefined;
  customerNote?: string | undefined;
  /** The parcel whose scans cause the step. */
  parcelId?: string | undefined;
  /**
   * The center whose parcel the device came in, with what it works by: the ticket is not its own yet, and becomes it by this step.
   * Whoever sets it has seen that the parcel is addressed to that center.
   */
  takenOver?: { by: NonNullable<Facts['takenOverBy']>; house: House } | undefined;
}

/**
 * Moves the ticket and answers it as it is then.
 * Problems: not_found, stale_version (412), scope_missing, transition_not_allowed (409 with what is), transition_refused (409),
 * open_ticket_exists (409), validation_failed.
 */
export async function advanceTicket(deed: Deed, step: Step): Promise<TicketView> {
  const row = await lock(deed, step.ticketId, step.takenOver !== undefined);
  if (row === undefined) throw new Problem('not_found', 'There is no such ticket for your key. Check the id.');
  checkVersion(row, step.expectedVersion);
  const { command } = step;
  const newIdentifier = command.action === 'qc.pass' ? identifierOf(deed, command.input.swap?.serial) : null;
  await mustBelong(deed, row.id, filesNamed(command));
  const house = step.takenOver?.house ?? houseOf(row.house);
  const facts = guardFacts(deed, row, house, command, { takenOverBy: step.takenOver?.by, parcelId: step.parcelId });
  const next = decide(deed, row, facts, step);
  const ends = hasEnded(next.to) || next.to === 'delivered';
  const change = changeOf(command, { facts, house }, { leavesQuoted: row.status === 'quoted' && next.to !== 'quoted', ends });
  const promise = promiseAfter(facts, command, house);
  const clocks = clocksOf(row.clocks);
  const decided = { deed, row, house, clocks, action: command.action, next, change, promise };
  const wanted = tellingOf(command, facts, clocks);
  const heard = (told: boolean) => {
    const stands = after({ ...decided, told });
    const { past } = row;
    const said = { ...factsOf(deed, { ...stands.row, past }, step.customerNote, row), ...saidWith(command, { facts, past, ...stands }) };
    return { stands, said };
  };
  const suppressed = step.notify === false;
  const meant = heard(wanted !== null && !suppressed);
  const telling = wanted !== null && isNews(row.told, wanted, meant.said) ? wanted : null;
  // Who hears nothing now hears by the day that was promised before.
  const { stands, said } = telling === wanted ? meant : heard(false);
  const event = { type: 'ticket.advanced', ticketId: row.id, seq: stands.row.version, action: command.action, from: row.status } as const;
  const due = dueFor({ ...event, to: next.to, telling, suppressed, facts: said }, row.recipients, deed.instantWays);
  const retraction = command.action === 'admin.correct' ? await retract(deed, row.id) : null;
  if (retraction !== null && !suppressed) due.push(...recallsOf(retraction, row.id, stands.row.version, said));
  const identified = await advance(deed, {
    before: row,
    after: stands.row,
    action: command.action,
    reason: step.reason ?? null,
    customerNote: step.customerNote ?? null,
    data: change.recorded ?? command.input,
    change,
    promise,
    clocks: stands.clocks,
    ladder: stands.ladder,
    storageOpened: stands.storageOpened,
    storageMoved: stands.storageMoved,
    storageReleased: stands.storageReleased,
    newIdentifier,
    suppressed,
    told: toldAfter(row.told, retraction, suppressed ? null : telling, said),
    due,
  });
  const damagedInTransit = command.action === 'device.receive' && command.input.discrepancies?.includes('transit_damage') === true;
  const taken = { ticketId: row.id, action: command.action, from: row.status, to: next.to, damagedInTransit, parcels: row.shipments };
  if (row.shipments.length > 0 && (await deed.follow(deed, taken))) {
    // The parcels have moved it on: the caller goes on from where it is now.
    return ticketView(deed, (await byId(deed, row.id)) ?? stands.row);
  }
  return ticketView(deed, identified && newIdentifier !== null ? withSerial(deed, stands.row, newIdentifier) : stands.row);
}

function toldAfter(told: Told, retraction: Retraction | null, telling: Telling | null, said: TicketFacts): Told {
  const left = retraction === null ? told : without(told, retraction.messages);
  return telling === null ? left : toldWith(left, telling, said);
}

function checkVersion(row: TicketRow, expected: number | null): void {
  if (expected === null || expected === row.version) return;
  const etag = `"v${row.version}"`;
  throw new Problem('stale_version', `The ticket is at ${etag} now. Read it again and decide on what it says.`, { headers: { etag } });
}

/** The serial of a unit that takes the device's place, ready to be stored. Problem: validation_failed. */
function identifierOf(deed: Deed, raw: string | undefined) {
  if (raw === undefined) return null;
  const read = readIdentifier(raw, 'serial');
  if (!read.ok)
    throw new Problem('validation_failed', 'The serial of the new unit cannot be one. Scan it again.', invalid('/input/swap/serial', read.hint));
  const hash = (value: string): Buffer => deed.seal.hash('identifier', value);
  return { raw, hash: hash(read.norm), confusableHash: hash(read.confusable), last4: read.norm.slice(-4) };
}

/** As it is read from then on. */
const withSerial = (deed: Deed, row: TicketRow, { raw, hash }: { raw: string; hash: Buffer }): TicketRow => ({
  ...row,
  identifiers: [
    ...row.identifiers,
    { type: 'serial', hash: hash.toString('hex'), sealed: deed.seal.seal(raw).toString('base64'), keyId: deed.seal.keyId },
  ],
});

const invalid = (pointer: string, code: string) => ({ errors: [{ in: 'body' as const, pointer, code }] });

function decide(deed: Deed, row: TicketRow, facts: Facts, { command, reason, notify }: Step): { to: Status; outcome: TicketRow['outcome'] } {
  const rule: { by: readonly string[]; reasonRequired?: true } = actions[command.action];
  if (!rule.by.includes(deed.actor.kind)) {
    throw new Problem('scope_missing', `A ${deed.actor.kind} key may not do ${command.action}. It takes one of: ${rule.by.join(', ')}.`);
  }
  if (rule.reasonRequired === true && reason === undefined) {
    throw new Problem('validation_failed', `${command.action} needs a reason.`, invalid('/reason', 'required'));
  }
  if (notify === false && reason === undefined) {
    throw new Problem('validation_failed', 'To tell the customer nothing of a step needs a reason.', invalid('/reason', 'required'));
  }
  const next = move(facts, command);
  if (next.ok) return next;
  if (next.refusal === 'not_from_here') {
    const allowed = allowedActions(row.status, deed.actor.kind, row.hold !== null);
    throw new Problem('transition_not_allowed', `${command.action} is not possible while the ticket is ${row.status}.`, { allowedActions: allowed });
  }
  throw new Problem('transition_refused', refusals[next.refusal], { refusal: next.refusal });
}
