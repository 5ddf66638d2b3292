// What the documents are written from: the facts of a ticket as they were recorded. What a step did not record is absent.
import type { Locale } from '#platform/schema.ts';
import type { QuoteLine, QuoteStatus } from '#quotes/quote.ts';
import type { Consent } from '#tickets/consent.ts';
import type { Inputs } from '#tickets/inputs.ts';
import type { ReturnMethod } from '#tickets/status.ts';
import type { TicketView } from '#tickets/ticket.ts';

/** The repair: who repairs what for whom. */
export interface Repair {
  code: string;
  brand: { name: string; contactLine: string };
  center: { name: string; address: string; phone: string; timeZone: string };
  customer: { name: string | null; phone: string | null; email: string | null; address: string | null; locale: Locale };
  device: { kind: TicketView['device']['kind']; maker: string | null; model: string | null };
  /** In full: the document is the owner's own. */
  identifiers: TicketView['device']['identifiers'];
  faultReported: string;
  returnMethod: ReturnMethod;
  jurisdiction: TicketView['jurisdiction'];
  openedAt: Date;
}

/** How a customer agreed. The history leaves out the phone, the quote keeps it. */
export type Agreement = Partial<Consent>;

/** What `device.receive` recorded; tickets from before a field have it not. */
export type Reception = Partial<Omit<Inputs['device.receive'], 'serialScanned'>>;

/** What the receipt is written from. */
export interface ReceiptRecord {
  repair: Repair;
  receivedAt: Date;
  reception: Reception;
  backupConsent: Agreement | null;
  /** The first promise, and the one that holds now. */
  promise: { first: Date; current: Date } | null;
}

/** One version of a quote; amounts in minor units. */
export interface Offer {
  version: number;
  status: QuoteStatus;
  form: 'standard' | 'eu_erif';
  currency: string;
  lines: QuoteLine[];
  total: number;
  diagnosisFee: number;
  /** Days it is valid from the day it is sent. */
  validDays: number;
  promisedDays: number;
  sentAt: Date | null;
  validUntil: Date | null;
  decidedAt: Date | null;
  decidedBy: 'customer' | 'center' | 'system' | null;
  consent: Agreement | null;
  wish: 'return' | 'disposal' | null;
}

/** What the quote is written from. */
export interface QuoteRecord {
  repair: Repair;
  offer: Offer;
  /** The version whose place it took. */
  replaced: Offer | null;
  /** The version that took its place. */
  replacedBy: number | null;
  /** Why it costs more than what was approved, in words for the customer. */
  why: string | null;
  now: Date;
}
