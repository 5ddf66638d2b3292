// Answers "where is my repair?": by serial alone in general words, by serial or IMEI with a proof in full.
import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { readTicketCode } from '#platform/id.ts';
import { oneAtATime } from '#platform/one-at-a-time.ts';
import type { Locale } from '#platform/schema.ts';
import { type Seal, sameSecret } from '#platform/seal.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import { arePassed, isClosed, passNobody } from './guess.ts';
import { type LookupLimits, lookupLimits } from './limits.ts';
import { identifierHints, isAnsweredAlone, readTypedIdentifier } from './normalize.ts';
import type { OpenAnswer, OwnerAnswer, OwnerQuestion } from './progress.ts';
import { notShown, openProgress, ownerProgress } from './projection.ts';
import { findOwned, type OpenFinder, type OwnerRow, openFinder } from './store.ts';
import { writeToken } from './token.ts';
import { visibleSince } from './visible.ts';
import { type Outcome, openWatch, type Watch } from './watch.ts';

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
  trace: { subject: string; tier: 0 | 1; outcome: Outcome };
}

interface Subject {
  norm: string;
  confusable: string;
  kind: 'serial' | 'imei';
  /** A short keyed hash for the log and the limits; every spelling of one identifier has the same. */
  tag: string;
  /** What is said where nothing can be shown: of a number that is most likely a mistyped IMEI, that. */
  hint: 'proof_needed' | 'imei_check_digit';
}

/** Problems: validation_failed. */
function subjectOf(seal: Seal, typed: string, pointer: { in: 'path' | 'body'; pointer: string }): Subject {
  const read = readTypedIdentifier(typed);
  if (read.ok) {
    const { norm, confusable, kind, doubtful } = read;
    const tag = seal.hash('log', confusable).toString('hex', 0, 8);
    return { norm, confusable, kind, tag, hint: doubtful ? 'imei_check_digit' : 'proof_needed' };
  }
  throw new Problem('validation_failed', identifierHints[read.hint], { errors: [{ ...pointer, code: read.hint }] });
}

/** Nobody is kept from the hint about a mistyped IMEI by the slips of others. */
const countedTag = ({ hint, tag }: Subject): string | null => (hint === 'imei_check_digit' ? null : tag);

const missed = ({ hint }: Subject): 'mistyped' | 'not_found' => (hint === 'imei_check_digit' ? 'mistyped' : 'not_found');

/** What the lookup keeps for the life of the process. */
export interface Desk {
  services: Services;
  limits: LookupLimits;
  open: OpenFinder;
  watch: Watch;
}

/** Opens the desk at which lookups are asked. */
export const openDesk = (services: Services): Desk => ({
  services,
  limits: lookupLimits(services),
  open: openFinder(services.db, () => visibleSince(services.clock.now())),
  watch: openWatch(services),
});

/** Tier 0, one statement. Problems: validation_failed, too_many_requests. */
export async function lookUpOpen(desk: Desk, asker: Asker, question: { serial: string; brand?: string | undefined }): Promise<Looked<OpenAnswer>> {
  const { services, limits, watch } = desk;
  const subject = subjectOf(services.seal, question.serial, { in: 'path', pointer: '/serial' });
  const left = await limits.open(asker.address, countedTag(subject));
  watch.asked(asker.address, subject.tag);
  const looked = await readOpen(desk, subject, asker, question.brand ?? null);
  watch.ended(0, looked.trace.outcome);
  return { left, ...looked };
}

async function readOpen({ services, open }: Desk, subject: Subject, asker: Asker, brand: string | null): Promise<Omit<Looked<OpenAnswer>, 'left'>> {
  const trace = { subject: subject.tag, tier: 0 } as const;
  if (!isAnsweredAlone(subject)) {
    return { answer: notShown('proof_needed', asker.locale), brandId: null, trace: { ...trace, outcome: 'proof_needed' } };
  }
  const valueHash = services.seal.hash('identifier', subject.norm);
  const row = await open.load({ valueHash, brand });
  if (row === null) return { answer: notShown(subject.hint, asker.locale), brandId: null, trace: { ...trace, outcome: missed(subject) } };
  return { answer: openProgress(row, asker.locale), brandId: null, trace: { ...trace, outcome: 'found' } };
}

/** Tier 1: one statement for the receipt code, one more to let digits pass and to count a wrong proof. Problems: validation_failed, too_many_requests. */
export async function lookUpOwned({ services, limits, watch }: Desk, asker: Asker, question: OwnerQuestion): Promise<Looked<OwnerAnswer>> {
  const subject = subjectOf(services.seal, question.identifier, { in: 'body', pointer: '/identifier' });
  const left = await limits.owner(asker.address, countedTag(subject));
  watch.asked(asker.address, subject.tag);
  // Guesses at one record that are sent at once hold one connection of this process, and most are answered without a comparison.
  const looked = await oneAtATime(subject.tag, () => compare(services, subject, asker, question));
  watch.ended(1, looked.trace.outcome);
  return { left, ...looked };
}

async function compare(services: Services, subject: Subject, asker: Asker, question: OwnerQuestion): Promise<Omit<Looked<OwnerAnswer>, 'left'>> {
  const { seal, db, clock } = services;
  const now = clock.now();
  // It runs from here: the time of the answer tells neither whether there was a record to look at nor whether there was one to count against.
  const soon = setTimeout(randomInt(...WRONG_AFTER_MS), undefined, { ref: false });
  const hashes = { value: seal.hash('identifier', subject.norm), confusable: seal.hash('identifier', subject.confusable) };
  const rows = await findOwned(db, hashes, visibleSince(now), question.brand ?? null);
  const open = rows.filter((row) => !isClosed(row, now));
  const place = open.findIndex((row) => proves(question.proof, row));
  const proven = open[place];
  const trace = { subject: subject.tag, tier: 1 } as const;
  // Nobody guesses a receipt code (50 bits): the right one, where the record was open, needs no turn among the guesses. Digits that open a record
  // tell of those before it that they are not theirs, and so they are counted there too: whoever owns one record must not guess at another with it.
  if (proven !== undefined && ('ticketCode' in question.proof || (await arePassed(services, open.slice(0, place + 1), proven, now)))) {
    const token = writeToken(seal, { brandId: proven.brand_id, ticketId: proven.ticket_id }, now);
    return { answer: ownerProgress(proven, asker.locale, token, now), brandId: proven.brand_id, trace: { ...trace, outcome: 'found' } };
  }
  const wrong = open.slice(place + 1);
  const counted = wrong.length === 0 ? passNobody(services, subject.tag, now) : arePassed(services, wrong, null, now);
  await Promise.all([soon, counted]);
  const outcome = rows.length === 0 ? missed(subject) : wrong.length === 0 ? 'blocked' : 'wrong_proof';
  return { answer: notShown(subject.hint, asker.locale), brandId: null, trace: { ...trace, outcome } };
}

function proves(proof: OwnerQuestion['proof'], row: OwnerRow): boolean {
  if ('ticketCode' in proof) return sameSecret(readTicketCode(proof.ticketCode) ?? '', row.code);
  return row.phone_last4 !== null && sameSecret(proof.phoneLast4, row.phone_last4);
}
