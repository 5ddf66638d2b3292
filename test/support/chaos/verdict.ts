// Recomputes an installation from its own records: every ticket from its history, every message from the history, every delivery from what arrived.
import { isStep } from '../storm-rows.ts';
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
  /** Messages without an end, or with one that is not explained. */
  unsettled: number;
  /** Rows whose ledger does not count their tries from one up, or says twice how one ended. */
  ledger: number;
  /** Marked as sent, and never arrived; or arrived, and not marked so. */
  unsent: number;
  unmarked: number;
  /** Arrived after a later one of their lane. */
  disorder: number;
  /** Arrived again: allowed where a worker died between the receiver's yes and our commit, or the yes did not come in time. */
  repeats: number;
  /** Arrived more often than tried, or again although every try before had a known end. */
  unexplained: number;
  /** Given up, by reason. */
  dead: Record<string, number>;
  faults: string[];
}

const SHOWN = 30;
const SYSTEM = 'ticket.settle';

type Count = Exclude<keyof Verdict, 'dead' | 'faults'>;

/** Holds what was written against what was acknowledged and what arrived. */
export function verdictOn(
  written: Written,
  acknowledged: readonly Acknowledged[],
  arrivals: readonly string[],
  endpoints: readonly string[],
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
  for (const { ticketId } of acknowledged) if (!written.history.has(ticketId)) fault('lost', `${ticketId} is not there`);
  for (const { id, status, version } of written.tickets) {
    const history = written.history.get(id) ?? [];
    verdict.steps += history.length;
    checkHistory(id, history, fault);
    const last = history.at(-1);
    if (last?.to !== status || last.seq !== version)
      fault('astray', `${id} is ${status} at ${version}, its history ends ${last?.to} at ${last?.seq}`);
    const acks = known.get(id);
    if (acks === undefined) fault('unasked', `${id} was opened for nobody`);
    else checkAsked(acks, history, written.notes, fault);
    if (acks !== undefined) checkTold(acks, history, bySubject.get(id) ?? [], endpoints, fault);
  }
  checkDeliveries(written, arrivals, verdict, fault);
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

/** One message for each event and endpoint, one for each step that is told where there is an address, in the order of the history. */
function checkTold(
  { ticketId, mail, steps, notes }: Acknowledged,
  history: readonly HistoryRow[],
  rows: readonly OutboxRow[],
  endpoints: readonly string[],
  fault: Fault,
): void {
  const compare = (where: string, expected: string[], found: string[]): void => {
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
    const [steps, noted] = [mine.filter(({ eventSeq }) => eventSeq !== null), mine.filter(({ message }) => message === 'note.added')];
    compare(
      endpoint,
      events,
      steps.map(({ message, eventSeq, version, action }) => `${message} ${eventSeq} ${version} ${action}`),
    );
    compare(`${endpoint} notes`, notes.toSorted(), noted.map(({ noteId }) => String(noteId)).toSorted());
  }
  const told = history.flatMap(({ seq }) => {
    const tells = seq > steps.length ? TOLD_LAST : (steps[seq - 1]?.tells ?? null);
    return mail && tells !== null ? [`${tells} ${seq}`] : [];
  });
  compare(
    'customer',
    told,
    rows.filter(({ recipient }) => recipient.startsWith('contact:')).map(({ message, eventSeq }) => `${message} ${eventSeq}`),
  );
}

function checkDeliveries({ outbox, lanes }: Written, arrivals: readonly string[], verdict: Verdict, fault: Fault): void {
  for (const { id, state, tail, done } of lanes)
    if (state !== 'idle' || tail !== done) fault('unsettled', `lane ${id} is ${state}, ${done} of ${tail} done`);
  const byId = new Map(outbox.map((row) => [row.id, row]));
  const byMessage = new Map(outbox.map((row) => [row.messageId, row]));
  const came = new Map<number, number>();
  const newest = new Map<string, number>();
  for (const messageId of arrivals) {
    const row = byMessage.get(messageId);
    if (row === undefined) {
      fault('overtold', `${messageId} arrived and was never due`);
      continue;
    }
    const lane = `${row.subject} ${row.recipient}`;
    if (row.id < (newest.get(lane) ?? 0)) fault('disorder', `${messageId} of ${lane} came after a later one`);
    newest.set(lane, Math.max(row.id, newest.get(lane) ?? 0));
    came.set(row.id, (came.get(row.id) ?? 0) + 1);
  }
  for (const row of outbox) checkEnd(row, came.get(row.id) ?? 0, row.carriedBy === null ? null : byId.get(row.carriedBy), verdict, fault);
}

function checkEnd(row: OutboxRow, came: number, carrier: OutboxRow | null | undefined, verdict: Verdict, fault: Fault): void {
  const { id, state, reason, attempts, ledger, highest, sent, open } = row;
  const name = `${row.message} ${row.messageId} (${id}, ${state}${reason === null ? '' : `: ${reason}`})`;
  if (ledger !== attempts || highest !== attempts || sent > 1)
    fault('ledger', `${name}: ${attempts} tries, ${ledger} written, up to ${highest}, ${sent} sent`);
  if (state === 'dead') verdict.dead[reason ?? ''] = (verdict.dead[reason ?? ''] ?? 0) + 1;
  else if (state === 'skipped') {
    // What it was to carry is told with it, or given up with it.
    if (!(reason?.startsWith('coalesced: ') === true && (carrier?.state === 'sent' || carrier?.state === 'dead'))) fault('unsettled', name);
  } else if (state !== 'sent') fault('unsettled', name);
  if (state === 'sent' && came === 0) fault('unsent', name);
  // Of a row that is given up a try may have arrived whose worker did not live to say so.
  if (state !== 'sent' && came > 0 && (state === 'skipped' || open === 0)) fault('unmarked', name);
  if (came <= 1) return;
  verdict.repeats += came - 1;
  if (came > attempts || came - 1 > open) fault('unexplained', `${name}: ${came} times, ${attempts} tries, ${open} without an end`);
}

/** Every count that has to be zero. */
export const faultsIn = (verdict: Verdict): Partial<Record<Count, number>> =>
  Object.fromEntries(
    Object.entries(verdict).filter(
      ([name, value]) => typeof value === 'number' && value > 0 && !['tickets', 'steps', 'messages', 'arrived', 'repeats'].includes(name),
    ),
  );
