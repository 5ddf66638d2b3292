// A contact is corrected, an address is stopped: who is told then, by which way, and what the center sees.
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asSystem } from '#access/perform.ts';
import { linkToken } from '#lookup/link.ts';
import { migrateQueue } from '#platform/queue.ts';
import { correctContact } from '#tickets/correct-contact.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { startWork, type Work } from '#work.ts';
import { aTicket, ticketInput } from '../../support/a-ticket.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { eventually } from '../../support/outgoing.ts';
import { until } from '../../support/until.ts';

let app: TestApp;
let work: Work;
beforeAll(async () => {
  app = await startApp();
  await migrateQueue(app.databaseUrl);
  work = await startWork(app.services);
});
afterAll(async () => {
  await work?.close();
  await app?.close();
});

const address = (): string => `${unique('fang')}@example.com`;
const withMail = (email: string) => aTicket(app, { contact: { name: 'Wang Fang', email, locale: 'en' } });
const patch = (ticketId: string, payload: object, key = app.keys.center) =>
  app.call(key, { method: 'PATCH', url: `/v1/tickets/${ticketId}/contact`, payload });
const stop = (payload: object) => app.call(app.keys.center, { method: 'POST', url: '/v1/stopped-addresses', payload });
interface Told {
  recipient: string;
  message: string;
  state: string;
  reason: string | null;
  to: string | null;
  text: string | null;
}
const told = async (ticketId: string): Promise<Told[]> =>
  (
    await sql<Told>`
      select split_part(recipient, ':', 1) as recipient, message, state, dead_reason as reason, rendered->>'to' as "to", rendered->>'text' as text
        from outbox where subject = ${ticketId} order by id`.execute(app.owner)
  ).rows;

describe('language and time zone', () => {
  test('are the contact’s, else those of the center', async () => {
    await sql`update service_centers set locale = 'en', time_zone = 'Europe/Berlin' where id = ${app.centerId}`.execute(app.owner);
    const plain = await aTicket(app, { contact: { name: 'Li' } });
    expect(plain.contact).toMatchObject({
      locale: 'en',
      timeZone: 'Europe/Berlin',
      optedOut: [],
      quietHours: null,
      ways: { email: 'none', sms: 'none' },
    });
    const own = await aTicket(app, { contact: { locale: 'zh-CN', timeZone: 'Asia/Tokyo', quietHours: { from: '22:00', to: '07:00' } } });
    expect(own.contact).toMatchObject({ locale: 'zh-CN', timeZone: 'Asia/Tokyo', quietHours: { from: '22:00', to: '07:00' } });
    await sql`update service_centers set locale = 'zh-CN', time_zone = 'Asia/Shanghai' where id = ${app.centerId}`.execute(app.owner);
  });
});

