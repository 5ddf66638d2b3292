// Under which conditions the design lets a step happen: the name of the refusal, or null.
import type { Inputs } from '#tickets/inputs.ts';
import { type Action, type Asked, agreedQuote, draftOf, hasParcel, isAwaited, type Repair, shownQuote } from './repair.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

export interface Moment {
  now: number;
  by: Asked['by'];
}
type Condition<A extends Action> = (repair: Repair, input: Inputs[A], moment: Moment) => string | null;

export type Offer = NonNullable<Inputs['quote.send']['offer']>;
type Line = Offer['lines'][number];

const lineSum = (line: Line): number => {
  const net = Math.round((line.quantity * line.unitPrice * (100 - (line.coveredPercent ?? 0))) / 100) + (line.tax ?? 0);
  return line.kind === 'discount' ? -net : net;
};
export const sumOf = (offer: Offer): number => {
  let sum = 0;
  for (const line of offer.lines) sum += lineSum(line);
  return sum;
};

/** A price as it would be sent: that of the call, or that of the draft. */
export interface Price {
  currency: string;
  total: number;
  fee: number;
  validDays: number;
  promisedDays: number;
  form: 'standard' | 'eu_erif';
}

/** Null where the call names no draft of this ticket. */
export function priceOf(repair: Repair, { offer, quoteId }: Inputs['quote.send']): Price | null {
  if (offer !== undefined) {
    const { currency, diagnosisFee: fee, validDays, promisedDays, form = 'standard' } = offer;
    return { currency, total: sumOf(offer), fee, validDays, promisedDays, form };
  }
  const draft = draftOf(repair);
  return draft?.ref === quoteId && draft !== undefined ? { ...draft } : null;
}

const sums = (total: number): string | null => (total < 0 ? 'total_negative' : total > 2 ** 31 - 1 ? 'total_too_large' : null);

/**
 * Law, form of Art. 4: its terms are fixed for 30 days once given, whatever has taken its place since. 3.4, 18: what the customer agreed to is a
 * contract, and more is asked for anew.
 */
function kept(repair: Repair, { total, currency }: Price, now: number): string | null {
  // What was agreed to and then covered, or taken back by an administrator, is superseded by nothing.
  const isOver = ({ ref, status }: Repair['quotes'][number]): boolean =>
    status === 'superseded' && repair.quotes.every(({ supersedes }) => supersedes !== ref);
  const since = Math.max(0, ...repair.quotes.filter((quote) => quote.status === 'approved' || isOver(quote)).map(({ version }) => version));
  const given = repair.quotes.filter(({ version, form, validUntil }) => version > since && form === 'eu_erif' && (validUntil ?? 0) >= now);
  if (!given.every((quote) => quote.currency === currency)) return 'currency_differs';
  return total > Math.min(...given.map((quote) => quote.total)) ? 'terms_locked' : null;
}

function fair(repair: Repair, price: Price, now: number): string | null {
  const wrong = kept(repair, price, now) ?? sums(price.total);
  if (wrong !== null) return wrong;
  const { fee, currency, validDays, form } = price;
  const { feeDisclosed } = repair;
  if (fee > (feeDisclosed !== null && feeDisclosed.currency === currency ? feeDisclosed.amount : 0)) return 'fee_not_disclosed';
  return validDays < (form === 'eu_erif' || repair.jurisdiction === 'EU' ? 30 : 10) ? 'validity_too_short' : null;
}

function willing({ consent }: { consent: Inputs['disposal.consent']['consent'] }, { now, by }: Moment): string | null {
  if (consent.method === 'link' && by !== 'customer') return 'consent_by_link';
  if (consent.method !== 'link' && by === 'customer') return 'consent_by_link';
  return Date.parse(consent.givenAt) > now + 5 * 60_000 ? 'consent_in_future' : null;
}

