// The table of transitions as the design draws it (lifecycle.md 3.4), written down a second time and by hand.
import type { Status } from '#tickets/status.ts';
import type { Action, Who } from './repair.ts';

/** SC the center and who stands above it, CU the customer as well, CO the carrier and who may speak for it, SY a job, AD the administrator. */
const actors = {
  SC: ['center', 'brand', 'admin'],
  'SC CU': ['center', 'brand', 'admin', 'customer'],
  'SC SY': ['center', 'brand', 'admin', 'system'],
  CO: ['courier'],
  'SC CO SY': ['center', 'brand', 'admin', 'courier', 'system'],
  'SY AD': ['system', 'admin'],
  AD: ['admin'],
} as const satisfies Record<string, readonly Who[]>;

export interface Line {
  by: keyof typeof actors;
  /** `a b > c`: from a or b to c. `any` and `open` stand for all statuses and for those that are no end; `=` stays, `?` depends. */
  ways: readonly string[];
  outcome?: string;
  told: boolean;
  /** Possible during a hold: `held`; nowhere else: `only held`. */
  hold?: 'held' | 'only held';
  reason?: true;
  /** Only with something that these commands do not carry: always refused here. */
  elsewhere?: true;
}

export const lines: Record<Action, Line> = {
  'intake.open': { by: 'SC CO SY', ways: ['created > awaiting_device'], told: true },
  'shipment.collected': { by: 'SC CO SY', ways: ['awaiting_device > inbound_transit'], told: true, hold: 'held' },
  // Who booked it takes it back before anything has been collected.
  'intake.withdraw': { by: 'CO', ways: ['created awaiting_device > cancelled'], outcome: 'cancelled', told: true, hold: 'held', reason: true },
  // Taken with the parcel it came in, never by this action alone.
  'transfer.receive': {
    by: 'SC',
    ways: ['received diagnosing quoted approved awaiting_parts in_repair quality_check ready > ='],
    told: true,
    hold: 'held',
    elsewhere: true,
  },
  'intake.expire': { by: 'SY AD', ways: ['awaiting_device > cancelled'], outcome: 'cancelled', told: true },
  'device.receive': { by: 'SC', ways: ['created awaiting_device inbound_transit > received'], told: true, hold: 'held' },
  'diagnosis.start': { by: 'SC', ways: ['received > diagnosing'], told: true },
  'diagnosis.record': { by: 'SC', ways: ['diagnosing in_repair > ='], told: false, hold: 'held' },
  'diagnosis.reopen': { by: 'SC', ways: ['in_repair > diagnosing'], told: true, reason: true },
  'diagnosis.no_fault': { by: 'SC', ways: ['diagnosing > ready'], outcome: 'no_fault_found', told: true },
  'diagnosis.unrepairable': { by: 'SC', ways: ['diagnosing > ready'], outcome: 'unrepairable', told: true },
  'coverage.accept': { by: 'SC', ways: ['diagnosing > approved'], told: true },
  'quote.draft': { by: 'SC', ways: ['diagnosing quoted approved awaiting_parts in_repair > ='], told: false, hold: 'held' },
  'quote.send': { by: 'SC', ways: ['diagnosing > quoted'], told: true },
  'quote.supersede': { by: 'SC', ways: ['quoted > quoted'], told: true },
  'quote.revise': { by: 'SC', ways: ['approved awaiting_parts in_repair > quoted'], told: true },
  'quote.approve': { by: 'SC CU', ways: ['quoted > approved'], told: true, hold: 'held' },
  'quote.decline': { by: 'SC CU', ways: ['quoted > ready'], outcome: 'returned_unrepaired', told: true, hold: 'held' },
  'quote.expire': { by: 'SY AD', ways: ['quoted > ready'], outcome: 'returned_unrepaired', told: true },
  'parts.order': { by: 'SC', ways: ['approved in_repair > awaiting_parts'], told: true },
  'parts.delay': { by: 'SC', ways: ['approved awaiting_parts > ='], told: true, hold: 'held' },
  'parts.receive': {
    by: 'SC',
    // A parcel with a part comes when it comes: also while the customer thinks about a changed quote, or after the repair was given up.
    ways: ['quoted approved awaiting_parts in_repair ready > ='],
    told: false,
    hold: 'held',
  },
  'parts.fit': { by: 'SC', ways: ['in_repair > ='], told: false },
  'parts.return': { by: 'SC', ways: ['awaiting_parts in_repair quality_check ready > ='], told: false, hold: 'held' },
  'repair.start': { by: 'SC', ways: ['approved awaiting_parts > in_repair'], told: true },
  'repair.finish': { by: 'SC', ways: ['in_repair > quality_check'], told: false },
  'repair.abandon': { by: 'SC', ways: ['approved awaiting_parts in_repair > ready'], outcome: 'unrepairable', told: true },
  'qc.fail': { by: 'SC', ways: ['quality_check > in_repair'], told: false },
  'qc.pass': { by: 'SC', ways: ['quality_check > ready'], outcome: '?', told: true },
  'shipment.dispatched': { by: 'SC CO SY', ways: ['ready > outbound_transit'], told: true },
  'device.hand_over': { by: 'SC', ways: ['ready > delivered'], told: true },
  'shipment.delivered': { by: 'SC CO SY', ways: ['outbound_transit > delivered'], told: true, hold: 'held' },
  'shipment.returned': { by: 'SC CO SY', ways: ['outbound_transit > ready'], told: true, hold: 'held' },
  'delivery.dispute': { by: 'SC CU', ways: ['delivered > ready'], told: true, hold: 'held' },
  'ticket.settle': { by: 'SY AD', ways: ['delivered > closed'], told: true },
  'ticket.cancel': {
    by: 'SC CU',
    ways: ['created awaiting_device > cancelled', 'received diagnosing quoted approved awaiting_parts > ready'],
    outcome: '?',
    told: true,
    hold: 'held',
    reason: true,
  },
  'disposal.consent': { by: 'SC CU', ways: ['quoted ready > disposed'], outcome: 'disposed', told: true, hold: 'held' },
  'storage.dispose': { by: 'AD', ways: ['ready > disposed'], outcome: 'disposed', told: true },
  'hold.open': { by: 'SC SY', ways: ['open > ='], told: true },
  'hold.change': { by: 'SC SY', ways: ['open > ='], told: true, hold: 'only held' },
  'hold.resume': { by: 'SC SY', ways: ['open > ='], told: true, hold: 'only held' },
  'promise.change': {
    by: 'SC',
    ways: ['received diagnosing quoted approved awaiting_parts in_repair quality_check ready > ='],
    told: true,
    hold: 'held',
  },
  'admin.reopen': { by: 'AD', ways: ['closed > ?'], told: true, reason: true },
  'admin.correct': { by: 'AD', ways: ['any > ?'], told: false, hold: 'held', reason: true },
};

