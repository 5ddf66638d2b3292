// Something a center has to look at: what it is, and the codes and times that show it. No person and no text of a customer.
import { z } from 'zod';
import { StopReason, Way } from '#contacts/contact.ts';
import { pageQuery } from '#platform/http/page.ts';
import { id, instant, int4 } from '#platform/schema.ts';
import { HoldReason } from '#tickets/holds.ts';
import { Status } from '#tickets/status.ts';

/** Why a center is alarmed. */
export const AlertKind = z
  .enum([
    ...(['clock_breached', 'promise_at_risk', 'promise_missed', 'legal_clock', 'hold_expired', 'disposal_due'] as const),
    ...(['quality_failed_twice', 'cancelled_by_customer', 'delivery_disputed', 'quote_decided'] as const),
    ...(['unreachable', 'sms_budget'] as const),
    ...(['parcel_problem', 'parcel_unopened', 'delivery_unproven', 'claim_due', 'orphan_matched', 'transfer_coming'] as const),
    ...(['stuck', 'repeat_repair'] as const),
  ])
  .meta({ id: 'AlertKind', example: 'promise_at_risk' });
export type AlertKind = z.infer<typeof AlertKind>;

/** What shows it; which of these are there depends on the kind. Partners get it too: codes, ids and times only. */
export const AlertData = z
  .strictObject({
    clock: z.string().max(40).meta({ description: 'The clock that is due.' }),
    run: int4(1).meta({ description: 'Which time this clock runs for the ticket.' }),
    dueAt: instant(),
    holdId: id('hold'),
    holdReason: HoldReason,
    resumeBy: instant(),
    quoteId: id('quote'),
    decision: z.enum(['approved', 'declined', 'expired']),
    failures: int4(2).meta({ description: 'How often the final test was not passed.' }),
    stuckAt: instant().meta({ description: 'Since then nothing has happened for too long.' }),
    earlierTicketId: id('ticket').meta({ description: 'The repair that did not hold.' }),
    deliveredAt: instant().meta({ description: 'When the device had been given back after it.' }),
    keepUntil: instant().meta({ description: 'No disposal before this.' }),
    way: Way.meta({ description: 'By which the customer is not told any more.' }),
    stopReason: StopReason,
    units: int4().meta({ description: 'SMS parts that the ticket has cost.' }),
    budget: int4().meta({ description: 'SMS parts that it may cost.' }),
    shipmentId: id('shipment'),
    direction: z.enum(['inbound', 'outbound', 'transfer', 'loaner_out', 'loaner_in']),
    parcelStatus: z.string().max(30).meta({ description: 'Where the parcel stood.' }),
    claimId: id('claim'),
    orphanId: id('orphan').meta({ description: 'The parcel without a ticket that this is the ticket of.' }),
    matchedBy: z.enum(['waybill', 'serial', 'phone', 'hand']),
  })
  .partial()
  .meta({ id: 'AlertData', example: { clock: 'promise', run: 1, dueAt: '2026-11-25T10:00:00.000Z' } });
export type AlertData = z.infer<typeof AlertData>;

/** An alert about to be raised. */
export interface NewAlert {
  kind: AlertKind;
  data: AlertData;
}

/** An alert as the API shows it. */
export const Alert = z
  .strictObject({
    id: id('alert'),
    kind: AlertKind,
    ticketId: id('ticket'),
    code: z.string().max(11).meta({ description: 'The ticket’s code.' }),
    status: Status.meta({ description: 'Where the ticket stands now.' }),
    centerId: id('center'),
    data: AlertData,
    raisedAt: instant(),
    acknowledgedAt: instant().nullable(),
    acknowledgedBy: z.string().max(40).nullable().meta({ description: 'The key that acknowledged it.' }),
  })
  .meta({
    id: 'Alert',
    example: {
      id: 'alr_01kam3w0xf8q9r2s4t6v8w0x1y',
      kind: 'promise_at_risk',
      ticketId: 'tkt_01kam3w0xf8q9r2s4t6v8w0x1y',
      code: '7K3M9QX2RT5',
      status: 'in_repair',
      centerId: 'ctr_01kam3w0xf8q9r2s4t6v8w0x1y',
      data: { clock: 'promise', run: 1, dueAt: '2026-11-25T10:00:00.000Z' },
      raisedAt: '2026-11-24T10:00:00.000Z',
      acknowledgedAt: null,
      acknowledgedBy: null,
    },
  });
export type Alert = z.infer<typeof Alert>;

/** How alerts are searched. */
export const AlertSearch = z.strictObject({
  ...pageQuery,
  kind: AlertKind.optional(),
  open: z.literal('true').optional().meta({ description: 'Only those that nobody has acknowledged.' }),
  ticketId: id('ticket').optional(),
});
export type AlertSearch = z.infer<typeof AlertSearch>;
