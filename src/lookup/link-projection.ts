// Builds what a link shows, field by field, on top of what a proof shows; what is not named here does not leave.
import type { Locale } from '#platform/schema.ts';
import { houseOf } from '#service-centers/house.ts';
import { transferUnderWay } from '#tickets/location.ts';
import { allowedActions } from '#tickets/move.ts';
import type { Decided, LinkRow, QuoteRow } from './link-store.ts';
import { type LinkedTicket, NEWEST, type RecordedDecision } from './link-ticket.ts';
import { ownerProgress, ranOut } from './projection.ts';

const DAY_MS = 86_400_000;

const instant = (at: string): string => new Date(at).toISOString();
const instantOrNull = (at: string | null): string | null => (at === null ? null : instant(at));

/** The reason of a customer who cancels and gives none: the lifecycle wants one. */
export const NO_REASON = 'Asked for by the customer.';

/** Tier 1 makes a pass; whoever has the link needs none. */
export const noPass = { value: '', expiresAt: new Date(0) };

/** The decision that stands; null while there is none, and where time or a newer version took the quote away. */
export function decisionOn({ status, decidedAt, decidedBy, wish }: Decided): RecordedDecision | null {
  if ((status !== 'approved' && status !== 'declined') || decidedAt === null) return null;
  const decision = status === 'approved' ? 'approve' : 'decline';
  return { decision, decidedAt: new Date(decidedAt).toISOString(), by: decidedBy === 'customer' ? 'customer' : 'center', wish };
}

function quoteOf(quote: QuoteRow): LinkedTicket['quote'] {
  const { id, version, status, form, currency, promisedDays } = quote;
  return {
    id,
    version,
    status,
    form,
    lines: quote.lines,
    total: { amount: quote.total, currency },
    diagnosisFee: { amount: quote.diagnosisFee, currency },
    validUntil: instant(quote.validUntil),
    promisedDays,
    sentAt: instant(quote.sentAt),
    decision: decisionOn(quote),
  };
}

const documentsOf = ({ intake, versions, parcel_labels: labels }: LinkRow): LinkedTicket['documents'] => [
  ...labels.slice(-NEWEST.labels).map((id) => ({ kind: 'label' as const, version: null, url: `/v1/link/documents/labels/${id}` })),
  ...(intake === null ? [] : [{ kind: 'intake_receipt' as const, version: null, url: '/v1/link/documents/intake-receipt' }]),
  ...versions.slice(-NEWEST.quotes).map(({ id, version }) => ({ kind: 'quote' as const, version, url: `/v1/link/documents/quotes/${id}` })),
];

const within = (from: Date, days: number, now: Date): Date | null => {
  const until = new Date(from.getTime() + days * DAY_MS);
  return until < now ? null : until;
};

/** Until when the customer may say that something is wrong with the delivery; null where that is not possible now. */
const disputeUntil = ({ status, delivered_at: deliveredAt, house }: LinkRow, now: Date): Date | null =>
  status !== 'delivered' || deliveredAt === null ? null : within(deliveredAt, houseOf(house).policy.disputeDays, now);

/** Until when the quote that lies with the customer can be approved; null where none lies there. */
const quoteUntil = ({ status, quote }: LinkRow): Date | null => (status === 'quoted' && quote?.status === 'sent' ? new Date(quote.validUntil) : null);

/** What the customer may do now. */
export function linkedActions(row: LinkRow, now: Date): string[] {
  const refused = new Set<string>([
    ...(disputeUntil(row, now) === null ? ['delivery.dispute'] : []),
    ...(ranOut({ quote_until: quoteUntil(row) }, now) ? ['quote.approve'] : []),
  ]);
  return allowedActions(row.status, 'customer', row.hold_reason !== null).filter((action) => !refused.has(action));
}

/** Until when the repair may be taken up again; null where that is not possible now. */
export function reRepairUntil({ status, outcome, delivered_at: deliveredAt, house }: LinkRow, now: Date): Date | null {
  if (status !== 'closed' || deliveredAt === null || (outcome !== 'repaired' && outcome !== 'replaced')) return null;
  return within(deliveredAt, houseOf(house).policy.repairWarrantyDays, now);
}

/** One whose link was made anew is nothing for whoever has this one, and keeps another one from being opened all the same. */
function reRepairOf(row: LinkRow, now: Date): Pick<LinkedTicket, 'reRepairUntil' | 'reRepair'> {
  const { re_repair: open } = row;
  if (open !== null && open.generation !== 1) return { reRepairUntil: null, reRepair: null };
  const reRepair = open && { code: open.code, openedAt: instant(open.openedAt) };
  return { reRepairUntil: reRepairUntil(row, now)?.toISOString() ?? null, reRepair };
}

/** The words that stand for a customer who gave none are not the customer's. */
const requestsOf = ({ requests }: LinkRow): LinkedTicket['requests'] =>
  requests.slice(-NEWEST.requests).map(({ action, at, what, text }) => ({ action, at: instant(at), what, text: text === NO_REASON ? null : text }));

/** Tier 2. */
export function linkedProgress(row: LinkRow, files: LinkedTicket['files'], locale: Locale, now: Date): LinkedTicket {
  const proven = ownerProgress({ ...row, quote_until: quoteUntil(row) }, locale, noPass, now);
  const { found: _, tier: __, token: ___, tokenExpiresAt: ____, parcels: _____, ...shown } = proven;
  return {
    tier: 2,
    seq: row.version,
    ...shown,
    code: row.code,
    centerAddress: row.center_address,
    betweenCenters: transferUnderWay(row.transfers) !== undefined,
    faultReported: row.fault_reported,
    intake: row.intake && {
      accessories: row.intake.accessories,
      condition: row.intake.condition,
      recordedAt: instant(row.intake.recordedAt),
    },
    quote: row.quote && quoteOf(row.quote),
    parcels: row.shipments.slice(-NEWEST.parcels).map(({ direction, carrier, waybill, status, eta, deliveredAt }) => ({
      direction,
      carrier,
      waybill,
      status,
      eta: instantOrNull(eta),
      deliveredAt: instantOrNull(deliveredAt),
    })),
    files,
    documents: documentsOf(row),
    notes: row.notes.map(({ body, writtenAt }) => ({ body, writtenAt: instant(writtenAt) })),
    ...reRepairOf(row, now),
    charge: row.charge === null || row.quote === null ? null : { amount: row.charge, currency: row.quote.currency },
    outcome: row.outcome,
    disputeUntil: disputeUntil(row, now)?.toISOString() ?? null,
    requests: requestsOf(row),
    allowedActions: linkedActions(row, now),
  };
}
