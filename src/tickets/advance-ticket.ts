// Moves a ticket by one action of the lifecycle: lock and read, decide, write, in two round trips.
import type { Deed } from '#access/deed.ts';
import { normalizeIdentifier } from '#lookup/normalize.ts';
import { dueFor } from '#notifications/announce.ts';
import { Problem } from '#problems.ts';
import { type Change, changeOf } from './effects.ts';
import { factsOf } from './facts.ts';
import { actions, allowedActions, type Command, type Facts, hasEnded, move, statuses } from './lifecycle.ts';
import { refusals } from './refusals.ts';
import type { Status } from './status.ts';
import { advance, lock, type TicketRow } from './store.ts';
import type { TicketView } from './ticket.ts';
import { ticketView } from './view.ts';

const DAY_MS = 86_400_000;

/** One step asked for. */
export interface Step {
  ticketId: string;
  /** The version the caller has seen. Null only where no caller decided: carrier events and system jobs. */
  expectedVersion: number | null;
  command: Command;
  reason?: string | undefined;
  customerNote?: string | undefined;
}

/**
 * Moves the ticket and answers it as it is then.
 * Problems: not_found, stale_version (412), scope_missing, transition_not_allowed (409 with what is), transition_refused (409), validation_failed.
 */
export async function advanceTicket(deed: Deed, step: Step): Promise<TicketView> {
  const row = await lock(deed, step.ticketId);
  if (row === undefined) throw new Problem('not_found', 'There is no such ticket for your key. Check the id.');
  checkVersion(row, step.expectedVersion);
  const facts = guardFacts(deed, row, step.command);
  const next = decide(deed, row, facts, step);
  const change = changeOf(step.command, deed, facts);
  const seq = row.version + 1;
  const { tells } = actions[step.command.action];
  const after = applied(deed, row, next, change, tells !== null);
  const due = dueFor(
    {
      type: 'ticket.advanced',
      ticketId: row.id,
      seq,
      action: step.command.action,
      from: row.status,
      to: next.to,
      telling: tells,
      facts: factsOf(deed, after, step.customerNote),
    },
    row.recipients,
  );
  await advance(
    deed,
    {
      ticketId: row.id,
      from: row.status,
      to: next.to,
      version: row.version,
      action: step.command.action,
      outcome: next.outcome,
      stagesReached: after.stagesReached,
      closedAt: after.closedAt,
      nextUpdateBy: after.nextUpdateBy,
      reason: step.reason ?? null,
      customerNote: step.customerNote ?? null,
      data: change.recorded ?? step.command.input,
    },
    change,
    due,
  );
  return ticketView(deed, after);
}

function checkVersion(row: TicketRow, expected: number | null): void {
  if (expected === null || expected === row.version) return;
  const etag = `"v${row.version}"`;
  throw new Problem('stale_version', `The ticket is at ${etag} now. Read it again and decide on what it says.`, { headers: { etag } });
}

function guardFacts(deed: Deed, row: TicketRow, command: Command): Facts {
  return {
    status: row.status,
    returnMethod: row.returnMethod,
    jurisdiction: row.jurisdiction,
    quote: row.quote === null ? null : { ...row.quote, validUntil: new Date(row.quote.validUntil) },
    partsOutstanding: row.parts.filter((part) => part.receivedAt === null).map((part) => part.id),
    outboundShipment: row.shipments.some((shipment) => shipment.direction === 'outbound' && !ENDED_PARCEL.has(shipment.status)),
    serialMatches: command.action === 'device.receive' ? serialMatches(deed, row, command.input.serialScanned) : null,
    now: deed.now,
  };
}

const ENDED_PARCEL: ReadonlySet<string> = new Set(['cancelled', 'lost', 'returned', 'expired']);

/** Null where there is nothing to compare: nothing scanned, or a device registered without a serial. */
function serialMatches(deed: Deed, row: TicketRow, scanned: string | undefined): boolean | null {
  if (scanned === undefined || row.identifiers.length === 0) return null;
  const hash = deed.seal.hash('identifier', normalizeIdentifier(scanned).norm).toString('hex');
  return row.identifiers.some((identifier) => identifier.hash === hash);
}

function decide(deed: Deed, row: TicketRow, facts: Facts, { command, reason }: Step): { to: Status; outcome: TicketRow['outcome'] } {
  const rule: { by: readonly string[]; reasonRequired?: true } = actions[command.action];
  if (!rule.by.includes(deed.actor.kind)) {
    throw new Problem('scope_missing', `A ${deed.actor.kind} key may not do ${command.action}. It takes one of: ${rule.by.join(', ')}.`);
  }
  if (rule.reasonRequired === true && reason === undefined) {
    throw new Problem('validation_failed', `${command.action} needs a reason.`, { errors: [{ in: 'body', pointer: '/reason', code: 'required' }] });
  }
  const next = move(facts, command);
  if (next.ok) return next;
  if (next.refusal === 'not_from_here') {
    const allowed = allowedActions(row.status, deed.actor.kind);
    throw new Problem('transition_not_allowed', `${command.action} is not possible while the ticket is ${row.status}.`, { allowedActions: allowed });
  }
  throw new Problem('transition_refused', refusals[next.refusal], { refusal: next.refusal });
}

/** The row as it is after the step, so that the answer costs no further read. */
function applied(deed: Deed, row: TicketRow, next: { to: Status; outcome: TicketRow['outcome'] }, change: Change, told: boolean): TicketRow {
  const { stage, quietDays } = statuses[next.to];
  const at = deed.now.toISOString();
  const received = new Set(change.receivedParts);
  return {
    ...row,
    status: next.to,
    version: row.version + 1,
    outcome: row.outcome ?? next.outcome,
    stagesReached: stage === 'end' || row.stagesReached[stage] !== undefined ? row.stagesReached : { ...row.stagesReached, [stage]: at },
    qcFailures: row.qcFailures + (change.qcFailures ?? 0),
    updatedAt: deed.now,
    closedAt: hasEnded(next.to) ? (row.closedAt ?? deed.now) : null,
    nextUpdateBy: nextWord(deed.now, quietDays, told ? null : row.nextUpdateBy),
    quote:
      change.offered ??
      (row.quote !== null && change.decided !== undefined ? { ...row.quote, status: change.decided.status, decidedAt: at } : row.quote),
    parts: [
      ...row.parts.map((part) => (received.has(part.id) ? { ...part, receivedAt: at } : part)),
      ...(change.ordered ?? []).map((part) => ({ ...part, orderedAt: at, receivedAt: null })),
    ],
  };
}

/** A step that tells the customer nothing does not move the day that was promised for the next word. */
function nextWord(now: Date, quietDays: number | null, promised: Date | null): Date | null {
  if (quietDays === null) return null;
  return promised ?? new Date(now.getTime() + quietDays * DAY_MS);
}