const decides: Condition<'quote.approve' | 'quote.decline'> = (repair, input, moment) => {
  const shown = shownQuote(repair);
  if (shown?.ref !== input.quoteId) return repair.quotes.some(({ ref }) => ref === input.quoteId) ? 'quote_superseded' : 'quote_unknown';
  if (shown.status !== 'sent') return 'quote_decided';
  return willing(input, moment);
};

const names = (repair: Repair, refs: readonly string[], fits: (part: Repair['parts'][number]) => boolean): boolean =>
  refs.every((ref) => repair.parts.some((part) => part.ref === ref && fits(part)));

const inHand = ({ state }: Repair['parts'][number]): boolean => state === 'received';

/** On the calendar of Shanghai. */
const dayAt = (at: number): string => new Date(at + 8 * HOUR).toISOString().slice(0, 10);

/** A day that can be kept, and within ten years. */
const keepable = (at: number, now: number): string | null => (at <= now ? 'promise_in_past' : at > now + 3653 * DAY ? 'too_far_ahead' : null);

const comes = (parts: readonly { expectedOn: string }[], now: number): string | null => {
  if (parts.some(({ expectedOn }) => expectedOn < dayAt(now))) return 'expected_in_past';
  return parts.some(({ expectedOn }) => expectedOn > dayAt(now + 3653 * DAY)) ? 'too_far_ahead' : null;
};

const inTime: Condition<'hold.open' | 'hold.change'> = (_repair, { resumeBy }, { now }) => (Date.parse(resumeBy) <= now ? 'resume_in_past' : null);

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
const spelled = (serial: string): string => serial.toUpperCase().replaceAll(/[\s-]/g, '');

