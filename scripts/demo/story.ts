// The story that the demo plays: one phone, from the courier's booking to the closed ticket, with everyone who looks on.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { expected, lookUp, lookUpOwned, openClient, step, type Ticket } from '../../test/client/client.ts';
import { checks } from '../../test/support/checks.ts';
import { type Row, trackerUpdated } from '../../test/support/easypost.ts';
import { agreed, offer, part, scanned } from '../../test/support/samples.ts';
import type { Shop } from '../../test/support/shop.ts';
import { until } from '../../test/support/until.ts';
import { chapter, narratedFetch, proved, say } from './narrator.ts';
import type { Theater } from './theater.ts';

const SERIAL = 'C8QH7T2KPL0M';
const CUSTOMER = 'fang@example.com';
const INBOUND = 'EZ4000000004';
const OUTBOUND = 'EZ2000000002';

/** The customer's mails, in their order. */
const MAILS = [
  ...['created', 'label', 'collected', 'received', 'diagnosing', 'quoted', 'approved', 'awaiting part', 'part delayed'],
  ...['hold opened', 'resumed', 'ready', 'shipped', 'delivered', 'closed'],
];

const day = (ahead: number): string => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);
const scan = (status: Row['status'], detail: string, message: string, hours: number, city = 'Hangzhou'): Row => ({
  status,
  detail,
  message,
  at: hoursAgo(hours),
  city,
});

/** What was counted on the way. */
export interface Tally {
  mails: number;
  webhooks: number;
  steps: number;
}

