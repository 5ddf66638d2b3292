// The reference model: what the design says must become of one command, and what the caller must see then.
import type { Status } from '#tickets/status.ts';
import { conditions } from './conditions.ts';
import { follow, keptLonger, settle } from './consequences.ts';
import { tell } from './news.ts';
import { type Asked, type Command, copied, type Repair, shownQuote } from './repair.ts';
import { isOver, lines, mayDo, offered, stageOf, wayFrom } from './table.ts';

/** What must come of it. */
export type Expectation =
  | { kind: 'taken'; next: Repair }
  | { kind: 'refused'; refusal: string }
  | { kind: 'not_from_here'; offered: string[] }
  | { kind: 'forbidden' | 'no_reason' | 'stale' | 'other_open' };

/** The answer to a step asked for at `now`. */
export function expectation(repair: Repair, asked: Asked, now: number): Expectation {
  const { action, by } = asked;
  const line = lines[action];
  if (asked.stale) return { kind: 'stale' };
  if (!mayDo(by, action)) return { kind: 'forbidden' };
  if (line.reason === true && asked.reason === null) return { kind: 'no_reason' };
  const way = wayFrom(action, repair.status);
  if (way === undefined) return { kind: 'not_from_here', offered: offered(repair.status, repair.hold !== null, by) };
  if (repair.hold !== null && line.hold === undefined) return { kind: 'refused', refusal: 'on_hold' };
  if (repair.hold === null && line.hold === 'only held') return { kind: 'refused', refusal: 'not_held' };
  // 7.1, step 7: a transfer changes where the device is; what takes the device in hand waits until it is somewhere.
  if (repair.between && withDevice.has(action)) return { kind: 'refused', refusal: 'device_under_way' };
  const refusal = conditions[action]?.(repair, asked.input as never, { now, by }) ?? null;
  if (refusal !== null) return { kind: 'refused', refusal };
  const to = targetOf(repair, asked, way);
  if (isOver(repair.status) && !isOver(to) && repair.sibling) return { kind: 'other_open' };
  return { kind: 'taken', next: stepped(repair, asked, to, now) };
}

const withDevice = new Set<string>([
  ...['diagnosis.start', 'diagnosis.reopen', 'diagnosis.no_fault', 'diagnosis.unrepairable', 'repair.start', 'repair.finish'],
  ...['parts.fit', 'qc.fail', 'qc.pass', 'device.hand_over'],
]);

function targetOf(repair: Repair, { action, input }: Asked, way: string): Status {
  if (way === '=') return repair.status;
  if (way !== '?') return way as Status;
  return action === 'admin.correct' ? (input as { to: Status }).to : (repair.before ?? 'created');
}

function outcomeOf({ action, input }: Asked, to: Status): string | null {
  const { outcome } = lines[action];
  if (outcome !== '?') return outcome ?? null;
  if (action === 'qc.pass') return (input as { outcome: string }).outcome;
  return to === 'cancelled' ? 'cancelled' : 'returned_unrepaired';
}

function stepped(repair: Repair, asked: Asked, to: Status, now: number): Repair {
  const next = copied(repair);
  const moment = { now, by: asked.by };
  follow(next, asked.action, asked.input, moment);
  next.status = to;
  next.version += 1;
  next.log.push(asked.action);
  // What was wrong and is corrected before the way back has come to nothing yet.
  if (asked.action === 'admin.correct' && !isOver(to) && stageOf[to] !== 'return') next.outcome = null;
  next.outcome ??= outcomeOf(asked, to);
  if (to !== repair.status && !isOver(repair.status)) next.before = repair.status;
  if (!isOver(to) && !next.stages.includes(stageOf[to])) next.stages.push(stageOf[to]);
  next.closedAt = isOver(to) ? (next.closedAt ?? now) : null;
  if (isOver(to)) next.hold = null;
  settle(next, asked.action, repair.status, moment);
  keptLonger(repair, next, now);
  // 3.6: the center's own work counts from `approved` on, stands still while the customer decides, and ends where the device is ready.
  next.workSince = works.has(to) ? (repair.workSince ?? now) : to === 'quoted' ? repair.workSince : null;
  tell(repair, next, asked, now);
  if (to !== repair.status) next.enteredAt = next.version;
  return next;
}

