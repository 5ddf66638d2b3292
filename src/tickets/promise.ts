// The day the customer was promised, and why it moved.
import { z } from 'zod';

/** Why a promise was made or moved. `quote_sent` is known and given by nothing: the day is agreed with the yes to a quote. */
export const PromiseReason = z
  .enum(['received', 'quote_sent', 'quote_approved', 'covered', 'part_delayed', 'hold', 'workload', 'technical', 'customer_wish', 'correction'])
  .meta({ id: 'PromiseReason', example: 'part_delayed' });
export type PromiseReason = z.infer<typeof PromiseReason>;
