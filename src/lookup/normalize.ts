// One spelling for every way a serial number or IMEI is typed, so that a hash of it finds the device.
import { Problem } from '#problems.ts';

/** Longest identifier that is looked at, in characters after separators are gone. */
export const MAX_IDENTIFIER = 40;
/** Shorter serials are too easily counted through to be answered without a proof. */
const MIN_OPEN_SERIAL = 8;

/** What was typed, in the one spelling that is hashed. IMEIs are never answered without a proof. */
export interface Identifier {
  norm: string;
  /** The same with look-alikes folded: letter O to zero, letters I and L to one. */
  confusable: string;
  kind: 'serial' | 'imei';
}

/** Whether an identifier is answered without a proof. */
export const isAnsweredAlone = ({ kind, norm }: Identifier): boolean => kind === 'serial' && norm.length >= MIN_OPEN_SERIAL;

/** Why nothing can be looked up; each text says what to do. */
export const identifierHints = {
  empty: 'There is no letter or digit in it. Type the serial number or IMEI as it is printed on the device.',
  too_long: 'It has more than 40 characters. Type the serial number or IMEI alone.',
  imei_length: 'An IMEI has 15 digits (14 without and 16 with the software version). Dial *#06# to see it.',
  imei_check_digit: 'The last digit of the IMEI does not match the others. Check for a mistyped digit; dial *#06# to see it.',
} as const;
export type IdentifierHint = keyof typeof identifierHints;

export type ReadIdentifier = ({ ok: true } & Identifier) | { ok: false; hint: IdentifierHint };

// Spaces and invisible characters of every script, every dash, and what people put between groups of digits.
const separators = /[\p{Z}\p{C}\p{Pd}\s./\\:_·,'"]/gu;

/** The Luhn digit (ISO/IEC 7812-1 Annex B) that completes 14 digits to an IMEI (3GPP TS 23.003 §6.2.1). */
export function luhnDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[i]);
    const doubled = (digits.length - i) % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}

const clean = (raw: string): string => raw.normalize('NFKC').toUpperCase().normalize('NFKC').replaceAll(separators, '').normalize('NFKC');

const fold = (norm: string): string => norm.replaceAll('O', '0').replaceAll(/[IL]/g, '1');

function readImei(digits: string): ReadIdentifier {
  const body = digits.slice(0, 14);
  const norm = body + luhnDigit(body);
  // The 16-digit form ends in a software version instead of a check digit.
  if (digits.length === 15 && digits !== norm) return { ok: false, hint: 'imei_check_digit' };
  return { ok: true, norm, confusable: norm, kind: 'imei' };
}

/**
 * Reads an identifier as typed. A pure number of 14 to 16 digits is an IMEI, because nobody can tell it from one.
 * `declared`: what the caller knows it to be. A declared serial that only looks like a mistyped IMEI stays a serial.
 */
export function readIdentifier(raw: string, declared?: 'serial' | 'imei'): ReadIdentifier {
  // NFKC can turn one character into eighteen: bound the work first.
  const norm = raw.length > 400 ? raw : clean(raw);
  if (norm.length > MAX_IDENTIFIER) return { ok: false, hint: 'too_long' };
  if (norm.length === 0) return { ok: false, hint: 'empty' };
  if (!/^[0-9]{14,16}$/.test(norm)) {
    return declared === 'imei' ? { ok: false, hint: 'imei_length' } : { ok: true, norm, confusable: fold(norm), kind: 'serial' };
  }
  const imei = readImei(norm);
  return !imei.ok && declared === 'serial' ? { ok: true, norm, confusable: norm, kind: 'serial' } : imei;
}

/** What a stranger has typed: `doubtful`, 15 digits that are no IMEI by their check digit, which most often are a mistyped one. */
export type ReadTyped = ({ ok: true; doubtful: boolean } & Identifier) | { ok: false; hint: Exclude<IdentifierHint, 'imei_check_digit'> };

/** As `readIdentifier` of what nobody has said the kind of: a number that fails the check of IMEIs can still be the serial of a device. */
export function readTypedIdentifier(raw: string): ReadTyped {
  const read = readIdentifier(raw);
  if (read.ok) return { ...read, doubtful: false };
  if (read.hint !== 'imei_check_digit') return { ok: false, hint: read.hint };
  const norm = clean(raw);
  return { ok: true, norm, confusable: norm, kind: 'serial', doubtful: true };
}

/** As `readIdentifier`, for callers that store or search: throws validation_failed with the hint. */
export function normalizeIdentifier(raw: string, declared?: 'serial' | 'imei'): Identifier {
  const read = readIdentifier(raw, declared);
  if (!read.ok) throw new Problem('validation_failed', identifierHints[read.hint]);
  return { norm: read.norm, confusable: read.confusable, kind: read.kind };
}
