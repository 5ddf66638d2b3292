// What messages and webhooks may say of a ticket: dates, amounts and codes as they were, never a person.
import type { Deed } from '#access/deed.ts';
import type { TicketFacts } from '#notifications/event.ts';
import type { TicketRow } from './store.ts';

/** The facts of this moment, kept with what is due, so that a late message still tells what it was about. */
export function factsOf(deed: Deed, row: TicketRow, customerNote?: string): TicketFacts {
  const outbound = row.shipments.findLast(({ direction }) => direction === 'outbound') ?? null;
  const inbound = row.shipments.findLast(({ direction }) => direction === 'inbound') ?? null;
  const parcel = row.stagesReached.return === undefined ? inbound : outbound;
  return {
    code: row.code,
    status: row.status,
    version: row.version,
    outcome: row.outcome,
    returnMethod: row.returnMethod,
    centerId: row.centerId,
    occurredAt: deed.now.toISOString(),
    nextUpdateBy: row.nextUpdateBy?.toISOString() ?? null,
    quote:
      row.quote === null
        ? null
        : {
            total: { amount: row.quote.total, currency: row.quote.currency },
            diagnosisFee: { amount: row.quote.diagnosisFee, currency: row.quote.currency },
            validUntil: new Date(row.quote.validUntil).toISOString(),
            promisedDays: row.quote.promisedDays,
          },
    parts: row.parts.filter(({ receivedAt }) => receivedAt === null).map(({ name, expectedOn }) => ({ name, expectedOn })),
    shipment: parcel === null ? null : { carrier: parcel.carrier, waybillTail: parcel.waybill.slice(-4), eta: parcel.eta },
    customerNote: customerNote ?? null,
  };
}
