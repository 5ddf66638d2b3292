// What a step changes beside the status, as the design says it.
import type { Inputs } from '#tickets/inputs.ts';
import type { Status } from '#tickets/status.ts';
import { type Moment, type Price, priceOf } from './conditions.ts';
import { type Action, agreedQuote, draftOf, type Quote, type Repair, shownQuote } from './repair.ts';
import { openAfter, openBetween, workdaysAfter } from './workdays.ts';

const DAY = 86_400_000;
type Consequence<A extends Action> = (next: Repair, input: Inputs[A], moment: Moment) => void;

/** The reasons for which the center's time stands still. */
const standsStill = new Set([
  ...['customer_info', 'customer_unreachable', 'payment', 'device_lock', 'proof_of_purchase', 'rescheduled_customer', 'shipment_problem'],
  ...['serial_mismatch', 'legal_block', 'force_majeure'],
]);

const sideOf = (by: Moment['by']): Quote['by'] => (by === 'customer' || by === 'system' ? by : 'center');

const newest = ({ quotes }: Repair): number => Math.max(0, ...quotes.map(({ version }) => version));

function drafted(next: Repair, price: Price): Quote {
  const quote: Quote = draftOf(next) ?? {
    ...{ ref: `q#${next.quotes.length + 1}`, version: newest(next) + 1, status: 'draft', validUntil: null, supersedes: null },
    ...{ by: null, wish: null, decidedAt: null, reminders: 0, ...price },
  };
  Object.assign(quote, price);
  if (!next.quotes.includes(quote)) next.quotes.push(quote);
  return quote;
}

/** The price goes to the customer and takes the place of `previous`; one that lay there is nobody's any more. */
function sent(next: Repair, input: Inputs['quote.send'], { now, by }: Moment, previous: Quote | undefined): void {
  const price = priceOf(next, input);
  if (price === null) throw new Error('a condition has let through what is no price');
  const { currency, total, fee, validDays, promisedDays, form } = price;
  const lying = next.quotes.find(({ status }) => status === 'sent');
  if (lying !== undefined) Object.assign(lying, { status: 'superseded', by: sideOf(by) });
  const latest = newest(next);
  let quote = input.quoteId === undefined ? undefined : draftOf(next);
  if (quote === undefined) {
    quote = {
      ...{ ref: `q#${next.quotes.length + 1}`, version: latest + 1, status: 'sent', form, currency, total, fee, validDays, promisedDays },
      ...{ validUntil: null, supersedes: null, by: null, wish: null, decidedAt: null, reminders: 0 },
    };
    next.quotes.push(quote);
  } else if (quote.version < latest) {
    quote.version = latest + 1;
  }
  Object.assign(quote, { status: 'sent', validUntil: now + validDays * DAY, supersedes: previous?.ref ?? null });
}

const promised = (next: Repair, at: number, reason: string, now: number): void => {
  if (next.promises.at(-1)?.at !== at) next.promises.push({ at, reason, madeAt: now });
};
/** Only to a later day. */
const postponed = (next: Repair, at: number, reason: string, now: number): void => {
  const last = next.promises.at(-1);
  if (last === undefined || at > last.at) promised(next, at, reason, now);
};

const rung = (next: Repair, kind: string): void => {
  next.alerts[kind] = (next.alerts[kind] ?? 0) + 1;
};

const held = (next: Repair, reason: string, resumeBy: number, now: number): void => {
  next.hold = { reason, openedAt: now, resumeBy };
  next.holds += 1;
};

/** The time a hold has taken from the customer's fault is added to the promise, unless that was missed before. */
function givenBack(next: Repair, now: number): void {
  const last = next.promises.at(-1);
  if (next.hold === null || last === undefined || !standsStill.has(next.hold.reason)) return;
  const since = Math.max(next.hold.openedAt, last.madeAt);
  if (last.at > since) postponed(next, openAfter(last.at, openBetween(since, now)), 'hold', now);
}

const decided = (next: Repair, status: 'approved' | 'declined', moment: Moment, wish: Quote['wish']): void => {
  Object.assign(shownQuote(next) as Quote, { status, by: sideOf(moment.by), wish, decidedAt: moment.now });
  if (moment.by === 'customer') rung(next, 'quote_decided');
};

const states = (next: Repair, refs: readonly string[], state: Repair['parts'][number]['state']): void => {
  for (const part of next.parts) if (refs.includes(part.ref)) part.state = state;
};

const worked = (next: Repair, technician: string | undefined): void => {
  if (technician !== undefined && !next.repairedBy.includes(technician)) next.repairedBy.push(technician);
};

/** What goes back by parcel after a decision gets two working days, unless it was promised for later anyway. */
const sentBackSoon = (next: Repair, reason: string, now: number): void => {
  if (next.status === 'quoted' && next.returnMethod === 'ship') postponed(next, workdaysAfter(now, 2), reason, now);
};

const untilParts = (next: Repair, days: readonly string[], now: number): void => {
  const last = days.toSorted().at(-1) ?? '';
  postponed(next, workdaysAfter(Date.parse(`${last}T12:00:00Z`), next.rules.repairDays), 'part_delayed', now);
};

