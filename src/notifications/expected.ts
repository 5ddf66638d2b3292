// Which day of a parcel can still be told: one that has passed for whoever reads it is expected no more.
import { dayIn } from '#platform/time-zone.ts';
import type { TicketFacts } from './event.ts';
import type { Addressee } from './scene.ts';

/** When a parcel is expected; null where that is not known, or its day is over where the reader is. */
export function etaOf({ shipment, occurredAt }: TicketFacts, { timeZone, sentAt }: Pick<Addressee, 'timeZone' | 'sentAt'>): string | null {
  if (!shipment || shipment.eta === null) return null;
  const readAt = new Date(Math.max(Date.parse(occurredAt), sentAt?.getTime() ?? 0));
  return dayIn(timeZone, shipment.eta) < dayIn(timeZone, readAt) ? null : shipment.eta;
}
