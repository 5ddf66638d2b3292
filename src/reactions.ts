// What follows from what, as data: who is told of an event, and which scan of a parcel moves a ticket.
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
  'shipment.updated': { customer: false, partners: true },
  'note.added': { customer: false, partners: true },
} as const satisfies Record<Event['type'], Audience>;

/** What a parcel's status does beside being recorded. */
export type ParcelReaction = { advance: Action } | { start: 'open_by' };

type Reactions = Record<'inbound' | 'outbound', Readonly<Record<string, ParcelReaction>>>;

/** A status without a row is recorded and nothing follows. An action that is not possible from where the ticket stands is left out. */
export const parcelReactions: Reactions = {
  inbound: {
    picked_up: { advance: 'shipment.collected' },
    in_transit: { advance: 'shipment.collected' },
    out_for_delivery: { advance: 'shipment.collected' },
    // A carrier's "delivered" is not yet a device in our hands: only the center's own scan receives it.
    delivered: { start: 'open_by' },
  },
  outbound: {
    picked_up: { advance: 'shipment.dispatched' },
    in_transit: { advance: 'shipment.dispatched' },
    out_for_delivery: { advance: 'shipment.dispatched' },
    delivered: { advance: 'shipment.delivered' },
  },
};