/** Plays it; throws at the first thing that is not as it should be. */
export async function play({ installation, mail, partner }: Theater, shop: Shop): Promise<Tally> {
  const { courier, center, stranger } = shop;
  let ticketId = '';
  const path = (): { params: { path: { ticketId: string } } } => ({ params: { path: { ticketId } } });
  const read = (): Promise<Ticket> => expected(center.GET('/v1/tickets/{ticketId}', path()), 200);
  const mailed = async (count: number): Promise<void> => {
    await mail.arrived(CUSTOMER, count);
    assert.equal(mail.to(CUSTOMER).length, count, `${MAILS[count]} came too early`);
  };
  const asStranger = async (stage: string): Promise<void> => {
    const progress = await lookUp(stranger, SERIAL);
    assert.ok(progress.found, 'the serial is known');
    assert.equal(progress.stage, stage);
    const told = JSON.stringify(progress);
    for (const secret of ['Wang', 'Aurora', 'Battery', 'Shanghai', CUSTOMER]) assert.ok(!told.includes(secret), `a stranger reads ${secret}`);
    proved(`A stranger with the serial reads the stage (${stage}), and no person, place, model, fault or price.`);
  };

  chapter(1, 'A courier books the device in');
  const body = {
    centerId: shop.centerId,
    device: { kind: 'phone', maker: 'Aurora', model: 'A5', serial: SERIAL },
    contact: {
      name: 'Wang Fang',
      phone: '+8613800001234',
      email: CUSTOMER,
      address: '1 Lake Road, Hangzhou',
      locale: 'en',
      timeZone: 'Asia/Shanghai',
    },
    faultReported: 'Battery is empty by noon',
    returnMethod: 'ship',
    jurisdiction: 'CN',
  } as const;
  const headers = { 'Idempotency-Key': randomUUID() };
  const job = await expected(courier.POST('/v1/mail-in-jobs', { headers, body }), 201);
  say('The line was bad: the courier sends the same call again.');
  const again = await courier.POST('/v1/mail-in-jobs', { headers, body });
  assert.deepEqual(again.data, job);
  assert.equal(again.response.headers.get('idempotency-replayed'), 'true');
  proved('The same answer, marked as a replay: one ticket.');
  ticketId = job.ticketId;
  const asOwner = async (status: string): Promise<void> => {
    const progress = await lookUpOwned(stranger, { identifier: SERIAL, proof: { ticketCode: job.code } });
    assert.ok(progress.found && progress.tier === 1, 'the code proves the owner');
    assert.equal(progress.status, status);
    proved(`The owner, with the code from the receipt, reads the status (${status}) and the timeline.`);
  };
  await mailed(1);

  chapter(2, 'The label is made, and what was agreed is recorded');
  const label = {
    direction: 'inbound',
    carrier: 'easypost',
    waybill: INBOUND,
    labelUrl: 'https://labels.example.com/1.pdf',
    payer: 'brand',
  } as const;
  await expected(courier.POST('/v1/tickets/{ticketId}/shipments', { ...path(), body: { ...label, intake: agreed() } }), 201);
  assert.equal((await read()).status, 'awaiting_device');
  await mailed(2);
  await asStranger('intake');

  chapter(3, 'The carrier’s scans: out of order, one push twice, one forged');
  const made = scan('pre_transit', 'label_created', 'Shipping label created', 30);
  const collected = scan('in_transit', 'received_at_origin_facility', 'Origin scan', 26);
  const arrived = scan('in_transit', 'arrived_at_facility', 'Arrived at facility', 12, 'Shanghai');
  const atTheDoor = scan('delivered', 'arrived_at_destination', 'Delivered', 2, 'Shanghai');
  const push = trackerUpdated(INBOUND, [made, collected, arrived]);
  assert.equal(await shop.pushBody(push.replace('Hangzhou', 'Hangzhoo'), push), 401);
  proved('One byte changed after signing: refused, nothing recorded.');
  say('The newest push overtakes the one before it, and comes twice.');
  assert.equal(await shop.pushBody(push), 200);
  assert.equal(await shop.pushBody(push), 200);
  assert.equal(await shop.push(INBOUND, [made, collected]), 200);
  let ticket = await read();
  assert.equal(ticket.status, 'inbound_transit');
  const [parcel] = ticket.shipments;
  assert.ok(parcel);
  const scans = await expected(courier.GET('/v1/shipments/{shipmentId}/tracking-events', { params: { path: { shipmentId: parcel.id } } }), 200);
  assert.equal(scans.data.length, 3);
  proved('Three pushes, three scans, one step forward; the late push took nothing back.');
  await mailed(3);

  chapter(4, 'Delivered at the door');
  assert.equal(await shop.push(INBOUND, [made, collected, arrived, atTheDoor]), 200);
  const before = ticket.version;
  ticket = await read();
  assert.deepEqual([ticket.status, ticket.version], ['inbound_transit', before]);
  assert.ok(ticket.shipments[0]?.openBy);
  proved(`The ticket stays where it is; only the timer runs: to be opened by ${ticket.shipments[0].openBy}.`);
  await asOwner('inbound_transit');

  chapter(5, 'The center scans the device in');
  const wrong = { action: 'device.receive', input: scanned('C8QH7T2KPL0N') } as const;
  const refusal = await center.POST('/v1/tickets/{ticketId}/transitions', {
    ...path(),
    headers: { 'If-Match': `"v${ticket.version}"` },
    body: wrong,
  });
  assert.equal(refusal.error?.refusal, 'serial_differs');
  proved('The wrong phone on the desk: refused.');
  ticket = await step(center, ticket, 'device.receive', scanned('c8qh-7t2k-pl0m'));
  await mailed(4);

  chapter(6, 'Diagnosis and quote');
  ticket = await step(center, ticket, 'diagnosis.start', { technician: 'Zhao' });
  await mailed(5);
  await asStranger('diagnosis');
  const found = { technician: 'Zhao', findings: 'Battery at 61 %', faults: [{ symptom: 'SHORT_LIFE', fault: 'BATTERY_WORN' }], minutes: 25 };
  ticket = await step(center, ticket, 'diagnosis.record', { ...found, reproducible: 'always' });
  ticket = await step(center, ticket, 'quote.send', { offer: offer() });
  await mailed(6);
  await asOwner('quoted');

  chapter(7, 'The customer says yes by the link in the mail');
  const secret = /\/t\/(lnk_[\w-]+)/.exec(mail.to(CUSTOMER).at(-1)?.text ?? '')?.[1];
  assert.ok(secret, 'the mail carries the link');
  const customer = openClient(installation.baseUrl, secret, narratedFetch('customer'));
  const linked = await expected(customer.GET('/v1/link/ticket'), 200);
  const { quote } = linked;
  assert.ok(quote);
  const decision = { quoteId: quote.id, decision: 'approve', amountShown: quote.total, textVersion: 'quote-1', locale: 'en' } as const;
  const other = await customer.POST('/v1/link/quote-decision', { body: { ...decision, amountShown: { ...quote.total, amount: 1 } } });
  assert.equal(other.error?.refusal, 'amount_differs');
  proved('Yes to another amount than the stored one: refused.');
  await expected(customer.POST('/v1/link/quote-decision', { body: decision }), 200);
  assert.ok((await expected(customer.POST('/v1/link/quote-decision', { body: decision }), 200)).alreadyDecided);
  proved('A second click: the decision that is recorded.');
  await mailed(7);
  ticket = await read();

  chapter(8, 'A part is awaited, comes later than was said, and comes');
  ticket = await step(center, ticket, 'parts.order', part());
  await mailed(8);
  await asStranger('repair');
  const promised = ticket.promisedAt;
  ticket = await step(center, ticket, 'parts.delay', { parts: ticket.parts.map(({ id }) => ({ partId: id, expectedOn: day(9) })) });
  assert.ok(promised !== null && ticket.promisedAt !== null && ticket.promisedAt > promised);
  proved(`The promised day moves from ${promised} to ${ticket.promisedAt}, with its reason, and the customer is told.`);
  await mailed(9);
  ticket = await step(center, ticket, 'parts.receive', { partIds: ticket.parts.map(({ id }) => id) });

  chapter(9, 'A device lock holds it up; repair; the quality check fails, then passes');
  ticket = await step(center, ticket, 'repair.start', { technician: 'Zhao' });
  ticket = await step(center, ticket, 'hold.open', { reason: 'device_lock', resumeBy: `${day(2)}T10:00:00Z`, customerText: 'The lock is still on.' });
  await mailed(10);
  ticket = await step(center, ticket, 'hold.resume', {});
  await mailed(11);
  ticket = await step(center, ticket, 'parts.fit', { fitted: ticket.parts.map(({ id }) => ({ partId: id, serialNew: 'BAT-0815' })) });
  ticket = await step(center, ticket, 'repair.finish', { work: ['Battery replaced'] });
  ticket = await step(center, ticket, 'qc.fail', { failed: [{ check: 'charging', note: 'stops at 80 %' }], inspector: 'Sun' });
  assert.deepEqual([ticket.status, ticket.qcFailures], ['in_repair', 1]);
  ticket = await step(center, ticket, 'repair.finish', { work: ['Connector cleaned'] });
  await asOwner('quality_check');
  ticket = await step(center, ticket, 'qc.pass', { checks: checks.phone, inspector: 'Sun', outcome: 'repaired' });
  await mailed(12);

  chapter(10, 'Back to its owner');
  await expected(
    center.POST('/v1/tickets/{ticketId}/shipments', {
      ...path(),
      body: { direction: 'outbound', carrier: 'easypost', waybill: OUTBOUND, payer: 'center' },
    }),
    201,
  );
  const leaves = scan('in_transit', 'departed_facility', 'Departed', 0.1, 'Shanghai');
  assert.equal(await shop.push(OUTBOUND, [leaves]), 200);
  await mailed(13);
  await asStranger('return');
  assert.equal(await shop.push(OUTBOUND, [leaves, scan('delivered', 'arrived_at_destination', 'Delivered', 0.01)]), 200);

  chapter(11, 'The clock closes the ticket');
  await mail.arrived(CUSTOMER, MAILS.length);
  await until(() => ticketStatus(shop, ticketId, 'closed'), 20_000);
  ticket = await read();
  assert.deepEqual([ticket.status, ticket.outcome, ticket.allowedActions], ['closed', 'repaired', []]);
  await asOwner('closed');

  const history = await expected(center.GET('/v1/tickets/{ticketId}/history', { params: { path: { ticketId }, query: { limit: 100 } } }), 200);
  const steps = history.data.length;
  await until(() => partner.calls.filter(({ type }) => type.startsWith('ticket.')).length >= steps, 20_000);
  assert.equal(mail.mails.length, MAILS.length);
  assert.equal(new Set(mail.mails.map(({ id }) => id)).size, MAILS.length);
  assert.ok(
    partner.calls.every(({ verified }) => verified),
    'every signature is verified',
  );
  assert.deepEqual(
    partner.calls.filter(({ type }) => type.startsWith('ticket.')).map(({ payload }) => payload.data['status']),
    history.data.map(({ to }) => to),
  );
  proved('Every mail once; every webhook signed, in the order of the history.');
  return { mails: mail.mails.length, webhooks: partner.calls.length, steps };
}

