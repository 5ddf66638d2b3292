// Repairs at every point of their way, led there by the steps that a service center takes.
import { expected, type Schemas, step, type Ticket } from '../client/client.ts';
import { checks } from '../support/checks.ts';
import { formOf, jpeg, photoFields } from '../support/pictures.ts';
import { consent, freshWaybill, part, scanned } from '../support/samples.ts';
import { deliveredLongAgo, justRanOut, ranOutLongAgo } from '../support/turn-back.ts';
import { until } from '../support/until.ts';
import { agreedOn, type Counter } from './counter.ts';

const DAY_MS = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

type Way = (at: Counter, ticket: Ticket) => Promise<Ticket>;

const serialOf = (ticket: Ticket): string => ticket.device.identifiers[0]?.value ?? '';

/** At the counter. */
export const received: Way = ({ center, words }, ticket) =>
  step(center, ticket, 'device.receive', { ...scanned(serialOf(ticket)), accessories: [...words.accessories] });
const diagnosing: Way = async (at, ticket) => step(at.center, await received(at, ticket), 'diagnosis.start', { technician: 'Zhao' });
/** With an open quote of three lines. */
export const quoted: Way = async (at, ticket) => step(at.center, await diagnosing(at, ticket), 'quote.send', { offer: at.offer });
const decided = (ticket: Ticket) => ({ quoteId: ticket.quote?.id ?? '', consent: consent('quote-1') });
const approved: Way = async (at, ticket) => {
  const sent = await quoted(at, ticket);
  const total = sent.quote?.total ?? { amount: 0, currency: 'CNY' };
  return step(at.center, sent, 'quote.approve', { ...decided(sent), amountShown: { amount: total.amount, currency: total.currency } });
};
const waiting: Way = async (at, ticket) => {
  const [ordered] = part().parts;
  const parts = ordered === undefined ? [] : [{ ...ordered, name: at.words.lines[0] }];
  return step(at.center, await approved(at, ticket), 'parts.order', { parts });
};
const inRepair: Way = async (at, ticket) => step(at.center, await approved(at, ticket), 'repair.start', { technician: 'Zhao' });
const tested: Way = async (at, ticket) => step(at.center, await inRepair(at, ticket), 'repair.finish', { work: [at.words.lines[1]] });
const ready: Way = async (at, ticket) =>
  step(at.center, await tested(at, ticket), 'qc.pass', { checks: checks.phone, inspector: 'Sun', outcome: 'repaired' });
const sentHome: Way = async (at, ticket) => {
  const done = await ready(at, ticket);
  const body = { direction: 'outbound', carrier: 'sf', waybill: freshWaybill(), payer: 'center' } as const;
  await expected(at.center.POST('/v1/tickets/{ticketId}/shipments', { params: { path: { ticketId: done.id } }, body }), 201);
  return step(at.center, await at.read(done), 'shipment.dispatched', {});
};
const delivered: Way = async (at, ticket) => step(at.center, await sentHome(at, ticket), 'shipment.delivered', {});
const pickedUp: Way = async (at, ticket) =>
  step(at.center, await ready(at, ticket), 'device.hand_over', { identityCheck: 'ticket_code', handedOverBy: 'Chen' });
const reaches = (at: Counter, ticket: Ticket, status: Ticket['status']): Promise<Ticket> =>
  until(async () => {
    const now = await at.read(ticket);
    return now.status === status ? now : null;
  }, 20_000);
const closed: Way = async (at, ticket) => {
  const home = await delivered(at, ticket);
  await deliveredLongAgo(at.scene.databaseUrl, home.id);
  return reaches(at, home, 'closed');
};
const held =
  (way: Way, hold: Extract<Schemas['TransitionInput'], { action: 'hold.open' }>['input']['reason']): Way =>
  async (at, ticket) =>
    step(at.center, await way(at, ticket), 'hold.open', { reason: hold, resumeBy: inDays(3), customerText: at.words.hold });

