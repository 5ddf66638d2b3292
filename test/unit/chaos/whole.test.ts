// The checker of the chaos gates, fed with whole installations that are right but for one thing: it has to say which.
import { expect, it } from 'vitest';
import type { Acknowledged } from '../../support/chaos/load.ts';
import type { HistoryRow, OutboxRow, Written } from '../../support/chaos/rows.ts';
import { faultsIn, verdictOn } from '../../support/chaos/verdict.ts';

interface Whole {
  written: Written;
  acknowledged: Acknowledged[];
  arrivals: string[];
}

const step = (seq: number, action: string, from: HistoryRow['from'], to: HistoryRow['to']): HistoryRow => ({
  ticketId: 'tkt_1',
  seq,
  action,
  from,
  to,
});
const tried = [{ attempt: 1, startedAt: 0, finishedAt: 10, outcome: 'sent', statusCode: 204, detail: null }];

/** A message of the ticket that was sent at once. */
const message = (id: number, recipient: string, more: Partial<OutboxRow>): OutboxRow => ({
  ...{ id, subject: 'tkt_1', recipient, eventSeq: null, message: '', messageId: `msg_${id}`, state: 'sent', reason: null, carriedBy: null },
  ...{ attempts: 1, version: null, action: null, noteId: null, tries: tried },
  ...more,
});

/** A laptop that came in, was looked at and noted down twice; one partner and its customer were told. */
function whole(): Whole {
  const history = [
    step(1, 'ticket.create', null, 'created'),
    step(2, 'device.receive', 'created', 'received'),
    step(3, 'diagnosis.start', 'received', 'diagnosing'),
  ];
  const partner = 'endpoint:whe_1';
  const outbox = [
    message(1, partner, { message: 'ticket.opened', eventSeq: 1, version: 1 }),
    message(2, 'contact:con_1', { message: 'created', eventSeq: 1 }),
    message(3, partner, { message: 'ticket.advanced', eventSeq: 2, version: 2, action: 'device.receive' }),
    message(4, 'contact:con_1', { message: 'received', eventSeq: 2 }),
    message(5, partner, { message: 'note.added', noteId: 'nte_1' }),
    message(6, partner, { message: 'ticket.advanced', eventSeq: 3, version: 3, action: 'diagnosis.start' }),
    message(7, partner, { message: 'note.added', noteId: 'nte_2' }),
  ];
  const steps = [
    { action: 'ticket.create', tells: 'created' },
    { action: 'device.receive', tells: 'received' },
    { action: 'diagnosis.start', tells: null },
  ];
  return {
    written: {
      tickets: [{ id: 'tkt_1', status: 'diagnosing', version: 3, contactId: 'con_1' }],
      history: new Map([['tkt_1', history]]),
      outbox,
      lanes: [{ id: 1, state: 'idle', tail: 7, done: 7 }],
      notes: new Set(['nte_1', 'nte_2']),
    },
    acknowledged: [{ ticketId: 'tkt_1', mail: true, steps, notes: ['nte_1', 'nte_2'] }],
    arrivals: outbox.map(({ messageId }) => messageId),
  };
}

const faultsOf = ({ written, acknowledged, arrivals }: Whole): ReturnType<typeof faultsIn> =>
  faultsIn(verdictOn(written, acknowledged, arrivals, ['whe_1'], 3_000));
const first = <T>(list: T[]): T => list[0] as T;
const steps = ({ written }: Whole): HistoryRow[] => written.history.get('tkt_1') as HistoryRow[];
const swap = <T>(list: T[], one: number, other: number): void => void ([list[one], list[other]] = [list[other] as T, list[one] as T]);
/** Takes a message away, and its arrival. */
const without = (one: Whole, id: number): void => {
  one.written.outbox = one.written.outbox.filter((row) => row.id !== id);
  one.arrivals = one.arrivals.filter((messageId) => messageId !== `msg_${id}`);
};
/** Adds one that arrived. */
const withMore = (one: Whole, row: OutboxRow): void => {
  one.written.outbox.push(row);
  one.arrivals.push(row.messageId);
};

it('has nothing to say where nothing is wrong', () => {
  expect(faultsOf(whole())).toEqual({});
});

