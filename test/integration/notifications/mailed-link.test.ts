// The link in a mail: it opens the customer's own ticket, is made anew for each mail, and stays out of everything that is kept.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWork, type Work } from '#work.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { type MailSink, startMailSink } from '../../support/mail-sink.ts';
import { eventually, type Outgoing, openOutgoing } from '../../support/outgoing.ts';

let sink: MailSink;
let out: Outgoing;
let work: Work;

beforeAll(async () => {
  sink = await startMailSink();
  out = await openOutgoing({ SMTP_URL: sink.url });
  work = await startWork(out.app.services);
});
afterAll(async () => {
  await work.close();
  await out.close();
  await sink.close();
});

const secretIn = (text: string | undefined): string | undefined => /\/t\/(lnk_[\w-]{22})/.exec(text ?? '')?.[1];
const mailOf = (code: string) => sink.mails.findLast(({ subject }) => subject?.includes(code));

test('opens the ticket, and is kept neither with what is due nor with what was sent', async () => {
  const ticket = await aTicket(out.app);
  await eventually(() => expect(secretIn(mailOf(ticket.code)?.text)).toBeDefined());
  const secret = secretIn(mailOf(ticket.code)?.text) ?? '';
  expect(mailOf(ticket.code)?.html).toContain(`/t/${secret}"`);
  const read = await out.app.call(secret, { method: 'GET', url: '/v1/link/ticket' });
  expect(read.json()).toMatchObject({ code: ticket.code });
  await eventually(async () => {
    const { rows } = await sql<{ state: string; kept: string }>`
      select state, facts::text || coalesce(rendered::text, '') as kept from outbox where subject = ${ticket.id}`.execute(out.app.owner);
    expect(rows.map(({ state }) => state)).toEqual(['sent']);
    expect(rows[0]?.kept).not.toContain(secret.slice(4));
    expect(rows[0]?.kept).toContain('/t/…');
  });
});

test('a ticket whose link is not written down yet gets a mail without one', async () => {
  await work.close();
  const ticket = await aTicket(out.app);
  await sql`update tickets set link_hash = null where id = ${ticket.id}`.execute(out.app.owner);
  work = await startWork(out.app.services);
  await eventually(() => expect(mailOf(ticket.code)?.text).toContain(ticket.code));
  expect(mailOf(ticket.code)?.text).not.toContain('/t/');
});
