// The repair record: what was written down at the counter, at the bench and at the final test, for whoever repairs, audits or answers for it.
import { z } from 'zod';
import { instant, int4, Money, text } from '#platform/schema.ts';
import { Accessory, Acknowledgement, Check, Condition, inputs } from './inputs.ts';

const made = { seq: int4(1).meta({ description: 'Step of the history.' }), at: instant() };

/** What came in, and how it looked. */
export const IntakeReport = z
  .strictObject({
    ...made,
    receivedBy: z.string().max(80),
    serialMatches: z.boolean().nullable().meta({ description: 'Null: there was nothing to compare.' }),
    serialLast4: z.string().max(4).nullable(),
    serialUnreadable: z.boolean(),
    accessories: z.array(Accessory).max(50),
    condition: z.array(Condition).max(50),
    powersOn: z.boolean(),
    simRemoved: z.boolean().nullable(),
    memoryCardRemoved: z.boolean().nullable(),
    screenLock: z.enum(['none', 'turned_off', 'locked', 'not_tested']).nullable(),
    packaging: text(300).nullable(),
    diagnosisFee: Money.nullable().meta({ description: 'What the customer was told the diagnosis costs on a decline.' }),
    acknowledgement: Acknowledgement.nullable(),
  })
  .meta({ id: 'IntakeReport' });

/** One finding of a technician. */
export const DiagnosisReport = inputs['diagnosis.record'].extend(made).meta({ id: 'DiagnosisReport' });

/** Work that was finished. */
export const WorkReport = z.strictObject({ ...made, work: z.array(text(300)).max(50), technician: text(80).nullable() }).meta({ id: 'WorkReport' });

/** One run of the final test. */
export const QualityReport = z
  .strictObject({
    ...made,
    passed: z.boolean(),
    inspector: text(80),
    checks: z.array(Check).max(100),
    failed: z.array(z.strictObject({ check: text(100), note: text(300) })).max(50),
  })
  .meta({ id: 'QualityReport' });

/** Entries of one kind that one answer shows, of more the newest: a device can fail its test as often as it likes. */
export const ENTRIES = 200;

/** All of it, oldest first; of each kind the newest 200, where there are more. The Chinese provisions on mobile phones ask the repairer to keep fault, handling and quality after repair. */
export const RepairRecord = z
  .strictObject({
    intake: IntakeReport.nullable().meta({ description: 'The last one, where it was received more than once.' }),
    diagnoses: z.array(DiagnosisReport).max(ENTRIES),
    work: z.array(WorkReport).max(ENTRIES),
    tests: z.array(QualityReport).max(ENTRIES),
  })
  .meta({ id: 'RepairRecord' });
export type RepairRecord = z.infer<typeof RepairRecord>;
