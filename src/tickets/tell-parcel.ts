// Tells a customer what has become of a parcel, where that is no step of the ticket.
import type { Deed } from '#access/deed.ts';
import type { ParcelFacts, ParcelTelling, TicketFacts } from '#notifications/event.ts';
import { tailsOf } from './facts.ts';
import { hasEnded } from './lifecycle.ts';
import { lock } from './store.ts';
import { tellWaiting } from './tell-waiting.ts';

/** A parcel as far as it is spoken of. */
export interface SpokenOf {
  direction: ParcelFacts['direction'];
  carrier: string;
  waybill: string;
  furtherWaybills: readonly string[];
  eta: Date | null;
  openBy: Date | null;
}

/** Tells it; `nextWordBy` is a day that the message itself names, and by which the customer hears again. An ended ticket has nobody to tell. */
export async function tellOfParcel(
  deed: Deed,
  ticketId: string,
  telling: ParcelTelling,
  parcel: SpokenOf,
  more: Partial<ParcelFacts>,
  nextWordBy: Date | null,
): Promise<void> {
  const row = await lock(deed, ticketId);
  if (row === undefined || hasEnded(row.status)) return;
  const eta = parcel.eta?.toISOString() ?? null;
  const facts: Partial<TicketFacts> = {
    shipment: {
      carrier: parcel.carrier,
      ...tailsOf({ waybill: parcel.waybill, passedOnAs: parcel.furtherWaybills.at(-1) ?? null }),
      eta,
    },
    parcel: {
      direction: parcel.direction,
      openBy: parcel.openBy?.toISOString() ?? null,
      openByBefore: null,
      answerBy: null,
      etaBefore: null,
      claim: null,
      ...more,
    },
  };
  await tellWaiting(deed, row, telling, facts, nextWordBy);
}
