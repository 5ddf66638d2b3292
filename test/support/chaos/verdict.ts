// Recomputes an installation from its own records: every ticket from its history, every message from the history, every delivery from what arrived.
import { isStep } from '../storm-rows.ts';
import { type Ledger, ledgerOf } from './ledger.ts';
import type { Acknowledged } from './load.ts';
import type { HistoryRow, OutboxRow, Written } from './rows.ts';
import { TOLD_LAST } from './story.ts';

/** How often something was not as it must be. */
export interface Verdict {
  tickets: number;
  steps: number;
  messages: number;
  arrived: number;
  /** Acknowledged, and not there. */
  lost: number;
  /** There, and neither acknowledged nor the system's own. */
  unasked: number;
  gaps: number;
  illegal: number;
  /** Tickets that do not stand where their history ends. */
  astray: number;
  /** Messages that the reactions ask for and nobody wrote, and those that nobody asked for. */
  untold: number;
  overtold: number;
  /** Messages without an end, or with one that is not explained: given up for another reason than three dead workers, or carried by nothing. */
  unsettled: number;
  /** Rows whose ledger does not count their tries from one up, or has one begin that was not due: after a yes, or while the lane was another's. */
  ledger: number;
  /** Taken with a yes by the ledger, and arrived less often; or arrived, and not marked as sent. */
  unsent: number;
  unmarked: number;
  /** Arrived after a later one of their lane. */
  disorder: number;
  /** Arrived again: allowed where a worker died between the receiver's yes and our commit, or the yes did not come in time. */
  repeats: number;
  /** Arrived more often than tries may have arrived: those with a yes, without an end, or without an answer. */
  unexplained: number;
  /** Given up, by reason. */
  dead: Record<string, number>;
  faults: string[];
}

const SHOWN = 30;
const SYSTEM = 'ticket.settle';

type Count = Exclude<keyof Verdict, 'dead' | 'faults'>;

/** Holds what was written against what was acknowledged and what arrived. `leaseMs`: how long a lane stays with a worker that is not heard of. */
export function verdictOn(
  written: Written,
  acknowledged: readonly Acknowledged[],
  arrivals: readonly string[],
  endpoints: readonly string[],
  leaseMs: number,
): Verdict {
  const verdict: Verdict = {
    ...{ tickets: written.tickets.length, steps: 0, messages: written.outbox.length, arrived: arrivals.length, lost: 0, unasked: 0, gaps: 0 },
    ...{ illegal: 0, astray: 0, untold: 0, overtold: 0, unsettled: 0, ledger: 0, unsent: 0, unmarked: 0, disorder: 0, repeats: 0, unexplained: 0 },
    ...{ dead: {}, faults: [] },
  };
  const fault = (what: Count, text: string, times = 1): void => {
    verdict[what] += times;
    if (verdict.faults.length < SHOWN) verdict.faults.push(`${what}: ${text}`);
  };
  const bySubject = Map.groupBy(written.outbox, ({ subject }) => subject);
  const known = new Map(acknowledged.map((one) => [one.ticketId, one]));
  const there = new Set(written.tickets.map(({ id }) => id));
  for (const { ticketId } of acknowledged) if (!there.has(ticketId)) fault('lost', `${ticketId} is not there`);
  for (const id of written.history.keys()) if (!there.has(id)) fault('astray', `${id} has a history and is not there`);
  const noted = new Set(acknowledged.flatMap(({ notes }) => notes));
  for (const id of written.notes) if (!noted.has(id)) fault('unasked', `note ${id}`);
  for (const id of bySubject.keys()) if (!there.has(id)) fault('overtold', `messages about ${id}, which is not there`);
  for (const { id, status, version, contactId } of written.tickets) {
    const history = written.history.get(id) ?? [];
    verdict.steps += history.length;
    checkHistory(id, history, fault);
    const last = history.at(-1);
    if (last?.to !== status || last.seq !== version)
      fault('astray', `${id} is ${status} at ${version}, its history ends ${last?.to} at ${last?.seq}`);
    const acks = known.get(id);
    if (acks === undefined) fault('unasked', `${id} was opened for nobody`);
    else checkAsked(acks, history, written.notes, fault);
    if (acks !== undefined) checkTold(acks, history, bySubject.get(id) ?? [], { endpoints, contactId }, fault);
  }
  checkArrivals(written.outbox, arrivals, fault);
  checkEnds(written, arrivals, leaseMs, verdict, fault);
  return verdict;
}