/** A promise that moved, a note, photos: all that a page can show at once. */
export const everything: Way = async (at, ticket) => {
  const { words, shop } = at;
  const later = { promisedAt: inDays(12), reason: 'part_delayed', note: words.moved } as const;
  const moved = await step(at.center, await waiting(at, ticket), 'promise.change', later);
  for (const [index, color] of ['#7799aa', '#aa8866'].entries()) {
    const photo = { bytes: await jpeg(640, 480, color), type: 'image/jpeg', name: 'photo.jpg' };
    const { payload, headers } = formOf({ ...photoFields, caption: words.photos[index] ?? '' }, photo);
    const answer = await fetch(`${at.scene.baseUrl}/v1/tickets/${ticket.id}/files`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${shop.keys.center}`, 'idempotency-key': `${ticket.id}-${index}` },
      body: new Uint8Array(payload),
    });
    if (answer.status !== 201) throw new Error(await answer.text());
  }
  const params = { path: { ticketId: ticket.id } };
  await expected(at.center.POST('/v1/tickets/{ticketId}/notes', { params, body: { body: words.note, visibility: 'customer' } }), 201);
  return moved;
};

const supersedes: Way = async (at, ticket) => {
  const sent = await quoted(at, ticket);
  const line = { kind: 'part', text: at.words.lines[3], quantity: 2, unitPrice: 4_000, partGrade: 'compatible', coveredPercent: 50 } as const;
  return step(at.center, sent, 'quote.supersede', { offer: { ...at.offer, lines: [...at.offer.lines, line] } });
};
const expiring: Way = async (at, ticket) => {
  const sent = await quoted(at, ticket);
  await justRanOut(at.scene.databaseUrl, sent.quote?.id ?? '');
  return sent;
};
const expired: Way = async (at, ticket) => {
  const sent = await quoted(at, ticket);
  await ranOutLongAgo(at.scene.databaseUrl, sent.quote?.id ?? '');
  return reaches(at, sent, 'ready');
};

/** Every status, and what else changes the page. `status`: where the way ends. */
export const ways: { name: string; status: Ticket['status']; pickUp?: true; lead: Way }[] = [
  { name: 'created', status: 'created', lead: async (_, ticket) => ticket },
  { name: 'awaiting-device', status: 'awaiting_device', lead: agreedOn },
  {
    name: 'inbound-transit',
    status: 'inbound_transit',
    lead: async (at, ticket) => step(at.center, await agreedOn(at, ticket), 'shipment.collected', {}),
  },
  { name: 'received', status: 'received', lead: received },
  { name: 'diagnosing', status: 'diagnosing', lead: diagnosing },
  { name: 'quoted', status: 'quoted', lead: quoted },
  { name: 'quoted-again', status: 'quoted', lead: supersedes },
  { name: 'quoted-ran-out', status: 'quoted', lead: expiring },
  { name: 'approved', status: 'approved', lead: approved },
  {
    name: 'covered',
    status: 'approved',
    lead: async (at, ticket) => step(at.center, await diagnosing(at, ticket), 'coverage.accept', { basis: 'Warranty', evidence: 'Invoice' }),
  },
  { name: 'awaiting-parts', status: 'awaiting_parts', lead: waiting },
  { name: 'everything', status: 'awaiting_parts', lead: everything },
  { name: 'in-repair', status: 'in_repair', lead: inRepair },
  { name: 'quality-check', status: 'quality_check', lead: tested },
  { name: 'ready-ship', status: 'ready', lead: ready },
  { name: 'ready-pick-up', status: 'ready', pickUp: true, lead: ready },
  {
    name: 'declined',
    status: 'ready',
    lead: async (at, ticket) => quoted(at, ticket).then((sent) => step(at.center, sent, 'quote.decline', decided(sent))),
  },
  { name: 'expired', status: 'ready', lead: expired },
  {
    name: 'no-fault',
    status: 'ready',
    pickUp: true,
    lead: async (at, ticket) => step(at.center, await diagnosing(at, ticket), 'diagnosis.no_fault', { evidence: 'Ran for two days' }),
  },
  {
    name: 'unrepairable',
    status: 'ready',
    lead: async (at, ticket) => step(at.center, await diagnosing(at, ticket), 'diagnosis.unrepairable', { why: at.words.why, evidence: 'Photos' }),
  },
  { name: 'outbound-transit', status: 'outbound_transit', lead: sentHome },
  { name: 'delivered', status: 'delivered', lead: delivered },
  { name: 'picked-up', status: 'delivered', pickUp: true, lead: pickedUp },
  { name: 'closed', status: 'closed', lead: closed },
  {
    name: 'cancelled',
    status: 'cancelled',
    lead: (at, ticket) => step(at.center, ticket, 'ticket.cancel', { requestedBy: 'customer' }, { reason: 'Asked for' }),
  },
  {
    name: 'disposed',
    status: 'disposed',
    lead: async (at, ticket) =>
      step(at.center, await quoted(at, ticket), 'disposal.consent', { consent: consent('disposal-1'), wipeCertificate: 'W-1' }),
  },
  { name: 'hold-yours', status: 'diagnosing', lead: held(diagnosing, 'device_lock') },
  { name: 'hold-ours', status: 'in_repair', lead: held(inRepair, 'maker_decision') },
];
