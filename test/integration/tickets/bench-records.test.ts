// What is written down at the counter, at the bench and at the final test, and what a policy asks of it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#platform/id.ts';
import type { RepairRecord } from '#tickets/record.ts';
import type { TicketView } from '#tickets/ticket.ts';
import type { TransitionInput } from '#tickets/transition.ts';
import { advanced, aTicket, bodies, transition } from '../../support/a-ticket.ts';
import { startApp, type TestApp, type TestBrand, unique } from '../../support/app.ts';
import { checks } from '../../support/checks.ts';

let test: TestApp;
beforeAll(async () => {
  test = await startApp();
});
afterAll(() => test?.close());

const record = async (ticket: TicketView): Promise<RepairRecord> =>
  (await test.call(test.keys.center, { url: `/v1/tickets/${ticket.id}/record` })).json<RepairRecord>();
const refusal = async (ticket: TicketView, body: TransitionInput, key?: string): Promise<unknown> =>
  (await transition(test, ticket, body, key)).json<{ refusal?: string }>().refusal;

async function inRepair(serial = unique('SERIAL')): Promise<TicketView> {
  const ticket = await aTicket(test, { device: { kind: 'laptop', serial } });
  const steps: TransitionInput[] = [
    bodies.receive(serial),
    bodies.diagnose,
    { action: 'coverage.accept', input: { basis: 'Warranty', evidence: 'Invoice' } },
    bodies.startRepair,
  ];
  let at = ticket;
  for (const step of steps) at = await advanced(test, at, step);
  return at;
}

describe('the repair record', () => {
  it('keeps what came in, what was found, what was done and how it was tested', async () => {
    const serial = unique('SERIAL');
    let ticket = await aTicket(test, { device: { kind: 'laptop', serial } });
    expect(await record(ticket)).toEqual({ intake: null, diagnoses: [], work: [], tests: [] });
    ticket = await advanced(test, ticket, {
      action: 'device.receive',
      input: {
        serialScanned: serial,
        accessories: [{ type: 'charger', quantity: 1, note: 'third party' }],
        condition: [{ area: 'lid', grade: 'dented', note: 'upper right' }],
        powersOn: false,
        simRemoved: true,
        memoryCardRemoved: false,
        screenLock: 'turned_off',
        packaging: 'Box torn at one corner',
        diagnosisFee: { amount: 5_000, currency: 'CNY' },
        acknowledgement: { method: 'signature', at: '2026-11-22T09:00:00+08:00' },
        receivedBy: 'Chen',
      },
    });
    ticket = await advanced(test, ticket, bodies.diagnose);
    const found = {
      technician: 'Zhao',
      findings: 'The board draws no current',
      faults: [{ symptom: 'NO_POWER', fault: 'BOARD', cause: 'LIQUID' }],
      reproducible: 'always',
      liquid: true,
      minutes: 40,
    } as const;
    ticket = await advanced(test, ticket, { action: 'diagnosis.record', input: { ...found, faults: [...found.faults] } });
    ticket = await advanced(test, ticket, { action: 'coverage.accept', input: { basis: 'Warranty', evidence: 'Invoice' } });
    for (const body of [bodies.startRepair, bodies.finishRepair, bodies.fail, bodies.finishRepair, bodies.pass])
      ticket = await advanced(test, ticket, body);

    const kept = await record(ticket);
    expect(kept.intake).toMatchObject({
      receivedBy: 'Chen',
      serialMatches: true,
      serialLast4: serial.replaceAll('-', '').slice(-4),
      serialUnreadable: false,
      condition: [{ area: 'lid', grade: 'dented', note: 'upper right' }],
      simRemoved: true,
      screenLock: 'turned_off',
      diagnosisFee: { amount: 5_000, currency: 'CNY' },
      acknowledgement: { method: 'signature' },
    });
    expect(JSON.stringify(kept)).not.toContain(serial);
    expect(kept.diagnoses).toMatchObject([found]);
    expect(kept.work).toMatchObject([{ work: ['Battery replaced'], technician: null }, { work: ['Battery replaced'] }]);
    expect(kept.tests.map(({ passed, failed, checks: done }) => [passed, failed.length, done.length])).toEqual([
      [false, 1, 0],
      [true, 0, checks.laptop.length],
    ]);
  });
});

describe('evidence', () => {
  it('is a file of this ticket', async () => {
    const serial = unique('SERIAL');
    let ticket = await aTicket(test, { device: { kind: 'laptop', serial } });
    for (const step of [bodies.receive(serial), bodies.diagnose]) ticket = await advanced(test, ticket, step);
    const file = newId('file');
    const input = { technician: 'Zhao', findings: 'Burnt', faults: [], reproducible: 'always', photos: [file] } as const;
    const answer = await transition(test, ticket, { action: 'diagnosis.record', input: { ...input, faults: [], photos: [file] } });
    expect(answer.json()).toMatchObject({ code: 'validation_failed', errors: [{ pointer: '/input', code: 'file_unknown' }] });
  });
});

