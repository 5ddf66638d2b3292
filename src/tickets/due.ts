// What every sweep over tickets finds: whose they are, and how many at once.

/** A ticket and whose it is. */
export interface Found {
  brandId: string;
  ticketId: string;
}

/** How many tickets one look finds. */
export const BATCH = 200;
