// Adds a parcel to a ticket: the label that brings the device in, takes it home or to another center, or a loaner's; or joins one that travels already.
import type { Deed } from '#access/deed.ts';
import { raiseAlerts } from '#alerts/raise.ts';
import { newId } from '#platform/id.ts';
import { Problem } from '#problems.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import { hasEnded } from '#tickets/lifecycle.ts';
import { allowedActions } from '#tickets/move.ts';
import { refusals } from '#tickets/refusals.ts';
import { bringOrphans, reserveWaybill } from './follow-waybill.ts';
import { adoptParked } from './record-tracking.ts';
import type { Direction, IntakeInput, LabelInput, ShipmentInput, ShipmentView } from './shipment.ts';
import * as store from './store.ts';
import { tellReady } from './tell-ready.ts';
import { mayLeave } from './transfer-rules.ts';
import { shipmentView } from './view.ts';

/** A ticket has few parcels, and a parcel few devices; more is a caller gone wild. */
const MAX_OF_TICKET = 20;

/**
 * Adds a parcel with its waybill, which is unique per carrier; scans that came before it are its own from now on. With `sharesParcel`
 * the device joins the parcel that has the waybill. An inbound one with `intake` also does `intake.open`, and what lies at a depot under its
 * waybill is the ticket's.
 * Problems: not_found, already_exists, transition_not_allowed, transition_refused, validation_failed (the other center).
 */
export async function createShipment(deed: Deed, ticketId: string, input: ShipmentInput): Promise<ShipmentView> {
  const { direction, intake, toCenterId, ...label } = input;
  await reserveWaybill(deed, label);
  const ticket = await store.lockTicket(deed, ticketId);
  if (ticket === undefined) throw new Problem('not_found', 'There is no such ticket for your key. Check the id.');
  if (hasEnded(ticket.status)) {
    throw new Problem('transition_not_allowed', `The ticket has ended (${ticket.status}); nothing is shipped for it any more.`, {
      allowedActions: allowedActions(ticket.status, deed.actor.kind, false),
    });
  }
  if (direction === 'outbound' && ticket.returnMethod === 'pick_up') throw refused('pick_up_only', refusals.pick_up_only);
  const others = await store.parcelsOf(deed, ticketId);
  if (others.length >= MAX_OF_TICKET) throw refused('too_many_shipments', `A ticket has at most ${MAX_OF_TICKET} parcels.`);
  if (toCenterId !== undefined) await mayLeave(deed, ticket, toCenterId, others);
  const shipment = await addParcel(deed, ticket, { direction, toCenterId: toCenterId ?? null }, label, intake);
  if (direction === 'inbound') await bringOrphans(deed, { id: shipment.id, ticketId, carrier: label.carrier }, label.waybill);
  return shipment;
}

const refused = (refusal: string, detail: string): Problem => new Problem('transition_refused', detail, { refusal });

interface Way {
  direction: Direction;
  toCenterId: string | null;
}

/** The parcel itself; waybill and ticket are locked. Problems: already_exists, and transition_refused where it joins one. */
export async function addParcel(
  deed: Deed,
  ticket: Pick<store.TicketOfParcel, 'id' | 'version'>,
  way: Way,
  label: LabelInput,
  intake: IntakeInput | undefined,
): Promise<ShipmentView> {
  const row = label.sharesParcel === true ? await joined(deed, ticket.id, way, label) : await made(deed, ticket.id, way, label);
  if (intake !== undefined) {
    await advanceTicket(deed, { ticketId: ticket.id, expectedVersion: ticket.version, command: { action: 'intake.open', input: intake } });
  }
  await adoptParked(deed, row);
  if (way.direction === 'outbound') await tellReady(deed, ticket.id);
  if (way.toCenterId !== null) {
    const data = { shipmentId: row.id, direction: way.direction, parcelStatus: row.status };
    await raiseAlerts(deed, ticket.id, way.toCenterId, [{ kind: 'transfer_coming', data }]);
  }
  return shipmentView((await store.byId(deed, row.id)) ?? row, deed);
}

async function made(deed: Deed, ticketId: string, way: Way, label: LabelInput): Promise<store.ShipmentRow> {
  const row = rowOf(deed, ticketId, way, label);
  if (!(await store.insert(deed, row))) {
    throw new Problem(
      'already_exists',
      'This waybill belongs to a shipment already. Check the waybill and the carrier; if this device travels in the same parcel, send sharesParcel: true.',
    );
  }
  await store.bind(deed, row.id, ticketId);
  return row;
}

async function joined(deed: Deed, ticketId: string, { direction, toCenterId }: Way, label: LabelInput): Promise<store.ShipmentRow> {
  const found = await store.byWaybill(deed, label.carrier, label.waybill);
  const row = found === undefined ? undefined : await store.byId(deed, found.id);
  if (found === undefined || row === undefined) {
    throw refused('parcel_unknown', 'No parcel of yours has this waybill. Leave sharesParcel out to make one.');
  }
  const refusal = mayNotJoin(found, { direction, toCenterId });
  if (refusal !== null) throw refusal;
  if (!(await store.bind(deed, row.id, ticketId))) throw new Problem('already_exists', 'This device is in that parcel already.');
  return { ...row, ticketIds: [...row.ticketIds, ticketId] };
}

/** Why one more device cannot travel in this parcel, of which all tickets are known; null where it can. */
export function mayNotJoin(parcel: store.ShipmentRow, { direction, toCenterId }: Way): Problem | null {
  if (parcel.direction !== direction || parcel.toCenterId !== toCenterId) {
    return refused('other_way', `That parcel goes another way: it is ${parcel.direction}.`);
  }
  if (parcel.ticketIds.length < MAX_OF_TICKET) return null;
  return refused('too_many_devices', `A parcel holds at most ${MAX_OF_TICKET} devices.`);
}

const dateOrNull = (value: string | undefined): Date | null => (value === undefined ? null : new Date(value));

const rowOf = (deed: Deed, ticketId: string, { direction, toCenterId }: Way, label: LabelInput): store.ShipmentRow => ({
  id: newId('shipment', deed.now.getTime()),
  ticketId,
  ticketIds: [ticketId],
  direction,
  carrier: label.carrier,
  waybill: label.waybill,
  furtherWaybills: [],
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
  insuredValue: label.insuredFor?.amount ?? null,
  insuredCurrency: label.insuredFor?.currency ?? null,
  toCenterId,
  receivedAt: null,
  eta: null,
  deliveredAt: null,
  proof: null,
  watch: null,
  openBy: null,
  createdAt: deed.now,
  updatedAt: deed.now,
});
