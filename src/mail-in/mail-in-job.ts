// A courier's booking: a repair ticket for a device that comes by parcel, with its label where there is one already.
import { z } from 'zod';
import { id, instant, int4 } from '#platform/schema.ts';
import { Status } from '#tickets/status.ts';
import { TicketInput } from '#tickets/ticket.ts';
import { IntakeInput, LabelInput, ShipmentView } from './shipment.ts';

/** What books a device in. With `label` and `intake` the ticket waits for its device at once; otherwise it is only registered. */
export const MailInJobInput = TicketInput.omit({ channel: true })
  .extend({
    label: LabelInput.optional().meta({ description: 'The inbound label, where the courier has it already.' }),
    intake: IntakeInput.optional().meta({ description: 'What was agreed with the customer; needs a label.' }),
  })
  .refine((input) => input.intake === undefined || input.label !== undefined, { error: 'needs a label', path: ['intake'] })
  .meta({
    id: 'MailInJobInput',
    example: {
      centerId: 'ctr_01kazy3v7me8rtkd8cz5nq2w4x',
      device: { kind: 'phone', maker: 'Aurora', model: 'A5', serial: 'C8QH7T2KPL0M' },
      contact: { name: 'Wang Fang', phone: '+8613800000000', email: 'fang@example.com', address: '1 Lake Road, Hangzhou', locale: 'zh-CN' },
      faultReported: 'The screen stays dark',
      returnMethod: 'ship',
      jurisdiction: 'CN',
      externalRef: 'CO-4711',
      label: { carrier: 'easypost', waybill: 'EZ4000000004', labelUrl: 'https://labels.example.com/1.pdf', payer: 'brand' },
      intake: {
        contactVerified: true,
        backupConsent: { method: 'signature', takenBy: 'Lin', givenAt: '2026-11-22T09:30:00+08:00', textVersion: 'backup-1', locale: 'zh-CN' },
      },
    },
  });
export type MailInJobInput = z.infer<typeof MailInJobInput>;

/** A booking as its courier follows it. */
export const MailInJobView = z
  .strictObject({
    ticketId: id('ticket'),
    code: z.string().max(11).meta({ description: "The customer's receipt code; put it on the label for the intake desk." }),
    status: Status,
    version: int4(1),
    centerId: id('center'),
    externalRef: z.string().max(100).nullable(),
    shipment: ShipmentView.nullable().meta({ description: 'The newest inbound parcel.' }),
    outbound: ShipmentView.nullable().meta({ description: 'The newest parcel back.' }),
    customer: z
      .strictObject({ name: z.string().max(100).nullable(), address: z.string().max(300).nullable() })
      .nullable()
      .meta({ description: 'Where the device is collected and brought back to; null once nothing of this job is carried any more.' }),
    center: z
      .strictObject({ name: z.string().max(100), address: z.string().max(300), phone: z.string().max(40) })
      .meta({ description: 'Where it is brought to.' }),
    lookupPath: z.string().max(40).meta({ description: 'Where the customer asks, with the serial and the code.' }),
    createdAt: instant(),
    updatedAt: instant(),
  })
  .meta({
    id: 'MailInJob',
    example: {
      ticketId: 'tkt_01kazy3v7me8rtkd8cz5nq2w4x',
      code: '7K3M9QX2ABT',
      status: 'awaiting_device',
      version: 2,
      centerId: 'ctr_01kazy3v7me8rtkd8cz5nq2w4x',
      externalRef: 'CO-4711',
      shipment: null,
      outbound: null,
      customer: { name: 'Wang Fang', address: '1 Lake Road, Hangzhou' },
      center: { name: 'Aurora Service Shanghai', address: '88 Nanjing Road, Shanghai', phone: '021-6000-0000' },
      lookupPath: '/v1/lookup',
      createdAt: '2026-11-22T01:30:00.000Z',
      updatedAt: '2026-11-22T01:30:00.000Z',
    },
  });
export type MailInJobView = z.infer<typeof MailInJobView>;
