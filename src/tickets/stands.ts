// How a ticket stands after a step: its row, its clocks and its ladders, worked out so that the answer costs no further read.
import type { Deed } from '#access/deed.ts';
import type { Clock } from '#clocks/clock.ts';
import { earliestDue, turnClocks } from '#clocks/clock-rules.ts';
import { addWorkingDays } from '#service-centers/calendar.ts';
import type { House } from '#service-centers/house.ts';
import { storageTerms } from '#service-centers/policy.ts';
import type { PromiseRow, StorageRow } from './bench.ts';
import type { Change } from './effects.ts';
import { instantOrNull } from './guard-facts.ts';
import { earlier, firstIntakeAlarm, firstStorageAlarm, nextWordBy } from './ladders.ts';
import { type Action, hasEnded, statuses } from './lifecycle.ts';
import type { Outcome, Status } from './status.ts';
import type { LockedRow, TicketRow } from './store.ts';

const DAY_MS = 86_400_000;

/** A step that has been decided. */
export interface Decided {
  deed: Deed;
  row: LockedRow;
  house: House;
  clocks: readonly Clock[];
  action: Action;
  next: { to: Status; outcome: Outcome | null };
  change: Change;
  promise: PromiseRow | null;
  /** The customer hears of it. */
  told: boolean;
}

/** The ticket afterwards, and what beside it has to be written. */
export interface Stands {
  row: TicketRow;
  /** Those that changed. */
  clocks: Clock[];
  ladder: { alarmAt: Date | null } | null;
  storageOpened: StorageRow | null;
  /** The open ledger with later days. */
  storageMoved: StorageRow | null;
  storageReleased: boolean;
}

/** Works the step out. */
export function after(step: Decided): Stands {
  const { deed, row, next, change, promise } = step;
  const moved = next.to !== row.status;
  const storage = storageAfter(step);
  const stood: TicketRow = {
    ...row,
    status: next.to,
    version: row.version + 1,
    outcome: outcomeBefore(step) ?? next.outcome,
    stagesReached: reached(row, next.to, deed.now),
    qcFailures: row.qcFailures + (change.qcFailures ?? 0),
    repairedBy: change.repairedBy?.join('\n') ?? row.repairedBy,
    disputedAt: change.disputedAt ?? row.disputedAt,
    centerId: change.center?.id ?? row.centerId,
    center: change.center ?? row.center,
    reminders: moved ? 0 : row.reminders,
    updatedAt: deed.now,
    closedAt: hasEnded(next.to) ? (row.closedAt ?? deed.now) : null,
    promisedAt: promise === null ? row.promisedAt : new Date(promise.promisedAt),
    promises: promise === null ? row.promises : [...row.promises, promise],
    hold: change.holdOpened ?? (change.holdClosed === true ? null : row.hold),
    quotes: merged(row.quotes, change.quotes).toSorted((a, b) => a.version - b.version),
    // As they are read: several parts of one order have ids of the same moment, in any order.
    parts: merged(row.parts, change.parts).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    storage: storage.opened ?? storage.moved ?? (storage.released ? null : row.storage),
  };
  const clocks = turned(step, stood);
  const all = [...step.clocks.filter((clock) => !clocks.some(({ name, run }) => name === clock.name && run === clock.run)), ...clocks];
  const dueOf = (clock: Clock['name']): Date | null => all.find(({ name, stoppedAt }) => name === clock && stoppedAt === null)?.dueAt ?? null;
  // Who has been told that the diagnosis is late was given another day: a step that says nothing keeps it.
  const nextDue = step.told ? earlier(dueOf('promise'), dueOf('diagnosis')) : dueOf('promise');
  stood.dueAt = earliestDue(all);
  stood.stuckAt = stuckAt(step, stood);
  stood.nextUpdateBy = nextWordBy(deed.now, quietDays(stood), step.told ? null : row.nextUpdateBy, nextDue);
  return {
    row: stood,
    clocks,
    ladder: moved ? { alarmAt: ladderOf(step, stood) } : null,
    storageOpened: storage.opened,
    storageMoved: storage.moved,
    storageReleased: storage.released,
  };
}

/** Days after which the customer hears again; every day while the device itself is being looked for. */
export const quietDays = ({ status, hold }: Pick<TicketRow, 'status' | 'hold'>): number | null =>
  hold?.reason === 'suspected_loss' ? 1 : statuses[status].quietDays;