type Fault = (what: Count, text: string, times?: number) => void;

function checkHistory(id: string, history: readonly HistoryRow[], fault: Fault): void {
  for (const [place, { seq, action, from, to }] of history.entries()) {
    if (seq !== place + 1) fault('gaps', `${id}: row ${place + 1} is version ${seq}`);
    const chained = place === 0 ? from === null : history[place - 1]?.to === from;
    if (!chained || !isStep(action, from, to)) fault('illegal', `${id} ${seq}: ${action} from ${from} to ${to}`);
  }
}

/** What was acknowledged is there as it was acknowledged; what else is there is the system's own last step. */
function checkAsked({ ticketId, steps, notes }: Acknowledged, history: readonly HistoryRow[], written: ReadonlySet<string>, fault: Fault): void {
  for (const [place, { action }] of steps.entries()) {
    const row = history[place];
    // How a first row is called is the history's own business.
    if (row === undefined || (place > 0 && row.action !== action)) fault('lost', `${ticketId} ${place + 1}: ${action}, found ${row?.action}`);
  }
  for (const { seq, action } of history.slice(steps.length)) if (action !== SYSTEM) fault('unasked', `${ticketId} ${seq}: ${action}`);
  for (const id of notes) if (!written.has(id)) fault('lost', `note ${id}`);
}

/** One message for each event and endpoint, one for each step that is told where there is an address, in the order of the history, and no other. */
function checkTold(
  { ticketId, mail, steps, notes }: Acknowledged,
  history: readonly HistoryRow[],
  rows: readonly OutboxRow[],
  { endpoints, contactId }: { endpoints: readonly string[]; contactId: string },
  fault: Fault,
): void {
  const others = new Set(rows);
  const compare = (where: string, expected: string[], mine: readonly OutboxRow[], nameOf: (row: OutboxRow) => string): void => {
    for (const row of mine) others.delete(row);
    const found = mine.map(nameOf);
    const [left, over] = [expected.filter((one) => !found.includes(one)), found.filter((one) => !expected.includes(one))];
    if (left.length > 0) fault('untold', `${ticketId} ${where}: ${left.join(', ')}`, left.length);
    if (over.length > 0) fault('overtold', `${ticketId} ${where}: ${over.join(', ')}`, over.length);
    if (left.length + over.length > 0) return;
    if (found.length !== expected.length) fault('overtold', `${ticketId} ${where}: ${found.length} for ${expected.length}`);
    else if (expected.some((one, place) => found[place] !== one)) fault('disorder', `${ticketId} ${where}: ${found.join(', ')}`);
  };
  const events = history.map(({ seq, action }) => (seq === 1 ? 'ticket.opened 1 1 null' : `ticket.advanced ${seq} ${seq} ${action}`));
  for (const endpoint of endpoints) {
    const mine = rows.filter(({ recipient }) => recipient === `endpoint:${endpoint}`);
    const [stepped, noted] = [mine.filter(({ eventSeq }) => eventSeq !== null), mine.filter(({ message }) => message === 'note.added')];
    compare(endpoint, events, stepped, ({ message, eventSeq, version, action }) => `${message} ${eventSeq} ${version} ${action}`);
    compare(`${endpoint} notes`, notes, noted, ({ noteId }) => String(noteId));
  }
  const told = history.flatMap(({ seq }) => {
    const tells = seq > steps.length ? TOLD_LAST : (steps[seq - 1]?.tells ?? null);
    return mail && tells !== null ? [`${tells} ${seq}`] : [];
  });
  const heard = rows.filter(({ recipient }) => recipient === `contact:${contactId}`);
  compare('customer', told, heard, ({ message, eventSeq }) => `${message} ${eventSeq}`);
  for (const { message, recipient } of others) fault('overtold', `${ticketId}: ${message} to ${recipient}`);
}

const laneOf = ({ subject, recipient }: OutboxRow): string => `${subject} ${recipient}`;

