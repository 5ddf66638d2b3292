// The checker of the chaos gates, fed with ledgers in which something is wrong: it has to object, and to nothing else.
import { describe, expect, it } from 'vitest';
import type { Try } from '../../support/chaos/ledger.ts';
import type { OutboxRow, Written } from '../../support/chaos/rows.ts';
import { faultsIn, verdictOn } from '../../support/chaos/verdict.ts';

const LEASE = 3_000;
const HISTORY = [{ ticketId: 'tkt_1', seq: 1, action: 'ticket.open', from: null, to: 'created' as const }];

/** A try by its beginning and its end, in milliseconds; without an outcome it has no end. */
const tried = (startedAt: number, finishedAt: number | null, outcome: string | null = null, more: Partial<Try> = {}): Omit<Try, 'attempt'> => ({
  ...{ startedAt, finishedAt, outcome, statusCode: outcome === 'sent' ? 204 : null, detail: null },
  ...more,
});
const timedOut = (at: number): Omit<Try, 'attempt'> => tried(at, at + 15_000, 'retry', { detail: 'timeout' });

const rowOf = (tries: Omit<Try, 'attempt'>[], more: Partial<OutboxRow> = {}): OutboxRow => ({
  ...{ id: 1, subject: 'tkt_1', recipient: 'endpoint:whe_1', eventSeq: 1, message: 'ticket.opened', messageId: 'msg_1', state: 'sent', reason: null },
  ...{ carriedBy: null, attempts: tries.length, version: 1, action: null, noteId: null },
  tries: tries.map((one, place) => ({ attempt: place + 1, ...one })),
  ...more,
});

/** What is wrong with the message of one ticket to one endpoint, and with rows beside it, which nobody asked for. */
function faultsOf(row: OutboxRow, came: number, beside: { rows?: OutboxRow[]; arrivals?: string[] } = {}): ReturnType<typeof faultsIn> {
  const written: Written = {
    tickets: [{ id: 'tkt_1', status: 'created', version: 1, contactId: 'con_1' }],
    history: new Map([['tkt_1', HISTORY]]),
    outbox: [row, ...(beside.rows ?? [])],
    lanes: [],
    notes: new Set(),
  };
  const asked = [{ ticketId: 'tkt_1', mail: false, steps: [{ action: 'ticket.open', tells: null }], notes: [] }];
  const arrivals = [...Array.from({ length: came }, () => row.messageId), ...(beside.arrivals ?? [])];
  return faultsIn(verdictOn(written, asked, arrivals, ['whe_1'], LEASE));
}

describe('what is as it should be', () => {
  it.each<[string, Omit<Try, 'attempt'>[], number]>([
    ['one try, one arrival', [tried(0, 10, 'sent')], 1],
    ['refused, then taken', [tried(0, 10, 'retry', { statusCode: 500 }), tried(5_000, 5_010, 'sent')], 1],
    ['no answer, and it had arrived', [timedOut(0), tried(20_000, 20_010, 'sent')], 2],
    ['no answer, and it had not', [timedOut(0), tried(20_000, 20_010, 'sent')], 1],
    ['the line broke', [tried(0, 40, 'retry', { detail: 'und_err_socket' }), tried(5_000, 5_010, 'sent')], 2],
    ['a worker died between the yes and its commit', [tried(0, null), tried(3_100, 3_110, 'sent')], 2],
    ['a yes told only after another had the lane', [tried(0, 4_000, 'sent'), tried(3_500, 3_510, 'sent')], 2],
  ])('%s', (_name, tries, came) => {
    expect(faultsOf(rowOf(tries), came)).toEqual({});
  });

  it('the lease was extended last by the message before', () => {
    const before = rowOf([tried(0, 100, 'sent')], { id: 0, messageId: 'msg_0', eventSeq: null, message: 'other' });
    const found = faultsOf(rowOf([tried(2_000, null), tried(3_100, 3_110, 'sent')]), 1, { rows: [before], arrivals: [] });
    expect(found).not.toHaveProperty('ledger');
  });
});

describe('what is told late', () => {
  it('is no excuse while the lane was still its own: two workers had it at once', () => {
    expect(faultsOf(rowOf([tried(0, 900, 'sent'), tried(500, 600, 'sent')]), 2)).toEqual({ ledger: 1 });
    expect(faultsOf(rowOf([tried(0, null), tried(500, 600, 'sent')]), 2)).toEqual({ ledger: 1 });
  });
  it('does not let a yes be lost: what two were told has arrived twice', () => {
    expect(faultsOf(rowOf([tried(0, 4_000, 'sent'), tried(3_500, 3_510, 'sent')]), 1)).toEqual({ unsent: 1 });
  });
  it('explains no arrival by a refusal', () => {
    expect(faultsOf(rowOf([tried(0, 4_000, 'retry', { statusCode: 500 }), tried(3_500, 3_510, 'sent')]), 2)).toEqual({ unexplained: 1 });
  });
  it('is not what was told in time: sent, and sent again', () => {
    expect(faultsOf(rowOf([tried(0, 10, 'sent'), tried(3_500, 3_510, 'sent')]), 2)).toEqual({ ledger: 1 });
  });
});