describe('the final test', () => {
  const pass = (inspector: string, done = checks.laptop): TransitionInput => ({
    action: 'qc.pass',
    input: { checks: done, inspector, outcome: 'repaired' },
  });

  it('is passed by somebody else than who repaired it, with every mandatory point', async () => {
    let ticket = await inRepair();
    ticket = await advanced(test, ticket, { action: 'repair.finish', input: { work: ['Fan replaced'], technician: 'Lin' } });
    expect(await refusal(ticket, pass('Zhao'))).toBe('same_person');
    expect(await refusal(ticket, pass(' LIN '))).toBe('same_person');
    expect(await refusal(ticket, pass('Sun', checks.laptop.slice(1)))).toBe('checklist_incomplete');
    expect(await advanced(test, ticket, pass('Sun'))).toMatchObject({ status: 'ready', outcome: 'repaired' });
  });

  it('may be passed by the same person, and with fewer points, where the policy says so', async () => {
    const small: TestBrand = await test.addBrand();
    const put = { method: 'PUT', url: '/v1/policy', payload: { inspectorMustDiffer: false, checklists: { laptop: [] } } } as const;
    const kept = await test.call(small.keys.brand, put);
    expect(kept.statusCode, kept.body).toBe(200);
    const serial = unique('SERIAL');
    const opened = await test.call(small.keys.center, {
      method: 'POST',
      url: '/v1/tickets',
      payload: {
        channel: 'walk_in',
        device: { kind: 'laptop', serial },
        contact: {},
        faultReported: 'Loud',
        returnMethod: 'pick_up',
        jurisdiction: 'none',
      },
    });
    let ticket = opened.json<TicketView>();
    const steps: TransitionInput[] = [
      bodies.receive(serial),
      bodies.diagnose,
      { action: 'coverage.accept', input: { basis: 'Warranty', evidence: 'Invoice' } },
      bodies.startRepair,
      bodies.finishRepair,
    ];
    for (const step of steps) ticket = await advanced(test, ticket, step, small.keys.center);
    const alone = pass('Zhao', [{ check: 'It is quiet', result: 'pass' }]);
    expect(await advanced(test, ticket, alone, small.keys.center)).toMatchObject({ status: 'ready' });
  });

  it('that replaces the unit says by which, and the new serial leads to the ticket', async () => {
    let ticket = await advanced(test, await inRepair(), bodies.finishRepair);
    const bare = { action: 'qc.pass', input: { checks: checks.laptop, inspector: 'Sun', outcome: 'replaced' } } as const;
    const malformed = await transition(test, ticket, { ...bare, input: { ...bare.input, checks: [...bare.input.checks] } });
    expect(malformed.json()).toMatchObject({ code: 'validation_failed', errors: [{ pointer: '/input/swap' }] });
    const serial = unique('NEWUNIT');
    const swap = { serial, kind: 'same_model', warranty: 'restart', why: 'Board beyond repair' } as const;
    ticket = await advanced(test, ticket, { action: 'qc.pass', input: { ...bare.input, swap } });
    expect(ticket).toMatchObject({ status: 'ready', outcome: 'replaced' });
    const found = await test.call(test.keys.center, { url: `/v1/tickets?serial=${serial}` });
    expect(found.json<{ data: TicketView[] }>().data.map(({ id }) => id)).toEqual([ticket.id]);
    expect((await test.call(test.keys.center, { url: `/v1/tickets/${ticket.id}/history` })).body).not.toContain(serial);
  });

  it('failed twice alarms the center', async () => {
    let ticket = await advanced(test, await inRepair(), bodies.finishRepair);
    for (const body of [bodies.fail, bodies.finishRepair, bodies.fail]) ticket = await advanced(test, ticket, body);
    const alerts = await test.call(test.keys.center, { url: `/v1/alerts?ticketId=${ticket.id}` });
    expect(alerts.json()).toMatchObject({ data: [{ kind: 'quality_failed_twice', data: { failures: 2 }, acknowledgedAt: null }] });
  });
});

describe('the counter', () => {
  it('takes photos first where the policy says so', async () => {
    const careful = await test.addBrand();
    await test.call(careful.keys.brand, { method: 'PUT', url: '/v1/policy', payload: { intakePhotos: 1 } });
    const serial = unique('SERIAL');
    const payload = {
      channel: 'walk_in',
      device: { kind: 'phone', serial },
      contact: {},
      faultReported: 'Dark',
      returnMethod: 'pick_up',
      jurisdiction: 'none',
    };
    const ticket = (await test.call(careful.keys.center, { method: 'POST', url: '/v1/tickets', payload })).json<TicketView>();
    expect(await refusal(ticket, bodies.receive(serial), careful.keys.center)).toBe('photos_missing');
  });
});