describe('a correction', () => {
  test('changes what is sent and nothing else', async () => {
    const ticket = await withMail(address());
    const changed = (
      await patch(ticket.id, { name: 'Wang Fang (Ms.)', optedOut: ['sms', 'sms'], quietHours: { from: '20:00', to: '08:00' } })
    ).json<TicketView>();
    expect(changed.contact).toMatchObject({
      ...ticket.contact,
      name: 'Wang Fang (Ms.)',
      optedOut: ['sms'],
      quietHours: { from: '20:00', to: '08:00' },
    });
    expect(changed.version).toBe(ticket.version);
    const read = (await app.call(app.keys.center, { method: 'GET', url: `/v1/tickets/${ticket.id}` })).json<TicketView>();
    expect(read.contact).toEqual(changed.contact);
    expect((await told(ticket.id)).map(({ message }) => message)).toEqual(['created']);
  });

  test('of a mail address is told at the old one and the new one, and ends the link that the old one has', async () => {
    const [old, fresh] = [address(), address()];
    const ticket = await withMail(old);
    const link = linkToken(app.services.seal, { ticketId: ticket.id, generation: 1 });
    const linked = () => app.call(null, { method: 'GET', url: '/v1/link/ticket', headers: { authorization: `Bearer ${link}` } });
    expect((await linked()).statusCode).toBe(200);
    expect((await patch(ticket.id, { email: fresh })).statusCode).toBe(200);
    expect((await linked()).statusCode).toBe(401);
    await eventually(async () => {
      const news = (await told(ticket.id)).filter(({ message }) => message === 'contact_changed');
      expect(news.map(({ recipient, state }) => [recipient, state]).toSorted()).toEqual([
        ['contact', 'sent'],
        ['former', 'sent'],
      ]);
    });
    expect((await told(ticket.id)).map(({ message }) => message)).not.toContain('link_renewed');
    const [atNew, atOld] = ['contact', 'former'].map((who) => told(ticket.id).then((rows) => rows.findLast(({ recipient }) => recipient === who)));
    expect((await atOld)?.text).toMatch(/the mail address of this repair was changed/);
    expect((await atOld)?.text).not.toContain('/t/');
    expect((await atNew)?.text).toContain('/t/…');
  });

  test('keeps what another process corrects at the same time', async () => {
    const [old, fresh, phone] = [address(), address(), '+8613800004321'];
    const ticket = await withMail(old);
    const waits = async (): Promise<boolean> => {
      const { rows } = await sql<{ n: number }>`
        select count(*)::integer as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(app.owner);
      return (rows[0]?.n ?? 0) > 0;
    };
    // A job of the system stands in no line of this process, as a call that another process serves.
    const { answering } = await asSystem(app.services, app.brandId, async (deed) => {
      // Else the server ends it where the call is late.
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(deed.trx);
      await correctContact(deed, ticket.id, { email: fresh });
      const asked = patch(ticket.id, { phone });
      await until(waits, 4_000, () => 'nobody waits');
      return { answering: asked };
    });
    expect((await answering).json<TicketView>().contact).toMatchObject({ email: fresh, phone });
    const read = await app.call(app.keys.center, { method: 'GET', url: `/v1/tickets/${ticket.id}` });
    expect(read.json<TicketView>().contact).toMatchObject({ email: fresh, phone });
  });

  test('does not wait for the day on which the address before it is tried again', async () => {
    const ticket = await withMail(address());
    await eventually(async () => expect((await told(ticket.id))[0]?.state).toBe('sent'));
    // As it lies there after a server has refused the old address for now: due again tomorrow.
    await sql`update outbox set state = 'pending', finished_at = null where subject = ${ticket.id}`.execute(app.owner);
    const waits = { state: 'waiting' as const, gathering: false, next_at: new Date(Date.now() + 86_400_000) };
    await app.owner.updateTable('lanes').set(waits).where('subject', '=', ticket.id).execute();
    expect((await patch(ticket.id, { email: address() })).statusCode).toBe(200);
    await eventually(async () => {
      const news = (await told(ticket.id)).filter(({ recipient }) => recipient === 'contact');
      expect(news.map(({ message, state }) => `${message} ${state}`)).toEqual(['created sent', 'contact_changed sent']);
    });
  });

  test('that spells the same address otherwise tells nobody', async () => {
    const email = address();
    const ticket = await withMail(email);
    expect((await patch(ticket.id, { email: email.toUpperCase() })).json<TicketView>().contact.email).toBe(email.toUpperCase());
    expect((await told(ticket.id)).map(({ message }) => message)).toEqual(['created']);
  });

  test('is for who repairs the device', async () => {
    const ticket = await withMail(address());
    expect((await patch(ticket.id, { name: 'X' }, app.keys.courier)).statusCode).toBe(403);
    const other = await app.addBrand();
    expect((await patch(ticket.id, { name: 'X' }, other.keys.center)).statusCode).toBe(404);
    const wrong = await patch(ticket.id, { phone: '+8613800' });
    expect([wrong.statusCode, wrong.json().errors]).toMatchObject([400, [{ pointer: '/phone' }]]);
  });
});

describe('the stop list', () => {
  test('holds an address for every ticket of the brand, also those that are opened later; the center sees it', async () => {
    const email = address();
    const before = await withMail(email);
    await eventually(async () => expect((await told(before.id))[0]?.state).toBe('sent'));
    const made = await stop({ way: 'email', address: email.toUpperCase(), reason: 'asked', note: 'On the telephone' });
    expect([made.statusCode, made.json()]).toMatchObject([201, { way: 'email', reason: 'asked', note: 'On the telephone' }]);
    expect(JSON.stringify(made.json())).not.toContain(email);
    const again = await stop({ way: 'email', address: email, reason: 'bounced' });
    expect(again.json().id).toBe(made.json().id);
    const read = (await app.call(app.keys.center, { method: 'GET', url: `/v1/tickets/${before.id}` })).json<TicketView>();
    expect(read.contact.ways?.email).toBe('asked');
    const after = await withMail(email);
    expect(after.contact.ways?.email).toBe('asked');
    await eventually(async () => expect(await told(after.id)).toMatchObject([{ message: 'created', state: 'skipped', reason: 'asked' }]));
    const list = (await app.call(app.keys.center, { method: 'GET', url: '/v1/stopped-addresses?way=email' })).json<{ data: { id: string }[] }>();
    expect(list.data.map(({ id }) => id)).toContain(made.json().id);
    const dropped = await app.call(app.keys.center, { method: 'DELETE', url: `/v1/stopped-addresses/${made.json().id}` });
    expect(dropped.statusCode).toBe(200);
    const free = await withMail(email);
    await eventually(async () => expect((await told(free.id))[0]?.state).toBe('sent'));
    expect((await app.call(app.keys.center, { method: 'DELETE', url: `/v1/stopped-addresses/${made.json().id}` })).statusCode).toBe(404);
  });

  test('takes what can be an address, and belongs to one brand', async () => {
    expect((await stop({ way: 'sms', address: 'Wang' })).statusCode).toBe(400);
    expect((await stop({ way: 'email', address: 'Wang' })).statusCode).toBe(400);
    // Spelled otherwise than contacts are, it would stop nobody.
    expect((await stop({ way: 'sms', address: '+86 138-0000-7777' })).statusCode).toBe(400);
    const made = (await stop({ way: 'sms', address: '+8613800007777', reason: 'wrong_number' })).json<{ id: string; masked: string }>();
    expect(made.masked).toBe('+86138****7777');
    const other = await app.addBrand();
    expect((await app.call(other.keys.brand, { method: 'DELETE', url: `/v1/stopped-addresses/${made.id}` })).statusCode).toBe(404);
    expect((await app.call(other.keys.brand, { method: 'GET', url: '/v1/stopped-addresses' })).json().data).toEqual([]);
  });

  test('holds for contacts that are older than its hashes', async () => {
    const email = address();
    const ticket = await withMail(email);
    await eventually(async () => expect((await told(ticket.id))[0]?.state).toBe('sent'));
    await sql`update contacts set email_hash = null where email = ${email}`.execute(app.owner);
    await stop({ way: 'email', address: email });
    const payload = { action: 'hold.open', input: { reason: 'customer_info', resumeBy: new Date(Date.now() + 86_400_000).toISOString() } };
    const held = await app.call(app.keys.center, {
      method: 'POST',
      url: `/v1/tickets/${ticket.id}/transitions`,
      headers: { 'if-match': '"v1"' },
      payload,
    });
    expect(held.statusCode).toBe(200);
    await eventually(async () => expect((await told(ticket.id)).at(-1)).toMatchObject({ message: 'hold_opened', state: 'skipped', reason: 'asked' }));
  });

  test('who opted out is not written to by that way', async () => {
    const payload = ticketInput({ contact: { email: address(), optedOut: ['email'], locale: 'en' } });
    const ticket = (await app.call(app.keys.center, { method: 'POST', url: '/v1/tickets', payload })).json<TicketView>();
    expect(ticket.contact.ways?.email).toBe('opted_out');
    await eventually(async () => expect(await told(ticket.id)).toMatchObject([{ state: 'skipped', reason: 'opted_out' }]));
  });
});
