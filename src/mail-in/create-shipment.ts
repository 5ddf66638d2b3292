// Adds a parcel to a ticket: the label that brings the device in, or the one that takes it home.
import type { Deed } from '#access/deed.ts';
import { newId } from '#platform/id.ts';
import { Problem } from '#problems.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import { hasEnded } from '#tickets/lifecycle.ts';
import { allowedActions } from '#tickets/move.ts';
import { refusals } from '#tickets/refusals.ts';
import { adoptParked } from './record-tracking.ts';
import type { Direction, IntakeInput, LabelInput, ShipmentInput, ShipmentView } from './shipment.ts';
import * as store from './store.ts';
import { shipmentView } from './view.ts';

/** A ticket has few parcels; more is a caller gone wild. */
const MAX_OF_TICKET = 20;

/**
 * Adds a parcel with its waybill, which is unique per carrier; scans that came before it are its own from now on.
 * An inbound one with `intake` also does `intake.open`. Problems: not_found, already_exists, transition_not_allowed, transition_refused.
 */
export async function createShipment(deed: Deed, ticketId: string, input: ShipmentInput): Promise<ShipmentView> {
  const { direction, intake, ...label } = input;
  await reserveWaybill(deed, label);
  const ticket = await store.lockTicket(deed, ticketId);
  if (ticket === undefined) throw new Problem('not_found', 'There is no such ticket for your key. Check the id.');
  if (hasEnded(ticket.status)) {
    throw new Problem('transition_not_allowed', `The ticket has ended (${ticket.status}); nothing is shipped for it any more.`, {
      allowedActions: allowedActions(ticket.status, deed.actor.kind, false),
    });
  }
  if (direction === 'outbound' && ticket.returnMethod === 'pick_up') {
    throw new Problem('transition_refused', refusals.pick_up_only, { refusal: 'pick_up_only' });
  }
  if ((await store.countOfTicket(deed, ticketId)) >= MAX_OF_TICKET) {
    throw new Problem('transition_refused', `A ticket has at most ${MAX_OF_TICKET} parcels.`, { refusal: 'too_many_shipments' });
  }
  return addParcel(deed, ticket, direction, label, intake);
}

/** Waits for whoever writes to this waybill just now. Before any ticket is locked: see the order of locks in the store. */
export const reserveWaybill = (deed: Deed, label: LabelInput): Promise<void> => store.lockWaybill(deed, label.carrier, label.waybill);

/** The parcel itself; waybill and ticket are locked. Problem: already_exists. */
export async function addParcel(
  deed: Deed,
  ticket: store.TicketOfParcel,
  direction: Direction,
  label: LabelInput,
  intake: IntakeInput | undefined,
): Promise<ShipmentView> {
  const row = rowOf(deed, ticket.id, direction, label);
  if (!(await store.insert(deed, row))) {
    throw new Problem('already_exists', 'This waybill belongs to a shipment already. Check the waybill and the carrier.');
  }
  let { status } = ticket;
  if (intake !== undefined) {
    const step = { ticketId: ticket.id, expectedVersion: ticket.version, command: { action: 'intake.open', input: intake } } as const;
    ({ status } = await advanceTicket(deed, step));
  }
  await adoptParked(deed, row, { ...ticket, status });
  return shipmentView((await store.byId(deed, row.id)) ?? row);
}

const dateOrNull = (value: string | undefined): Date | null => (value === undefined ? null : new Date(value));

const rowOf = (deed: Deed, ticketId: string, direction: Direction, label: LabelInput): store.ShipmentRow => ({
  id: newId('shipment', deed.now.getTime()),
  ticketId,
  direction,
  carrier: label.carrier,
  waybill: label.waybill,
  status: 'label_created',
  statusRaw: null,
  statusAt: null,
  labelUrl: label.labelUrl ?? null,
  labelExpiresAt: dateOrNull(label.labelExpiresAt),
  pickupFrom: dateOrNull(label.pickupFrom),
  pickupTo: dateOrNull(label.pickupTo),
  payer: label.payer,
  declaredValue: label.declaredValue?.amount ?? null,
  declaredCurrency: label.declaredValue?.currency ?? null,
  eta: null,
  deliveredAt: null,
  watch: null,
  openBy: null,
  createdAt: deed.now,
  updatedAt: deed.now,
});
