// Tickets with links of their own, for calls that change the ticket or use the link up.
import { linkToken } from '#lookup/link.ts';
import type { TestApp, TestBrand } from '../../support/app.ts';
import { freshSerial } from '../../support/samples.ts';
import { must } from './world.ts';

/** A fresh ticket of the brand. */
export async function ticketIn(app: TestApp, brand: Pick<TestBrand, 'keys'> = app): Promise<string> {
  const ticket = await must(app, brand.keys.center, 'POST', '/v1/tickets', 201, {
    channel: 'walk_in',
    device: { kind: 'phone', serial: freshSerial() },
    contact: {},
    faultReported: 'Dark screen',
    returnMethod: 'pick_up',
    jurisdiction: 'CN',
  });
  return String(ticket['id']);
}

/** The secret of the link to a fresh ticket. */
export const linkIn = async (app: TestApp, brand?: Pick<TestBrand, 'keys'>): Promise<string> =>
  linkToken(app.services.seal, { ticketId: await ticketIn(app, brand), generation: 1 });
