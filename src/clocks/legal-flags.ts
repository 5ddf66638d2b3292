// What the law of the ticket's place says about it, as flags with their evidence: they are shown to people and decide nothing.
import { z } from 'zod';
import { instant, text } from '#platform/schema.ts';
import type { Clock, ClockName } from './clock.ts';

/** The flags of each law and where they are taken from. */
export const legalSources = {
  cn_loaner: 'CN, provisions on repair, replacement and return of mobile phones, Art. 15: a loaner after 7 days without a repair',
  cn_parts: 'CN, same provisions, Art. 16: exchange when parts are missing for more than 60 days since hand-in',
  cn_own_fault: "CN, same provisions, Art. 17: exchange when the repairer's own cause takes more than 30 days",
  cn_repeat_repair: 'CN, same provisions: exchange when two repairs within the validity did not hold',
  eu_liability_extension:
    'EU, Directive (EU) 2019/771 as amended by Directive (EU) 2024/1799, Art. 16: seller liable 12 months longer after a repair',
  eu_quote_terms: 'EU, Directive (EU) 2024/1799, Art. 4: terms of the repair information form stand for 30 days',
  us_ca_written_estimate: 'US-CA, BPC § 9844 and 16 CCR § 2722: a written estimate before any repair',
  us_ca_consent: 'US-CA, 16 CCR § 2722: oral consent is recorded with date, time, name and telephone number',
} as const;
export type LegalCode = keyof typeof legalSources;

/** One flag. */
export const LegalFlag = z
  .strictObject({
    code: z.enum(Object.keys(legalSources) as [LegalCode, ...LegalCode[]]),
    raised: z.boolean().meta({ description: 'Somebody should look at it: a time has passed, an entitlement exists, or a record is missing.' }),
    raisedAt: instant().nullable(),
    source: text(200),
    evidence: z
      .array(z.strictObject({ fact: text(60), value: text(200) }).meta({ id: 'LegalEvidence' }))
      .max(40)
      .meta({ description: 'What is on record, raised or not.' }),
  })
  .meta({
    id: 'LegalFlag',
    description: 'Evidence for people. No flag decides anything by itself.',
    example: {
      code: 'cn_loaner',
      raised: true,
      raisedAt: '2026-11-29T05:00:00.000Z',
      source: legalSources.cn_loaner,
      evidence: [
        { fact: 'startedAt', value: '2026-11-22T05:00:00.000Z' },
        { fact: 'dueAt', value: '2026-11-29T05:00:00.000Z' },
      ],
    },
  });
export type LegalFlag = z.infer<typeof LegalFlag>;

/** What the flags look at. */
export interface LegalFacts {
  jurisdiction: 'CN' | 'EU' | 'US-CA' | 'none';
  now: Date;
  clocks: readonly Clock[];
  /** Repairs of the device that were finished before this ticket, within its validity; whether they were free of charge. */
  earlierRepairs: readonly { repairedAt: Date; covered: boolean }[];
  /** When this ticket's repair passed its test, where it did. */
  repairedAt: Date | null;
  repairStartedAt: Date | null;
  partsOutstanding: readonly { orderedAt: Date; expectedOn: string }[];
  /** Sent quotes, oldest first. */
  quotes: readonly LegalQuote[];
}

/** A quote as far as the law asks about it. */
export interface LegalQuote {
  version: number;
  form: string;
  validDays: number;
  sentAt: Date;
  status: string;
  consent: { method?: string; takenBy?: string; givenAt?: string; phoneCalled?: string; textVersion?: string } | null;
}

type Evidence = LegalFlag['evidence'];

const flag = (code: LegalCode, raised: boolean, raisedAt: Date | null, evidence: Evidence): LegalFlag => ({
  code,
  raised,
  raisedAt: raised && raisedAt !== null ? raisedAt.toISOString() : null,
  source: legalSources[code],
  evidence: evidence.slice(0, 40),
});

const at = (fact: string, time: Date | null): Evidence => (time === null ? [] : [{ fact, value: time.toISOString() }]);

const passedAt = ({ breachedAt, stoppedAt, pausedSince, dueAt }: Clock, now: Date): Date | null =>
  breachedAt ?? (stoppedAt === null && pausedSince === null && dueAt !== null && now > dueAt ? dueAt : null);