/** The stage of every status, in the order of the design. */
export const stageOf: Record<Status, string> = {
  created: 'intake',
  awaiting_device: 'intake',
  inbound_transit: 'intake',
  received: 'intake',
  diagnosing: 'diagnosis',
  quoted: 'quote',
  approved: 'quote',
  awaiting_parts: 'repair',
  in_repair: 'repair',
  quality_check: 'repair',
  ready: 'return',
  outbound_transit: 'return',
  delivered: 'return',
  closed: 'end',
  cancelled: 'end',
  disposed: 'end',
};

export const everyStatus = Object.keys(stageOf) as Status[];
export const everyAction = Object.keys(lines) as Action[];
export const isOver = (status: Status): boolean => stageOf[status] === 'end';

const sources = (text: string): readonly string[] =>
  text === 'any' ? everyStatus : text === 'open' ? everyStatus.filter((status) => !isOver(status)) : text.split(' ');

/** By action and status where a way leads: a status, `=` or `?`. */
const ways: Record<Action, Map<string, string>> = Object.fromEntries(
  everyAction.map((action) => [
    action,
    new Map(
      lines[action].ways.flatMap((way) => {
        const [from = '', to = ''] = way.split(' > ');
        return sources(from).map((status) => [status, to] as const);
      }),
    ),
  ]),
) as Record<Action, Map<string, string>>;

/** Where this action leads from here; undefined: nowhere. */
export const wayFrom = (action: Action, status: Status): string | undefined => ways[action].get(status);

export const mayDo = (who: Who, action: Action): boolean => (actors[lines[action].by] as readonly Who[]).includes(who);

export const doersOf = (action: Action): readonly Who[] => actors[lines[action].by];

const known = new Map<string, string[]>();

/** What this actor may do from here, sorted. */
export function offered(status: Status, onHold: boolean, who: Who): string[] {
  const key = `${status} ${String(onHold)} ${who}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const actions = everyAction.filter((action) => {
    const { hold, elsewhere } = lines[action];
    return elsewhere !== true && mayDo(who, action) && wayFrom(action, status) !== undefined && (onHold ? hold !== undefined : hold !== 'only held');
  });
  known.set(key, actions.toSorted());
  return actions.toSorted();
}

/** Every edge of the graph as `action from`. */
export const everyEdge: readonly string[] = everyAction
  .filter((action) => lines[action].elsewhere !== true)
  .flatMap((action) => [...ways[action].keys()].map((status) => `${action} ${status}`));
