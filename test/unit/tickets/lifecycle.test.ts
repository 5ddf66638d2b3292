// The lifecycle table is data: what it says is checked here as a whole.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Facts } from '#tickets/guards.ts';
import { inputs } from '#tickets/inputs.ts';
import { type Action, actions, hasEnded, labelOf, statuses } from '#tickets/lifecycle.ts';
import { allowedActions, move } from '#tickets/move.ts';
import { refusals } from '#tickets/refusals.ts';
import { Status } from '#tickets/status.ts';
import { command, commands, consent, enabling, facts, hold, part, quote } from '../../support/facts.ts';

const everyAction = Object.keys(actions) as Action[];
const offered = commands['quote.draft'].offer;
/** Its terms bind although another version has taken its place. */
const bound = { ...quote, form: 'eu_erif', status: 'superseded' } as const;
const inItsPlace = { ...quote, id: 'quo_2', version: 2, supersedes: bound.id } as const;
const stored = enabling('storage.dispose').storage as NonNullable<Facts['storage']>;

const target = (from: Status, to: string): Status => (to === 'same' ? from : to === 'previous' ? 'delivered' : (to as Status));

/** Steps of the table without the administrator's correction, which leads anywhere. */
const edges = everyAction
  .filter((action) => action !== 'admin.correct')
  .flatMap((action) => actions[action].steps.flatMap((step) => step.from.map((from: Status) => ({ action, from, to: target(from, step.to) }))));

describe('the table', () => {
  it('is this', () => {
    const rows = everyAction.flatMap((action) =>
      actions[action].steps.map((step) => {
        const from = step.from.length === Status.options.length ? 'any' : step.from.join(' | ');
        return `${action}: ${from} -> ${step.to} by ${actions[action].by.join(' ')} tells ${String(actions[action].tells)}`;
      }),
    );
    expect(rows).toMatchSnapshot();
  });

  it('knows every status of the column', () => {
    expect(Object.keys(statuses).toSorted()).toEqual([...Status.options].toSorted());
    expect(Status.options).toHaveLength(16);
  });

  it('has labels of at most five Han characters, and English ones', () => {
    for (const status of Status.options) {
      for (const method of ['ship', 'pick_up'] as const) {
        const label = labelOf(status, method);
        expect(label['zh-CN'], status).toMatch(/^\p{Script=Han}{2,5}$/u);
        expect(label.en, status).toMatch(/^[A-Z][a-z ,-]+$/);
      }
    }
  });

  it('reaches every status', () => {
    const reached = new Set<Status>(['created']);
    for (let size = 0; size !== reached.size; ) {
      size = reached.size;
      for (const { from, to } of edges) if (reached.has(from)) reached.add(to);
    }
    expect(Status.options.filter((status) => !reached.has(status))).toEqual([]);
  });

  it('leads out of every status that is not an end, and out of an end only by the administrator', () => {
    for (const status of Status.options) {
      const ways = edges.filter(({ from, action }) => from === status && action !== 'admin.reopen');
      expect(ways.length > 0, status).toBe(!hasEnded(status));
    }
  });
});

