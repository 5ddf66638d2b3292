// A parcel that lies at a depot and that nobody has announced: what is known of it, and whose it turns out to be.
import { z } from 'zod';
import { pageQuery } from '#platform/http/page.ts';
import { id, instant, text } from '#platform/schema.ts';
import { CarrierName, Waybill } from './tracking.ts';

const phone = () =>
  z
    .string()
    .max(16)
    .regex(/^\+[1-9]\d{6,14}$/, { error: 'must be E.164, e.g. +8613800000000' })
    .meta({ description: 'E.164, as it stands on the label. Kept as a keyed hash.' });

/** What the depot sees. At least one of waybill, serial and phone. */
export const OrphanInput = z
  .strictObject({
    centerId: id('center').optional().meta({ description: "Where it lies. Default for a center's key: its own center." }),
    carrier: CarrierName.optional(),
    waybill: Waybill.optional(),
    serial: text(200).optional().meta({ description: 'Of the device in it, where it was opened. Kept as a keyed hash.' }),
    phone: phone().optional(),
    note: text(500).optional(),
  })
  .refine((input) => (input.waybill ?? input.serial ?? input.phone) !== undefined, { error: 'give waybill, serial or phone', path: ['waybill'] })
  .refine((input) => (input.carrier === undefined) === (input.waybill === undefined), { error: 'goes with a waybill', path: ['carrier'] })
  .meta({
    id: 'OrphanParcelInput',
    example: { centerId: 'ctr_01kazy3v7me8rtkd8cz5nq2w4x', carrier: 'sf', waybill: 'SF7444471039325', note: 'No paper in it' },
  });
export type OrphanInput = z.infer<typeof OrphanInput>;

/** By what a parcel and a ticket found each other. */
export const MatchedBy = z.enum(['waybill', 'serial', 'phone', 'hand']).meta({ id: 'MatchedBy', example: 'waybill' });
export type MatchedBy = z.infer<typeof MatchedBy>;

/** A parcel without a ticket, or with the one it turned out to belong to. */
export const OrphanView = z
  .strictObject({
    id: id('orphan'),
    centerId: id('center'),
    carrier: z.string().max(40).nullable(),
    waybill: z.string().max(64).nullable(),
    serialLast4: z.string().max(4).nullable(),
    phoneLast4: z.string().max(4).nullable(),
    note: z.string().max(500).nullable(),
    createdAt: instant(),
    ticketId: id('ticket').nullable(),
    shipmentId: id('shipment').nullable(),
    matchedBy: MatchedBy.nullable(),
    matchedAt: instant().nullable(),
    candidates: z
      .array(z.strictObject({ ticketId: id('ticket'), code: z.string().max(11), by: MatchedBy }))
      .max(20)
      .meta({ description: 'Tickets of yours that wait for a device and have something in common with it; none in lists.' }),
  })
  .meta({
    id: 'OrphanParcel',
    example: {
      id: 'orp_01kazy3v7me8rtkd8cz5nq2w4x',
      centerId: 'ctr_01kazy3v7me8rtkd8cz5nq2w4x',
      carrier: 'sf',
      waybill: 'SF7444471039325',
      serialLast4: null,
      phoneLast4: null,
      note: 'No paper in it',
      createdAt: '2026-11-22T05:00:00.000Z',
      ticketId: null,
      shipmentId: null,
      matchedBy: null,
      matchedAt: null,
      candidates: [],
    },
  });
export type OrphanView = z.infer<typeof OrphanView>;

/** How they are searched. */
export const OrphanSearch = z.strictObject({
  ...pageQuery,
  state: z.enum(['open', 'matched']).optional(),
  centerId: id('center').optional(),
  waybill: Waybill.optional(),
  serial: text(200).optional(),
  phone: phone().optional(),
});
export type OrphanSearch = z.infer<typeof OrphanSearch>;
