// The day the customer was promised, and why it moved.
import { z } from 'zod';

/** Why a promise was made or moved; the first three make it, the others move it. */
export const PromiseReason = z
  .enum(['received', 'quote_sent', 'quote_approved', 'covered', 'part_delayed', 'hold', 'workload', 'technical', 'customer_wish', 'correction'])
  .meta({ id: 'PromiseReason', example: 'part_delayed' });
export type PromiseReason = z.infer<typeof PromiseReason>;
