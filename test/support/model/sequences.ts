// Sequences of commands that go deep: most of them possible, a good share of them wrong in one way.
import { bodies, type Scene } from './bodies.ts';
import type { Random } from './random.ts';
import { type Action, type Asked, type Beginning, type Command, type Happening, hasParcel, type Repair, shownQuote, type Who } from './repair.ts';
import { rules } from './rules.ts';
import { spoilt } from './spoilt.ts';
import { doersOf, everyAction, isOver, lines, mayDo, offered } from './table.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** When every sequence begins: a Sunday. */
export const beginning = Date.parse('2026-11-22T05:00:00.000Z');

/** Where a sequence begins; `serial` is one nobody has. */
export const beginningOf = (random: Random, serial: string): Beginning & { house: keyof typeof rules } => {
  const house = random.weighed(Object.keys(rules) as (keyof typeof rules)[], (name) => (name === 'usual' ? 2 : 1));
  return {
    house,
    rules: rules[house],
    kind: random.pick(['phone', 'laptop']),
    returnMethod: random.pick(['ship', 'pick_up']),
    jurisdiction: random.pick(['CN', 'CN', 'EU', 'US-CA', 'none']),
    serial,
  };
};

/** How likely a step is where it is possible; what leads away from the bench is rare, so that sequences go deep. */
const weights: { readonly [A in Action]?: number } = {
  'admin.correct': 0.15,
  'ticket.cancel': 0.25,
  'intake.withdraw': 0.25,
  'transfer.receive': 0.05,
  'disposal.consent': 0.15,
  'intake.expire': 0.5,
  'quote.decline': 0.5,
  'quote.expire': 0.5,
  'quote.approve': 3,
  'quote.send': 3,
  'quote.revise': 0.6,
  'qc.pass': 1.5,
  'diagnosis.no_fault': 0.3,
  'diagnosis.unrepairable': 0.3,
  'repair.abandon': 0.4,
  'repair.start': 2,
  'hold.open': 0.35,
  'hold.resume': 2,
  'promise.change': 0.25,
  'storage.dispose': 0.4,
  'ticket.settle': 0.7,
  'admin.reopen': 2,
  'device.receive': 2,
};

/** Whether the step has no chance as the ticket stands: tried all the same, but seldom. */
function isIdle(action: Action, { parts, returnMethod, storage, closedAt, rules }: Repair, now: number): boolean {
  const some = (...states: string[]): boolean => parts.some(({ state }) => states.includes(state));
  switch (action) {
    case 'parts.receive':
    case 'parts.delay':
      return !some('ordered', 'backordered');
    case 'parts.fit':
    case 'parts.return':
      return !some('received');
    case 'repair.start':
      return some('ordered', 'backordered');
    case 'repair.finish':
      return some('received');
    case 'shipment.dispatched':
      return returnMethod === 'pick_up';
    case 'device.hand_over':
      return returnMethod === 'ship';
    case 'storage.dispose':
      return storage === null;
    case 'admin.reopen':
      return now - (closedAt ?? 0) > rules.reopenHours * HOUR;
    default:
      return false;
  }
}

function passing(random: Random): number {
  const chance = random.next();
  if (chance < 0.6) return random.int(1, 180) * MINUTE;
  if (chance < 0.87) return random.int(3, 30) * HOUR;
  return chance < 0.985 ? random.int(24, 144) * HOUR : random.int(10, 40) * DAY;
}

const doer = (random: Random, action: Action): Who =>
  random.weighed(doersOf(action), (who) => (who === 'center' ? 6 : who === 'customer' || who === 'system' ? 3 : 1));

const step = (scene: Scene, action: Action, more: Partial<Asked> = {}): Asked => ({
  kind: 'step',
  after: 0,
  action,
  by: scene.by,
  input: bodies[action](scene),
  reason: lines[action].reason === true || scene.random.chance(0.1) ? 'Because' : null,
  stale: false,
  ...more,
});

const world = (happening: Happening, after = 0): Command => ({ kind: 'world', after, happening });

