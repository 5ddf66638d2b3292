// Where the device of a ticket is, as far as its parcels care.
import { withUs } from '#tickets/lifecycle.ts';
import type { Status } from '#tickets/status.ts';

/** It is yet to come to us. */
export const comingIn: ReadonlySet<Status> = new Set(['created', 'awaiting_device', 'inbound_transit']);

/** A center has it. */
export const withCenter: ReadonlySet<Status> = new Set(withUs);
