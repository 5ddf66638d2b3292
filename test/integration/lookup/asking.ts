// What the lookup suites share: opening a repair the real way, moving it, and asking as the public does.
import type { LightMyRequestResponse } from 'fastify';
import { sql } from 'kysely';
import type { TicketView } from '#tickets/ticket.ts';
import type { TestApp, TestBrand } from '../../support/app.ts';
import { unique } from '../../support/app.ts';

/** Personal and repair data that no tier 0 answer may repeat. */
export const canary = {
  name: 'CanaryName',
  phone: '+8613812349876',
  email: 'canary-mail@example.com',
  address: 'CanaryRoad 7',
  maker: 'CanaryMaker',
  model: 'CanaryModel',
  fault: 'CanaryFault',
};

let serials = 0;
/** No look-alikes, so that no two serials differ by them alone; no digits, so that none of them holds a price or the end of a telephone number. */
const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ';
/** A serial nobody has used, with letters that can be mistaken: it holds O, 0, I, 1 and L. */
export function newSerial(): string {
  let text = '';
  for (let left = process.pid * 1_000 + (serials += 1); left > 0; left = Math.floor(left / LETTERS.length))
    text = LETTERS[left % LETTERS.length] + text;
  return `SNOIL01${text.padStart(8, 'A')}`;
}

/** Opens a repair with the canary data. */
export async function openRepair(
  test: TestApp,
  device: { serial?: string; imei?: string },
  brand: Pick<TestBrand, 'keys'> = test,
  returnMethod: 'ship' | 'pick_up' = 'ship',
): Promise<TicketView> {
  const answer = await test.call(brand.keys.center, {
    method: 'POST',
    url: '/v1/tickets',
    payload: {
      channel: 'walk_in',
      device: { kind: 'phone', maker: canary.maker, model: canary.model, ...device },
      contact: { name: canary.name, phone: canary.phone, email: canary.email, address: canary.address, locale: 'en' },
      faultReported: canary.fault,
      returnMethod,
      jurisdiction: 'CN',
      externalRef: unique('ref'),
    },
  });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json<TicketView>();
}

/** One transition by the center. */
export async function move(
  test: TestApp,
  ticket: TicketView,
  action: string,
  input: object,
  brand: Pick<TestBrand, 'keys'> = test,
): Promise<TicketView> {
  const answer = await test.call(brand.keys.center, {
    method: 'POST',
    url: `/v1/tickets/${ticket.id}/transitions`,
    headers: { 'if-match': `"v${ticket.version}"` },
    payload: { action, input, ...(['ticket.cancel', 'diagnosis.reopen'].includes(action) ? { reason: 'asked for' } : {}) },
  });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json<TicketView>();
}

/** Receives, diagnoses and quotes 48,100 fen. */
export async function quoted(test: TestApp, serial: string): Promise<TicketView> {
  const opened = await openRepair(test, { serial });
  const received = await move(test, opened, 'device.receive', {
    serialScanned: serial,
    accessories: [],
    condition: [{ area: 'screen', grade: 'used' }],
    powersOn: true,
    diagnosisFee: { amount: 5_000, currency: 'CNY' },
    receivedBy: 'CanaryStaff',
  });
  const diagnosing = await move(test, received, 'diagnosis.start', { technician: 'CanaryTechnician' });
  return move(test, diagnosing, 'quote.send', {
    offer: {
      currency: 'CNY',
      lines: [{ kind: 'part', text: 'CanaryPart', quantity: 1, unitPrice: 48_100 }],
      diagnosisFee: 5_000,
      validDays: 30,
      promisedDays: 3,
    },
  });
}

/** Sets how a brand is looked up; `slug` answers its short name. */
export async function setMode(test: TestApp, brandId: string, mode: 'open' | 'proof' | 'link'): Promise<string> {
  const { slug } = await test.owner
    .updateTable('brands')
    .set({ lookup_mode: mode })
    .where('brand_id', '=', brandId)
    .returning('slug')
    .executeTakeFirstOrThrow();
  return slug;
}

/** Moves the end of a ticket into the past, as if it had been closed then. */
export async function endedAt(test: TestApp, ticketId: string, at: Date): Promise<void> {
  await sql`update tickets set closed_at = ${at} where id = ${ticketId}`.execute(test.owner);
}

/** Asks by serial alone. */
export const ask = (test: TestApp, serial: string, query = '', headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  test.call(null, { method: 'GET', url: `/v1/lookup/${encodeURIComponent(serial)}${query}`, headers });

/** Asks with a proof. */
export const prove = (
  test: TestApp,
  identifier: string,
  proof: { ticketCode: string } | { phoneLast4: string },
  more: { brand?: string; locale?: string; headers?: Record<string, string> } = {},
): Promise<LightMyRequestResponse> =>
  test.call(null, {
    method: 'POST',
    url: `/v1/lookup${more.locale === undefined ? '' : `?locale=${more.locale}`}`,
    headers: more.headers ?? {},
    payload: { identifier, proof, ...(more.brand === undefined ? {} : { brand: more.brand }) },
  });
