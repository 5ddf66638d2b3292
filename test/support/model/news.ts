// What the customer is told of a step, and whether it is news: the design's triggers, and its rule that nothing is said twice (notifications 5.2 and 5.3).
import type { Inputs } from '#tickets/inputs.ts';
import { type Action, type Asked, agreedQuote, isAwaited, type Repair, shownQuote } from './repair.ts';
import { lines } from './table.ts';

const HOUR = 3_600_000;

/** A row that is due to the customer. */
export interface Telling {
  /** The step that it tells of. */
  seq: number;
  message: string;
  /** `withdrawn`: a correction came before it went out. */
  state: 'pending' | 'sent' | 'withdrawn';
}

/** The message of an action, where it is not named like it. */
const messages: { readonly [A in Action]?: string } = {
  'intake.open': 'label',
  'shipment.collected': 'collected',
  'intake.withdraw': 'cancelled',
  'intake.expire': 'request_expired',
  'diagnosis.start': 'diagnosing',
  'diagnosis.reopen': 'diagnosing_again',
  'diagnosis.no_fault': 'ready',
  'diagnosis.unrepairable': 'unrepairable',
  'coverage.accept': 'covered',
  'quote.send': 'quoted',
  'quote.supersede': 'quote_changed',
  'quote.revise': 'quote_changed',
  'quote.approve': 'approved',
  'quote.decline': 'declined',
  'quote.expire': 'quote_expired',
  'parts.order': 'awaiting_part',
  'parts.delay': 'part_delayed',
  'repair.start': 'repair_started',
  'repair.abandon': 'unrepairable',
  'shipment.dispatched': 'shipped',
  'device.hand_over': 'delivered',
  'shipment.delivered': 'delivered',
  'shipment.returned': 'came_back',
  'delivery.dispute': 'disputed',
  'ticket.settle': 'closed',
  'ticket.cancel': 'cancelled',
  'disposal.consent': 'disposed',
  'storage.dispose': 'disposed',
  'hold.open': 'hold_opened',
  'hold.change': 'hold_opened',
  'hold.resume': 'resumed',
  'promise.change': 'promise_moved',
  'admin.reopen': 'reopened',
};

/** What is new in a message after its step: told again only where this has changed. What has no row is news each time. */
const news: Readonly<Record<string, (next: Repair, asked: Asked) => string>> = {
  ...Object.fromEntries(['label', 'received', 'diagnosing', 'repair_started', 'closed'].map((message) => [message, () => ''])),
  // N3 and N25, N27: of each parcel once; what speaks of a parcel speaks of the one that takes the device back, once it goes back.
  ...Object.fromEntries(['collected', 'shipped', 'delivered'].map((message) => [message, parcelOf])),
  // N9 to N13: once per version.
  ...Object.fromEntries(['quoted', 'quote_changed', 'quote_expired', 'approved', 'declined'].map((message) => [message, versionOf])),
  covered: (_next, { input }) => (input as Inputs['coverage.accept']).basis,
  // N14 and N15: once per change of date.
  awaiting_part: daysOf,
  part_delayed: daysOf,
  hold_opened: ({ hold }, { input }) => `${String(hold?.reason)} ${String(hold?.resumeBy)} ${(input as Inputs['hold.open']).customerText ?? ''}`,
  promise_moved: ({ promises }) => String(promises.at(-1)?.at),
  ready: ({ outcome }) => String(outcome),
};

function parcelOf({ stages, parcels }: Repair): string {
  return stages.includes('return') ? String(parcels.length) : '0';
}
function versionOf(next: Repair): string {
  return String(shownQuote(next)?.version);
}
function daysOf({ parts }: Repair): string {
  return String(
    parts
      .filter(isAwaited)
      .map(({ expectedOn }) => expectedOn)
      .toSorted(),
  );
}

/** What a message undoes: what was told before it is news again. */
const undoes: Readonly<Record<string, readonly string[]>> = {
  resumed: ['hold_opened'],
  came_back: ['ready', 'shipped', 'delivered'],
  disputed: ['ready', 'shipped', 'delivered'],
  cancelled: ['ready'],
  reopened: ['closed', 'delivered'],
};

/** What a parcel's trouble holds up by itself is told in words about the parcel. */
const isQuiet = ({ by, action, input }: Asked): boolean =>
  by === 'system' && (action === 'hold.resume' || (action === 'hold.open' && (input as { reason: string }).reason === 'shipment_problem'));

/** N19 is left out within an hour of N12: of the yes, or of the moment from which the center's own work counts. */
const justAgreed = (before: Repair, now: number): boolean => now - Math.max(before.workSince ?? 0, agreedQuote(before)?.decidedAt ?? 0) < HOUR;

function messageOf(before: Repair, asked: Asked, now: number): string | null {
  const { action, input } = asked;
  if (!lines[action].told || isQuiet(asked)) return null;
  switch (action) {
    case 'device.receive': {
      const differs = before.serials.every((serial) => spelled(serial) !== spelled((input as Inputs['device.receive']).serialScanned ?? serial));
      return differs ? 'received_differently' : 'received';
    }
    case 'qc.pass':
      return (input as Inputs['qc.pass']).swap === undefined ? 'ready' : 'replaced';
    case 'repair.start':
      return justAgreed(before, now) ? null : 'repair_started';
    default:
      return messages[action] ?? action;
  }
}

const spelled = (serial: string): string => serial.toUpperCase().replaceAll(/[\s-]/g, '');

/** Tells the customer of the step that made `next` of `before`, where there is anything new in it. */
export function tell(before: Repair, next: Repair, asked: Asked, now: number): void {
  if (asked.action === 'admin.correct') takeBack(before, next);
  const message = messageOf(before, asked, now);
  if (message === null) return;
  const said = news[message]?.(next, asked) ?? null;
  if (said !== null && next.said[message] === said) return;
  for (const undone of undoes[message] ?? []) delete next.said[undone];
  if (said !== null) next.said[message] = said;
  next.told.push({ seq: next.version, message, state: 'pending' });
}

/** N39: what told of the wrong status is withdrawn and counts as never told; where anything of it went out, a correction follows. */
function takeBack({ enteredAt }: Repair, next: Repair): void {
  const wrong = next.told.filter(({ seq, state }) => seq >= enteredAt && state !== 'withdrawn');
  // Nor may a correction that is still owed get lost with the status it spoke of.
  const owed = wrong.some(({ state, message }) => state === 'sent' || message === 'recalled');
  for (const { message } of wrong) delete next.said[message];
  next.told = next.told.map((one) => (wrong.includes(one) && one.state === 'pending' ? { ...one, state: 'withdrawn' } : one));
  if (owed) next.told.push({ seq: next.version, message: 'recalled', state: 'pending' });
}
