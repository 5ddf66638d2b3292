// Builds what a link shows, field by field, on top of what a proof shows; what is not named here does not leave.
import type { Locale } from '#platform/schema.ts';
import { allowedActions } from '#tickets/move.ts';
import type { LinkRow, QuoteRow } from './link-store.ts';
import type { LinkedTicket, RecordedDecision } from './link-ticket.ts';
import { ownerProgress } from './projection.ts';

const instant = (at: string): string => new Date(at).toISOString();
const instantOrNull = (at: string | null): string | null => (at === null ? null : instant(at));

/** Tier 1 makes a pass; whoever has the link needs none. */
const noPass = { value: '', expiresAt: new Date(0) };

/** The decision that stands; null while there is none, and where time or a newer version took the quote away. */
export function decisionOn({ status, decidedAt, decidedBy, wish }: Omit<QuoteRow, 'lines'>): RecordedDecision | null {
  if ((status !== 'approved' && status !== 'declined') || decidedAt === null) return null;
  const decision = status === 'approved' ? 'approve' : 'decline';
  return { decision, decidedAt: instant(decidedAt), by: decidedBy === 'customer' ? 'customer' : 'center', wish };
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

/** Tier 2. */
export function linkedProgress(row: LinkRow, locale: Locale): LinkedTicket {
  const { found: _, tier: __, token: ___, tokenExpiresAt: ____, parcels: _____, ...shown } = ownerProgress(row, locale, noPass);
  return {
    tier: 2,
    ...shown,
    code: row.code,
    faultReported: row.fault_reported,
    intake: row.intake && {
      accessories: row.intake.accessories,
      condition: row.intake.condition,
      recordedAt: instant(row.intake.recordedAt),
    },
    quote: row.quote && quoteOf(row.quote),
    promises: row.promises.map(({ promisedAt, reason, note, madeAt }) => ({
      promisedAt: instant(promisedAt),
      reason,
      note,
      madeAt: instant(madeAt),
    })),
    parcels: row.shipments.map(({ direction, carrier, waybill, status, eta, deliveredAt }) => ({
      direction,
      carrier,
      waybill,
      status,
      eta: instantOrNull(eta),
      deliveredAt: instantOrNull(deliveredAt),
    })),
    notes: row.notes.map(({ body, writtenAt }) => ({ body, writtenAt: instant(writtenAt) })),
    allowedActions: allowedActions(row.status, 'customer', row.hold_reason !== null),
  };
}
