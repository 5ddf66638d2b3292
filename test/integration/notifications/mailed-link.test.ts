// The link in a mail: it opens the customer's own ticket, is made anew for each mail, and stays out of everything that is kept.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerLink } from '#lookup/link.ts';
import { addresseeOf } from '#notifications/addressee.ts';
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

test('a ticket whose link is not written down yet is mailed without one, and a renewed link is the one that is mailed', async () => {
  const ticket = await aTicket(out.app);
  const { brandId, owner, services } = out.app;
  const { contactId } = await owner.selectFrom('tickets').select('contact_id as contactId').where('id', '=', ticket.id).executeTakeFirstOrThrow();
  const lane = { id: 1, brandId, subject: ticket.id, recipient: `contact:${contactId}`, generation: 1, tail: 0 };
  const post = { seal: services.seal, publicUrl: 'https://repair.example', now: new Date() };
  const reader = () => addresseeOf({ ...post, db: owner }, { lane, endpoint: null }, 'email');
  // What has passed by then is not told as if it were still to come; in a sandbox the days of a story are over before it is told.
  expect(await reader()).toMatchObject({ sentAt: post.now });
  await sql`update brands set sandbox = true where brand_id = ${brandId}`.execute(owner);
  expect(await reader()).toMatchObject({ sentAt: null });
  await sql`update brands set sandbox = false where brand_id = ${brandId}`.execute(owner);
  expect(await reader()).toMatchObject({ link: customerLink(services.seal, 'https://repair.example', { ticketId: ticket.id, generation: 1 }) });
  await sql`update tickets set link_generation = 2 where id = ${ticket.id}`.execute(owner);
  expect(await reader()).toMatchObject({ link: customerLink(services.seal, 'https://repair.example', { ticketId: ticket.id, generation: 2 }) });
  // Rolled back: a sweep would give the ticket its link again.
  const without = owner.transaction().execute(async (trx) => {
    await sql`update tickets set link_hash = null where id = ${ticket.id}`.execute(trx);
    throw Object.assign(new Error('done'), {
      reader: await addresseeOf({ ...post, db: trx }, { lane, endpoint: null }, 'email'),
    });
  });
  await expect(without).rejects.toMatchObject({ reader: { link: null } });
});
