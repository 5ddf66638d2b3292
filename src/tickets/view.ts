// Turns a stored ticket into what a caller may see of it.
import type { Deed } from '#access/deed.ts';
import { allowedActions, labelOf, statuses } from './lifecycle.ts';
import type { QuoteRow, TicketRow } from './store.ts';
import type { QuoteView, TicketView } from './ticket.ts';

const instant = (value: Date | string): string => (typeof value === 'string' ? new Date(value) : value).toISOString();
const instantOrNull = (value: Date | string | null): string | null => (value === null ? null : instant(value));

const quoteView = (quote: QuoteRow): QuoteView => ({
  id: quote.id,
  status: quote.status,
  lines: quote.lines,
  total: { amount: quote.total, currency: quote.currency },
  diagnosisFee: { amount: quote.diagnosisFee, currency: quote.currency },
  validUntil: instant(quote.validUntil),
  promisedDays: quote.promisedDays,
  sentAt: instant(quote.sentAt),
  decidedAt: instantOrNull(quote.decidedAt),
});

/** The ticket as this deed's actor reads it: a courier sees what it needs to deliver, and no more of the customer. */
export function ticketView(deed: Deed, row: TicketRow): TicketView {
  const courier = deed.actor.kind === 'courier';
  return {
    id: row.id,
    code: row.code,
    channel: row.channel,
    status: row.status,
    stage: statuses[row.status].stage,
    label: labelOf(row.status, row.returnMethod),
    version: row.version,
    outcome: row.outcome,
    allowedActions: allowedActions(row.status, deed.actor.kind),
    center: row.center,
    device: {
      ...row.device,
      identifiers: row.identifiers.map(({ type, sealed, keyId }) => ({ type, value: deed.seal.open(Buffer.from(sealed, 'base64'), keyId) })),
    },
    contact: courier ? { ...row.contact, phone: null, email: null } : row.contact,
    faultReported: row.faultReported,
    returnMethod: row.returnMethod,
    jurisdiction: row.jurisdiction,
    externalRef: row.externalRef,
    quote: row.quote === null ? null : quoteView(row.quote),
    parts: row.parts.map((part) => ({ ...part, orderedAt: instant(part.orderedAt), receivedAt: instantOrNull(part.receivedAt) })),
    shipments: row.shipments.map((shipment) => ({
      ...shipment,
      eta: instantOrNull(shipment.eta),
      deliveredAt: instantOrNull(shipment.deliveredAt),
      openBy: instantOrNull(shipment.openBy),
    })),
    qcFailures: row.qcFailures,
    stagesReached: row.stagesReached,
    nextUpdateBy: instantOrNull(row.nextUpdateBy),
    createdAt: instant(row.createdAt),
    updatedAt: instant(row.updatedAt),
    closedAt: instantOrNull(row.closedAt),
  };
}
