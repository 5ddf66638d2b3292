// The repair ticket as the API shows it, and what opens one.
import { z } from 'zod';
import { ContactInput, ContactView } from '#contacts/contact.ts';
import { pageQuery } from '#platform/http/page.ts';
import { id, instant, instantInput, int4, oneOrMany, text } from '#platform/schema.ts';
import { QuoteView } from '#quotes/quote.ts';
import { HoldView, PartView, PromiseView, StorageView } from './bench.ts';
import { HoldReason } from './holds.ts';
import { Outcome, ReturnMethod, Stage, Status } from './status.ts';

/** What one answer shows at most, of more the newest: nothing bounds how often a day is promised anew. */
export const MOST = { identifiers: 20, promises: 1_000, parts: 500, shipments: 100, quotes: 1_000 } as const;

/** How the device reaches the center. */
export const Channel = z.enum(['walk_in', 'mail_in', 'drop_off']).meta({ id: 'Channel', example: 'mail_in' });

/** Whose repair law applies. */
export const Jurisdiction = z.enum(['CN', 'EU', 'US-CA', 'none']).meta({ id: 'Jurisdiction', example: 'CN' });

const DeviceKind = z.enum(['phone', 'laptop', 'tablet', 'appliance', 'other']).meta({ id: 'DeviceKind', example: 'phone' });

/** The device as the caller names it: a serial or an IMEI, or the plain word that it cannot be read. */
export const DeviceInput = z
  .strictObject({
    kind: DeviceKind,
    maker: text(60).optional(),
    model: text(100).optional(),
    serial: text(200).optional(),
    imei: text(40).optional(),
    imei2: text(40).optional(),
    serialUnknown: z.literal(true).optional(),
  })
  .refine((device) => (device.serial ?? device.imei ?? device.serialUnknown) !== undefined, {
    error: 'give serial or imei, or serialUnknown: true',
    path: ['serial'],
  })
  .meta({ id: 'DeviceInput', example: { kind: 'phone', maker: 'Aurora', model: 'A5', serial: 'C8QH7T2KPL0M' } });
export type DeviceInput = z.infer<typeof DeviceInput>;

/** What opens a ticket. */
export const TicketInput = z
  .strictObject({
    channel: Channel,
    centerId: id('center').optional().meta({ description: "Default for a center's key: its own center. Required otherwise." }),
    device: DeviceInput,
    contact: ContactInput,
    faultReported: text(1000),
    returnMethod: ReturnMethod,
    jurisdiction: Jurisdiction,
    externalRef: text(100).optional(),
    reRepairOf: id('ticket')
      .optional()
      .meta({ description: 'The closed ticket whose repair did not hold; within its warranty, for the same device.' }),
  })
  .meta({
    id: 'TicketInput',
    example: {
      channel: 'walk_in',
      device: { kind: 'laptop', maker: 'Aurora', model: 'Book 14', serial: 'PF3K9QX2' },
      contact: { name: 'Wang Fang', email: 'fang@example.com', locale: 'zh-CN' },
      faultReported: 'Does not charge',
      returnMethod: 'pick_up',
      jurisdiction: 'CN',
    },
  });
export type TicketInput = z.infer<typeof TicketInput>;

const Labels = z
  .strictObject({ 'zh-CN': z.string().max(20), en: z.string().max(40) })
  .meta({ id: 'Labels', example: { 'zh-CN': '维修中', en: 'Being repaired' } });

/** A parcel of a ticket, in short; `GET /v1/shipments/{shipmentId}` has the whole. */
export const ShipmentSummary = z
  .strictObject({
    id: id('shipment'),
    direction: z.enum(['inbound', 'outbound', 'transfer', 'loaner_out', 'loaner_in']),
    carrier: z.string().max(40),
    waybill: z.string().max(64),
    status: z.string().max(30),
    eta: instant().nullable(),
    deliveredAt: instant().nullable(),
    openBy: instant().nullable().meta({ description: 'Inbound: a delivered parcel is opened by this time.' }),
    labelExpiresAt: instant().nullable(),
    toCenterId: id('center').nullable().meta({ description: 'Transfer: the center it goes to.' }),
    receivedAt: instant().nullable().meta({ description: 'Transfer: when that center has taken it in.' }),
  })
  .meta({ id: 'ShipmentSummary' });
export type ShipmentSummary = z.infer<typeof ShipmentSummary>;

/** Where the device is. */
export const Location = z
  .strictObject({
    at: z.enum(['customer', 'inbound', 'center', 'transfer', 'outbound', 'returned', 'disposed']),
    centerId: id('center').nullable().meta({ description: 'The center that has it; for a transfer the one it has left.' }),
    toCenterId: id('center').nullable().meta({ description: 'Transfer: the center it is on its way to.' }),
  })
  .meta({ id: 'Location', example: { at: 'center', centerId: 'ctr_01kam3w0xf8q9r2s4t6v8w0x1y', toCenterId: null } });
export type Location = z.infer<typeof Location>;

const Stages = z
  .strictObject({
    intake: instant().optional(),
    diagnosis: instant().optional(),
    quote: instant().optional(),
    repair: instant().optional(),
    return: instant().optional(),
  })
  .meta({ id: 'StagesReached', description: 'When each stage was first reached.' });

