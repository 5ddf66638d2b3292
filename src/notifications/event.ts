// What happened, in the past tense: the only thing a feature says to notifications.

import type { Money } from '#platform/schema.ts';
import type { Action, Telling } from '#tickets/lifecycle.ts';
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
  quote: { total: Money; diagnosisFee: Money; validUntil: string; promisedDays: number } | null;
  /** Parts that are still awaited. */
  parts: { name: string; expectedOn: string }[];
  shipment: { carrier: string; waybillTail: string; eta: string | null } | null;
  customerNote: string | null;
}

/** The messages a customer can get: those of the lifecycle, and the one for when nothing has moved. */
export type MessageName = Telling | 'still_with_us';

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
      facts: TicketFacts;
    }
  | { type: 'ticket.waiting'; ticketId: string; seq: null; telling: 'still_with_us'; facts: TicketFacts }
  | {
      type: 'shipment.updated';
      ticketId: string;
      seq: null;
      facts: { shipmentId: string; direction: 'inbound' | 'outbound'; status: string; occurredAt: string };
    }
  | { type: 'note.added'; ticketId: string; seq: null; facts: { noteId: string; occurredAt: string } };
