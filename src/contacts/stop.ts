// The stop list of a brand: addresses that get no more messages, whoever's ticket it is about. It can be asked and tells no address.
import { z } from 'zod';
import { pageQuery } from '#platform/http/page.ts';
import { id, instant, text } from '#platform/schema.ts';
import { StopReason, Way } from './contact.ts';

/** What puts an address on the list. */
export const StopInput = z
  .strictObject({
    way: Way,
    address: text(254).meta({ description: 'The mail address, the number in E.164, or the openid. Kept as a hash only.' }),
    reason: StopReason.default('asked'),
    note: text(300).optional().meta({ description: 'For colleagues: who asked, and when.' }),
  })
  .meta({ id: 'StopInput', example: { way: 'sms', address: '+8613800000000', reason: 'wrong_number', note: 'Called back: not our customer' } });
export type StopInput = z.infer<typeof StopInput>;

/** An entry of the list. */
export const Stop = z
  .strictObject({
    id: id('stop'),
    way: Way,
    masked: z.string().max(254).meta({ description: 'As much of the address as is shown.' }),
    reason: StopReason,
    note: z.string().max(300).nullable(),
    createdBy: z.string().max(40).meta({ description: 'The key that put it there, `customer`, or `system` where a provider refused it for good.' }),
    createdAt: instant(),
  })
  .meta({
    id: 'Stop',
    example: {
      id: 'stp_01kam3w0xf8q9r2s4t6v8w0x1y',
      way: 'sms',
      masked: '+86138****0000',
      reason: 'wrong_number',
      note: null,
      createdBy: 'key_01kam3w0xf8q9r2s4t6v8w0x1y',
      createdAt: '2026-11-22T05:00:00.000Z',
    },
  });
export type Stop = z.infer<typeof Stop>;

/** What the list can be narrowed to. */
export const StopSearch = z.strictObject({ ...pageQuery, way: Way.optional(), reason: StopReason.optional() });
export type StopSearch = z.infer<typeof StopSearch>;
