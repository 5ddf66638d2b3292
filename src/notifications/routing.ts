// Which message goes by which ways, what cannot wait, and what is told once: one row per message. A missing row does not compile.
import type { Way } from '#contacts/contact.ts';
import type { MessageName, TicketFacts } from './event.ts';

/** The ways that make a telephone ring. */
export type InstantWay = Exclude<Way, 'email'>;

/** How one message is dispatched (notifications §5.2 and §5.3). */
export interface Route {
  /** Tried in this order, each only where the one before it has failed. Empty: by mail alone. */
  instant: readonly InstantWay[];
  /** `otherwise`: only where no instant way is open, or all of them have failed. */
  mail: 'always' | 'otherwise';
  /** Asks for something or brings what cannot wait: it goes at once and takes along what was gathered. */
  urgent: boolean | ((facts: TicketFacts) => boolean);
  /** Not held back in the night, nor by a budget. */
  night?: true;
  /** What is new in it: told again only where this differs from what was told before. `always`: each is news by itself. */
  news: 'always' | 'once' | ((facts: TicketFacts) => string);
  /** Told again after this message, though nothing in them is new: they were undone by what it tells. */
  forgets?: readonly MessageName[];
}

const everywhere = { instant: ['wechat', 'sms'], mail: 'always' } as const;
const mailed = { instant: [], mail: 'always' } as const;
const quietly = { instant: ['wechat'], mail: 'always' } as const;
const pushed = { instant: ['wechat'], mail: 'otherwise' } as const;
const ringing = { instant: ['wechat', 'sms'], mail: 'otherwise' } as const;

const quoteVersion = ({ quote }: TicketFacts): string => String(quote?.version ?? '');
/** Parts of one order stand in any order: the same days are the same news. */
const partDays = ({ parts }: TicketFacts): string =>
  parts
    .map(({ name, expectedOn }) => `${name} ${expectedOn}`)
    .toSorted()
    .join(', ');
const holdNow = ({ hold }: TicketFacts): string => (hold ? `${hold.reason} ${hold.resumeBy} ${hold.customerText ?? ''}` : '');
const parcelNow = ({ shipment }: TicketFacts): string => (shipment ? `${shipment.carrier} ${shipment.waybillTail}` : '');
const promiseNow = ({ promise }: TicketFacts): string => promise?.at ?? '';
/** Whether the device waits for the customer to come. */
const waits = ({ status, returnMethod }: TicketFacts): boolean => status === 'ready' && returnMethod === 'pick_up';
const ending = ({ outcome }: TicketFacts): string => outcome ?? '';

/** Every message's way out. */
export const routes = {
  created: { ...everywhere, urgent: false, news: 'once' },
  label: { ...quietly, urgent: true, news: 'once' },
  send_reminder: { ...quietly, urgent: true, news: 'always' },
  request_expired: { ...quietly, urgent: false, news: 'always' },
  received: { ...everywhere, urgent: false, news: 'once' },
  received_differently: { ...everywhere, urgent: true, news: 'always' },
  collected: { ...pushed, urgent: false, news: parcelNow },
  parcel_arrived: { ...pushed, urgent: true, news: ({ parcel }) => parcel?.openBy ?? '' },
  delivery_failed: { ...everywhere, urgent: true, night: true, news: 'always' },
  at_pickup_point: { ...everywhere, urgent: true, night: true, news: 'always' },
  parcel_held_up: { ...everywhere, urgent: true, night: true, news: 'always' },
  parcel_moves_again: { ...quietly, urgent: false, news: 'always' },
  parcel_refused: { ...everywhere, urgent: true, night: true, news: 'always' },
  parcel_returning: { ...everywhere, urgent: true, night: true, news: 'always' },
  parcel_lost: { ...everywhere, urgent: true, night: true, news: 'always' },
  parcel_damaged: { ...everywhere, urgent: true, night: true, news: 'always' },
  claim_news: { ...quietly, urgent: true, news: 'always' },
  eta_moved: { ...pushed, urgent: false, news: ({ shipment }) => shipment?.eta ?? '' },
  moved_center: { ...quietly, urgent: false, news: 'always' },
  diagnosing: { ...quietly, urgent: false, news: 'once' },
  diagnosing_again: { ...quietly, urgent: false, news: 'always' },
  diagnosis_late: { ...quietly, urgent: true, news: 'always' },
  covered: { ...quietly, urgent: false, news: ({ why }) => why ?? '' },
  quoted: { ...everywhere, urgent: true, news: quoteVersion },
  quote_changed: { ...everywhere, urgent: true, news: quoteVersion },
  quote_reminder: { ...ringing, urgent: true, news: 'always' },
  quote_expired: { ...everywhere, urgent: waits, news: quoteVersion },
  approved: { ...quietly, urgent: false, news: quoteVersion },
  declined: { ...quietly, urgent: waits, news: quoteVersion },
  awaiting_part: { ...quietly, urgent: false, news: partDays },
  part_delayed: { ...quietly, urgent: false, news: partDays },
  hold_opened: { ...everywhere, urgent: true, news: holdNow },
  hold_reminder: { ...quietly, urgent: true, news: 'always' },
  hold_expired: { ...quietly, urgent: true, news: 'always' },
  resumed: { ...quietly, urgent: false, news: 'always', forgets: ['hold_opened'] },
  promise_moved: { ...pushed, urgent: false, news: promiseNow },
  promise_slipping: { ...quietly, urgent: true, news: 'always' },
  repair_started: { ...pushed, urgent: false, news: 'once' },
  still_with_us: { ...quietly, urgent: false, news: 'always' },
  ready: { ...everywhere, urgent: waits, news: ending },
  unrepairable: { ...everywhere, urgent: waits, news: 'always' },
  replaced: { ...quietly, urgent: waits, news: 'always' },
  storage_notice: { ...everywhere, urgent: true, news: 'always' },
  shipped: { ...ringing, urgent: false, news: parcelNow },
  came_back: { ...ringing, urgent: true, night: true, news: 'always', forgets: ['ready', 'shipped', 'delivered'] },
  delivered: { ...quietly, urgent: false, news: parcelNow },
  disputed: { ...quietly, urgent: false, news: 'always', forgets: ['ready', 'shipped', 'delivered'] },
  disposed: { ...quietly, urgent: false, news: 'always' },
  cancelled: { ...quietly, urgent: waits, news: 'always', forgets: ['ready'] },
  closed: { ...mailed, urgent: false, news: 'once' },
  contact_changed: { ...everywhere, urgent: true, night: true, news: 'always' },
  reopened: { ...quietly, urgent: false, news: 'always', forgets: ['closed', 'delivered'] },
  survey: { ...mailed, urgent: false, news: 'once' },
  entitlement: { ...quietly, urgent: true, news: 'always' },
  link_renewed: { ...quietly, urgent: true, night: true, news: 'always' },
  lookups_blocked: { ...quietly, urgent: true, night: true, news: 'always' },
  recalled: { ...everywhere, urgent: true, news: 'always' },
} as const satisfies Record<MessageName, Route>;

/** The row of a message. */
export const routeOf = (name: MessageName): Route => routes[name];

/** Whether a message cannot wait. */
export function isUrgent(name: MessageName, facts: TicketFacts): boolean {
  const { urgent } = routeOf(name);
  return typeof urgent === 'function' ? urgent(facts) : urgent;
}
