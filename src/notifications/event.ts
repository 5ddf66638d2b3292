// What happened, in the past tense: the only thing a feature says to notifications.

import type { AlertData, AlertKind } from '#alerts/alert.ts';
import type { Way } from '#contacts/contact.ts';
import type { ClaimState } from '#mail-in/claim.ts';
import type { Direction } from '#mail-in/shipment.ts';
import type { Money } from '#platform/schema.ts';
import type { HoldReason } from '#tickets/holds.ts';
import type { Discrepancy } from '#tickets/inputs.ts';
import type { Action, Telling } from '#tickets/lifecycle.ts';
import type { PromiseReason } from '#tickets/promise.ts';
import type { Outcome, ReturnMethod, Status } from '#tickets/status.ts';

/** The ticket as it was when it happened. No person, no address, no serial. */
export interface TicketFacts {
  code: string;
  status: Status;
  version: number;
  outcome: Outcome | null;
  returnMethod: ReturnMethod;
  centerId: string;
  occurredAt: string;
  /** The customer hears from us by then. Null once the ticket has ended. */
  nextUpdateBy: string | null;
  /** The day the customer was promised the device, and the one before; `madeAt` tells whether this step moved it. Null before it is with us, and where it came back after that day; absent in what was due before there were promises. */
  promise?: { at: string; previous: string | null; reason: PromiseReason; note: string | null; madeAt?: string } | null;
  hold?: { reason: HoldReason; resumeBy: string; customerText: string | null } | null;
  /** `previousTotal`: of the version this one takes the place of; `approved`: the customer had said yes to that one. */
  quote: {
    total: Money;
    diagnosisFee: Money;
    validUntil: string;
    promisedDays: number;
    version?: number;
    previousTotal?: Money | null;
    previousApproved?: boolean;
    /** The customer has said yes to this version. */
    approved?: boolean;
  } | null;
  /** What keeping a device that is not picked up costs, and until when it is kept. */
  storage?: { freeUntil: string; dailyFee: Money; keepUntil: string } | null;
  /** When a request is closed whose device has not come; only in reminders to send it. */
  closesAt?: string | null;
  /** Parts that are still awaited; `previousOn`: the day it was awaited before this step moved it. */
  parts: { name: string; expectedOn: string; previousOn?: string | null }[];
  /** `sentAs`: the last digits of the number it was sent under, where the carrier has passed it on under another. */
  shipment: { carrier: string; waybillTail: string; sentAs?: string; eta: string | null } | null;
  /** What the message is about where it is about a parcel. */
  parcel?: ParcelFacts | null;
  /** Why, in the center's words for the customer: on what ground it is covered, costs more or cannot be repaired. */
  why?: string | null;
  /** What a repair that was given up costs all the same. */
  charge?: Money | null;
  /** By when the target of the center has a diagnosis; only where it is running. */
  diagnosisBy?: string | null;
  /** What differed between what was announced and what was in the parcel. */
  discrepancies?: Discrepancy[];
  /** The unit that takes the device's place. */
  swap?: { kind: 'same_model' | 'equivalent' | 'refurbished'; warranty: 'remaining' | 'restart' } | null;
  /** A repair that is over: what was done in the center's words, the parts that were put in, and until when it is warranted. */
  repair?: { work: string[]; fitted: string[]; warrantyUntil: string | null } | null;
  /** Until when the customer can say that something is wrong with the delivery; only of what was delivered by this step. */
  disputeUntil?: string;
  /** What the customer who declined wishes for the device. */
  wish?: 'return' | 'disposal' | null;
  /** The option that a legal clock gives, in words that the brand has approved. */
  entitlement?: { since: string; text: string } | null;
  /** The ways by which the customer is reached elsewhere from now on. */
  changed?: readonly Way[];
  /** When the message was sent that was wrong. */
  recalled?: { sentAt: string } | null;
  customerNote: string | null;
}

/** The messages that a time brings, not a step. */
export type Waiting =
  | 'still_with_us'
  | 'quote_reminder'
  | 'send_reminder'
  | 'promise_slipping'
  | 'diagnosis_late'
  | 'hold_reminder'
  | 'hold_expired'
  | 'storage_notice';

/** The messages about a ticket that neither a step nor a wait brings. */
export type Notice = 'survey' | 'entitlement' | 'link_renewed' | 'lookups_blocked' | 'contact_changed' | 'recalled';

/** A parcel in a message about it. */
export interface ParcelFacts {
  direction: Direction;
  /** Inbound, at the door: when it is opened; `openByBefore`: the day told before, which has passed. */
  openBy: string | null;
  openByBefore: string | null;
  /** When the customer hears what has come of it. */
  answerBy: string | null;
  /** The day of arrival told before. */
  etaBefore: string | null;
  /** What is asked of the carrier for it. `overdue`: the carrier should have answered by now. */
  claim: { state: ClaimState; number: string | null; amount: Money | null; overdue?: boolean } | null;
}

/** The messages about a parcel that is not where it should be, or later than it should be. */
export type ParcelTelling =
  | 'parcel_arrived'
  | 'delivery_failed'
  | 'at_pickup_point'
  | 'parcel_held_up'
  | 'parcel_moves_again'
  | 'parcel_refused'
  | 'parcel_returning'
  | 'parcel_lost'
  | 'parcel_damaged'
  | 'claim_news'
  | 'eta_moved';

/** The messages a customer can get: those of the lifecycle, those for when nothing has moved, those about parcels, and the rest. */
export type MessageName = Telling | Waiting | ParcelTelling | Notice;

/** Everything that can be told. */
export type Event =
  | { type: 'ticket.opened'; ticketId: string; seq: 1; telling: 'created'; facts: TicketFacts }
  | {
      type: 'ticket.advanced';
      ticketId: string;
      seq: number;
      action: Action;
      from: Status;
      to: Status;
      telling: Telling | null;
      /** The caller wished that the customer be told nothing of it. */
      suppressed?: boolean;
      facts: TicketFacts;
    }
  | { type: 'ticket.waiting'; ticketId: string; seq: null; telling: Waiting | ParcelTelling; facts: TicketFacts }
  | { type: 'ticket.noticed'; ticketId: string; seq: null; telling: Notice; facts: TicketFacts }
  | {
      type: 'shipment.updated';
      ticketId: string;
      seq: null;
      facts: { shipmentId: string; direction: Direction; status: string; occurredAt: string };
    }
  | {
      type: 'job.ready_to_collect';
      ticketId: string;
      seq: null;
      facts: {
        code: string;
        shipmentId: string;
        centerId: string;
        carrier: string;
        waybill: string;
        pickupFrom: string | null;
        pickupTo: string | null;
        occurredAt: string;
      };
    }
  | { type: 'note.added'; ticketId: string; seq: null; facts: { noteId: string; occurredAt: string } }
  | {
      type: 'alert.raised';
      ticketId: string;
      seq: null;
      facts: { alertId: string; kind: AlertKind; code: string; status: Status; centerId: string; data: AlertData; occurredAt: string };
    };
