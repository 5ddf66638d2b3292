// How a customer's yes or no reached the center, kept with the decision.
import { z } from 'zod';
import { instantInput, Locale, text } from '#platform/schema.ts';

/** A consent as the contract shows it. */
export const consentExample = {
  method: 'phone',
  takenBy: 'Lin',
  givenAt: '2026-11-22T09:30:00+08:00',
  phoneCalled: '+8613800000000',
  textVersion: 'quote-1',
  locale: 'zh-CN',
} as const;

/** How a customer's yes or no reached the center (16 CCR 2722 asks date, time, person and phone of an oral consent). */
export const Consent = z
  .strictObject({
    method: z
      .enum(['phone', 'in_person', 'email', 'message', 'signature', 'link'])
      .meta({ description: "link: the customer's own link; recorded by the service itself." }),
    takenBy: text(80).optional().meta({ description: 'The member of staff who heard it. Required unless the customer decided by link.' }),
    givenAt: instantInput(),
    phoneCalled: text(32).optional(),
    textVersion: text(40).meta({ description: 'Version of the consent text that was read out, signed or shown.' }),
    locale: Locale,
    evidence: text(100).optional().meta({ description: 'What proves it: a file, a message id.' }),
  })
  .refine((consent) => consent.method !== 'phone' || consent.phoneCalled !== undefined, {
    error: 'is required when the method is phone',
    path: ['phoneCalled'],
  })
  .refine((consent) => consent.method === 'link' || consent.takenBy !== undefined, { error: 'says who heard it', path: ['takenBy'] })
  .meta({ id: 'Consent', example: consentExample });
export type Consent = z.infer<typeof Consent>;