it.each<[string, (one: Whole) => void, object]>([
  [
    'a ticket is gone with all there was of it',
    (one) => Object.assign(one.written, { ...whole().written, tickets: [], history: new Map(), outbox: [] }),
    { lost: 1, overtold: 7 },
  ],
  ['a ticket is gone and its history is not', (one) => (one.written.tickets = []), { lost: 1, astray: 1, overtold: 1 }],
  ['a step is gone', (one) => void steps(one).pop(), { lost: 1, astray: 1, overtold: 1 }],
  ['a step became another', (one) => steps(one).splice(2, 1, step(3, 'ticket.cancel', 'received', 'ready')), expect.objectContaining({ lost: 1 })],
  ['a note is gone', (one) => one.written.notes.delete('nte_2'), { lost: 1 }],
  ['a note is there twice', (one) => one.written.notes.add('nte_3'), { unasked: 1 }],
  [
    'a ticket is there twice',
    (one) => one.written.tickets.push({ id: 'tkt_2', status: 'created', version: 1, contactId: 'con_2' }),
    expect.objectContaining({ unasked: 1 }),
  ],
  ['a step nobody asked for', (one) => first(one.acknowledged).steps.pop(), expect.objectContaining({ unasked: 1 })],
  ['a number of the history is left out', (one) => ((steps(one)[2] as HistoryRow).seq = 4), expect.objectContaining({ gaps: 1 })],
  ['a step the lifecycle does not have', (one) => ((steps(one)[1] as HistoryRow).to = 'in_repair'), expect.objectContaining({ illegal: 2 })],
  ['a step from where the ticket was not', (one) => ((steps(one)[2] as HistoryRow).from = 'quoted'), { illegal: 1 }],
  ['a ticket that stands elsewhere', (one) => (first(one.written.tickets).status = 'received'), { astray: 1 }],
  ['a ticket at another version', (one) => (first(one.written.tickets).version = 4), { astray: 1 }],
  ['a partner was not told of a step', (one) => without(one, 3), { untold: 1 }],
  ['a partner was not told of a note', (one) => without(one, 5), { untold: 1 }],
  ['the customer was not told', (one) => without(one, 4), { untold: 1 }],
  [
    'a partner was told of a step twice',
    (one) => withMore(one, message(8, 'endpoint:whe_1', { message: 'ticket.advanced', eventSeq: 3, version: 3, action: 'diagnosis.start' })),
    { overtold: 1 },
  ],
  [
    'a partner was told of a note twice',
    (one) => withMore(one, message(8, 'endpoint:whe_1', { message: 'note.added', noteId: 'nte_2' })),
    { overtold: 1 },
  ],
  ['the customer was told twice', (one) => withMore(one, message(8, 'contact:con_1', { message: 'received', eventSeq: 2 })), { overtold: 1 }],
  ['somebody else was told', (one) => withMore(one, message(8, 'contact:con_2', { message: 'received', eventSeq: 2 })), { overtold: 1 }],
  ['a partner was told of something else', (one) => withMore(one, message(8, 'endpoint:whe_1', { message: 'other' })), { overtold: 1 }],
  [
    'a stranger to the brand was told',
    (one) => withMore(one, message(8, 'endpoint:whe_9', { message: 'ticket.opened', eventSeq: 1, version: 1 })),
    { overtold: 1 },
  ],
  ['messages were written in another order', (one) => swap(one.written.outbox, 2, 5), { disorder: 1 }],
  ['notes were written in another order', (one) => swap(one.written.outbox, 4, 6), { disorder: 1 }],
  ['messages arrived in another order', (one) => swap(one.arrivals, 0, 2), { disorder: 1 }],
  ['a message did not arrive', (one) => one.arrivals.splice(3, 1), { unsent: 1 }],
  ['a message arrived twice', (one) => one.arrivals.splice(3, 0, 'msg_4'), { unexplained: 1 }],
  ['something arrived that was never written', (one) => one.arrivals.push('msg_99'), { overtold: 1 }],
  ['a lane is not at rest', (one) => (first(one.written.lanes).state = 'waiting'), { unsettled: 1 }],
  ['a lane has more to do', (one) => (first(one.written.lanes).done = 6), { unsettled: 1 }],
])('says so where %s', (_name, spoil, faults) => {
  const one = whole();
  spoil(one);
  expect(faultsOf(one)).toEqual(faults);
});
