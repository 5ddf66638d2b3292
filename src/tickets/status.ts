// The words of the lifecycle: stages, statuses and outcomes, as the API and the customer read them.
import { z } from 'zod';

/** The five steps a customer sees, in order; `end` stands for tickets that have left them. */
export const Stage = z.enum(['intake', 'diagnosis', 'quote', 'repair', 'return', 'end']).meta({ id: 'Stage', example: 'repair' });
export type Stage = z.infer<typeof Stage>;

/** The 16 statuses. A new one is a row in `lifecycle.ts` and a migration for the check on the column. */
export const Status = z
  .enum([
    'created',
    'awaiting_device',
    'inbound_transit',
    'received',
    'diagnosing',
    'quoted',
    'approved',
    'awaiting_parts',
    'in_repair',
    'quality_check',
    'ready',
    'outbound_transit',
    'delivered',
    'closed',
    'cancelled',
    'disposed',
  ])
  .meta({ id: 'Status', example: 'in_repair' });
export type Status = z.infer<typeof Status>;

/** How it ended; set once. */
export const Outcome = z
  .enum(['repaired', 'replaced', 'no_fault_found', 'returned_unrepaired', 'unrepairable', 'disposed', 'refunded_elsewhere', 'cancelled'])
  .meta({ id: 'Outcome', example: 'repaired' });
export type Outcome = z.infer<typeof Outcome>;

/** How the device goes back to its owner. */
export const ReturnMethod = z.enum(['ship', 'pick_up']).meta({ id: 'ReturnMethod', example: 'ship' });
export type ReturnMethod = z.infer<typeof ReturnMethod>;
