// What is asked of a carrier for a parcel that was lost or damaged, and what became of it.
import { z } from 'zod';
import { pageQuery } from '#platform/http/page.ts';
import { id, instant, instantInput, Money, text } from '#platform/schema.ts';

/** What the claim is about. */
export const ClaimKind = z.enum(['lost', 'damaged', 'delayed', 'other']).meta({ id: 'ClaimKind', example: 'lost' });
export type ClaimKind = z.infer<typeof ClaimKind>;

/** How far it is. */
export const ClaimState = z
  .enum(['draft', 'filed', 'accepted', 'denied', 'paid', 'withdrawn'])
  .meta({ id: 'ClaimState', description: '`draft`: not with the carrier yet. A denied one may be filed again.', example: 'filed' });
export type ClaimState = z.infer<typeof ClaimState>;

/** What can follow what. */
export const claimSteps: Readonly<Record<ClaimState, readonly ClaimState[]>> = {
  draft: ['filed', 'withdrawn'],
  filed: ['accepted', 'denied', 'paid', 'withdrawn'],
  accepted: ['paid', 'denied', 'withdrawn'],
  denied: ['filed', 'withdrawn'],
  paid: [],
  withdrawn: [],
};

const claimNumber = () => text(60).meta({ description: "The carrier's number of it; a claim that has one is filed." });
const answerBy = () => instantInput().meta({ description: 'By then the carrier answers. Default: ten working days after it was filed.' });

/** A new claim. */
export const ClaimInput = z
  .strictObject({
    kind: ClaimKind,
    amount: Money.optional().meta({ description: 'Default: what the parcel is insured for, or else its declared value.' }),
    claimNumber: claimNumber().optional(),
    answerBy: answerBy().optional(),
    note: text(1000).optional().meta({ description: 'For the center; the customer does not read it.' }),
  })
  .meta({ id: 'ClaimInput', example: { kind: 'lost', claimNumber: 'SF-2026-118', answerBy: '2026-12-10T18:00:00+08:00' } });
export type ClaimInput = z.infer<typeof ClaimInput>;

/** What can be changed. What is left away stays as it is. */
export const ClaimChange = z
  .strictObject({ state: ClaimState, amount: Money, paid: Money, claimNumber: claimNumber(), answerBy: answerBy(), note: text(1000) })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: 'names nothing to change' })
  .meta({ id: 'ClaimChange', example: { state: 'accepted', amount: { amount: 399900, currency: 'CNY' } } });
export type ClaimChange = z.infer<typeof ClaimChange>;

/** A claim as its center and brand read it. */
export const ClaimView = z
  .strictObject({
    id: id('claim'),
    shipmentId: id('shipment'),
    kind: ClaimKind,
    state: ClaimState,
    amount: Money.nullable(),
    paid: Money.nullable(),
    claimNumber: z.string().max(60).nullable(),
    fileBy: instant().nullable().meta({
      description: 'A draft is filed by then, or the carrier need not take it: seven days after delivery for damage. Null: no day is known.',
    }),
    answerBy: instant().nullable(),
    note: z.string().max(1000).nullable(),
    openedBy: z.string().max(64).meta({ description: '`system`: drafted because a scan or the intake said so.' }),
    createdAt: instant(),
    updatedAt: instant(),
    filedAt: instant().nullable(),
    settledAt: instant().nullable(),
  })
  .meta({
    id: 'Claim',
    example: {
      id: 'clm_01kazy3v7me8rtkd8cz5nq2w4x',
      shipmentId: 'shp_01kazy3v7me8rtkd8cz5nq2w4x',
      kind: 'lost',
      state: 'filed',
      amount: { amount: 399900, currency: 'CNY' },
      paid: null,
      claimNumber: 'SF-2026-118',
      fileBy: null,
      answerBy: '2026-12-10T10:00:00.000Z',
      note: null,
      openedBy: 'system',
      createdAt: '2026-11-25T09:00:00.000Z',
      updatedAt: '2026-11-26T09:00:00.000Z',
      filedAt: '2026-11-26T09:00:00.000Z',
      settledAt: null,
    },
  });
export type ClaimView = z.infer<typeof ClaimView>;

/** How claims are searched. */
export const ClaimSearch = z.strictObject({
  ...pageQuery,
  state: ClaimState.optional(),
  kind: ClaimKind.optional(),
  shipmentId: id('shipment').optional(),
});
export type ClaimSearch = z.infer<typeof ClaimSearch>;
