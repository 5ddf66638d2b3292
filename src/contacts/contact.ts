// The customer of a ticket: where they are reached, in which language, when not, and by which ways not.
import { z } from 'zod';
import { Locale, text, timeZone } from '#platform/schema.ts';
import { e164, isPhone } from './phone.ts';

/** A way to a customer. */
export const Way = z.enum(['email', 'sms', 'wechat']).meta({ id: 'Way', example: 'sms' });
export type Way = z.infer<typeof Way>;

const time = () =>
  z
    .string()
    .max(5)
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be HH:MM' });

/** When no telephone rings. */
export const QuietHours = z.strictObject({ from: time(), to: time() }).meta({
  id: 'QuietHours',
  description: 'In the time zone of the contact, past midnight where `to` is earlier. The same twice: never. SMS and WeChat wait, mail does not.',
  example: { from: '21:00', to: '09:00' },
});
export type QuietHours = z.infer<typeof QuietHours>;

const name = () => text(100);
const phone = () =>
  z
    .string()
    .max(16)
    .regex(e164, { error: 'must be E.164, e.g. +8613800000000' })
    .refine(isPhone, { error: 'is no telephone number of the country it names: count its digits' })
    .meta({ description: 'E.164, of a length that its country has.' });
const email = () => z.email().max(254);
const address = () => text(300);
const openid = () =>
  z
    .string()
    .max(64)
    .regex(/^[\w-]{6,64}$/, { error: 'must be an openid' })
    .meta({ description: 'Who this customer is to the WeChat account that sends. Give it only while the customer is subscribed there.' });
const optedOut = () => z.array(Way).max(3).meta({ description: 'Ways by which this customer does not want to be told.' });

/** The customer. Nothing is required: a walk-in customer may leave no address at all. */
export const ContactInput = z
  .strictObject({
    name: name().optional(),
    phone: phone().optional(),
    email: email().optional(),
    address: address().optional(),
    locale: Locale.optional().meta({ description: "Default: the center's." }),
    timeZone: timeZone().optional().meta({ description: "IANA; default: the center's." }),
    wechatOpenid: openid().optional(),
    optedOut: optedOut().optional(),
    quietHours: QuietHours.optional(),
  })
  .meta({ id: 'ContactInput', example: { name: 'Wang Fang', phone: '+8613800000000', email: 'fang@example.com', locale: 'zh-CN' } });
export type ContactInput = z.infer<typeof ContactInput>;

/** What can be corrected later; null takes it away, what is left out stays. */
export const ContactChange = z
  .strictObject({
    name: name().nullable(),
    phone: phone().nullable(),
    email: email().nullable(),
    address: address().nullable(),
    locale: Locale,
    timeZone: timeZone(),
    wechatOpenid: openid().nullable(),
    optedOut: optedOut(),
    quietHours: QuietHours.nullable(),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: 'names nothing to change' })
  .meta({ id: 'ContactChange', example: { phone: '+8613800000001', optedOut: ['sms'] } });
export type ContactChange = z.infer<typeof ContactChange>;

/** Why an address is not written to any more. */
export const StopReason = z
  .enum(['unsubscribed', 'bounced', 'wrong_number', 'not_mine', 'asked'])
  .meta({ id: 'StopReason', example: 'unsubscribed' });
export type StopReason = z.infer<typeof StopReason>;

/** Whether a way is open, and if not, why. */
const WayState = z.enum(['open', 'none', 'opted_out', ...StopReason.options]).meta({
  id: 'WayState',
  description: '`none`: no address is known. Otherwise the customer opted out on this ticket, or the address is on the stop list of the brand.',
  example: 'open',
});

export type WayState = z.infer<typeof WayState>;

/** A contact as centers and brands read it. */
export const ContactView = z
  .strictObject({
    name: z.string().max(100).nullable(),
    phone: z.string().max(16).nullable(),
    email: z.string().max(254).nullable(),
    address: z.string().max(300).nullable(),
    locale: Locale,
    timeZone: z.string().max(64),
    wechatOpenid: z.string().max(64).nullable(),
    optedOut: z.array(Way).max(3),
    quietHours: QuietHours.nullable().meta({ description: 'Null: those of the house, 21:00 to 09:00.' }),
    ways: z
      .strictObject({ email: WayState, sms: WayState, wechat: WayState })
      .nullable()
      .meta({ description: 'By which ways the customer can be told. Where none is open, call.' }),
  })
  .meta({ id: 'Contact', description: 'A courier reads name and address only.' });
export type ContactView = z.infer<typeof ContactView>;

/** A contact as it was read with its ticket. */
export interface ContactRow extends Omit<ContactView, 'ways'> {
  /** Why an address of it is on the stop list. */
  stops: Partial<Record<Way, StopReason | null>>;
}

/** Whether a way of it is open, and if not, why. */
export function stateOf({ phone: called, email: mailed, wechatOpenid, optedOut: unwanted, stops }: ContactRow, way: Way): WayState {
  const known = { email: mailed, sms: called, wechat: wechatOpenid }[way];
  if (known === null) return 'none';
  if (unwanted.includes(way)) return 'opted_out';
  return stops[way] ?? 'open';
}

/** For each way that has an address whether it is open. */
export function openWays(row: ContactRow): Partial<Record<Way, boolean>> {
  const states = Way.options.map((way) => [way, stateOf(row, way)] as const);
  return Object.fromEntries(states.filter(([, state]) => state !== 'none').map(([way, state]) => [way, state === 'open']));
}

/** The contact as its center reads it. */
export function contactView(row: ContactRow): ContactView {
  const { stops: _, ...rest } = row;
  return { ...rest, ways: { email: stateOf(row, 'email'), sms: stateOf(row, 'sms'), wechat: stateOf(row, 'wechat') } };
}

/** The contact as whoever carries its device reads it. */
export const contactForCourier = ({ stops: _, ...rest }: ContactRow): ContactView => ({
  ...rest,
  phone: null,
  email: null,
  wechatOpenid: null,
  optedOut: [],
  quietHours: null,
  ways: null,
});