export const conditions: { readonly [A in Action]?: Condition<A> } = {
  'intake.open': (_repair, { backupConsent }, moment) => willing({ consent: backupConsent }, moment),
  'intake.expire': ({ reminders }) => (reminders < 2 ? 'reminders_missing' : null),
  'device.receive': ({ serials, photos, rules }, { serialScanned, acceptMismatch, promisedAt }, { now }) => {
    const another = serialScanned !== undefined && !serials.some((serial) => spelled(serial) === spelled(serialScanned));
    if (another && acceptMismatch === undefined) return 'serial_differs';
    if (photos < rules.photos) return 'photos_missing';
    return promisedAt === undefined ? null : keepable(Date.parse(promisedAt), now);
  },
  'quote.draft': (_repair, { offer }) => sums(sumOf(offer)),
  'quote.send': (repair, input, { now }) => {
    const price = priceOf(repair, input);
    return price === null ? 'draft_unknown' : fair(repair, price, now);
  },
  'quote.supersede': (repair, input, { now }) => {
    const price = priceOf(repair, input);
    if (price === null) return 'draft_unknown';
    const shown = shownQuote(repair);
    return shown !== undefined && shown.currency !== price.currency ? 'currency_differs' : fair(repair, price, now);
  },
  'quote.revise': (repair, input, { now }) => {
    const price = priceOf(repair, input);
    if (price === null) return 'draft_unknown';
    const agreed = agreedQuote(repair);
    if (agreed !== undefined && agreed.currency !== price.currency) return 'currency_differs';
    return price.total > (agreed?.total ?? 0) ? fair(repair, price, now) : 'not_higher';
  },
  'quote.approve': (repair, input, moment) => {
    const refusal = decides(repair, input, moment);
    const shown = shownQuote(repair);
    if (refusal !== null || shown === undefined) return refusal;
    if ((shown.validUntil ?? 0) < moment.now) return 'quote_expired';
    return input.amountShown.amount === shown.total && input.amountShown.currency === shown.currency ? null : 'amount_differs';
  },
  'quote.decline': decides,
  'quote.expire': (repair, _input, { now }) => {
    const shown = shownQuote(repair);
    if (shown?.status !== 'sent' || (shown.validUntil ?? 0) + repair.rules.graceDays * DAY > now) return 'not_expired';
    return shown.reminders < 2 ? 'reminders_missing' : null;
  },
  'parts.order': (_repair, { parts }, { now }) => comes(parts, now),
  'parts.delay': (repair, { parts }, { now }) => {
    if (
      !names(
        repair,
        parts.map(({ partId }) => partId),
        isAwaited,
      )
    )
      return 'part_unknown';
    return comes(parts, now);
  },
  'parts.receive': (repair, { partIds }) => (names(repair, partIds, isAwaited) ? null : 'part_unknown'),
  'parts.fit': (repair, { fitted }) =>
    names(
      repair,
      fitted.map(({ partId }) => partId),
      inHand,
    )
      ? null
      : 'part_unknown',
  'parts.return': (repair, { partIds }) => (names(repair, partIds, inHand) ? null : 'part_unknown'),
  'repair.start': ({ parts }) => (parts.some(isAwaited) ? 'parts_outstanding' : null),
  'repair.finish': ({ parts }) => (parts.some(inHand) ? 'parts_unfitted' : null),
  'repair.abandon': (repair, { charge }) => (charge > (agreedQuote(repair)?.total ?? 0) ? 'charge_too_high' : null),
  'qc.pass': ({ repairedBy, rules, kind }, { inspector, checks }) => {
    if (rules.inspectorMustDiffer && repairedBy.some((person) => same(person, inspector))) return 'same_person';
    return rules.mandatory[kind].every((key) => checks.some(({ check }) => check === key)) ? null : 'checklist_incomplete';
  },
  'shipment.dispatched': (repair) => (repair.returnMethod === 'pick_up' ? 'pick_up_only' : hasParcel(repair) ? null : 'no_outbound_shipment'),
  'device.hand_over': ({ returnMethod }) => (returnMethod === 'ship' ? 'shipping_only' : null),
  'delivery.dispute': ({ deliveredAt, rules }, _input, { now }) =>
    deliveredAt !== null && now - deliveredAt <= rules.disputeDays * DAY ? null : 'dispute_too_late',
  'disposal.consent': (_repair, input, moment) => willing(input, moment),
  'storage.dispose': ({ storage }, _input, { now }) => {
    if (storage === null) return 'no_storage';
    if (storage.notices < 3) return 'notices_missing';
    return now < storage.keepUntil ? 'keep_longer' : null;
  },
  'transfer.receive': () => 'not_addressed',
  'hold.open': inTime,
  'hold.change': inTime,
  'promise.change': ({ promises }, { promisedAt }, { now }) => {
    const at = Date.parse(promisedAt);
    return keepable(at, now) ?? (at === promises.at(-1)?.at ? 'promise_unchanged' : null);
  },
  'admin.reopen': ({ closedAt, rules }, _input, { now }) => (now - (closedAt ?? 0) <= rules.reopenHours * HOUR ? null : 'reopen_too_late'),
  'admin.correct': ({ status }, { to }) => (to === status ? 'status_unchanged' : null),
};

/** Every refusal the model knows. */
export const everyRefusal: readonly string[] = [
  ...['on_hold', 'not_held', 'resume_in_past', 'serial_differs', 'photos_missing', 'promise_in_past', 'promise_unchanged', 'validity_too_short'],
  ...['total_negative', 'total_too_large', 'fee_not_disclosed', 'draft_unknown', 'currency_differs', 'terms_locked', 'not_higher', 'not_expired'],
  ...['reminders_missing', 'quote_unknown', 'quote_superseded', 'quote_decided', 'quote_expired', 'amount_differs', 'consent_in_future'],
  ...['consent_by_link', 'parts_outstanding', 'parts_unfitted', 'part_unknown', 'pick_up_only', 'shipping_only', 'no_outbound_shipment'],
  ...['expected_in_past', 'charge_too_high', 'same_person', 'checklist_incomplete', 'dispute_too_late', 'no_storage', 'notices_missing'],
  ...['keep_longer', 'too_far_ahead', 'reopen_too_late', 'status_unchanged', 'not_addressed', 'device_under_way'],
];
