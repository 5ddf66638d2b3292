// Answers "where is my repair?": by serial alone in general words, by serial or IMEI with a proof in full.
import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { readTicketCode } from '#platform/id.ts';
import { oneAtATime } from '#platform/one-at-a-time.ts';
import type { Locale } from '#platform/schema.ts';
import { type Seal, sameSecret } from '#platform/seal.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import { isClosed, isPassed, passNobody } from './guess.ts';
import { type LookupLimits, lookupLimits } from './limits.ts';
import { identifierHints, isAnsweredAlone, readIdentifier } from './normalize.ts';
import type { OpenAnswer, OwnerAnswer, OwnerQuestion } from './progress.ts';
import { notShown, openProgress, ownerProgress } from './projection.ts';
import { findOwned, type OpenFinder, type OwnerRow, openFinder } from './store.ts';
import { writeToken } from './token.ts';
import { visibleSince } from './visible.ts';

/** Milliseconds after which the answer to a wrong proof is given, from one to below the other; longer than all that is done for it takes. */
const WRONG_AFTER_MS = [20, 60] as const;

/** Who asks, and how the answer is to be. */
export interface Asker {
  address: string;
  locale: Locale;
}

/** An answer and what may be logged about it. */
export interface Looked<Answer> {
  answer: Answer;
  /** Response headers that say how much may still be asked. */
  left: Record<string, string>;
  /** Whose ticket is shown: for the look of the page, never for a stranger. */
  brandId: string | null;
  trace: { subject: string; tier: 0 | 1; outcome: 'found' | 'not_found' | 'wrong_proof' | 'blocked' | 'proof_needed' | 'mistyped' };
}

interface Subject {
  norm: string;
  confusable: string;
  kind: 'serial' | 'imei';
  /** A short keyed hash for the log and the limits; every spelling of one identifier has the same. */
  tag: string;
}

/** Null: a mistyped IMEI, for which there is a hint. Problems: validation_failed. */
function subjectOf(seal: Seal, typed: string, pointer: { in: 'path' | 'body'; pointer: string }): Subject | null {
  const read = readIdentifier(typed);
  if (read.ok) {
    return { norm: read.norm, confusable: read.confusable, kind: read.kind, tag: seal.hash('log', read.confusable).toString('hex', 0, 8) };
  }
  if (read.hint === 'imei_check_digit') return null;
  throw new Problem('validation_failed', identifierHints[read.hint], { errors: [{ ...pointer, code: read.hint }] });
}

/** What the lookup keeps for the life of the process. */
export interface Desk {
  services: Services;
  limits: LookupLimits;
  open: OpenFinder;
}

/** Opens the desk at which lookups are asked. */
export const openDesk = (services: Services): Desk => ({
  services,
  limits: lookupLimits(services),
  open: openFinder(services.db, () => visibleSince(services.clock.now())),
});

/** Tier 0, one statement. Problems: validation_failed, too_many_requests. */
export async function lookUpOpen(
  { services, limits, open }: Desk,
  asker: Asker,
  question: { serial: string; brand?: string | undefined },
): Promise<Looked<OpenAnswer>> {
  const subject = subjectOf(services.seal, question.serial, { in: 'path', pointer: '/serial' });
  const left = await limits.open(asker.address, subject?.tag ?? null);
  if (subject === null)
    return { answer: notShown('imei_check_digit', asker.locale), left, brandId: null, trace: { subject: 'mistyped', tier: 0, outcome: 'mistyped' } };
  const trace = { subject: subject.tag, tier: 0 } as const;
  if (!isAnsweredAlone(subject)) {
    return { answer: notShown('proof_needed', asker.locale), left, brandId: null, trace: { ...trace, outcome: 'proof_needed' } };
  }
  const valueHash = services.seal.hash('identifier', subject.norm);
  const row = await open.load({ valueHash, brand: question.brand ?? null });
  if (row === null) return { answer: notShown('proof_needed', asker.locale), left, brandId: null, trace: { ...trace, outcome: 'not_found' } };
  return { answer: openProgress(row, asker.locale), left, brandId: null, trace: { ...trace, outcome: 'found' } };
}

/** Tier 1: one statement for the receipt code, one more to let digits pass and to count a wrong proof. Problems: validation_failed, too_many_requests. */
export async function lookUpOwned({ services, limits }: Desk, asker: Asker, question: OwnerQuestion): Promise<Looked<OwnerAnswer>> {
  const subject = subjectOf(services.seal, question.identifier, { in: 'body', pointer: '/identifier' });
  const left = await limits.owner(asker.address, subject?.tag ?? null);
  if (subject === null)
    return { answer: notShown('imei_check_digit', asker.locale), left, brandId: null, trace: { subject: 'mistyped', tier: 1, outcome: 'mistyped' } };
  // Guesses at one record that are sent at once hold one connection of this process, and most are answered without a comparison.
  return { left, ...(await oneAtATime(subject.tag, () => compare(services, subject, asker, question))) };
}

async function compare(services: Services, subject: Subject, asker: Asker, question: OwnerQuestion): Promise<Omit<Looked<OwnerAnswer>, 'left'>> {
  const { seal, db, clock } = services;
  const now = clock.now();
  // It runs from here: the time of the answer tells neither whether there was a record to look at nor whether there was one to count against.
  const soon = setTimeout(randomInt(...WRONG_AFTER_MS), undefined, { ref: false });
  const hashes = { value: seal.hash('identifier', subject.norm), confusable: seal.hash('identifier', subject.confusable) };
  const rows = await findOwned(db, hashes, visibleSince(now), question.brand ?? null);
  const open = rows.filter((row) => !isClosed(row, now));
  const [proven] = open.filter((row) => proves(question.proof, row));
  const trace = { subject: subject.tag, tier: 1 } as const;
  // Nobody guesses a receipt code (50 bits): the right one, where the record was open, needs no turn among the guesses.
  if (proven !== undefined && ('ticketCode' in question.proof || (await isPassed(services, proven, true, now)))) {
    const token = writeToken(seal, { brandId: proven.brand_id, ticketId: proven.ticket_id }, now);
    return { answer: ownerProgress(proven, asker.locale, token), brandId: proven.brand_id, trace: { ...trace, outcome: 'found' } };
  }
  const wrong = open.filter((row) => row !== proven);
  const counted = wrong.length === 0 ? [passNobody(services, subject.tag, now)] : wrong.map((row) => isPassed(services, row, false, now));
  await Promise.all([soon, ...counted]);
  const outcome = rows.length === 0 ? 'not_found' : wrong.length === 0 ? 'blocked' : 'wrong_proof';
  return { answer: notShown('proof_needed', asker.locale), brandId: null, trace: { ...trace, outcome } };
}

function proves(proof: OwnerQuestion['proof'], row: OwnerRow): boolean {
  if ('ticketCode' in proof) return sameSecret(readTicketCode(proof.ticketCode) ?? '', row.code);
  return row.phone_last4 !== null && sameSecret(proof.phoneLast4, row.phone_last4);
}
