// What follows from what, as data: who is told of an event, and which scan of a parcel moves a ticket.

import type { Direction } from '#mail-in/shipment.ts';
import type { ParcelStatus } from '#mail-in/tracking.ts';
import type { Event } from '#notifications/event.ts';
import type { Action } from '#tickets/lifecycle.ts';

interface Audience {
  /** The message its `telling` names goes to the customer (`tickets/lifecycle.ts` says which action tells what). */
  customer: boolean;
  /** Partners' webhook endpoints that listen to this type are called. */
  partners: boolean;
}

/** Who hears of what. An event without a row does not compile. */
export const audiences = {
  'ticket.opened': { customer: true, partners: true },
  'ticket.advanced': { customer: true, partners: true },
  // Nothing moved, and the promised day of the next word has come.
  'ticket.waiting': { customer: true, partners: false },
  // Between us and the customer: a link made anew, a question afterwards.
  'ticket.noticed': { customer: true, partners: false },
  'shipment.updated': { customer: false, partners: true },
  'note.added': { customer: false, partners: true },
  // Between a center and its brand; the customer gets a message of their own where one is due.
  'alert.raised': { customer: false, partners: true },
} as const satisfies Record<Event['type'], Audience>;

/** What a parcel's status does beside being recorded: steps of the ticket, in their order, and clocks that start. */
interface ParcelReaction {
  advance?: readonly ParcelAction[];
  start?: 'open_by';
}
type ParcelAction = Extract<Action, 'shipment.collected' | 'shipment.dispatched' | 'shipment.delivered' | 'shipment.returned'>;

const collected = { advance: ['shipment.collected'] } as const;
const dispatched = { advance: ['shipment.dispatched'] } as const;

/** A status without a row is recorded and nothing follows. A step that is not possible from where the ticket stands is left out. */
export const parcelReactions: Readonly<Record<Direction, { readonly [S in ParcelStatus]?: ParcelReaction }>> = {
  inbound: {
    picked_up: collected,
    in_transit: collected,
    transferred: collected,
    customs: collected,
    out_for_delivery: collected,
    available_for_pickup: collected,
    attempt_failed: collected,
    // A carrier's "delivered" is not yet a device in our hands: only the center's own scan receives it.
    delivered: { start: 'open_by' },
  },
  outbound: {
    picked_up: dispatched,
    in_transit: dispatched,
    transferred: dispatched,
    customs: dispatched,
    out_for_delivery: dispatched,
    available_for_pickup: dispatched,
    attempt_failed: dispatched,
    // It was shipped even where no scan on the way has reached us.
    delivered: { advance: ['shipment.dispatched', 'shipment.delivered'] },
    returned: { advance: ['shipment.returned'] },
  },
};