const works = new Set<Status>(['approved', 'awaiting_parts', 'in_repair', 'quality_check']);

/** What happens by itself. */
export function happened(repair: Repair, { happening }: Extract<Command, { kind: 'world' }>, now: number): Repair {
  const next = copied(repair);
  const lying = next.quotes.find(({ status }) => status === 'sent');
  switch (happening) {
    case 'photo':
      next.photos += 1;
      break;
    case 'parcel':
      next.parcels.push({ ended: false, createdAt: now });
      break;
    case 'parcel_ends':
      for (const parcel of next.parcels) parcel.ended = true;
      break;
    case 'sent_on':
    case 'comes_back':
      next.between = happening === 'sent_on';
      break;
    case 'remind':
      if (lying === undefined) next.reminders += 1;
      else lying.reminders += 1;
      break;
    case 'notice':
      if (next.storage !== null) next.storage.notices += 1;
      break;
    case 'mails_leave':
      next.told = next.told.map((one) => (one.state === 'pending' ? { ...one, state: 'sent' } : one));
      break;
    case 'sibling_opens':
    case 'sibling_ends':
      next.sibling = happening === 'sibling_opens';
      break;
  }
  return next;
}

/** Whose turn it is where nothing holds it up. */
const ours = new Set<Status>(['received', 'diagnosing', 'approved', 'in_repair', 'quality_check']);
const waitsForCustomer = new Set([
  ...['customer_info', 'customer_unreachable', 'payment', 'device_lock', 'proof_of_purchase', 'rescheduled_customer', 'shipment_problem'],
  ...['serial_mismatch', 'legal_block', 'force_majeure'],
]);

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

/** What a caller sees of the ticket, put so that the product's view can be put the same way. */
export function seen(repair: Repair) {
  const { status, hold, storage, returnMethod, promises } = repair;
  const quote = shownQuote(repair);
  const turn = ours.has(status) || (status === 'ready' && returnMethod === 'ship');
  return {
    status,
    version: repair.version,
    outcome: repair.outcome,
    stages: repair.stages.toSorted(),
    quote:
      quote === undefined
        ? null
        : {
            ...{ ref: quote.ref, version: quote.version, status: quote.status, total: quote.total, currency: quote.currency },
            ...{ validUntil: isoOrNull(quote.validUntil), supersedes: quote.supersedes, by: quote.by, wish: quote.wish },
          },
    hold:
      hold === null
        ? null
        : { reason: hold.reason, pauses: waitsForCustomer.has(hold.reason), openedAt: iso(hold.openedAt), resumeBy: iso(hold.resumeBy) },
    parts: repair.parts.map(({ ref, state, expectedOn }) => `${ref} ${state} ${expectedOn}`),
    promises: promises.length,
    // Those before were compared before.
    lastPromises: promises.slice(-2).map(({ at, reason, madeAt }) => `${iso(at)} ${reason} ${iso(madeAt)}`),
    promisedAt: isoOrNull(promises.at(-1)?.at ?? null),
    qcFailures: repair.qcFailures,
    storage: storage === null ? null : { keepUntil: iso(storage.keepUntil), notices: storage.notices },
    closedAt: isoOrNull(repair.closedAt),
    parcels: repair.parcels.length,
    // The customer hears again by a day, unless nothing is to come.
    quiet: status === 'delivered' ? hold?.reason !== 'suspected_loss' : isOver(status),
    watched: turn && (hold === null || !waitsForCustomer.has(hold.reason)),
  };
}
export type Seen = ReturnType<typeof seen>;