describe('move', () => {
  it('reads the day of a part on the calendar of the center', () => {
    const order = (expectedOn: string, today: string) =>
      move(facts('approved', { today }), { action: 'parts.order', input: { parts: [{ partNo: 'B', name: 'B', expectedOn }] } });
    // The evening of the 21st in Los Angeles is the 22nd in UTC, the morning of the 23rd in Auckland still the 22nd.
    expect(order('2026-11-21', '2026-11-21')).toMatchObject({ ok: true });
    expect(order('2026-11-22', '2026-11-23')).toEqual({ ok: false, refusal: 'expected_in_past' });
  });

  it.each(edges)('$action leads from $from to $to', ({ action, from, to }) => {
    expect(move(facts(from, enabling(action)), command(action))).toMatchObject({ ok: true, to });
  });

  it('stands still while it is on hold, but for what goes on all the same', () => {
    for (const { action, from } of edges) {
      const { held, apart } = actions[action] as { held?: string; apart?: true };
      const answer = move(facts(from, { ...enabling(action), hold }), command(action));
      expect(answer.ok, `${action} from ${from}`).toBe(held !== undefined);
      expect(allowedActions(from, actions[action].by[0], true).includes(action)).toBe(held !== undefined && apart !== true);
    }
    expect(move(facts('diagnosing', { hold }), command('quote.send'))).toEqual({ ok: false, refusal: 'on_hold' });
    expect(move(facts('diagnosing', { hold }), command('hold.open'))).toEqual({ ok: false, refusal: 'on_hold' });
    expect(move(facts('diagnosing'), command('hold.resume'))).toEqual({ ok: false, refusal: 'not_held' });
  });

  it('answers every status and action, and only along the table', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Status.options), fc.constantFrom(...everyAction), (status, action) => {
        const answer = move(facts(status, { quote }), command(action));
        if (answer.ok) {
          expect(action === 'admin.correct' || edges.some((edge) => edge.action === action && edge.from === status && edge.to === answer.to)).toBe(
            true,
          );
        } else {
          expect(answer.refusal === 'not_from_here' || answer.refusal in refusals).toBe(true);
        }
      }),
    );
  });

  it.each([
    ['device.receive', 'awaiting_device', { serialMatches: false }, undefined, 'serial_differs'],
    ['quote.send', 'diagnosing', { jurisdiction: 'EU' }, { offer: { ...commands['quote.send'].offer, validDays: 29 } }, 'validity_too_short'],
    [
      'quote.send',
      'diagnosing',
      {},
      { offer: { ...commands['quote.send'].offer, lines: [{ kind: 'discount', text: 'All', quantity: 1, unitPrice: 1 }] } },
      'total_negative',
    ],
    [
      'quote.send',
      'diagnosing',
      {},
      { offer: { ...commands['quote.send'].offer, lines: [{ kind: 'part', text: 'Gold', quantity: 999, unitPrice: 100_000_000 }] } },
      'total_too_large',
    ],
    ['intake.open', 'created', {}, { contactVerified: true, backupConsent: { ...consent, method: 'link' } }, 'consent_by_link'],
    ['intake.open', 'created', {}, { contactVerified: true, backupConsent: { ...consent, givenAt: '2026-11-23T00:00:00Z' } }, 'consent_in_future'],
    [
      'quote.draft',
      'diagnosing',
      {},
      { offer: { ...offered, lines: [{ kind: 'discount', text: 'All', quantity: 1, unitPrice: 1 }] } },
      'total_negative',
    ],
    [
      'quote.draft',
      'diagnosing',
      {},
      { offer: { ...offered, lines: [{ kind: 'part', text: 'Gold', quantity: 999, unitPrice: 100_000_000 }] } },
      'total_too_large',
    ],
    ['quote.approve', 'quoted', { quote: null }, undefined, 'quote_unknown'],
    ['quote.approve', 'quoted', { quote: { ...quote, status: 'approved' } }, undefined, 'quote_decided'],
    ['quote.approve', 'quoted', { quote: { ...quote, validUntil: '2026-11-21T00:00:00Z' } }, undefined, 'quote_expired'],
    ['quote.approve', 'quoted', { quote: { ...quote, total: 40_000 } }, undefined, 'amount_differs'],
    [
      'quote.approve',
      'quoted',
      { quote },
      { ...commands['quote.approve'], consent: { ...consent, givenAt: '2026-11-23T00:00:00Z' } },
      'consent_in_future',
    ],
    ['parts.order', 'approved', {}, { parts: [{ partNo: 'B', name: 'B', expectedOn: '2026-11-20' }] }, 'expected_in_past'],
    ['parts.receive', 'awaiting_parts', {}, undefined, 'part_unknown'],
    ['repair.start', 'approved', { parts: [part('backordered')] }, undefined, 'parts_outstanding'],
    ['repair.finish', 'in_repair', { parts: [part('received')] }, undefined, 'parts_unfitted'],
    ['parts.fit', 'in_repair', { parts: [part('fitted')] }, undefined, 'part_unknown'],
    ['parts.delay', 'awaiting_parts', { parts: [part('received')] }, undefined, 'part_unknown'],
    ['parts.delay', 'awaiting_parts', { parts: [part('ordered')] }, { parts: [{ partId: 'prt_1', expectedOn: '2026-11-20' }] }, 'expected_in_past'],
    ['device.receive', 'created', { policy: { ...facts('created').policy, intakePhotos: 1 } }, undefined, 'photos_missing'],
    ['device.receive', 'created', {}, { ...commands['device.receive'], promisedAt: '2026-11-22T05:00:00Z' }, 'promise_in_past'],
    ['quote.send', 'diagnosing', { feeDisclosed: null }, { offer: { ...offered, diagnosisFee: 1 } }, 'fee_not_disclosed'],
    ['quote.send', 'diagnosing', { feeDisclosed: { amount: 9, currency: 'EUR' } }, { offer: { ...offered, diagnosisFee: 1 } }, 'fee_not_disclosed'],
    ['quote.send', 'diagnosing', {}, { offer: { ...offered, form: 'eu_erif', validDays: 29 } }, 'validity_too_short'],
    ['quote.send', 'diagnosing', {}, { quoteId: 'quo_2' }, 'draft_unknown'],
    ['quote.supersede', 'quoted', { quote }, { offer: { ...offered, currency: 'EUR' } }, 'currency_differs'],
    ['quote.supersede', 'quoted', { quote: { ...quote, form: 'eu_erif' } }, undefined, 'terms_locked'],
    ['quote.supersede', 'quoted', { quote: inItsPlace, versions: [bound, inItsPlace] }, undefined, 'terms_locked'],
    ['quote.send', 'diagnosing', { versions: [bound, inItsPlace] }, undefined, 'terms_locked'],
    ['quote.send', 'diagnosing', { versions: [{ ...bound, currency: 'EUR' }, inItsPlace] }, undefined, 'currency_differs'],
    ['quote.revise', 'in_repair', { versions: [bound, inItsPlace] }, undefined, 'terms_locked'],
    ['quote.revise', 'in_repair', { quote: { ...quote, status: 'approved', total: 49_900 } }, undefined, 'not_higher'],
    ['quote.revise', 'in_repair', { quote: { ...quote, status: 'approved', currency: 'EUR' } }, undefined, 'currency_differs'],
    ['quote.approve', 'quoted', { quote: { ...quote, id: 'quo_2' }, versions: [quote] }, undefined, 'quote_superseded'],
    ['quote.approve', 'quoted', { quote, actorKind: 'customer' }, undefined, 'consent_by_link'],
    ['quote.approve', 'quoted', { quote }, { ...commands['quote.approve'], consent: { ...consent, method: 'link' } }, 'consent_by_link'],
    ['quote.expire', 'quoted', { quote: { ...quote, reminders: 2 } }, undefined, 'not_expired'],
    ['quote.expire', 'quoted', { quote: { ...quote, validUntil: '2026-11-01T00:00:00Z', reminders: 1 } }, undefined, 'reminders_missing'],
    ['intake.expire', 'awaiting_device', { reminders: 1 }, undefined, 'reminders_missing'],
    [
      'repair.abandon',
      'in_repair',
      { quote: { ...quote, status: 'approved' } },
      { ...commands['repair.abandon'], charge: 39_901 },
      'charge_too_high',
    ],
    ['repair.abandon', 'approved', {}, { ...commands['repair.abandon'], charge: 1 }, 'charge_too_high'],
    ['qc.pass', 'quality_check', { repairedBy: ['Lin', ' SUN '] }, undefined, 'same_person'],
    ['qc.pass', 'quality_check', {}, { ...commands['qc.pass'], checks: commands['qc.pass'].checks.slice(1) }, 'checklist_incomplete'],
    ['delivery.dispute', 'delivered', { deliveredAt: new Date('2026-11-01T00:00:00Z') }, undefined, 'dispute_too_late'],
    ['disposal.consent', 'ready', {}, { consent: { ...consent, givenAt: '2026-11-23T00:00:00Z' } }, 'consent_in_future'],
    ['storage.dispose', 'ready', {}, undefined, 'no_storage'],
    ['storage.dispose', 'ready', { storage: { ...stored, notices: stored.notices.slice(1) } }, undefined, 'notices_missing'],
    ['storage.dispose', 'ready', { storage: { ...stored, keepUntil: '2026-11-23T00:00:00Z' } }, undefined, 'keep_longer'],
    ['hold.open', 'diagnosing', {}, { reason: 'payment', resumeBy: '2026-11-22T05:00:00Z' }, 'resume_in_past'],
    ['hold.change', 'diagnosing', { hold }, { reason: 'payment', resumeBy: '2026-11-21T05:00:00Z' }, 'resume_in_past'],
    ['promise.change', 'in_repair', {}, { promisedAt: '2026-11-22T05:00:00Z', reason: 'workload' }, 'promise_in_past'],
    ['promise.change', 'in_repair', {}, { promisedAt: '2036-11-23T06:00:00Z', reason: 'workload' }, 'too_far_ahead'],
    ['device.receive', 'created', {}, { ...commands['device.receive'], promisedAt: '2036-11-23T06:00:00Z' }, 'too_far_ahead'],
    ['parts.order', 'approved', {}, { parts: [{ partNo: 'B', name: 'B', expectedOn: '2036-11-24' }] }, 'too_far_ahead'],
    ['parts.delay', 'awaiting_parts', { parts: [part('ordered')] }, { parts: [{ partId: 'prt_1', expectedOn: '2036-11-24' }] }, 'too_far_ahead'],
    ['promise.change', 'in_repair', {}, { promisedAt: '2026-12-02T18:00:00+08:00', reason: 'workload' }, 'promise_unchanged'],
    ['admin.reopen', 'closed', { closedAt: new Date('2026-11-19T04:00:00Z') }, undefined, 'reopen_too_late'],
    ['shipment.dispatched', 'ready', { outboundShipment: false }, undefined, 'no_outbound_shipment'],
    ['shipment.dispatched', 'ready', { returnMethod: 'pick_up' }, undefined, 'pick_up_only'],
    ['device.hand_over', 'ready', {}, undefined, 'shipping_only'],
    ['admin.correct', 'received', {}, undefined, 'status_unchanged'],
  ] as const)('%s from %s with %j is refused: %s %s', (action, status, more, input, refusal) => {
    expect(move(facts(status, more as Partial<Facts>), command(action, input))).toEqual({ ok: false, refusal });
  });

  it('takes a day in ten years, and asks for more than was agreed by the European form', () => {
    expect(move(facts('in_repair'), command('promise.change', { promisedAt: '2036-11-20T05:00:00Z', reason: 'workload' }))).toMatchObject({
      ok: true,
    });
    const agreed = { quote: { ...bound, status: 'approved' } } as const;
    expect(move(facts('in_repair', agreed), command('quote.revise'))).toMatchObject({ ok: true, to: 'quoted' });
    const ranOut = { quote: { ...bound, validUntil: '2026-11-21T00:00:00Z' } };
    expect(move(facts('diagnosing', ranOut), command('quote.send'))).toMatchObject({ ok: true, to: 'quoted' });
  });

  it('never goes to repair without approval, and never to received on a carrier’s word', () => {
    expect(edges.filter(({ from, to }) => from === 'quoted' && to === 'in_repair')).toEqual([]);
    expect(actions['device.receive'].by).not.toContain('courier');
    expect(allowedActions('inbound_transit', 'courier', false)).toEqual([]);
    expect(allowedActions('outbound_transit', 'courier', false)).toEqual(['shipment.delivered', 'shipment.returned']);
  });

  it('cancels what is not here, and returns unrepaired what is', () => {
    expect(move(facts('awaiting_device'), command('ticket.cancel'))).toEqual({ ok: true, to: 'cancelled', outcome: 'cancelled' });
    expect(move(facts('approved'), command('ticket.cancel'))).toEqual({ ok: true, to: 'ready', outcome: 'returned_unrepaired' });
    expect(move(facts('inbound_transit'), command('ticket.cancel'))).toEqual({ ok: false, refusal: 'not_from_here' });
    expect(move(facts('in_repair'), command('ticket.cancel'))).toEqual({ ok: false, refusal: 'not_from_here' });
  });
});

describe('inputs', () => {
  it.each(everyAction)('%s takes its example and refuses an unknown field', (action) => {
    const sample = JSON.parse(
      JSON.stringify(commands[action]).replaceAll('quo_1', 'quo_01kazq4m0wf3v8e5s1x7c9b2dn').replaceAll('prt_1', 'prt_01kazq4m0wf3v8e5s1x7c9b2dn'),
    );
    expect(inputs[action].safeParse(sample).error?.issues).toBeUndefined();
    expect(inputs[action].safeParse({ ...sample, surprise: 1 }).success).toBe(false);
  });
});
