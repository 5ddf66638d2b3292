// A parcel of a ticket: the label it travels with, and how far it has come.
import { z } from 'zod';
import { id, instant, instantInput, Money } from '#platform/schema.ts';
import { inputs } from '#tickets/inputs.ts';
import { CarrierName, httpUrl, ParcelStatus, Proof, Watch, Waybill } from './tracking.ts';

/** To the center, back to the customer, from one center to another, or with a loaner to the customer and back. */
export const Direction = z.enum(['inbound', 'outbound', 'transfer', 'loaner_out', 'loaner_in']).meta({ id: 'Direction', example: 'inbound' });
export type Direction = z.infer<typeof Direction>;

/** Who pays the carrier. */
export const Payer = z.enum(['brand', 'center', 'customer']).meta({ id: 'Payer', example: 'brand' });

const label = {
  carrier: CarrierName.meta({ description: 'Whose events name this waybill, e.g. easypost.' }),
  waybill: Waybill,
  labelUrl: httpUrl().optional(),
  labelExpiresAt: instantInput().optional(),
  pickupFrom: instantInput().optional(),
  pickupTo: instantInput().optional(),
  payer: Payer,
  declaredValue: Money.optional().meta({ description: 'What the contents are worth, as declared to the carrier.' }),
  insuredFor: Money.optional().meta({ description: 'What this leg is insured for; left away: not insured beyond what the carrier always owes.' }),
  sharesParcel: z.literal(true).optional().meta({
    description: 'The waybill is one of yours already, and this device travels in the same parcel. The rest of the label is not read then.',
  }),
};

const slotInOrder = ({ pickupFrom, pickupTo }: { pickupFrom?: string | undefined; pickupTo?: string | undefined }): boolean =>
  pickupTo === undefined || (pickupFrom !== undefined && new Date(pickupFrom) < new Date(pickupTo));
const slotError = { error: 'must come after pickupFrom', path: ['pickupTo'] };

/** The label of an inbound parcel. */
export const LabelInput = z
  .strictObject(label)
  .refine(slotInOrder, slotError)
  .meta({
    id: 'LabelInput',
    example: { carrier: 'easypost', waybill: 'EZ4000000004', labelUrl: 'https://labels.example.com/1.pdf', payer: 'brand' },
  });
export type LabelInput = z.infer<typeof LabelInput>;

/** What was agreed with the customer before the device travels: the input of `intake.open`. */
export const IntakeInput = inputs['intake.open'].meta({ id: 'IntakeInput' });
export type IntakeInput = z.infer<typeof IntakeInput>;

/** A parcel added to a ticket. With `intake` an inbound one also moves the ticket to `awaiting_device`. */
export const ShipmentInput = z
  .strictObject({
    direction: Direction,
    ...label,
    toCenterId: id('center')
      .optional()
      .meta({ description: 'Transfer: the center it goes to; that one takes the ticket over when it has the device.' }),
    intake: IntakeInput.optional(),
  })
  .refine(slotInOrder, slotError)
  .refine((input) => (input.direction === 'transfer') === (input.toCenterId !== undefined), { error: 'goes with a transfer', path: ['toCenterId'] })
  .refine((input) => input.intake === undefined || input.direction === 'inbound', { error: 'belongs to an inbound parcel', path: ['intake'] })
  .meta({ id: 'ShipmentInput', example: { direction: 'outbound', carrier: 'easypost', waybill: 'EZ2000000002', payer: 'brand' } });
export type ShipmentInput = z.infer<typeof ShipmentInput>;

/** A parcel as its ticket's center, brand or courier reads it. */
export const ShipmentView = z
  .strictObject({
    id: id('shipment'),
    ticketId: id('ticket').meta({ description: 'The ticket it was booked for.' }),
    ticketIds: z.array(id('ticket')).max(20).meta({ description: 'Every ticket of yours whose device travels in it.' }),
    direction: Direction,
    carrier: z.string().max(40),
    waybill: z.string().max(64),
    furtherWaybills: z.array(z.string().max(64)).max(10).meta({ description: 'Numbers under which the carrier has passed it on, oldest first.' }),
    status: ParcelStatus,
    statusRaw: z.string().max(120).nullable().meta({ description: "The carrier's own code behind the status." }),
    statusAt: instant().nullable().meta({ description: 'When the event that set the status happened.' }),
    labelUrl: z.string().max(500).nullable(),
    labelExpiresAt: instant().nullable(),
    pickupFrom: instant().nullable(),
    pickupTo: instant().nullable(),
    payer: Payer,
    declaredValue: Money.nullable(),
    insured: z.boolean(),
    insuredFor: Money.nullable(),
    toCenterId: id('center').nullable().meta({ description: 'Transfer: the center it goes to.' }),
    receivedAt: instant().nullable().meta({ description: 'Transfer: when that center has taken it in.' }),
    eta: instant().nullable(),
    deliveredAt: instant().nullable(),
    proof: Proof.nullable().meta({
      description: 'What the carrier shows for the delivery. Null: nothing so far; and always for couriers.',
    }),
    watch: Watch.nullable().meta({
      description: 'What the tracking provider says of its own watch over the parcel: `given_up` says nothing about the parcel. Null: nothing.',
    }),
    openBy: instant()
      .nullable()
      .meta({ description: 'Inbound: a delivered parcel is opened by this time: the close of business of the second working day.' }),
    createdAt: instant(),
    updatedAt: instant(),
  })
  .meta({
    id: 'Shipment',
    example: {
      id: 'shp_01kazy3v7me8rtkd8cz5nq2w4x',
      ticketId: 'tkt_01kazy3v7me8rtkd8cz5nq2w4x',
      ticketIds: ['tkt_01kazy3v7me8rtkd8cz5nq2w4x'],
      direction: 'inbound',
      carrier: 'easypost',
      waybill: 'EZ4000000004',
      furtherWaybills: [],
      status: 'in_transit',
      statusRaw: 'in_transit/arrived_at_facility',
      statusAt: '2026-11-22T02:05:00.000Z',
      labelUrl: 'https://labels.example.com/1.pdf',
      labelExpiresAt: null,
      pickupFrom: null,
      pickupTo: null,
      payer: 'brand',
      declaredValue: { amount: 399900, currency: 'CNY' },
      insured: true,
      insuredFor: { amount: 399900, currency: 'CNY' },
      toCenterId: null,
      receivedAt: null,
      eta: '2026-11-24T00:00:00.000Z',
      deliveredAt: null,
      proof: null,
      watch: 'watching',
      openBy: null,
      createdAt: '2026-11-21T09:00:00.000Z',
      updatedAt: '2026-11-22T02:06:00.000Z',
    },
  });
export type ShipmentView = z.infer<typeof ShipmentView>;
