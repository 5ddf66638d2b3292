// How long the public sees a ticket after its end; its link ends with it.

const DAY_MS = 86_400_000;
const VISIBLE_DAYS = 90;

/** Tickets that ended before this instant are seen by keys alone. */
export const visibleSince = (now: Date): Date => new Date(now.getTime() - VISIBLE_DAYS * DAY_MS);
