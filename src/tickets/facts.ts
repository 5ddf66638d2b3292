// What messages and webhooks may say of a ticket: dates, amounts and codes as they were, never a person.
import type { Deed } from '#access/deed.ts';
import type { TicketFacts } from '#notifications/event.ts';
import type { Command } from './lifecycle.ts';
import type { TicketRow } from './store.ts';

/** The facts of this moment, kept with what is due, so that a late message still tells what it was about; `before`: the ticket before the step. */
export function factsOf(deed: Deed, row: TicketRow, customerNote?: string, before: TicketRow = row): TicketFacts {
  const outbound = row.shipments.findLast(({ direction }) => direction === 'outbound') ?? null;
  const inbound = row.shipments.findLast(({ direction }) => direction === 'inbound') ?? null;
  const parcel = row.stagesReached.return === undefined ? inbound : outbound;
  // What ends the storage speaks of it.
  const storage = row.storage ?? before.storage;
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
    shipment: parcel === null ? null : { carrier: parcel.carrier, waybillTail: parcel.waybill.slice(-4), eta: parcel.eta },
    customerNote: customerNote ?? null,
  };
}

/** What the center said to the customer with the step itself, beside the note. */
export function saidWith({ action, input }: Command, { quotes }: TicketRow): Pick<TicketFacts, 'why' | 'charge'> {
  switch (action) {
    case 'coverage.accept':
      return { why: input.basis };
    case 'quote.revise':
    case 'diagnosis.unrepairable':
      return { why: input.why };
    case 'repair.abandon': {
      const currency = quotes.findLast(({ status }) => status === 'approved')?.currency;
      return { why: input.why, charge: currency === undefined ? null : { amount: input.charge, currency } };
    }
    default:
      return {};
  }
}

function partFacts({ id, name, expectedOn }: TicketRow['parts'][number], before: TicketRow): TicketFacts['parts'][number] {
  const previousOn = before.parts.find((part) => part.id === id)?.expectedOn ?? expectedOn;
  return { name, expectedOn, previousOn: previousOn === expectedOn ? null : previousOn };
}

function promiseFacts({ promises }: TicketRow): NonNullable<TicketFacts['promise']> | null {
  const [previous, last] = [promises.at(-2), promises.at(-1)];
  if (last === undefined) return null;
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
  };
}
