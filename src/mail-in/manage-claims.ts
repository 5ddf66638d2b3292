// Claims against carriers: opened, followed and settled by the center; the customer hears what is done and by when there is an answer.
import type { Deed } from '#access/deed.ts';
import type { ParcelTelling } from '#notifications/event.ts';
import { type Page, pageById, readCursor } from '#platform/http/page.ts';
import { Problem } from '#problems.ts';
import { addWorkingDays } from '#service-centers/calendar.ts';
import { centerCalendar } from '#service-centers/center-calendar.ts';
import { tellOfParcel } from '#tickets/tell-parcel.ts';
import { type ClaimChange, type ClaimInput, type ClaimSearch, type ClaimState, type ClaimView, claimSteps } from './claim.ts';
import { alreadyOpen, type ClaimRow, claimById, listClaims, openClaim, writeClaim } from './claims-store.ts';
import { freshClaim } from './draft-claim.ts';
import { shipmentRow } from './find-shipments.ts';
import * as store from './store.ts';
import { type Traveler, travelers } from './travelers.ts';
import { instant, money } from './view.ts';

/** Working days a carrier is given where nobody says otherwise. */
const ANSWER_DAYS = 10;

const view = ({ amount, paid, currency, alarmAt: _, ...row }: ClaimRow): ClaimView => ({
  ...row,
  amount: money(amount, currency),
  paid: money(paid, currency),
  fileBy: instant(row.fileBy),
  answerBy: instant(row.answerBy),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  filedAt: instant(row.filedAt),
  settledAt: instant(row.settledAt),
});

/** Opens a claim, filed where the carrier's number is known. Problems: not_found, already_exists (one of this kind is open), validation_failed. */
export async function fileClaim(deed: Deed, shipmentId: string, input: ClaimInput): Promise<ClaimView> {
  const { shipment, tickets } = await inHand(deed, shipmentId);
  if ((await openClaim(deed, shipmentId, input.kind)) !== undefined) throw alreadyOpen(input.kind);
  const row = await changed(deed, freshClaim(deed, shipment, input.kind), input, tickets);
  await writeClaim(deed, row);
  const telling = row.kind === 'damaged' ? 'parcel_damaged' : row.kind === 'lost' ? 'parcel_lost' : row.state === 'filed' ? 'claim_news' : null;
  if (telling !== null) await tellAll(deed, shipment, tickets, telling, row);
  return view(row);
}

/**
 * Changes it; what the carrier says is told. Problems: not_found, transition_refused (claim_state), validation_failed (another currency),
 * already_exists (it was denied, and one of this kind has been opened since).
 */
export async function changeClaim(deed: Deed, claimId: string, change: ClaimChange): Promise<ClaimView> {
  const seen = await claimById(deed, claimId);
  if (seen === undefined) throw unknownClaim();
  const { shipment, tickets } = await inHand(deed, seen.shipmentId);
  // Anew: whoever changed it meanwhile held the same tickets.
  const before = (await claimById(deed, claimId)) ?? seen;
  const row = await changed(deed, before, change, tickets);
  const comesBack = before.state === 'denied' && row.state === 'filed';
  if (comesBack && (await openClaim(deed, row.shipmentId, row.kind)) !== undefined) throw alreadyOpen(row.kind);
  await writeClaim(deed, row);
  if (row.state !== before.state && row.state !== 'withdrawn') await tellAll(deed, shipment, tickets, 'claim_news', row);
  return view(row);
}

/** One claim. Problem: not_found. */
export async function readClaim(deed: Deed, claimId: string): Promise<ClaimView> {
  const row = await claimById(deed, claimId);
  if (row === undefined) throw unknownClaim();
  return view(row);
}

/** Claims the actor may see, newest first. Problem: cursor_invalid. */
export async function findClaims(deed: Deed, query: ClaimSearch): Promise<Page<ClaimView>> {
  const scope = { list: 'claims:-id', brandId: deed.brandId, actorId: deed.actor.id, filter: query };
  const after = readCursor(deed.seal, scope, query.cursor);
  const rows = await listClaims(deed, query, after === null ? null : String(after[0]), query.limit + 1);
  return pageById(deed.seal, scope, rows, query.limit, view);
}