/** What has to happen before this step can be taken, and how much time has to pass. */
function groundwork(action: Action, { repair, now, random }: Scene): { before: Command[]; after: number } {
  const owed = (happening: Happening, missing: number): Command[] => Array.from({ length: Math.max(0, missing) }, () => world(happening));
  const quote = shownQuote(repair);
  switch (action) {
    case 'intake.expire':
      return { before: owed('remind', 2 - repair.reminders), after: 0 };
    case 'quote.expire':
      return {
        before: owed('remind', 2 - (quote?.reminders ?? 0)),
        after: Math.max(0, (quote?.validUntil ?? 0) + repair.rules.graceDays * DAY - now),
      };
    case 'storage.dispose':
      return {
        before: owed('notice', 3 - (repair.storage?.notices ?? 3)),
        after: random.chance(0.4) ? 0 : Math.max(0, (repair.storage?.keepUntil ?? 0) - now),
      };
    case 'device.receive':
      return { before: owed('photo', repair.rules.photos - repair.photos), after: 0 };
    case 'shipment.dispatched':
      return { before: repair.returnMethod === 'ship' && !hasParcel(repair) ? [world('parcel')] : [], after: 0 };
    case 'delivery.dispute':
      return { before: [], after: random.int(1, 60) * MINUTE };
    default:
      return { before: [], after: 0 };
  }
}

const atCenter = new Set<string>(['received', 'diagnosing', 'quoted', 'approved', 'awaiting_parts', 'in_repair', 'quality_check', 'ready']);

/** What happens around the ticket. */
function happening({ repair, random }: Scene, siblings: boolean): Command | null {
  const possible: Happening[] = [];
  if (repair.status === 'awaiting_device' || repair.quotes.some(({ status }) => status === 'sent')) possible.push('remind');
  if (repair.storage !== null) possible.push('notice');
  if (repair.returnMethod === 'ship' && !isOver(repair.status) && repair.parcels.length < 15) possible.push('parcel', 'parcel_ends');
  if (repair.between) possible.push('comes_back', 'comes_back');
  else if (atCenter.has(repair.status)) possible.push('sent_on');
  if (repair.told.some(({ state }) => state === 'pending')) possible.push('mails_leave');
  if (repair.photos < 2) possible.push('photo');
  if (siblings && isOver(repair.status)) possible.push(repair.sibling ? 'sibling_ends' : 'sibling_opens');
  return possible.length === 0 ? null : world(random.pick(possible), 5 * MINUTE);
}

/** How much more or less often than usual: hardly where it is idle, and more often in corners where a ticket seldom is. */
function favor(action: Action, repair: Repair, now: number): number {
  if (isIdle(action, repair, now)) return 0.06;
  const corner = `${action} ${repair.status}`;
  if (corner === 'parts.return quality_check' || corner === 'parts.receive in_repair') return 12;
  return /^hold\.\w+ (awaiting_device|inbound_transit|quality_check)$/.test(corner) ? 3 : 1;
}

/** An administrator may do everything. */
const possible = (status: Repair['status'], onHold: boolean): Action[] => offered(status, onHold, 'admin') as Action[];

/** The next commands: one, or a step after what it takes. `siblings`: other tickets of the device come and go. */
export function nextCommands(repair: Repair, at: number, random: Random, siblings: boolean): Command[] {
  const after = passing(random);
  const now = at + after;
  const scene: Scene = { repair, now, by: 'center', random };
  const around = random.chance(0.06) ? happening(scene, siblings) : null;
  if (around !== null) return [around];
  // A device is not between two centers for long, or nothing else would be tried.
  if (repair.between && random.chance(0.4)) return [world('comes_back', after)];
  if (random.chance(0.08)) return [{ ...wrongPlace(scene), after }];
  // Now and then somebody has not seen that the ticket is on hold.
  const onHold = repair.hold !== null && !random.chance(0.12);
  const action = random.weighed(possible(repair.status, onHold), (one) => (weights[one] ?? 1) * favor(one, repair, now));
  scene.by = doer(random, action);
  if (random.chance(0.15)) return [{ ...wrong(scene, action), after }];
  const work = groundwork(action, scene);
  // Without it, the refusal is what is looked for.
  if (random.chance(0.25)) return [step(scene, action, { after })];
  const whole = { ...scene, now: now + work.after };
  return [...work.before, step(whole, action, { after: after + work.after })];
}

/** Any action at all, wherever the ticket is. */
function wrongPlace(scene: Scene): Asked {
  const action = scene.random.pick(everyAction);
  scene.by = doer(scene.random, action);
  return step(scene, action);
}

/** A step that is possible from here, wrong in one way. */
function wrong(scene: Scene, action: Action): Asked {
  const { random } = scene;
  const way = random.next();
  if (way < 0.1) {
    const others = (['center', 'brand', 'courier', 'customer', 'system'] as const).filter((who) => !mayDo(who, action));
    return step(scene, action, others.length === 0 ? {} : { by: random.pick(others) });
  }
  if (way < 0.2 && scene.by !== 'system' && scene.by !== 'courier') return step(scene, action, { stale: true });
  if (way < 0.3) return step(scene, action, { reason: null });
  const body = spoilt[action];
  return body === undefined ? step(scene, action) : step(scene, action, { input: body(scene) });
}
