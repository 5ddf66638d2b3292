// The address in every mail: opening it changes nothing, one click of a mail program ends the mails, and its reader can say that it is not theirs.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateQueue } from '#platform/queue.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { startWork, type Work } from '#work.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { type Inbox, openInbox } from '../../support/inbox.ts';
import { eventually } from '../../support/outgoing.ts';

let app: TestApp;
let work: Work;
let inbox: Inbox;
beforeAll(async () => {
  inbox = await openInbox();
  app = await startApp({ SMTP_URL: inbox.url, PUBLIC_URL: 'https://repair.example' });
  await migrateQueue(app.databaseUrl);
  work = await startWork(app.services);
});
afterAll(async () => {
  await work?.close();
  await app?.close();
  await inbox?.close();
});

/** A ticket whose customer has got the first mail, and the path that the mail names. */
async function mailed(): Promise<{ ticket: TicketView; email: string; path: string; headers: Record<string, string> }> {
  const email = `${unique('fang')}@example.com`;
  const ticket = await aTicket(app, { contact: { email, locale: 'en' } });
  const [mail] = await inbox.arrived(email, 1);
  const headers = mail?.headers ?? {};
  const path = /^<https:\/\/repair\.example(\/u\/[\w-]+)>$/.exec(headers['list-unsubscribe'] ?? '')?.[1] ?? '';
  return { ticket, email, path, headers };
}
const state = async (ticketId: string): Promise<unknown> =>
  (await app.call(app.keys.center, { method: 'GET', url: `/v1/tickets/${ticketId}` })).json<TicketView>().contact.ways?.email;
const alerts = async (ticketId: string): Promise<object[]> =>
  (await app.call(app.keys.center, { method: 'GET', url: `/v1/alerts?ticketId=${ticketId}` })).json<{ data: object[] }>().data;
const post = (path: string, payload: string, type = 'application/x-www-form-urlencoded') =>
  app.app.inject({ method: 'POST', url: path, headers: { 'content-type': type, accept: 'text/html' }, payload });

test('every mail carries the address and says that one click is enough', async () => {
  const { path, headers } = await mailed();
  expect(path).toMatch(/^\/u\/[\w-]{100,}$/);
  expect(headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
});

test('opening it asks, and changes nothing', async () => {
  const { ticket, email, path } = await mailed();
  const page = await app.app.inject({ method: 'GET', url: path, headers: { accept: 'text/html', 'accept-language': 'en' } });
  expect([page.statusCode, page.headers['x-robots-tag'], page.headers['cache-control']]).toEqual([200, 'noindex', 'private, no-store']);
  expect(page.body).toContain('No more mails?');
  expect(page.body).not.toContain(email);
  expect(await state(ticket.id)).toBe('open');
});

test.each([
  ['by a mail program', 'List-Unsubscribe=One-Click', undefined],
  [
    'in several parts',
    '--x\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
    'multipart/form-data; boundary=x',
  ],
  ['by the form of the page', 'choice=stop', undefined],
])('one click ends the mails: %s', async (_, payload, type) => {
  const { ticket, path } = await mailed();
  expect((await post(path, payload, type)).statusCode).toBe(200);
  expect((await post(path, payload, type)).statusCode, 'again').toBe(200);
  expect(await state(ticket.id)).toBe('unsubscribed');
  expect(await alerts(ticket.id)).toMatchObject([{ kind: 'unreachable', data: { way: 'email', stopReason: 'unsubscribed' } }]);
  const hold = { action: 'hold.open', input: { reason: 'customer_info', resumeBy: new Date(Date.now() + 86_400_000).toISOString() } };
  await app.call(app.keys.center, { method: 'POST', url: `/v1/tickets/${ticket.id}/transitions`, headers: { 'if-match': '"v1"' }, payload: hold });
  await eventually(async () => {
    const { rows } = await sql<object>`select state, dead_reason as reason from outbox where subject = ${ticket.id} order by id`.execute(app.owner);
    expect(rows).toEqual([
      { state: 'sent', reason: null },
      { state: 'skipped', reason: 'unsubscribed' },
    ]);
  });
  const again = await post(path, 'choice=again');
  expect(again.statusCode).toBe(200);
  expect(await state(ticket.id)).toBe('open');
});

test('who never asked for a repair says so, and the center learns that it has a wrong address', async () => {
  const { ticket, path } = await mailed();
  expect((await post(path, 'choice=not_mine')).body).toMatch(/noted|记录/);
  expect(await state(ticket.id)).toBe('not_mine');
  expect(await alerts(ticket.id)).toMatchObject([{ kind: 'unreachable', data: { way: 'email', stopReason: 'not_mine' } }]);
});

test('the address of a mail that went elsewhere since does not stop the new one', async () => {
  const { ticket, path } = await mailed();
  await app.call(app.keys.center, { method: 'PATCH', url: `/v1/tickets/${ticket.id}/contact`, payload: { email: `${unique('li')}@example.com` } });
  expect((await post(path, 'List-Unsubscribe=One-Click')).statusCode).toBe(200);
  expect(await state(ticket.id)).toBe('open');
});

test('an address that was not made here is none', async () => {
  const { path } = await mailed();
  for (const wrong of [`${path.slice(0, -6)}AAAAAA`, '/u/AAAA', `/u/${'A'.repeat(300)}`]) {
    expect((await post(wrong, 'List-Unsubscribe=One-Click')).statusCode, wrong).toBe(404);
  }
});
