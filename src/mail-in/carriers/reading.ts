// What reading the bodies of carriers has in common: JSON and forms, times with and without a zone, codes, the identity of a scan.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { int4 } from '#platform/schema.ts';
import { atWall } from '#platform/time-zone.ts';
import type { ParcelStatus, Proof, Scan } from '../tracking.ts';
import { type Answer, type ParcelNews, type Terms, UnreadablePush } from './carrier.ts';

/** Scans of one parcel in one push; the longest history on record has a few hundred. */
export const MAX_SCANS = 5_000;
/** Parcels in one push. */
export const MAX_PARCELS = 500;

/** A text or nothing, whatever the carrier put there: an odd value must not make it repeat the push for ever. */
export const loose = z.string().max(5_000).nullish().catch(null);

/** A code, which some write as a number. */
export const looseCode = z
  .union([z.string().max(200), int4().transform(String)])
  .nullish()
  .catch(null);

/** Parses JSON. Throws UnreadablePush. */
export function jsonOf(body: Buffer | string): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new UnreadablePush('The body is not JSON.');
  }
}

/** Fits the value to the schema. Throws UnreadablePush, which says where it does not fit. */
export function fit<T extends z.ZodType>(schema: T, value: unknown, what: string): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = `/${(issue?.path ?? []).map(String).join('/')}`;
  const isTooLong = issue?.code === 'too_big' && issue.origin === 'array';
  const trouble = isTooLong ? `has more than ${String(issue.maximum)} entries at ${place}: no more are read` : `cannot be read at ${place}`;
  throw new UnreadablePush(`The ${what} ${trouble}.`.slice(0, 300));
}

/** Those values that fit, and what is wrong with the first one that does not; null where all do. */
export interface Fitting<T> {
  those: T[];
  trouble: string | null;
}

/** Fits each value to the schema by itself. */
export function fitting<T extends z.ZodType>(schema: T, values: readonly unknown[], what: string): Fitting<z.infer<T>> {
  let trouble: string | null = null;
  const those = values.flatMap((value, n): z.infer<T>[] => {
    try {
      return [fit(schema, value, `${what} ${n}`)];
    } catch (error) {
      if (!(error instanceof UnreadablePush)) throw error;
      trouble ??= error.message;
      return [];
    }
  });
  return { those, trouble };
}

/** What was read, as the answer of a carrier's `read`. Throws UnreadablePush, which holds it, where there was trouble with the rest. */
export function readOf(news: ParcelNews[], trouble: string | null): ParcelNews[] {
  if (trouble !== null) throw new UnreadablePush(trouble, news);
  return news;
}

/** A field of a form body, decoded; null where it is missing or there twice, because then nobody knows which one was signed. */
export function formField(body: Buffer, name: string): string | null {
  const values = new URLSearchParams(body.toString()).getAll(name);
  return values.length === 1 ? (values[0] ?? null) : null;
}

const TIME = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s?(Z|[+-]\d{2}:?\d{2})?$/i;

const offsetMs = (zone: string): number => {
  if (/^z$/i.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
};

/** The instant a carrier's text names; one without an offset is read off a clock in `timeZone`. Null for what is no time, or none a parcel of ours can have. */
export function instantOf(text: string | null | undefined, timeZone: string): Date | null {
  const parts = TIME.exec(text?.trim() ?? '');
  if (parts === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone] = parts;
  const wall = new Date(0);
  wall.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  wall.setUTCHours(Number(hour), Number(minute), Number(second), Math.floor(Number(`0.${fraction}`) * 1000));
  const real = wall.getUTCMonth() === Number(month) - 1 && wall.getUTCDate() === Number(day) && wall.getUTCHours() === Number(hour);
  if (!real || wall.getUTCFullYear() < 2000 || wall.getUTCFullYear() >= 2100) return null;
  return new Date(zone === undefined ? atWall(timeZone, wall.getTime()) : wall.getTime() - offsetMs(zone));
}

/** A carrier's codes and what they mean. */
export type Codes = { readonly [code: string]: ParcelStatus };

/**
 * What the codes of a scan mean, the most telling one first. The account's own table wins; what is in neither is `unknown` and
 * marked, so that somebody hears of it. A scan without a code is `unknown` and nobody's business.
 */
export function meaning(codes: readonly string[], table: Codes, terms: Terms): Pick<Scan, 'status' | 'unmapped'> {
  for (const words of [terms.codes, table]) {
    const code = codes.find((one) => Object.hasOwn(words, one));
    if (code !== undefined) return { status: words[code] ?? 'unknown' };
  }
  return codes.some((code) => code !== '') ? { status: 'unknown', unmapped: true } : { status: 'unknown' };
}

/** The same parts make the same key in every push. */
export const keyOf = (parts: readonly (string | null | undefined)[]): string =>
  createHash('sha256')
    .update(JSON.stringify(parts.map((part) => part ?? null)))
    .digest('base64url');

/** The parts of a place that are there, as one line; null where none is. */
export const placeOf = (...parts: readonly (string | null | undefined)[]): string | null =>
  parts.filter((part) => typeof part === 'string' && part !== '').join(', ') || null;

/** The newest scan; of several of one time the first in the list. */
export const newestOf = (scans: readonly Scan[]): Scan | undefined =>
  scans.reduce<Scan | undefined>((newest, scan) => (newest === undefined || scan.occurredAt > newest.occurredAt ? scan : newest), undefined);

/**
 * What the provider says of the whole parcel, as a scan at the time of the newest row; null where that row says the same.
 * It depends on this push alone, so that all pushes together say the same in whatever order they come.
 */
export function stateAt(newest: Scan | undefined, codes: readonly string[], table: Codes, terms: Terms): Scan | null {
  if (newest === undefined) return null;
  const told = meaning(codes, table, terms);
  const saysNothing = told.status === 'unknown' && told.unmapped !== true;
  if (saysNothing || (told.status === newest.status && told.unmapped === newest.unmapped)) return null;
  const { location, occurredAt, occurredLocal } = newest;
  const codeRaw = codes.find((code) => code !== '') ?? '';
  return { ...told, eventKey: `state:${keyOf([newest.eventKey, ...codes])}`, codeRaw, detail: null, location, occurredAt, occurredLocal };
}

/** An acknowledgment in JSON for providers that take any 2xx. */
export const received = (parked: boolean): Answer => ({
  status: parked ? 202 : 200,
  contentType: 'application/json; charset=utf-8',
  body: '{"received":true}',
});

/** An acknowledgment with a JSON body of its own, for providers that want 200. */
export const ok = (body: object): Answer => ({ status: 200, contentType: 'application/json; charset=utf-8', body: JSON.stringify(body) });

/** What shows a delivery; null where neither is said. An address that is none on the web is left out. */
export function proofOf(signedBy: string | null | undefined, url?: string | null): Proof | null {
  const name = signedBy?.trim() || null;
  const address = url !== null && url !== undefined && /^https?:\/\/[!-~]{1,490}$/i.test(url) ? url : null;
  return name === null && address === null ? null : { signedBy: name, url: address };
}