/** An integrator's sandbox: a parcel that is refused at the door, days of it in one call. */
export async function playSandbox({ installation, adminKey }: Theater): Promise<void> {
  chapter(12, 'An integrator tries it out in a sandbox');
  const admin = openClient(installation.baseUrl, adminKey);
  const names = { slug: `sandbox-${process.pid}`, name: 'Aurora Sandbox', contactLine: 'sandbox@example.com' };
  const brand = await expected(
    admin.POST('/v1/brands', { body: { ...names, lookupMode: 'open', locale: 'en', timeZone: 'Asia/Shanghai', sandbox: true } }),
    201,
  );
  const headers = { 'Glassbench-Brand': brand.id };
  const place = { phone: '+862112345678', address: '88 Nanjing Road, Shanghai', locale: 'en', timeZone: 'Asia/Shanghai' } as const;
  await expected(admin.POST('/v1/service-centers', { headers, body: { code: 'SBX1', name: 'Sandbox Shanghai', kind: 'own', ...place } }), 201);
  const { key } = await expected(admin.POST('/v1/keys', { headers, body: { kind: 'courier', name: 'Integrator' } }), 201);
  const integrator = openClient(installation.baseUrl, key, narratedFetch('integrator'));
  const path = { params: { path: { scenario: 'refused-at-the-door' } } } as const;
  const story = await expected(integrator.POST('/v1/sandbox/scenarios/{scenario}', { ...path, body: { locale: 'en' } }), 201);
  for (const { at, by, did, status } of story.steps) say(`${at.slice(0, 16)}  ${by.padEnd(8)} ${did}  [${status}]`);
  assert.deepEqual([story.status, story.steps.filter(({ refused }) => refused !== null)], ['delivered', []]);
  proved('Eight days in one call, on the rules of real calls, ending now.');
}

/** Looks without a word: waiting is not worth a line each time. */
async function ticketStatus(shop: Shop, ticketId: string, status: string): Promise<boolean> {
  const { data } = await shop.quiet.GET('/v1/tickets/{ticketId}', { params: { path: { ticketId } } });
  return data?.status === status;
}
