// Free text in a form as browsers send it: lines end in two characters that were counted as one, and an empty field may hold a space.
import { z } from 'zod';
import { text } from '#platform/schema.ts';

/** Bytes of a form with a long text in it: a thousand Chinese characters take nine bytes each. */
export const LONG_FORM_BYTES = 16_384;

/** What somebody typed, as they meant it: up to `max` characters. Empty where nothing was typed. */
export const typedText = (max: number) =>
  z
    .string()
    .max(max)
    .default('')
    .transform((value) => value.replaceAll('\r\n', '\n').trim());

/** The same where what is too long, or cannot be kept, is refused with the whole form. */
export const keptText = (max: number) => typedText(max * 4).pipe(z.union([text(max), z.literal('')]));