/** Nothing arrives that was not due, and nothing before what was written first. */
function checkArrivals(outbox: readonly OutboxRow[], arrivals: readonly string[], fault: Fault): void {
  const byMessage = new Map(outbox.map((row) => [row.messageId, row]));
  const newest = new Map<string, number>();
  for (const messageId of arrivals) {
    const row = byMessage.get(messageId);
    if (row === undefined) {
      fault('overtold', `${messageId} arrived and was never due`);
      continue;
    }
    const lane = laneOf(row);
    if (row.id < (newest.get(lane) ?? 0)) fault('disorder', `${messageId} of ${lane} came after a later one`);
    newest.set(lane, Math.max(row.id, newest.get(lane) ?? 0));
  }
}

function checkEnds({ outbox, lanes }: Written, arrivals: readonly string[], leaseMs: number, verdict: Verdict, fault: Fault): void {
  for (const { id, state, tail, done } of lanes)
    if (state !== 'idle' || tail !== done) fault('unsettled', `lane ${id} is ${state}, ${done} of ${tail} done`);
  const came = Map.groupBy(arrivals, (messageId) => messageId);
  const byId = new Map(outbox.map((row) => [row.id, row]));
  for (const rows of Map.groupBy(outbox, laneOf).values()) {
    const settled = rows.flatMap(({ tries }) => tries.flatMap(({ finishedAt }) => finishedAt ?? []));
    for (const row of rows) {
      const carrier = row.carriedBy === null ? undefined : byId.get(row.carriedBy);
      checkEnd(row, came.get(row.messageId)?.length ?? 0, { carrier, ledger: ledgerOf(row.tries, settled, leaseMs) }, verdict, fault);
    }
  }
}

/** Workers that died at one row before it is given up (design, R11). */
const DEATHS = 3;

/** What it was to say is told with another of its lane that was tried, or given up with it; of that one the same is asked. */
const isCarried = (row: OutboxRow, carrier: OutboxRow | undefined): boolean =>
  carrier !== undefined &&
  laneOf(carrier) === laneOf(row) &&
  row.reason === `coalesced: ${carrier.messageId}` &&
  carrier.tries.length > 0 &&
  (carrier.state === 'sent' || carrier.state === 'dead');

function checkEnd(
  row: OutboxRow,
  came: number,
  { carrier, ledger }: { carrier: OutboxRow | undefined; ledger: Ledger },
  verdict: Verdict,
  fault: Fault,
): void {
  const { id, state, reason, attempts, tries } = row;
  const { least, most, endless, sent, faults } = ledger;
  const name = `${row.message} ${row.messageId} (${id}, ${state}${reason === null ? '' : `: ${reason}`})`;
  for (const text of faults) fault('ledger', `${name}: ${text}`);
  if (tries.length !== attempts) fault('ledger', `${name}: ${attempts} tries, ${tries.length} written`);
  if (state === 'sent' && !sent) fault('ledger', `${name}: sent, though its last try was not`);
  if (state === 'dead') verdict.dead[reason ?? ''] = (verdict.dead[reason ?? ''] ?? 0) + 1;
  const ends = { sent: true, dead: reason === 'poison' && endless >= DEATHS, skipped: isCarried(row, carrier) };
  if (!(ends[state as keyof typeof ends] ?? false)) fault('unsettled', name);
  if (came < least) fault('unsent', `${name}: ${least} times with a yes, ${came} arrived`);
  // Of a row that is given up a try may have arrived whose worker did not live to say so.
  if (state !== 'sent' && (sent || (came > 0 && (state === 'skipped' || most === 0)))) fault('unmarked', name);
  if (came > 1) verdict.repeats += came - 1;
  if (came > most) fault('unexplained', `${name}: ${came} times, ${attempts} tries, of which ${most} may have arrived`);
}

/** Every count that has to be zero. */
export const faultsIn = (verdict: Verdict): Partial<Record<Count, number>> =>
  Object.fromEntries(
    Object.entries(verdict).filter(
      ([name, value]) => typeof value === 'number' && value > 0 && !['tickets', 'steps', 'messages', 'arrived', 'repeats'].includes(name),
    ),
  );
