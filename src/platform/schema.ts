// The house types of every edge: bounded, so that nothing reaches PostgreSQL that it would refuse.
import { z } from 'zod';
import { idPattern, type Kind } from './id.ts';

const INT4_MAX = 2_147_483_647;

const storable = (value: string): boolean => !value.includes('\0') && value.isWellFormed();

/** Text of 1 to `max` characters after trimming; refuses NUL and lone surrogates, which PostgreSQL cannot hold. */
export const text = (max: number) => z.string().trim().min(1).max(max).refine(storable, { error: 'contains NUL or a lone surrogate' });

/** A whole number between `min` and `max`, within int4. */
export const int4 = (min = 0, max = INT4_MAX) => z.int().min(Math.max(min, -INT4_MAX)).max(Math.min(max, INT4_MAX));

/** A measure with a fraction, e.g. a mean. */
export const decimal = (min: number, max: number) => z.number().min(min).max(max);

/** A duration in milliseconds, up to a hundred years. */
export const milliseconds = () => z.int().min(0).max(3_155_760_000_000);

/** The id of one kind of thing, e.g. `tkt_…`. */
export const id = (kind: Kind) =>
  z
    .string()
    .max(30)
    .regex(idPattern(kind), { error: `must be an id like ${kind}` });

/** An instant as RFC 3339 in UTC, e.g. `2026-11-22T05:00:00.000Z`. */
export const instant = () => z.iso.datetime({ precision: 3 }).max(24);

// With an offset the first and the last year leave their four digits, and PostgreSQL has no year 0. What is reckoned on from a time that
// was sent, ten years at most, keeps them too.
const EARLIEST = Date.parse('0001-01-02T00:00:00Z');
const LATEST = Date.parse('9900-01-01T00:00:00Z');
const writable = (value: string): boolean => Date.parse(value) >= EARLIEST && Date.parse(value) < LATEST;
const beyond = { error: 'lies before the year 1 or after the year 9899' };

/** An instant as callers send it: RFC 3339 with any offset. */
export const instantInput = () => z.iso.datetime({ offset: true }).max(35).refine(writable, beyond);

/** A calendar day, e.g. `2026-11-22`. */
export const day = () => z.iso.date().max(10);

/** A calendar day as callers send it, where something is reckoned from it. */
export const dayInput = () => day().refine(writable, beyond);

/** A language the customer can be told in. */
export const Locale = z.enum(['zh-CN', 'en']).meta({ id: 'Locale' });
export type Locale = z.infer<typeof Locale>;

/** An amount in minor units of an ISO 4217 currency, e.g. 12900 CNY = 129.00 yuan. */
export const Money = z
  .strictObject({
    amount: int4().meta({ description: 'Minor units of the currency.' }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .max(3)
      .meta({ description: 'ISO 4217.' }),
  })
  .meta({ id: 'Money', example: { amount: 12900, currency: 'CNY' } });
export type Money = z.infer<typeof Money>;

/** An IANA time zone, e.g. `Asia/Shanghai`. */
export const timeZone = () =>
  text(64).refine(
    (name) => {
      try {
        new Intl.DateTimeFormat('en', { timeZone: name });
        return true;
      } catch {
        return false;
      }
    },
    { error: 'is not an IANA time zone' },
  );

/** An optional array parameter of a query string is one value or several. */
export const oneOrMany = <T extends z.ZodType>(item: T, max: number) =>
  z.preprocess((value) => (value === undefined || Array.isArray(value) ? value : [value]), z.array(item).max(max).optional());
