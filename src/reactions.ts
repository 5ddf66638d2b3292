// What follows from what, as data: who is told of an event, and which scan of a parcel moves a ticket.

import type { Direction } from '#mail-in/shipment.ts';
import type { ParcelStatus } from '#mail-in/tracking.ts';
import type { Event } from '#notifications/event.ts';
import type { Action } from '#tickets/lifecycle.ts';
import type { Status } from '#tickets/status.ts';

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
  'job.ready_to_collect': { customer: false, partners: true },
  'note.added': { customer: false, partners: true },
  // Between a center and its brand; the customer gets a message of their own where one is due.
  'alert.raised': { customer: false, partners: true },
} as const satisfies Record<Event['type'], Audience>;

/** What the status of a parcel does to the tickets of the devices in it. */
interface ParcelReaction {
  /** A step that any scan of this status causes, whenever it comes: once a parcel. */
  ever?: ParcelAction;
  /** A step that is caused while this is where the parcel stands: a later scan can take it back. */
  holds?: ParcelAction;
  start?: 'open_by';
}
/** The steps that scans cause, in the order in which they are taken. */
export const parcelActions = ['shipment.collected', 'shipment.dispatched', 'shipment.delivered', 'shipment.returned'] as const satisfies Action[];
export type ParcelAction = (typeof parcelActions)[number];

const collected = { ever: 'shipment.collected' } as const;
const dispatched = { ever: 'shipment.dispatched' } as const;

/**
 * A status without a row is recorded and moves nothing. A step that is not possible from where the ticket stands is left out.
 * Whatever shows that the carrier has the parcel counts as having collected it, so that the order of scans cannot matter.
 */
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
    delivered: { ...collected, start: 'open_by' },
    refused: collected,
    returning: collected,
    returned: collected,
    lost: collected,
  },
  outbound: {
    picked_up: dispatched,
    in_transit: dispatched,
    transferred: dispatched,
    customs: dispatched,
    out_for_delivery: dispatched,
    available_for_pickup: dispatched,
    attempt_failed: dispatched,
    refused: dispatched,
    returning: dispatched,
    lost: dispatched,
    // It was shipped even where no scan on the way has reached us.
    delivered: { ...dispatched, holds: 'shipment.delivered' },
    returned: { ...dispatched, holds: 'shipment.returned' },
  },
  // A ticket changes its center when the other one has scanned the device in; a loaner is not the device.
  transfer: {},
  loaner_out: {},
  loaner_in: {},
};

/** Where scans that came too early are looked at again: the ticket has just come to where they can move it. */
export const catchesUp: ReadonlySet<Status> = new Set(['awaiting_device', 'ready']);

/** Steps after which a label that nobody has used yet is void. */
export const voidsLabels: ReadonlySet<Action> = new Set(['intake.expire', 'intake.withdraw', 'ticket.cancel']);
