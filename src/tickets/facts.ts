// What messages and webhooks may say of a ticket: dates, amounts and codes as they were, never a person.
import type { Deed } from '#access/deed.ts';
import type { Clock } from '#clocks/clock.ts';
import type { TicketFacts } from '#notifications/event.ts';
import { isOver } from './came-back.ts';
import type { Facts } from './guards.ts';
import type { Command } from './lifecycle.ts';
import type { LockedRow, TicketRow } from './store.ts';
import { discrepanciesOf } from './telling.ts';
import { wishOf } from './wish.ts';

const DAY_MS = 86_400_000;
/** Lines about the work that a message repeats; the record has all of them. */
const WORK_LINES = 10;

/** By which number the carrier knows a parcel now, and by which it was sent where that is another. */
export const tailsOf = ({ waybill, passedOnAs }: { waybill: string; passedOnAs: string | null }): { waybillTail: string; sentAs?: string } =>
  passedOnAs === null ? { waybillTail: waybill.slice(-4) } : { waybillTail: passedOnAs.slice(-4), sentAs: waybill.slice(-4) };

/** The facts of this moment, kept with what is due, so that a late message still tells what it was about; `before`: the ticket before the step. */
export function factsOf(deed: Deed, row: Parameters<typeof wishOf>[0], customerNote?: string, before: TicketRow = row): TicketFacts {
  const outbound = row.shipments.findLast(({ direction }) => direction === 'outbound') ?? null;
  const inbound = row.shipments.findLast(({ direction }) => direction === 'inbound') ?? null;
  const parcel = row.stagesReached.return === undefined ? inbound : outbound;
  // What ends the storage speaks of it.
  const storage = row.storage ?? before.storage;
  const wish = wishOf(row);
  return {
    code: row.code,
    status: row.status,
    version: row.version,
    outcome: row.outcome,
    returnMethod: row.returnMethod,
    centerId: row.centerId,
    occurredAt: deed.now.toISOString(),
    nextUpdateBy: row.nextUpdateBy?.toISOString() ?? null,
    promise: promiseFacts(row),
    hold:
      row.hold === null
        ? null
        : { reason: row.hold.reason, resumeBy: new Date(row.hold.resumeBy).toISOString(), customerText: row.hold.customerText },
    quote: quoteFacts(row),
    storage:
      storage === null
        ? null
        : {
            freeUntil: new Date(storage.freeUntil).toISOString(),
            dailyFee: { amount: storage.dailyFee, currency: storage.currency },
            keepUntil: new Date(storage.keepUntil).toISOString(),
          },
    parts: row.parts.filter(({ receivedAt }) => receivedAt === null).map((part) => partFacts(part, before)),
    shipment: parcel === null ? null : { carrier: parcel.carrier, ...tailsOf(parcel), eta: parcel.eta },
    ...(wish === null ? {} : { wish }),
    customerNote: customerNote ?? null,
  };
}

/** A step that has been worked out, as far as its message asks. */
interface Stood {
  /** Those before the step. */
  facts: Facts;
  past: LockedRow['past'];
  /** The ticket after the step, and the clocks that changed with it. */
  row: TicketRow;
  clocks: readonly Clock[];
}

/** What the step itself has to say to the customer, beside the note. */
export function saidWith({ action, input }: Command, { facts, past, row, clocks }: Stood): Partial<TicketFacts> {
  switch (action) {
    case 'device.receive':
      return { diagnosisBy: diagnosisDueOf(clocks)?.toISOString() ?? null, discrepancies: discrepanciesOf(input, facts.serialMatches) };
    case 'coverage.accept':
      return { why: input.basis };
    case 'quote.revise':
    case 'diagnosis.unrepairable':
      return { why: input.why };
    case 'quote.decline':
      return { wish: input.wish ?? 'return' };
    case 'qc.pass':
      return { swap: input.swap === undefined ? null : { kind: input.swap.kind, warranty: input.swap.warranty } };
    case 'device.hand_over':
    case 'shipment.delivered':
      return { repair: repairFacts(facts, past, row), disputeUntil: new Date(facts.now.getTime() + facts.policy.disputeDays * DAY_MS).toISOString() };
    case 'repair.abandon': {
      const currency = row.quotes.findLast(({ status }) => status === 'approved')?.currency;
      return { why: input.why, charge: currency === undefined ? null : { amount: input.charge, currency } };
    }
    default:
      return {};
  }
}

/** When the diagnosis is due by the target of the center; null where it does not run, or stands still. */
export const diagnosisDueOf = (clocks: readonly Clock[]): Date | null =>
  clocks.find(({ name, stoppedAt }) => name === 'diagnosis' && stoppedAt === null)?.dueAt ?? null;

/** The outcome is warranted from the day on which the device is back. */
function repairFacts({ policy, now }: Facts, { work }: LockedRow['past'], { outcome, parts }: TicketRow): NonNullable<TicketFacts['repair']> | null {
  if (outcome !== 'repaired' && outcome !== 'replaced') return null;
  return {
    work: (work ?? []).flat().slice(-WORK_LINES),
    fitted: parts.filter(({ state }) => state === 'fitted').map(({ name }) => name),
    warrantyUntil: new Date(now.getTime() + policy.repairWarrantyDays * DAY_MS).toISOString(),
  };
}

function partFacts({ id, name, expectedOn }: TicketRow['parts'][number], before: TicketRow): TicketFacts['parts'][number] {
  const previousOn = before.parts.find((part) => part.id === id)?.expectedOn ?? expectedOn;
  return { name, expectedOn, previousOn: previousOn === expectedOn ? null : previousOn };
}

function promiseFacts({ promises, past }: Parameters<typeof factsOf>[1]): NonNullable<TicketFacts['promise']> | null {
  const [previous, last] = [promises.at(-2), promises.at(-1)];
  if (last === undefined || isOver(last, past?.cameBackAt ?? null)) return null;
  const instant = (text: string): string => new Date(text).toISOString();
  return {
    at: instant(last.promisedAt),
    previous: previous === undefined ? null : instant(previous.promisedAt),
    reason: last.reason,
    note: last.note,
    madeAt: instant(last.madeAt),
  };
}

function quoteFacts({ quotes }: TicketRow): TicketFacts['quote'] {
  const quote = quotes.findLast(({ status }) => status !== 'draft');
  if (quote === undefined || quote.validUntil === null) return null;
  const { currency } = quote;
  const previous = quotes.find(({ id }) => id === quote.supersedes);
  return {
    total: { amount: quote.total, currency },
    diagnosisFee: { amount: quote.diagnosisFee, currency },
    validUntil: new Date(quote.validUntil).toISOString(),
    promisedDays: quote.promisedDays,
    version: quote.version,
    previousTotal: previous === undefined ? null : { amount: previous.total, currency },
    previousApproved: previous?.status === 'approved',
    approved: quote.status === 'approved',
  };
}