const unknownClaim = (): Problem => new Problem('not_found', 'There is no such claim for your key. Check the id.');

/** The parcel, with the tickets in it locked. */
async function inHand(deed: Deed, shipmentId: string): Promise<{ shipment: store.ShipmentRow; tickets: Traveler[] }> {
  await shipmentRow(deed, shipmentId);
  const tickets = await travelers(deed, shipmentId);
  return { shipment: await shipmentRow(deed, shipmentId), tickets };
}

const refused = (from: ClaimState, to: ClaimState): Problem => {
  const next = claimSteps[from];
  const detail =
    next.length === 0 ? `The claim is ${from}, and that is its end.` : `A claim that is ${from} can become ${next.join(', ')}, not ${to}.`;
  return new Problem('transition_refused', detail, { refusal: 'claim_state' });
};

async function changed(deed: Deed, row: ClaimRow, change: ClaimChange, tickets: readonly Traveler[]): Promise<ClaimRow> {
  const numbered = change.claimNumber !== undefined && row.state === 'draft' ? 'filed' : row.state;
  const state = change.state ?? numbered;
  if (state !== row.state && !claimSteps[row.state].includes(state)) throw refused(row.state, state);
  const currency = currencyOf(row, change);
  const isFiledNow = state === 'filed' && row.state !== 'filed';
  const given = change.answerBy === undefined ? row.answerBy : new Date(change.answerBy);
  const answerBy = isFiledNow && change.answerBy === undefined ? await inTime(deed, tickets) : given;
  const isSettled = state === 'paid' || state === 'withdrawn' || state === 'denied';
  return {
    ...row,
    state,
    amount: change.amount?.amount ?? row.amount,
    paid: change.paid?.amount ?? row.paid,
    currency,
    claimNumber: change.claimNumber ?? row.claimNumber,
    note: change.note ?? row.note,
    answerBy,
    updatedAt: deed.now,
    filedAt: isFiledNow ? deed.now : row.filedAt,
    settledAt: isSettled ? (row.settledAt ?? deed.now) : null,
    alarmAt: state === 'filed' ? answerBy : state === 'draft' ? row.alarmAt : null,
  };
}

/** One for what is asked for and what is paid: neither can be taken to be in that of the other. Problem: validation_failed. */
function currencyOf(row: ClaimRow, { amount, paid }: ClaimChange): string | null {
  const currency = amount?.currency ?? row.currency ?? paid?.currency ?? null;
  if (paid !== undefined && paid.currency !== currency) throw differs('paid', 'paid is in another currency than what was asked for.');
  if (paid === undefined && row.paid !== null && row.currency !== currency)
    throw differs('amount', 'amount is in another currency than what was paid.');
  return currency;
}

const differs = (field: 'amount' | 'paid', detail: string): Problem =>
  new Problem('validation_failed', detail, { errors: [{ in: 'body', pointer: `/${field}/currency`, code: 'differs' }] });

async function inTime(deed: Deed, [ticket]: readonly Traveler[]): Promise<Date | null> {
  return ticket === undefined ? null : addWorkingDays(await centerCalendar(deed, ticket.centerId), deed.now, ANSWER_DAYS);
}

/** Tells every customer whose device was in the parcel; by `answerBy` there is word again. */
export async function tellAll(
  deed: Deed,
  shipment: store.ShipmentRow,
  tickets: readonly Traveler[],
  telling: ParcelTelling,
  { state, claimNumber, answerBy, amount, paid, currency }: ClaimRow,
  overdue = false,
): Promise<void> {
  const by = state === 'filed' && answerBy !== null && answerBy > deed.now ? answerBy : null;
  for (const { id } of tickets) {
    const claim = { state, number: claimNumber, amount: money(state === 'paid' ? (paid ?? amount) : amount, currency), overdue };
    await tellOfParcel(deed, id, telling, shipment, { answerBy: instant(by), claim }, by);
  }
}
