// What an open page is sent of a history, and from where it goes on: nothing twice, nothing missed, nothing that is not public.
import { expect, it } from 'vitest';
import { catchUp, type Following, mayFollow, type PublicStep } from '#lookup/follower.ts';
import type { Since, StepRow } from '#lookup/stream-store.ts';

const at = new Date('2026-11-22T02:10:00.000Z');
const step = (seq: number, more: Partial<StepRow> = {}): StepRow => ({ seq, action: 'repair.start', from: 'approved', to: 'in_repair', at, ...more });
const since = (steps: StepRow[], more: Partial<Since> = {}): Since => ({
  version: Math.max(0, ...steps.map(({ seq }) => seq)),
  returnMethod: 'ship',
  labels: null,
  wish: null,
  linkHash: null,
  steps,
  ...more,
});
const following = (seq: number): Following => ({ brandId: 'brd', ticketId: 'tkt', seq, locale: 'en', linkHash: null });

function wire(takes = Infinity) {
  const sent: PublicStep[] = [];
  return {
    sent,
    send(one: PublicStep) {
      sent.push(one);
      return sent.length < takes;
    },
    end: async () => undefined,
  };
}

it('sends each step once, however often it is read', () => {
  const page = following(0);
  const line = wire();
  expect(catchUp(page, since([step(1), step(2)]), line)).toBe(true);
  expect(catchUp(page, since([step(1), step(2), step(3)]), line)).toBe(true);
  expect(line.sent.map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(line.sent[0]).toEqual({ id: 1, event: 'step', data: { status: 'in_repair', label: 'Being repaired', at: at.toISOString() } });
});

it('stops where the reader is behind, and goes on from exactly there', () => {
  const page = following(0);
  const line = wire(2);
  const all = since([step(1), step(2), step(3)]);
  expect(catchUp(page, all, line)).toBe(false);
  expect(page.seq).toBe(2);
  const next = wire();
  expect(catchUp(page, all, next)).toBe(true);
  expect(next.sent.map(({ id }) => id)).toEqual([3]);
});

it('shows what changes the status or is told to the customer, and passes over the rest', () => {
  const page = following(0);
  const line = wire();
  const same = { from: 'in_repair', to: 'in_repair' } as const;
  const history = since([
    step(1),
    step(2, { ...same, action: 'diagnosis.record' }),
    step(3, { ...same, action: 'hold.open' }),
    step(4, { ...same, action: 'of.another.release' }),
    step(5, { ...same, action: 'parts.fit' }),
  ]);
  catchUp(page, history, line);
  expect(line.sent.map(({ id, event }) => [id, event])).toEqual([
    [1, 'step'],
    [3, 'change'],
  ]);
  expect(page.seq).toBe(5);
});

it('goes on from the present where it knows more than the history', () => {
  const page = following(90);
  const line = wire();
  catchUp(page, since([], { version: 4 }), line);
  catchUp(page, since([step(5)]), line);
  expect(line.sent.map(({ id }) => id)).toEqual([5]);
});

it('follows only while the ticket is there and the link is the one it came by', () => {
  const hash = Buffer.from('one');
  expect(mayFollow(following(0), null)).toBe(false);
  expect(mayFollow(following(0), since([]))).toBe(true);
  const byLink = { ...following(0), linkHash: hash };
  expect(mayFollow(byLink, since([], { linkHash: Buffer.from('one') }))).toBe(true);
  expect(mayFollow(byLink, since([], { linkHash: Buffer.from('two') }))).toBe(false);
  expect(mayFollow(byLink, since([]))).toBe(false);
});
