// What people in the stories say and write: one believable repair, so that each story only tells what is special about it.
import type { InputOf, Schemas } from '../client/client.ts';

/** A serial nobody else has: twelve characters without confusables. */
export function freshSerial(): string {
  const alphabet = 'ACDEFGHJKMNPQRTUVWXY34679';
  return Array.from({ length: 12 }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join('');
}

let waybills = 0;

/** A waybill nobody else has. */
export const freshWaybill = (): string => `EZ${process.pid}${Date.now()}${(waybills += 1)}`;

const now = (): string => new Date(Date.now() - 1_000).toISOString();

/** Consent given at the counter a second ago. */
export const consent = (textVersion: string): Schemas['Consent'] => ({
  method: 'signature',
  takenBy: 'Lin',
  givenAt: now(),
  textVersion,
  locale: 'en',
});

/** Consent by telephone. */
export const phoneConsent = (textVersion: string): Schemas['Consent'] => ({
  ...consent(textVersion),
  method: 'phone',
  phoneCalled: '+8613800001234',
});

/** What is agreed before a device travels. */
export const agreed = (): Schemas['IntakeInput'] => ({ contactVerified: true, backupConsent: consent('backup-1') });

/** What the intake desk writes down. */
export const scanned = (serial: string): InputOf<'device.receive'> => ({
  serialScanned: serial,
  accessories: [{ type: 'charger', quantity: 1 }],
  condition: [{ area: 'screen', grade: 'cracked', note: 'lower left corner' }],
  powersOn: true,
  diagnosisFee: { amount: 5_000, currency: 'CNY' },
  receivedBy: 'Chen',
});

/** A battery and its fitting: 459.00 yuan. */
export const offer = (): Schemas['QuoteOffer'] => ({
  currency: 'CNY',
  lines: [
    { kind: 'part', text: 'Battery, original', quantity: 1, unitPrice: 39_900 },
    { kind: 'labor', text: 'Fitting and test', quantity: 1, unitPrice: 8_000 },
    { kind: 'discount', text: 'Autumn discount', quantity: 1, unitPrice: 2_000 },
  ],
  diagnosisFee: 5_000,
  validDays: 30,
  promisedDays: 3,
});

/** The part of that battery, expected in two days. */
export const part = (): InputOf<'parts.order'> => ({
  parts: [{ partNo: 'BAT-A5-01', name: 'Battery, original', expectedOn: new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10) }],
});

let customers = 0;

/** A customer with an address that nobody else has. */
export const customer = (name: string): Required<Pick<Schemas['ContactInput'], 'email'>> & Schemas['ContactInput'] => ({
  name: 'Wang Fang',
  phone: '+8613800001234',
  email: `${name}-${Math.random().toString(36).slice(2, 8)}-${(customers += 1)}@example.com`,
  address: '1 Lake Road, Hangzhou',
  locale: 'en',
  timeZone: 'Asia/Shanghai',
});
