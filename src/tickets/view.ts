// Turns a stored ticket into what a caller may see of it.
import type { Deed } from '#access/deed.ts';
import { contactForCourier, contactView } from '#contacts/contact.ts';
import type { QuoteRow, QuoteView } from '#quotes/quote.ts';
import { labelOf, statuses } from './lifecycle.ts';
import { locationOf } from './location.ts';
import { allowedActions } from './move.ts';
import type { TicketRow } from './store.ts';
import { MOST, type TicketView } from './ticket.ts';

const instant = (value: Date | string): string => (typeof value === 'string' ? new Date(value) : value).toISOString();
const instantOrNull = (value: Date | string | null): string | null => (value === null ? null : instant(value));

/** A version of a quote as the API shows it. */
export const quoteView = (quote: QuoteRow): QuoteView => ({
  id: quote.id,
  version: quote.version,
  status: quote.status,
  form: quote.form,
  lines: quote.lines,
  total: { amount: quote.total, currency: quote.currency },
  diagnosisFee: { amount: quote.diagnosisFee, currency: quote.currency },
  validDays: quote.validDays,
  validUntil: instantOrNull(quote.validUntil),
  promisedDays: quote.promisedDays,
  supersedes: quote.supersedes,
  sentAt: instantOrNull(quote.sentAt),
  decidedAt: instantOrNull(quote.decidedAt),
  decidedBy: quote.decidedBy,
  wish: quote.wish,
});

const holdView = (hold: TicketRow['hold'], courier: boolean): TicketView['hold'] =>
  hold && { ...hold, openedAt: instant(hold.openedAt), resumeBy: instant(hold.resumeBy), internalText: courier ? null : hold.internalText };

const storageView = (storage: TicketRow['storage']): TicketView['storage'] =>
  storage && {
    freeUntil: instant(storage.freeUntil),
    dailyFee: { amount: storage.dailyFee, currency: storage.currency },
    keepUntil: instant(storage.keepUntil),
    notices: storage.notices,
  };

/** The ticket as this deed's actor reads it: a courier sees what it needs to deliver, and no more of the customer. */
export function ticketView(deed: Deed, row: TicketRow): TicketView {
  const courier = deed.actor.kind === 'courier';
  const quote = row.quotes.findLast(({ status }) => status !== 'draft');
  return {
    id: row.id,
    code: row.code,
    channel: row.channel,
    status: row.status,
    stage: statuses[row.status].stage,
    label: labelOf(row.status, row.returnMethod, row.labels),
    version: row.version,
    outcome: row.outcome,
    allowedActions: allowedActions(row.status, deed.actor.kind, row.hold !== null),
    center: row.center,
    location: locationOf(row.status, row.center.id, row.shipments),
    device: {
      ...row.device,
      identifiers: row.identifiers
        .slice(-MOST.identifiers)
        .map(({ type, sealed, keyId }) => ({ type, value: deed.seal.open(Buffer.from(sealed, 'base64'), keyId) })),
    },
    contact: courier ? contactForCourier(row.contact) : contactView(row.contact),
    faultReported: row.faultReported,
    returnMethod: row.returnMethod,
    jurisdiction: row.jurisdiction,
    externalRef: row.externalRef,
    parentTicketId: row.parentTicketId,
    promisedAt: instantOrNull(row.promisedAt),
    promises: row.promises
      .slice(-MOST.promises)
      .map((promise) => ({ ...promise, promisedAt: instant(promise.promisedAt), madeAt: instant(promise.madeAt) })),
    dueAt: instantOrNull(row.dueAt),
    stuckAt: instantOrNull(row.stuckAt),
    hold: holdView(row.hold, courier),
    storage: storageView(row.storage),
    quote: quote === undefined ? null : quoteView(quote),
    parts: row.parts.slice(-MOST.parts).map((part) => ({
      ...part,
      orderedAt: instant(part.orderedAt),
      receivedAt: instantOrNull(part.receivedAt),
      fittedAt: instantOrNull(part.fittedAt),
    })),
    shipments: row.shipments.slice(-MOST.shipments).map(({ createdAt: _, passedOnAs: __, ...shipment }) => ({
      ...shipment,
      eta: instantOrNull(shipment.eta),
      deliveredAt: instantOrNull(shipment.deliveredAt),
      openBy: instantOrNull(shipment.openBy),
      labelExpiresAt: instantOrNull(shipment.labelExpiresAt),
      receivedAt: instantOrNull(shipment.receivedAt),
    })),
    qcFailures: row.qcFailures,
    stagesReached: row.stagesReached,
    nextUpdateBy: instantOrNull(row.nextUpdateBy),
    createdAt: instant(row.createdAt),
    updatedAt: instant(row.updatedAt),
    closedAt: instantOrNull(row.closedAt),
  };
}
