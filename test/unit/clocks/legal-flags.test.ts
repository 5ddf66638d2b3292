// Flags of the law: which facts raise which, and that the evidence stands there either way.
import { describe, expect, it } from 'vitest';
import type { Clock } from '#clocks/clock.ts';
import { type LegalCode, type LegalFacts, LegalFlag, type LegalQuote, legalFlags, legalSources } from '#clocks/legal-flags.ts';
import { after, approved, DAY, monday, played, received, turn } from './turns.ts';

const inDays = (days: number): Date => after(days * DAY);
const facts = (more: Partial<LegalFacts> = {}): LegalFacts => ({
  jurisdiction: 'CN',
  now: inDays(1),
  clocks: played(received),
  earlierRepairs: [],
  repairedAt: null,
  repairStartedAt: null,
  partsOutstanding: [],
  quotes: [],
  ...more,
});
const quote = (more: Partial<LegalQuote> = {}): LegalQuote => ({
  version: 1,
  form: 'standard',
  validDays: 10,
  sentAt: inDays(1),
  status: 'approved',
  consent: { method: 'phone', takenBy: 'Lin', givenAt: inDays(2).toISOString(), phoneCalled: '+13105550100', textVersion: 'quote-1' },
  ...more,
});
const raisedOf = (given: LegalFacts): Record<string, string | null> =>
  Object.fromEntries(
    legalFlags(given)
      .filter(({ raised }) => raised)
      .map(({ code, raisedAt }) => [code, raisedAt]),
  );
const evidenceOf = (given: LegalFacts, code: LegalCode): string[] =>
  legalFlags(given)
    .filter((flag) => flag.code === code)
    .flatMap(({ evidence }) => evidence.map(({ fact, value }) => `${fact}: ${value}`));

const waitedForParts: Clock[] = played(
  received,
  approved(inDays(2)),
  turn({ from: 'approved', to: 'awaiting_parts', now: inDays(2), partsExpectedOn: '2026-12-24' }),
);
const repaired = (days: number) => ({ repairedAt: inDays(days), covered: true });

describe('in China', () => {
  it.each<[string, Partial<LegalFacts>, Record<string, string | null>]>([
    ['a day after receipt', {}, {}],
    ['exactly seven days after it', { now: inDays(7) }, {}],
    ['seven days and a moment after it', { now: new Date(inDays(7).getTime() + 1) }, { cn_loaner: inDays(7).toISOString() }],
    [
      'sixty-one days after it',
      { now: inDays(61) },
      { cn_loaner: inDays(7).toISOString(), cn_own_fault: inDays(30).toISOString(), cn_parts: inDays(60).toISOString() },
    ],
    [
      'as long, most of it spent on waiting for parts',
      { now: inDays(61), clocks: waitedForParts },
      { cn_loaner: inDays(7).toISOString(), cn_parts: inDays(60).toISOString() },
    ],
    [
      'a week later, back on its way after six days',
      { now: inDays(14), clocks: played(received, turn({ from: 'received', to: 'ready', now: inDays(6) })) },
      {},
    ],
    [
      'a week later, back on its way after eight days',
      { now: inDays(14), clocks: played(received, turn({ from: 'received', to: 'ready', now: inDays(8) })) },
      { cn_loaner: inDays(7).toISOString() },
    ],
    ['one repair before', { earlierRepairs: [repaired(-40)] }, {}],
    ['two repairs before', { earlierRepairs: [repaired(-20), repaired(-40)] }, { cn_repeat_repair: inDays(-20).toISOString() }],
  ])('%s', (_, more, raised) => {
    expect(raisedOf(facts(more))).toEqual(raised);
  });

  it('the evidence says when, how long it stood still, and for which parts', () => {
    const given = facts({ now: inDays(5), clocks: waitedForParts, partsOutstanding: [{ orderedAt: inDays(2), expectedOn: '2026-12-24' }] });
    expect(evidenceOf(given, 'cn_own_fault')).toEqual([
      `startedAt: ${monday.toISOString()}`,
      `pausedSince: ${inDays(2).toISOString()}`,
      'pausedMs: 0',
    ]);
    expect(evidenceOf(given, 'cn_parts')).toEqual([
      `startedAt: ${monday.toISOString()}`,
      `dueAt: ${inDays(60).toISOString()}`,
      'pausedMs: 0',
      `partOutstanding: ordered ${inDays(2).toISOString()}, expected 2026-12-24`,
    ]);
    expect(evidenceOf(facts({ earlierRepairs: [{ repairedAt: inDays(-3), covered: false }, repaired(-9)] }), 'cn_repeat_repair')).toEqual([
      'repairsBefore: 2',
      `repairedUnderWarranty: ${inDays(-9).toISOString()}`,
      `repaired: ${inDays(-3).toISOString()}`,
    ]);
  });
});