describe('a try without an answer', () => {
  it('explains one arrival and no more', () => {
    expect(faultsOf(rowOf([timedOut(0), tried(20_000, 20_010, 'sent')]), 3)).toEqual({ unexplained: 1 });
  });
  it('is none where the receiver refused, or the connection was', () => {
    const end = tried(20_000, 20_010, 'sent');
    expect(faultsOf(rowOf([tried(0, 10, 'retry', { statusCode: 500 }), end]), 2)).toEqual({ unexplained: 1 });
    expect(faultsOf(rowOf([tried(0, 10, 'retry', { detail: 'econnrefused' }), end]), 2)).toEqual({ unexplained: 1 });
    expect(faultsOf(rowOf([tried(0, 10, 'retry'), end]), 2)).toEqual({ unexplained: 1 });
  });
  it('has waited for one: nothing is too late at once', () => {
    expect(faultsOf(rowOf([tried(0, 10, 'retry', { detail: 'timeout' }), tried(20_000, 20_010, 'sent')]), 2)).toEqual({ unexplained: 1 });
  });
});

describe('what was carried', () => {
  const contact = { recipient: 'contact:con_1', eventSeq: null };
  const carried = (more: Partial<OutboxRow> = {}): OutboxRow =>
    rowOf([], { ...contact, id: 2, message: 'received', messageId: 'msg_2', state: 'skipped', reason: 'coalesced: msg_3', carriedBy: 3, ...more });
  const carrier = (tries: Omit<Try, 'attempt'>[], more: Partial<OutboxRow> = {}): OutboxRow =>
    rowOf(tries, { ...contact, id: 3, message: 'ready', messageId: 'msg_3', ...more });
  /** Beside the ticket's own message; that nobody asked for these two is what `overtold` says of all of them. */
  const beside = (rows: OutboxRow[], arrivals: string[]): object => {
    const { overtold, ...others } = faultsOf(rowOf([tried(0, 10, 'sent')]), 1, { rows, arrivals });
    expect(overtold).toBe(2);
    return others;
  };
  const sent = [tried(0, 10, 'sent')];
  const deaths = [tried(0, null), tried(3_100, null), tried(6_200, null)];
  const given = { state: 'dead', reason: 'poison' };

  it('is told with another that was sent, or given up with one at which three workers died', () => {
    expect(beside([carried(), carrier(sent)], ['msg_3'])).toEqual({});
    expect(beside([carried(), carrier([...deaths, tried(9_300, 9_310, 'dead')], given)], [])).toEqual({});
  });
  it('is lost with one that died for any other reason', () => {
    expect(beside([carried(), carrier([tried(0, 10, 'dead')], { state: 'dead', reason: 'gave_up: timeout' })], [])).toEqual({ unsettled: 1 });
    expect(beside([carried(), carrier([...deaths.slice(0, 2), tried(9_300, 9_310, 'dead')], given)], [])).toEqual({ unsettled: 1 });
  });
  it('is lost where another lane, another message or nothing carried it', () => {
    expect(beside([carried({ recipient: 'contact:con_2' }), carrier(sent)], ['msg_3'])).toEqual({ unsettled: 1 });
    expect(beside([carried({ reason: 'coalesced: msg_9' }), carrier(sent)], ['msg_3'])).toEqual({ unsettled: 1 });
    expect(beside([carried({ carriedBy: null }), carrier(sent)], ['msg_3'])).toEqual({ unsettled: 1 });
    expect(beside([carried(), carrier([], { state: 'skipped', reason: 'superseded' })], [])).toEqual({ unsettled: 2 });
  });
  it('does not arrive by itself', () => {
    expect(beside([carried(), carrier(sent)], ['msg_2', 'msg_3'])).toMatchObject({ unmarked: 1 });
  });
});

describe('a message', () => {
  it('that is marked as sent has arrived, and the ledger knows by which try', () => {
    expect(faultsOf(rowOf([tried(0, 10, 'sent')]), 0)).toEqual({ unsent: 1 });
    expect(faultsOf(rowOf([tried(0, null)]), 1)).toEqual({ ledger: 1 });
    expect(faultsOf(rowOf([tried(0, 10, 'sent')], { attempts: 2 }), 1)).toEqual({ ledger: 1 });
  });
  it('that was taken is marked as sent', () => {
    expect(faultsOf(rowOf([tried(0, 10, 'sent')], { state: 'pending' }), 1)).toEqual({ unsettled: 1, unmarked: 1 });
  });
});
