// The lifecycle table is data: what it says is checked here as a whole.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputs } from '#tickets/inputs.ts';
import { type Action, actions, allowedActions, type Command, type Facts, hasEnded, labelOf, move, statuses } from '#tickets/lifecycle.ts';
import { refusals } from '#tickets/refusals.ts';
import { Status } from '#tickets/status.ts';

const now = new Date('2026-11-22T05:00:00.000Z');
const consent = { method: 'in_person', takenBy: 'Lin', givenAt: '2026-11-22T04:00:00Z', textVersion: 'quote-1', locale: 'zh-CN' } as const;
const quote = { id: 'quo_1', status: 'sent', currency: 'CNY', total: 39_900, validUntil: new Date('2026-12-22T05:00:00Z') } as const;

const facts = (status: Status, more: Partial<Facts> = {}): Facts => ({
  status,
  returnMethod: 'ship',
  jurisdiction: 'CN',
  quote: null,
  partsOutstanding: [],
  outboundShipment: true,
  serialMatches: true,
  now,
  ...more,
});

const commands: { [A in Action]: Extract<Command, { action: A }>['input'] } = {
  'intake.open': { contactVerified: true, backupConsent: consent },
  'device.receive': { serialScanned: 'X', accessories: [], condition: [{ area: 'screen', grade: 'used' }], powersOn: true, receivedBy: 'Chen' },
  'shipment.collected': {},
  'diagnosis.start': { technician: 'Zhao' },
  'quote.send': {
    offer: {
      currency: 'CNY',
      lines: [{ kind: 'part', text: 'Battery', quantity: 1, unitPrice: 39_900 }],
      diagnosisFee: 0,
      validDays: 30,
      promisedDays: 3,
    },
  },
  'coverage.accept': { basis: 'Warranty', evidence: 'Invoice' },
  'diagnosis.no_fault': { evidence: 'Tested for two days' },
  'diagnosis.unrepairable': { why: 'Board corroded', evidence: 'Photos' },
  'quote.approve': { quoteId: 'quo_1', amountShown: { amount: 39_900, currency: 'CNY' }, consent },
  'quote.decline': { quoteId: 'quo_1', consent },
  'parts.order': { parts: [{ partNo: 'B-1', name: 'Battery', expectedOn: '2026-11-29' }] },
  'parts.receive': { partIds: ['prt_1'] },
  'repair.start': { technician: 'Zhao' },
  'repair.finish': { work: ['Battery replaced'] },
  'qc.fail': { failed: [{ check: 'Charging', note: 'Slow' }], inspector: 'Sun' },
  'qc.pass': { passed: ['Charging'], inspector: 'Sun', outcome: 'repaired' },
  'shipment.dispatched': {},
  'device.hand_over': { identityCheck: 'ticket_code', handedOverBy: 'Chen' },
  'shipment.delivered': {},
  'ticket.settle': {},
  'ticket.cancel': { requestedBy: 'customer' },
  'admin.correct': { to: 'received' },
};

const command = (action: Action, input: object = commands[action]): Command => ({ action, input }) as Command;
const everyAction = Object.keys(actions) as Action[];

/** Steps of the table without the administrator's correction, which leads anywhere. */
const edges = everyAction
  .filter((action) => action !== 'admin.correct')
  .flatMap((action) =>
    actions[action].steps.flatMap((step) => step.from.map((from: Status) => ({ action, from, to: step.to === 'same' ? from : (step.to as Status) }))),
  );

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

  it('reaches every status but disposed, whose consent comes with a later release', () => {
    const reached = new Set<Status>(['created']);
    for (let size = 0; size !== reached.size; ) {
      size = reached.size;
      for (const { from, to } of edges) if (reached.has(from)) reached.add(to);
    }
    expect(Status.options.filter((status) => !reached.has(status))).toEqual(['disposed']);
  });

  it('leads out of every status that is not an end, and out of no end', () => {
    for (const status of Status.options)
      expect(
        edges.some(({ from }) => from === status),
        status,
      ).toBe(!hasEnded(status));
  });
});

describe('move', () => {
  it.each(edges)('$action leads from $from to $to', ({ action, from, to }) => {
    const more: Partial<Facts> = { quote, partsOutstanding: action === 'parts.receive' ? ['prt_1'] : [] };
    const answer = move(facts(from, { ...more, returnMethod: action === 'device.hand_over' ? 'pick_up' : 'ship' }), command(action));
    expect(answer).toMatchObject({ ok: true, to });
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
    ['quote.approve', 'quoted', { quote: null }, undefined, 'quote_unknown'],
    ['quote.approve', 'quoted', { quote: { ...quote, status: 'approved' } }, undefined, 'quote_decided'],
    ['quote.approve', 'quoted', { quote: { ...quote, validUntil: new Date('2026-11-21T00:00:00Z') } }, undefined, 'quote_expired'],
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
    ['repair.start', 'approved', { partsOutstanding: ['prt_1'] }, undefined, 'parts_outstanding'],
    ['shipment.dispatched', 'ready', { outboundShipment: false }, undefined, 'no_outbound_shipment'],
    ['shipment.dispatched', 'ready', { returnMethod: 'pick_up' }, undefined, 'pick_up_only'],
    ['device.hand_over', 'ready', {}, undefined, 'shipping_only'],
    ['admin.correct', 'received', {}, undefined, 'status_unchanged'],
  ] as const)('%s from %s with %j is refused: %s %s', (action, status, more, input, refusal) => {
    expect(move(facts(status, more as Partial<Facts>), command(action, input))).toEqual({ ok: false, refusal });
  });

  it('never goes to repair without approval, and never to received on a carrier’s word', () => {
    expect(edges.filter(({ from, to }) => from === 'quoted' && to === 'in_repair')).toEqual([]);
    expect(actions['device.receive'].by).not.toContain('courier');
    expect(allowedActions('inbound_transit', 'courier')).toEqual([]);
    expect(allowedActions('outbound_transit', 'courier')).toEqual(['shipment.delivered']);
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
