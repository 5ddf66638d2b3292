// What hangs on a ticket at the bench, as its row carries it and as the API shows it: parts, the hold, promises, storage.
import { z } from 'zod';
import { day, id, instant, Money, text } from '#platform/schema.ts';
import { HoldReason } from './holds.ts';
import { PromiseReason } from './promise.ts';

/** Where an ordered part stands. */
export const PartState = z.enum(['ordered', 'backordered', 'received', 'fitted', 'returned_unused']).meta({ id: 'PartState', example: 'ordered' });

/** A part ordered for a ticket. */
export const PartView = z
  .strictObject({
    id: id('part'),
    partNo: text(60),
    name: text(100),
    grade: z.enum(['original', 'compatible', 'refurbished']).nullable(),
    state: PartState,
    expectedOn: day(),
    orderedAt: instant(),
    receivedAt: instant().nullable(),
    fittedAt: instant().nullable(),
    serialOld: z.string().max(100).nullable().meta({ description: 'Of the part that was taken out.' }),
    serialNew: z.string().max(100).nullable(),
  })
  .meta({ id: 'Part' });
export type PartView = z.infer<typeof PartView>;
/** The same as the row carries it: times as PostgreSQL writes them. */
export type PartRow = PartView;

/** The open hold of a ticket. */
export const HoldView = z
  .strictObject({
    id: id('hold'),
    reason: HoldReason,
    blame: z.enum(['customer', 'center', 'maker', 'carrier', 'external']).meta({ description: 'Whose turn it is.' }),
    pausesClock: z.boolean().meta({ description: "The center's clocks stand still." }),
    openedAt: instant(),
    resumeBy: instant(),
    customerText: z.string().max(500).nullable(),
    internalText: z.string().max(1000).nullable().meta({ description: 'Null for couriers.' }),
  })
  .meta({ id: 'Hold' });
export type HoldView = z.infer<typeof HoldView>;
/** The same as the row carries it. */
export type HoldRow = HoldView;

/** One promise of the day the device is ready; the last one counts. */
export const PromiseView = z
  .strictObject({ promisedAt: instant(), reason: PromiseReason, note: z.string().max(500).nullable(), madeAt: instant() })
  .meta({
    id: 'Promise',
    example: { promisedAt: '2026-11-29T10:00:00.000Z', reason: 'part_delayed', note: null, madeAt: '2026-11-22T05:00:00.000Z' },
  });
export type PromiseView = z.infer<typeof PromiseView>;
/** The same as the row carries it. */
export type PromiseRow = PromiseView;

/** What keeping a device that waits to be picked up costs, and what the customer was told of it. */
export const StorageView = z
  .strictObject({
    freeUntil: instant(),
    dailyFee: Money.meta({ description: 'For each day after freeUntil.' }),
    keepUntil: instant().meta({ description: 'Not disposed of before this.' }),
    notices: z.array(z.strictObject({ at: instant(), kind: z.string().max(40) })).max(50),
  })
  .meta({ id: 'Storage' });
export type StorageView = z.infer<typeof StorageView>;
/** The open ledger as the row carries it. */
export interface StorageRow {
  since: string;
  freeUntil: string;
  dailyFee: number;
  currency: string;
  keepUntil: string;
  notices: { at: string; kind: string }[];
}
