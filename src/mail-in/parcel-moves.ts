// Which steps of a ticket the scans of a parcel cause: pure, from all scans at once, so that no order of arrival can matter.
import { type ParcelAction, parcelActions, parcelReactions } from '#reactions.ts';
import { addWorkingDays, type Calendar } from '#service-centers/calendar.ts';
import { actions } from '#tickets/lifecycle.ts';
import type { ReturnMethod, Status } from '#tickets/status.ts';
import type { Direction } from './shipment.ts';
import type { Scan } from './tracking.ts';
import type { ParcelState } from './tracking-rules.ts';

/** A ticket as far as scans can move it. */
interface Movable {
  status: Status;
  returnMethod: ReturnMethod;
  /** Steps this parcel has caused before. */
  caused: readonly string[];
}

/** Where a ticket is beyond a step, whoever has taken it: a late scan must not take it again. */
const beyond: Record<ParcelAction, ReadonlySet<Status>> = {
  'shipment.collected': new Set([
    ...(['inbound_transit', 'received', 'diagnosing', 'quoted', 'approved', 'awaiting_parts', 'in_repair', 'quality_check'] as const),
    ...(['ready', 'outbound_transit', 'delivered', 'closed', 'disposed'] as const),
  ]),
  'shipment.dispatched': new Set(['outbound_transit', 'delivered', 'closed']),
  'shipment.delivered': new Set(['delivered', 'closed']),
  'shipment.returned': new Set([]),
};

/**
 * The steps to take now, in their order, and those that are behind the ticket already. Each parcel causes a step once: after it came
 * back, a late scan of it must not send the ticket on its way again.
 */
export function movesOf(
  parcel: { direction: Direction; scans: readonly Pick<Scan, 'status'>[]; state: Pick<ParcelState, 'status'> },
  ticket: Movable,
): { take: ParcelAction[]; behind: ParcelAction[] } {
  const reactions = parcelReactions[parcel.direction];
  const caused = new Set<ParcelAction | undefined>([
    ...parcel.scans.map(({ status }) => reactions[status]?.ever),
    reactions[parcel.state.status]?.holds,
  ]);
  const take: ParcelAction[] = [];
  const behind: ParcelAction[] = [];
  let { status } = ticket;
  for (const action of parcelActions) {
    if (!caused.has(action) || ticket.caused.includes(action)) continue;
    // Who picks the device up is sent no parcel; a waybill by mistake must not ship the ticket.
    if (action === 'shipment.dispatched' && ticket.returnMethod !== 'ship') continue;
    const step = actions[action].steps.find(({ from }) => (from as readonly Status[]).includes(status));
    if (step !== undefined) {
      take.push(action);
      status = step.to;
    } else if (beyond[action].has(status)) behind.push(action);
  }
  return { take, behind };
}

/** A parcel that lies at the center's door is opened within so many of its working days. */
const OPEN_WITHIN_DAYS = 2;

/** When a parcel that the carrier has delivered is to be opened; `calendar` is that of the center where it lies. */
export const openByOf = (deliveredAt: Date, calendar: Calendar): Date => addWorkingDays(calendar, deliveredAt, OPEN_WITHIN_DAYS);

/** Whether somebody waits for the parcel to be opened. */
export const isToBeOpened = (direction: Direction, state: ParcelState): boolean =>
  parcelReactions[direction][state.status]?.start === 'open_by' && state.deliveredAt !== null;