describe('in the EU', () => {
  it.each<[string, Partial<LegalFacts>, Record<string, string | null>]>([
    ['a repair that was not finished', {}, {}],
    ['a repair that was', { repairedAt: inDays(4) }, { eu_liability_extension: inDays(4).toISOString() }],
    ['the form, for thirty days', { quotes: [quote({ form: 'eu_erif', validDays: 30 })] }, {}],
    ['another form, for ten', { quotes: [quote({ validDays: 10 })] }, {}],
    ['the form, for fewer', { quotes: [quote({ form: 'eu_erif', validDays: 29 })] }, { eu_quote_terms: inDays(1).toISOString() }],
  ])('%s', (_, more, raised) => {
    expect(raisedOf(facts({ jurisdiction: 'EU', ...more }))).toEqual(raised);
  });
});

describe('in California', () => {
  const incomplete = { method: 'phone', takenBy: 'Lin', givenAt: inDays(2).toISOString() };
  it.each<[string, Partial<LegalFacts>, Record<string, string | null>]>([
    ['a diagnosis', {}, {}],
    ['a repair after the estimate', { quotes: [quote()], repairStartedAt: inDays(3) }, {}],
    ['a repair without an estimate', { repairStartedAt: inDays(3) }, { us_ca_written_estimate: inDays(3).toISOString() }],
    ['a repair before the estimate', { quotes: [quote()], repairStartedAt: inDays(0) }, { us_ca_written_estimate: inDays(0).toISOString() }],
    ['consent by telephone, to no number', { quotes: [quote({ consent: incomplete })] }, { us_ca_consent: inDays(1).toISOString() }],
    ['consent in writing', { quotes: [quote({ consent: { method: 'signature' } })] }, {}],
    ['consent that is not recorded', { quotes: [quote({ consent: null })] }, { us_ca_consent: inDays(1).toISOString() }],
    ['no consent yet', { quotes: [quote({ status: 'sent', consent: null })] }, {}],
  ])('%s', (_, more, raised) => {
    expect(raisedOf(facts({ jurisdiction: 'US-CA', clocks: [], ...more }))).toEqual(raised);
  });

  it('the number that was called is not in the evidence', () => {
    expect(evidenceOf(facts({ jurisdiction: 'US-CA', quotes: [quote()] }), 'us_ca_consent').join()).not.toContain('+1310');
  });
});

describe('every flag', () => {
  it('names its source and fits the contract; elsewhere there is none', () => {
    const all = (['CN', 'EU', 'US-CA', 'none'] as const).flatMap((jurisdiction) => legalFlags(facts({ jurisdiction, quotes: [quote()] })));
    expect(all.map(({ code }) => code)).toEqual(Object.keys(legalSources));
    expect(all.map((flag) => LegalFlag.safeParse(flag).success)).toEqual(all.map(() => true));
    expect(all.map(({ code, source }) => legalSources[code] === source)).toEqual(all.map(() => true));
  });
});
