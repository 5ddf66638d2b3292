// A step that has been written, as whoever follows it needs to know of it.
import type { Action } from './lifecycle.ts';
import type { Status } from './status.ts';

/** The ticket is locked. */
export interface StepTaken {
  ticketId: string;
  action: Action;
  from: Status;
  to: Status;
  /** The device was taken in, and the parcel it came in has damaged it. */
  damagedInTransit: boolean;
  /** How the ticket's parcels stood before it. */
  parcels: readonly { status: string }[];
}
