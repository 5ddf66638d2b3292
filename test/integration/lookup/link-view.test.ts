// What a link shows: all that a proof shows and more, and never a technician, internal words, another ticket or a person.
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LinkedTicket } from '#lookup/link-ticket.ts';
import type { OwnerProgress } from '#lookup/progress.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { checks } from '../../support/checks.ts';
import { formOf, jpeg, photoFields, upload } from '../../support/pictures.ts';
import { canary, endedAt, move, newSerial, openRepair, prove, quoted } from './asking.ts';
import { readBy, secretOf } from './by-link.ts';

let test: TestApp;
beforeAll(async () => {
  test = await startApp();
});
afterAll(() => test?.close());

const shown = async (ticket: TicketView, query = ''): Promise<LinkedTicket> =>
  (await readBy(test, secretOf(test, ticket.id), query)).json<LinkedTicket>();
const note = (ticket: TicketView, visibility: 'internal' | 'customer', body: string) =>
  test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${ticket.id}/notes`, payload: { visibility, body } });

describe('tier 2', () => {
  it('is tier 1 and more', async () => {
    const serial = newSerial();
    const ticket = await quoted(test, serial);
    const proven = (await prove(test, serial, { ticketCode: ticket.code }, { locale: 'en' })).json<OwnerProgress>();
    const { token: _, tokenExpiresAt: __, found: ___, tier: ____, parcels: _____, ...tierOne } = proven;
    const view = await shown(ticket, '?locale=en');
    expect(view).toMatchObject(tierOne);
    expect(view).toMatchObject({
      tier: 2,
      code: ticket.code,
      faultReported: canary.fault,
      intake: { accessories: [], condition: [{ area: 'screen' }] },
    });
  });

  it('has the quote with its lines, and no decision before there is one', async () => {
    const ticket = await quoted(test, newSerial());
    expect((await shown(ticket)).quote).toMatchObject({
      id: ticket.quote?.id,
      version: 1,
      status: 'sent',
      form: 'standard',
      lines: [{ kind: 'part', text: 'CanaryPart', quantity: 1, unitPrice: 48_100 }],
      total: { amount: 48_100, currency: 'CNY' },
      diagnosisFee: { amount: 5_000, currency: 'CNY' },
      validUntil: ticket.quote?.validUntil,
      promisedDays: 3,
      decision: null,
    });
  });

  it('has the decision that the center took down', async () => {
    const ticket = await quoted(test, newSerial());
    const consent = { method: 'in_person', takenBy: 'CanaryStaff', givenAt: new Date().toISOString(), textVersion: 'quote-1', locale: 'en' };
    const amountShown = { amount: 48_100, currency: 'CNY' };
    const after = await move(test, ticket, 'quote.approve', { quoteId: ticket.quote?.id, amountShown, consent });
    const { quote, allowedActions } = await shown(ticket);
    expect(quote).toMatchObject({
      status: 'approved',
      decision: { decision: 'approve', by: 'center', decidedAt: after.quote?.decidedAt, wish: null },
    });
    expect(allowedActions).not.toContain('quote.approve');
  });

  it('has the whole waybill of what is on its way, in both directions', async () => {
    const ticket = await openRepair(test, { serial: newSerial() });
    const waybills = ['EZ1000000001', 'EZ1000000002', 'EZ1000000003'];
    const parcel = (direction: string, waybill?: string) =>
      test.call(test.keys.center, {
        method: 'POST',
        url: `/v1/tickets/${ticket.id}/shipments`,
        payload: { direction, carrier: 'easypost', waybill, payer: 'brand' },
      });
    const made = [await parcel('inbound', waybills[0]), await parcel('outbound', waybills[1]), await parcel('outbound', waybills[2])];
    expect(made.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201]);
    const { id } = made[2]?.json<{ id: string }>() ?? { id: '' };
    await test.call(test.keys.center, { method: 'POST', url: `/v1/shipments/${id}/cancel` });
    expect((await shown(ticket)).parcels).toMatchObject([
      { direction: 'inbound', carrier: 'easypost', waybill: waybills[0] },
      { direction: 'outbound', carrier: 'easypost', waybill: waybills[1] },
    ]);
  });

  it('has the center’s notes for the customer, and every promise', async () => {
    const ticket = await quoted(test, newSerial());
    await note(ticket, 'internal', 'CanaryInternal');
    await note(ticket, 'customer', 'Your battery is here.');
    const view = await shown(ticket);
    expect(view.notes).toMatchObject([{ body: 'Your battery is here.' }]);
    await move(test, ticket, 'promise.change', { promisedAt: new Date(Date.now() + 30 * 86_400_000).toISOString(), reason: 'workload' });
    const { promiseHistory, promisedOn } = await shown(ticket);
    expect(promiseHistory.length).toBeGreaterThan(1);
    expect(promiseHistory.at(-1)).toMatchObject({ promisedOn, previousOn: promiseHistory.at(-2)?.promisedOn });
  });

  it('can be read however much was noted and promised: the newest of it', async () => {
    const ticket = await quoted(test, newSerial());
    await sql`
      insert into notes (brand_id, id, ticket_id, visibility, body, author_id, created_at)
      select ${test.brandId}, 'nte_' || lpad(n::text, 26, '0'), ${ticket.id}, 'customer', 'Note ' || n, 'x', now() from generate_series(1, 501) n`.execute(
      test.owner,
    );
    await sql`
      insert into promises (brand_id, ticket_id, n, promised_at, reason, actor_kind, actor_id, made_at)
      select ${test.brandId}, ${ticket.id}, 100 + n, now() + n * interval '1 day', 'workload', 'center', 'x', now() from generate_series(1, 501) n`.execute(
      test.owner,
    );
    const { notes, promiseHistory } = await shown(ticket);
    expect([notes.length, notes[0]?.body, notes.at(-1)?.body]).toEqual([500, 'Note 2', 'Note 501']);
    expect([promiseHistory.length, promiseHistory[0]?.previousOn]).toEqual([500, expect.any(String)]);
  });

  it('has the files that are for the customer, each with an address that opens it', async () => {
    const ticket = await openRepair(test, { serial: newSerial() });
    const photo = { name: 'photo.jpg', type: 'image/jpeg', bytes: await jpeg() };
    await upload(test, ticket.id, formOf({ ...photoFields, caption: 'As it came in' }, photo));
    await upload(test, ticket.id, formOf({ ...photoFields, visibility: 'internal', caption: 'CanaryInternal' }, photo));
    const { files } = await shown(ticket);
    expect(files).toMatchObject([{ kind: 'intake_photo', caption: 'As it came in' }]);
    const opened = await test.app.inject({ method: 'GET', url: files[0]?.contentUrl ?? '' });
    expect([opened.statusCode, opened.headers['content-type']]).toEqual([200, 'image/jpeg']);
  });

  it('has the documents to be printed, which open with the same secret', async () => {
    const opened = await openRepair(test, { serial: newSerial() });
    expect((await shown(opened)).documents).toEqual([]);
    const ticket = await quoted(test, newSerial());
    const { documents } = await shown(ticket);
    expect(documents.map(({ kind, version }) => [kind, version])).toEqual([
      ['intake_receipt', null],
      ['quote', 1],
    ]);
    const authorization = `Bearer ${secretOf(test, ticket.id)}`;
    for (const { url } of documents) {
      expect((await test.app.inject({ method: 'GET', url, headers: { authorization } })).statusCode).toBe(200);
      expect((await test.app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${secretOf(test, opened.id)}` } })).statusCode).toBe(404);
    }
  });

  it('never has a technician, internal words, another ticket of the device, or a person', async () => {
    const serial = newSerial();
    const earlier = await openRepair(test, { serial });
    await move(test, earlier, 'ticket.cancel', { requestedBy: 'customer' });
    await endedAt(test, earlier.id, new Date());
    const ticket = await quoted(test, serial);
    await note(ticket, 'internal', 'CanaryInternal');
    const { body } = await readBy(test, secretOf(test, ticket.id));
    const hidden = ['CanaryStaff', 'CanaryTechnician', 'CanaryInternal', earlier.code, earlier.id, canary.name, canary.phone, canary.email];
    hidden.push(canary.address, serial, ticket.contact.phone ?? '', test.brandId, ticket.id);
    expect(hidden.filter((text) => body.includes(text))).toEqual([]);
  });

  it('names the unit that the customer gets, and not the one it was exchanged for', async () => {
    const [old, fresh] = [newSerial(), newSerial()];
    const { receive, diagnose, cover, startRepair, finishRepair } = bodies;
    let ticket = await aTicket(test, { device: { kind: 'laptop', serial: old } });
    for (const step of [receive(old), diagnose, cover, startRepair, finishRepair]) ticket = await advanced(test, ticket, step);
    const swap = { serial: fresh, kind: 'same_model', warranty: 'restart', why: 'Board beyond repair' } as const;
    await advanced(test, ticket, { action: 'qc.pass', input: { checks: checks.laptop, inspector: 'Sun', outcome: 'replaced', swap } });
    expect((await shown(ticket)).device.serialLast4).toBe(fresh.slice(-4));
    const preview = await test.call(test.keys.center, { url: `/v1/tickets/${ticket.id}/preview?tier=1`, headers: { accept: 'application/json' } });
    expect(preview.json<OwnerProgress>().device.serialLast4).toBe(fresh.slice(-4));
  });

  it('is there for a device without a number', async () => {
    const answer = await test.call(test.keys.center, {
      method: 'POST',
      url: '/v1/tickets',
      payload: {
        channel: 'walk_in',
        device: { kind: 'appliance', maker: 'Aurora', serialUnknown: true },
        contact: {},
        faultReported: 'Leaks',
        returnMethod: 'pick_up',
        jurisdiction: 'EU',
      },
    });
    expect(await shown(answer.json<TicketView>())).toMatchObject({ tier: 2, device: { maker: 'Aurora', serialLast4: '' } });
  });

  it('speaks the language that is asked for', async () => {
    const ticket = await openRepair(test, { serial: newSerial() });
    const secret = secretOf(test, ticket.id);
    expect(await shown(ticket, '?locale=en')).toMatchObject({ label: 'Registered' });
    expect((await readBy(test, secret, '', { 'accept-language': 'en-GB' })).json()).toMatchObject({ label: 'Registered' });
    const chinese = await readBy(test, secret);
    expect([chinese.json<LinkedTicket>().label, chinese.headers['content-language']]).toEqual(['已登记', 'zh-CN']);
  });

  it('works in every mode of the brand’s lookup', async () => {
    const ticket = await openRepair(test, { serial: newSerial() });
    await test.owner.updateTable('brands').set({ lookup_mode: 'link' }).where('brand_id', '=', test.brandId).execute();
    expect(await shown(ticket)).toMatchObject({ code: ticket.code });
    await test.owner.updateTable('brands').set({ lookup_mode: 'open' }).where('brand_id', '=', test.brandId).execute();
  });
});
