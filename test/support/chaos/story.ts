// What happens to one repair while everything around it is broken: steps by chance, each with the message its customer must hear of it.
import { checks } from '../checks.ts';
import type { Random } from '../model/random.ts';

/** One call about a ticket. `tells`: the message to the customer, written by hand from the table of the design. */
export type Beat = { note: string } | { action: string; input: object; tells: string | null };

const DAY_MS = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

/** The messages of the two ends of every story: the ticket is opened, and after its delivery closed by the system. */
export const TOLD_FIRST = 'created';
export const TOLD_LAST = 'closed';

/** A walk-in laptop that nobody has seen yet. */
export const opening = (serial: string, email: string | null): object => ({
  channel: 'walk_in',
  device: { kind: 'laptop', maker: 'Aurora', model: 'Book 14', serial },
  contact: { name: 'Wang Fang', locale: 'en', ...(email === null ? {} : { email }) },
  faultReported: 'Does not charge',
  returnMethod: 'pick_up',
  jurisdiction: 'none',
});

let texts = 0;

/** Words that were never said before, so that each of them is news. */
const fresh = (text: string): string => `${text} ${(texts += 1)}`;

const wait = (chance: Random): Beat[] => {
  if (!chance.chance(0.3)) return [];
  const customerText = fresh('We ask the maker');
  return [
    { action: 'hold.open', input: { reason: 'maker_decision', resumeBy: inDays(chance.int(2, 9)), customerText }, tells: 'hold_opened' },
    ...(chance.chance(0.3) ? [{ note: fresh('The maker was called') }] : []),
    { action: 'hold.resume', input: {}, tells: 'resumed' },
  ];
};

const repaired = (chance: Random): Beat[] => [
  { action: 'coverage.accept', input: { basis: fresh('Warranty'), evidence: 'Invoice 4711' }, tells: 'covered' },
  ...(chance.chance(0.4)
    ? [{ action: 'promise.change', input: { promisedAt: inDays(chance.int(20, 900)), reason: 'workload' }, tells: 'promise_moved' }]
    : []),
  // Begun within the hour in which it was agreed: that is no news of its own.
  { action: 'repair.start', input: { technician: 'Zhao' }, tells: null },
  ...wait(chance),
  { action: 'repair.finish', input: { work: ['Charging board replaced'] }, tells: null },
  { action: 'qc.pass', input: { checks: checks.laptop, inspector: 'Sun', outcome: 'repaired' }, tells: 'ready' },
];

const given = (chance: Random): Beat[] =>
  chance.chance(0.5)
    ? [{ action: 'diagnosis.no_fault', input: { evidence: 'Ran for 24 hours' }, tells: 'ready' }]
    : [{ action: 'diagnosis.unrepairable', input: { why: 'The board is broken', evidence: 'Measured' }, tells: 'unrepairable' }];

/** A repair from the counter back to the customer. */
export const storyOf = (chance: Random, serial: string): Beat[] => [
  {
    action: 'device.receive',
    input: { serialScanned: serial, accessories: [], condition: [{ area: 'screen', grade: 'used' }], powersOn: true, receivedBy: 'Chen' },
    tells: 'received',
  },
  ...wait(chance),
  { action: 'diagnosis.start', input: { technician: 'Zhao' }, tells: 'diagnosing' },
  ...(chance.chance(0.3) ? [{ note: fresh('Opened and cleaned') }] : []),
  ...(chance.chance(0.6) ? repaired(chance) : given(chance)),
  { action: 'device.hand_over', input: { identityCheck: 'ticket_code', handedOverBy: 'Chen' }, tells: 'delivered' },
];