/** Set once; but a ticket that a correction puts back to where it is worked on, or waited for, has come to nothing yet. */
function outcomeBefore({ row, action, next }: Decided): Outcome | null {
  const { stage } = statuses[next.to];
  return action === 'admin.correct' && stage !== 'return' && stage !== 'end' ? null : row.outcome;
}

function reached(row: TicketRow, to: Status, now: Date): TicketRow['stagesReached'] {
  const { stage } = statuses[to];
  return stage === 'end' || row.stagesReached[stage] !== undefined ? row.stagesReached : { ...row.stagesReached, [stage]: now.toISOString() };
}

/** Rows with the changed ones in their places and the new ones behind. */
function merged<T extends { id: string }>(rows: readonly T[], changed: readonly T[] = []): T[] {
  const byId = new Map([...rows, ...changed].map((row) => [row.id, row]));
  return [...byId.values()];
}

function turned({ deed, row, house, clocks, action }: Decided, stood: TicketRow): Clock[] {
  const awaited = stood.parts.filter(({ state }) => state === 'ordered' || state === 'backordered').map(({ expectedOn }) => expectedOn);
  const sent = stood.quotes.findLast(({ status }) => status === 'sent');
  return turnClocks(clocks, {
    from: row.status,
    to: stood.status,
    action,
    now: deed.now,
    actorKind: deed.actor.kind,
    returnMethod: row.returnMethod,
    jurisdiction: row.jurisdiction,
    hold: stood.hold?.reason ?? null,
    promisedAt: stood.promisedAt,
    quoteValidUntil: instantOrNull(sent?.validUntil),
    partsExpectedOn: awaited.length === 0 ? null : awaited.reduce((a, b) => (a > b ? a : b)),
    deliveredAt: stood.status === 'delivered' ? deed.now : instantOrNull(row.past.deliveredAt),
    outcome: stood.outcome,
    handedOver: stood.centerId !== row.centerId,
    house,
  });
}

/** Whose turn it is where nobody holds it up. */
const ours: ReadonlySet<Status> = new Set(['received', 'diagnosing', 'approved', 'in_repair', 'quality_check']);

function stuckAt({ deed, house }: Decided, { status, hold, returnMethod }: TicketRow): Date | null {
  const turn = ours.has(status) || (status === 'ready' && returnMethod === 'ship');
  return turn && hold?.pausesClock !== true ? addWorkingDays(house.calendar, deed.now, house.policy.stuckDays) : null;
}

const waitsForPickUp = ({ status, returnMethod }: Pick<TicketRow, 'status' | 'returnMethod'>): boolean =>
  status === 'ready' && returnMethod === 'pick_up';

function storageAfter(step: Decided): { opened: StorageRow | null; moved: StorageRow | null; released: boolean } {
  const { deed, row, house, next } = step;
  const waits = waitsForPickUp({ status: next.to, returnMethod: row.returnMethod });
  if (!waits) return { opened: null, moved: null, released: row.storage !== null };
  if (row.storage !== null) return { opened: null, moved: afterBlock(step, row.storage), released: false };
  const { freeDays, keepDays, dailyFee, currency } = storageTerms(house.policy, row.jurisdiction);
  const later = (days: number): string => new Date(deed.now.getTime() + days * DAY_MS).toISOString();
  const opened = { since: deed.now.toISOString(), freeUntil: later(freeDays), keepUntil: later(keepDays), dailyFee, currency, notices: [] };
  return { opened, moved: null, released: false };
}

/** While the law stops a ticket its storage stands still, as the clock does: the days it took are given back. Null where it took none. */
function afterBlock({ deed, row: { hold }, change }: Decided, storage: StorageRow): StorageRow | null {
  if (hold?.reason !== 'legal_block' || change.holdClosed !== true) return null;
  const took = deed.now.getTime() - Math.max(Date.parse(hold.openedAt), Date.parse(storage.since));
  const later = (time: string): string => new Date(Date.parse(time) + took).toISOString();
  return took > 0 ? { ...storage, freeUntil: later(storage.freeUntil), keepUntil: later(storage.keepUntil) } : null;
}

function ladderOf({ deed, house }: Decided, stood: TicketRow): Date | null {
  if (stood.status === 'awaiting_device') return firstIntakeAlarm(deed.now, house.policy);
  if (!waitsForPickUp(stood) || stood.storage === null) return null;
  return firstStorageAlarm(deed.now, new Date(stood.storage.keepUntil), house.policy);
}