/** A time of the law that ran out in any of the runs of its clock; evidence is every run. */
function timed(code: LegalCode, name: ClockName, { clocks, now }: LegalFacts, more: Evidence = []): LegalFlag {
  const runs = clocks.filter((clock) => clock.name === name);
  const passed = runs.map((clock) => passedAt(clock, now)).find((time) => time !== null) ?? null;
  const evidence = runs.flatMap((clock) => [
    ...at('startedAt', clock.startedAt),
    ...at('dueAt', clock.dueAt),
    ...at('pausedSince', clock.pausedSince),
    { fact: 'pausedMs', value: String(clock.pausedMs) },
    ...at('stoppedAt', clock.stoppedAt),
    ...at('passedAt', passedAt(clock, now)),
  ]);
  return flag(code, passed !== null, passed, [...evidence, ...more]);
}

/** Two repairs did not hold: the device is here again. */
function repeatRepair({ earlierRepairs }: LegalFacts): LegalFlag {
  const repairs = earlierRepairs.toSorted((a, b) => a.repairedAt.getTime() - b.repairedAt.getTime());
  const evidence = repairs.map(({ repairedAt, covered }) => ({
    fact: covered ? 'repairedUnderWarranty' : 'repaired',
    value: repairedAt.toISOString(),
  }));
  const count = { fact: 'repairsBefore', value: String(repairs.length) };
  return flag('cn_repeat_repair', repairs.length >= 2, repairs[1]?.repairedAt ?? null, [count, ...evidence]);
}

const EU_FORM_DAYS = 30;

function quoteTerms({ quotes }: LegalFacts): LegalFlag {
  const evidence = quotes.map(({ version, form, validDays, sentAt }) => ({
    fact: `quote ${version}`,
    value: `${form === 'eu_erif' ? 'repair information form' : 'other form'}, ${validDays} days from ${sentAt.toISOString()}`,
  }));
  // The form is the repairer's choice; one that is given stands for its time.
  const short = quotes.find(({ form, validDays }) => form === 'eu_erif' && validDays < EU_FORM_DAYS);
  return flag('eu_quote_terms', short !== undefined, short?.sentAt ?? null, evidence);
}

function writtenEstimate({ quotes, repairStartedAt }: LegalFacts): LegalFlag {
  const evidence = [
    ...quotes.map(({ version, sentAt }) => ({ fact: `estimate ${version} sent`, value: sentAt.toISOString() })),
    ...at('repairStartedAt', repairStartedAt),
  ];
  const [first] = quotes;
  const missing = repairStartedAt !== null && (first === undefined || first.sentAt > repairStartedAt);
  return flag('us_ca_written_estimate', missing, repairStartedAt, evidence);
}

/** Consent given by telephone names who, when and which number; the number itself stays with the decision. */
function recordedConsent({ quotes }: LegalFacts): LegalFlag {
  const approved = quotes.filter(({ status }) => status === 'approved');
  const evidence = approved.flatMap(({ version, consent }) => [
    { fact: `consent ${version} method`, value: consent?.method ?? 'not recorded' },
    { fact: `consent ${version} givenAt`, value: consent?.givenAt ?? 'not recorded' },
    { fact: `consent ${version} takenBy`, value: consent?.takenBy ?? 'not recorded' },
    { fact: `consent ${version} phoneCalled`, value: consent?.phoneCalled === undefined ? 'not recorded' : 'recorded' },
    { fact: `consent ${version} textVersion`, value: consent?.textVersion ?? 'not recorded' },
  ]);
  const incomplete = approved.find(
    ({ consent }) =>
      consent === null ||
      (consent.method === 'phone' && (consent.phoneCalled === undefined || consent.takenBy === undefined || consent.givenAt === undefined)),
  );
  return flag('us_ca_consent', incomplete !== undefined, incomplete?.sentAt ?? null, evidence);
}

/** The flags of the ticket's law, each with its evidence, raised or not; none where no law is named. */
export function legalFlags(facts: LegalFacts): LegalFlag[] {
  switch (facts.jurisdiction) {
    case 'CN':
      return [
        timed('cn_loaner', 'cn_loaner', facts),
        timed(
          'cn_parts',
          'cn_parts',
          facts,
          facts.partsOutstanding.map(({ orderedAt, expectedOn }) => ({
            fact: 'partOutstanding',
            value: `ordered ${orderedAt.toISOString()}, expected ${expectedOn}`,
          })),
        ),
        timed('cn_own_fault', 'cn_own_fault', facts),
        repeatRepair(facts),
      ];
    case 'EU':
      return [flag('eu_liability_extension', facts.repairedAt !== null, facts.repairedAt, at('repairedAt', facts.repairedAt)), quoteTerms(facts)];
    case 'US-CA':
      return [writtenEstimate(facts), recordedConsent(facts)];
    case 'none':
      return [];
  }
}
