// What a center works by: targets of its clocks, ladders of reminders, storage, warranty, and what is tested before a device leaves.
import { z } from 'zod';
import { instant, int4, Money } from '#platform/schema.ts';
import { Checklists, ChecklistsChange, houseChecklists } from './checklists.ts';

const days = (max = 365) => int4(1, max);
const ladder = (meaning: string) =>
  z
    .array(days())
    .max(10)
    .refine((steps) => steps.every((step, n) => n === 0 || step > (steps[n - 1] ?? 0)), { error: 'takes days in rising order' })
    .meta({ description: meaning });
const meaning = <T extends z.ZodType>(type: T, description: string): T => type.meta({ description });

const fields = {
  acknowledgeDays: meaning(days(), 'Working days until the center first acts on what was booked elsewhere.'),
  diagnosisDays: meaning(days(), 'Working days from receipt to a diagnosis.'),
  repairDays: meaning(days(), 'Working days of own work from approval to ready.'),
  stuckDays: meaning(days(), 'Working days without a step until a ticket counts as stuck.'),
  dueSoonHours: meaning(int4(1, 720), 'A ticket whose clock is due within this time counts as due soon.'),
  promiseWarningHours: meaning(int4(1, 720), 'So long before a promise would be missed the center is asked for a new date.'),
  quoteReminderDays: ladder('Days after a quote on which the customer is reminded.'),
  quoteGraceDays: meaning(int4(0, 365), 'Days after its validity for which an unanswered quote is kept open.'),
  labelReminderDays: ladder('Days after which the customer is reminded of an unused label.'),
  labelExpiryDays: meaning(days(), 'Days after which an unused label ends the ticket.'),
  freeStorageDays: meaning(int4(0, 3650), 'Days a ready device is kept without a fee.'),
  storageDailyFee: Money,
  storageNoticeDays: ladder('Days of storage on which the customer is told.'),
  keepDays: meaning(int4(1, 3650), 'No device is disposed of before it was kept this long.'),
  disputeDays: meaning(days(), 'Days after delivery within which the customer may say that it did not arrive as it should.'),
  repairWarrantyDays: meaning(int4(1, 3650), 'Days for which a repair is warranted.'),
  surveyDays: meaning(int4(0, 60), 'Days after delivery on which the customer is asked one question; 0: never.'),
  reopenHours: meaning(int4(0, 720), 'Hours within which an administrator may open a closed ticket again.'),
  inspectorMustDiffer: z.boolean().meta({ description: 'Who repaired a device does not pass it.' }),
  intakePhotos: meaning(int4(0, 20), 'Photos without which no device is received.'),
  checklists: Checklists,
};

/** The policy of a brand that has none of its own: version 0. */
export const housePolicy = {
  acknowledgeDays: 2,
  diagnosisDays: 3,
  repairDays: 5,
  stuckDays: 3,
  dueSoonHours: 24,
  promiseWarningHours: 24,
  quoteReminderDays: [2, 5, 9],
  quoteGraceDays: 2,
  labelReminderDays: [3, 7],
  labelExpiryDays: 30,
  freeStorageDays: 30,
  storageDailyFee: { amount: 0, currency: 'CNY' },
  storageNoticeDays: [7, 14, 30],
  keepDays: 180,
  disputeDays: 14,
  repairWarrantyDays: 90,
  surveyDays: 3,
  reopenHours: 72,
  inspectorMustDiffer: true,
  intakePhotos: 0,
  checklists: houseChecklists,
} satisfies z.infer<z.ZodObject<typeof fields>>;

const example = { ...housePolicy, checklists: { ...housePolicy.checklists, phone: houseChecklists.phone.slice(0, 2) } };

/** Everything a center works by. Durations in days are calendar days where nothing else is said. */
export const Policy = z.strictObject(fields).meta({ id: 'Policy', example });
export type Policy = z.infer<typeof Policy>;

/** What changes in a policy; the rest stays as it is. Checklists change by kind of device, each as a whole. */
export const PolicyChange = z
  .strictObject({ ...fields, checklists: ChecklistsChange })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: 'names nothing to change' })
  .meta({ id: 'PolicyChange', example: { repairDays: 7, storageDailyFee: { amount: 500, currency: 'CNY' } } });
export type PolicyChange = z.infer<typeof PolicyChange>;

/** A policy with where it comes from. */
export const PolicyInForce = z
  .strictObject({
    of: z
      .enum(['house', 'brand', 'center'])
      .meta({ description: 'Whose it is: what a center or a brand has not said of its own comes from the next.' }),
    version: int4().meta({ description: '0 for the house policy. Clocks keep the version they were started under.' }),
    effectiveAt: instant().nullable(),
    policy: Policy,
  })
  .meta({ id: 'PolicyInForce', example: { of: 'brand', version: 3, effectiveAt: '2026-11-22T05:00:00.000Z', policy: example } });
export type PolicyInForce = z.infer<typeof PolicyInForce>;

/** A stored body with what it does not say filled in, so that an old one stays valid when a field is added. */
export function filled(body: Partial<Policy> | null): Policy {
  return body === null ? housePolicy : { ...housePolicy, ...body, checklists: { ...housePolicy.checklists, ...body.checklists } };
}

/** What is asked of a customer whose device waits, and when it may end. */
export interface StorageTerms {
  freeDays: number;
  /** Minor units a day after the free ones. */
  dailyFee: number;
  currency: string;
  keepDays: number;
  noticeDays: readonly number[];
}

/** The terms of storage under this law. California: no lien beyond the agreed estimate (BPC § 9844.5), so no fee. */
export function storageTerms(policy: Policy, jurisdiction: 'CN' | 'EU' | 'US-CA' | 'none'): StorageTerms {
  const { amount, currency } = policy.storageDailyFee;
  return {
    freeDays: policy.freeStorageDays,
    dailyFee: jurisdiction === 'US-CA' ? 0 : amount,
    currency,
    keepDays: policy.keepDays,
    noticeDays: policy.storageNoticeDays,
  };
}