const consequences: { readonly [A in Action]?: Consequence<A> } = {
  'device.receive': (next, { promisedAt, diagnosisFee }, { now }) => {
    // Whatever was wrong with the parcel: it is here.
    if (next.hold?.reason === 'shipment_problem') next.hold = null;
    next.feeDisclosed = diagnosisFee ?? null;
    const { diagnosisDays, repairDays } = next.rules;
    promised(next, promisedAt === undefined ? workdaysAfter(now, diagnosisDays + repairDays) : Date.parse(promisedAt), 'received', now);
  },
  'coverage.accept': (next, _input, { now }) => {
    // It costs nothing from now on: what was agreed to before is no leave to charge any more.
    for (const quote of next.quotes) if (quote.status === 'approved') quote.status = 'superseded';
    postponed(next, workdaysAfter(now, next.rules.repairDays), 'covered', now);
  },
  'quote.draft': (next, { offer }) => {
    const price = priceOf(next, { offer });
    if (price !== null) drafted(next, price);
  },
  'quote.send': (next, input, moment) => sent(next, input, moment, undefined),
  'quote.supersede': (next, input, moment) => sent(next, input, moment, shownQuote(next)),
  'quote.revise': (next, input, moment) => sent(next, input, moment, agreedQuote(next)),
  'quote.approve': (next, _input, moment) => {
    const days = shownQuote(next)?.promisedDays ?? 0;
    decided(next, 'approved', moment, null);
    promised(next, workdaysAfter(moment.now, days), 'quote_approved', moment.now);
  },
  'quote.decline': (next, { wish }, moment) => {
    decided(next, 'declined', moment, wish ?? 'return');
    sentBackSoon(next, 'customer_wish', moment.now);
  },
  'quote.expire': (next, _input, { by, now }) => {
    Object.assign(shownQuote(next) as Quote, { status: 'expired', by: sideOf(by) });
    sentBackSoon(next, 'hold', now);
  },
  'parts.order': (next, { parts }, { now }) => {
    for (const { expectedOn } of parts) next.parts.push({ ref: `p#${next.parts.length + 1}`, state: 'ordered', expectedOn });
    untilParts(
      next,
      parts.map(({ expectedOn }) => expectedOn),
      now,
    );
  },
  'parts.delay': (next, { parts }, { now }) => {
    for (const { partId, expectedOn } of parts) {
      const part = next.parts.find(({ ref }) => ref === partId);
      if (part !== undefined) Object.assign(part, { state: 'backordered', expectedOn });
    }
    untilParts(
      next,
      parts.map(({ expectedOn }) => expectedOn),
      now,
    );
  },
  'parts.receive': (next, { partIds }) => states(next, partIds, 'received'),
  'parts.fit': (next, { fitted }) =>
    states(
      next,
      fitted.map(({ partId }) => partId),
      'fitted',
    ),
  'parts.return': (next, { partIds }) => states(next, partIds, 'returned_unused'),
  'repair.start': (next, { technician }) => worked(next, technician),
  'repair.finish': (next, { technician }) => worked(next, technician),
  'qc.fail': (next) => {
    next.qcFailures += 1;
    if (next.qcFailures >= 2) rung(next, 'quality_failed_twice');
  },
  'qc.pass': (next, { swap }) => {
    if (swap !== undefined) next.serials.push(swap.serial);
  },
  'shipment.returned': (next, _input, { now }) => held(next, 'shipment_problem', workdaysAfter(now, 3), now),
  'delivery.dispute': (next, { what }, { now }) => {
    held(next, what === 'not_received' ? 'suspected_loss' : 'tech_support', workdaysAfter(now, 1), now);
    next.disputedAt = now;
    rung(next, 'delivery_disputed');
  },
  'ticket.cancel': (next, _input, { by, now }) => {
    if (by === 'customer') rung(next, 'cancelled_by_customer');
    sentBackSoon(next, 'customer_wish', now);
  },
  'hold.open': (next, { reason, resumeBy }, { now }) => held(next, reason, Date.parse(resumeBy), now),
  'hold.change': (next, { reason, resumeBy }, { now }) => {
    givenBack(next, now);
    held(next, reason, Date.parse(resumeBy), now);
  },
  'hold.resume': (next, _input, { now }) => {
    givenBack(next, now);
    next.hold = null;
  },
  'promise.change': (next, { promisedAt, reason }, { now }) => promised(next, Date.parse(promisedAt), reason, now),
};

/** 3.6: the law's hold pauses the clock of storage; the device is kept so much longer. */
export function keptLonger(before: Repair, next: Repair, now: number): void {
  const { hold, storage } = before;
  if (hold?.reason !== 'legal_block' || hold === next.hold || storage === null || next.storage === null) return;
  next.storage.keepUntil += now - Math.max(hold.openedAt, storage.since);
}

/** Changes the copy as the action says. */
export function follow(next: Repair, action: Action, input: object, moment: Moment): void {
  const consequence = consequences[action] as Consequence<Action> | undefined;
  consequence?.(next, input as never, moment);
}

const without: ReadonlySet<Status> = new Set(['created', 'awaiting_device', 'inbound_transit', 'closed', 'cancelled', 'disposed']);

/** What follows from where the ticket is now, whatever led there. */
export function settle(next: Repair, action: Action, from: Status, { now, by }: Moment): void {
  const { status, rules } = next;
  const lying = next.quotes.find((quote) => quote.status === 'sent');
  if (status !== 'quoted' && lying !== undefined) {
    // A correction takes the question back; whoever cancels or gives the device away has answered it.
    Object.assign(lying, { status: action === 'admin.correct' ? 'superseded' : 'declined', by: sideOf(by) });
  }
  if (action === 'admin.correct' && next.promises.length === 0 && !without.has(status)) {
    promised(next, workdaysAfter(now, rules.diagnosisDays + rules.repairDays), 'correction', now);
  }
  const waits = status === 'ready' && next.returnMethod === 'pick_up';
  if (!waits) next.storage = null;
  else next.storage ??= { since: now, keepUntil: now + rules.keepDays * DAY, notices: 0 };
  if (status !== from) next.reminders = 0;
  if (status === 'delivered' && from !== 'delivered') {
    next.hold = null;
    // Opened again, it is still the delivery of that day.
    if (action !== 'admin.reopen') next.deliveredAt = now;
  }
}