/** A ticket as its center, its brand or its courier reads it. */
export const TicketView = z
  .strictObject({
    id: id('ticket'),
    code: z.string().max(11).meta({ description: "The customer's receipt code." }),
    channel: Channel,
    status: Status,
    stage: Stage,
    label: Labels,
    version: int4(1).meta({ description: 'Send it back as If-Match: "v<version>".' }),
    outcome: Outcome.nullable(),
    allowedActions: z.array(z.string().max(40)).max(60).meta({ description: 'What your key may do from this status.' }),
    center: z.strictObject({ id: id('center'), code: z.string().max(40), name: z.string().max(100) }),
    location: Location.meta({ description: 'Where the device is. Between two centers nobody can work on it.' }),
    device: z.strictObject({
      id: id('device'),
      kind: DeviceKind,
      maker: z.string().max(60).nullable(),
      model: z.string().max(100).nullable(),
      identifiers: z.array(z.strictObject({ type: z.enum(['serial', 'imei', 'imei2', 'meid']), value: z.string().max(200) })).max(MOST.identifiers),
    }),
    contact: ContactView,
    faultReported: z.string().max(1000),
    returnMethod: ReturnMethod,
    jurisdiction: Jurisdiction,
    externalRef: z.string().max(100).nullable(),
    parentTicketId: id('ticket').nullable().meta({ description: 'The ticket whose repair did not hold.' }),
    promisedAt: instant().nullable().meta({ description: 'When the customer was told that it is ready; there is one while the device is with you.' }),
    promises: z.array(PromiseView).max(MOST.promises).meta({ description: 'Every promise, oldest first; the newest, where there are more.' }),
    dueAt: instant().nullable().meta({ description: 'The earliest due clock; in the past: overdue.' }),
    stuckAt: instant().nullable().meta({ description: 'Nothing has happened for too long from then on.' }),
    hold: HoldView.nullable(),
    storage: StorageView.nullable(),
    quote: QuoteView.nullable().meta({ description: 'The version sent last; `GET /v1/tickets/{ticketId}/quotes` has all.' }),
    parts: z.array(PartView).max(MOST.parts),
    shipments: z.array(ShipmentSummary).max(MOST.shipments).meta({ description: 'Oldest first; the newest, where there are more.' }),
    qcFailures: int4(),
    stagesReached: Stages,
    nextUpdateBy: instant().nullable().meta({ description: 'The customer hears from us by then, even if nothing has moved.' }),
    createdAt: instant(),
    updatedAt: instant(),
    closedAt: instant().nullable(),
  })
  .meta({ id: 'Ticket' });
export type TicketView = z.infer<typeof TicketView>;

/** One step of a ticket's history. */
export const TicketEvent = z
  .strictObject({
    seq: int4(1),
    action: z.string().max(40),
    from: Status.nullable(),
    to: Status,
    actor: z.strictObject({ kind: z.enum(['admin', 'brand', 'center', 'courier', 'customer', 'system']), id: z.string().max(64) }),
    reason: z.string().max(500).nullable(),
    customerNote: z.string().max(1000).nullable(),
    data: z.record(z.string().max(60), z.unknown()).meta({ description: 'What the action recorded.' }),
    suppressed: z.boolean().meta({ description: 'The caller wished that the customer be told nothing of it, for the `reason`.' }),
    occurredAt: instant(),
  })
  .meta({ id: 'TicketEvent' });
export type TicketEvent = z.infer<typeof TicketEvent>;

/** A note on a ticket. */
export const NoteInput = z
  .strictObject({ visibility: z.enum(['internal', 'customer']), body: text(2000) })
  .meta({ id: 'NoteInput', example: { visibility: 'internal', body: 'Customer prefers a call after 18:00' } });
export type NoteInput = z.infer<typeof NoteInput>;

/** A note as it was kept. */
export const NoteView = NoteInput.extend({ id: id('note'), authorId: z.string().max(64), createdAt: instant() }).meta({ id: 'Note' });
export type NoteView = z.infer<typeof NoteView>;

/** A filter that is either asked for or left away. */
const asked = (description: string) => z.literal('true').optional().meta({ description });

/** Filters of the ticket search; several values of one filter are alternatives, filters add up. */
export const TicketSearch = z.strictObject({
  serial: text(200).optional(),
  imei: text(40).optional(),
  code: text(40).optional().meta({ description: "The customer's receipt code." }),
  waybill: text(64).optional(),
  status: oneOrMany(Status, 16),
  stage: oneOrMany(Stage, 6),
  hold: oneOrMany(z.enum([...HoldReason.options, 'any']), 16).meta({ description: 'On hold for one of these reasons, or for `any`.' }),
  overdue: asked('A running clock has passed its target. Longest overdue first.'),
  dueSoon: asked(
    "A running clock reaches its target within the `dueSoonHours` of the policy (of the center, or the brand's where all centers are searched), and none has passed it. Soonest first.",
  ),
  stuck: asked("It is the center's turn and nothing has happened for too long. Longest stuck first, unless sorted by `overdue` or `dueSoon`."),
  centerId: id('center').optional(),
  updatedSince: instantInput().optional().meta({ description: 'Changed at or after this instant.' }),
  ...pageQuery,
});
export type TicketSearch = z.infer<typeof TicketSearch>;
