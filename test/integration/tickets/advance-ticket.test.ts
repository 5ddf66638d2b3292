// Transitions over the real database: the way of a repair, its refusals, its races, its cost.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasEnded } from '#tickets/lifecycle.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { advanced, aTicket, bodies, consent, ticketInput, transition } from '../../support/a-ticket.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { recordStatements } from '../../support/statements.ts';

let test: TestApp;
beforeAll(async () => {
  test = await startApp();
});
afterAll(() => test.close());

const inAMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
const serialOf = (ticket: TicketView): string => ticket.device.identifiers[0]?.value ?? '';

/** Walks a fresh ticket to `diagnosing`. */
async function diagnosed(): Promise<TicketView> {
  const ticket = await aTicket(test);
  return advanced(test, await advanced(test, ticket, bodies.receive(serialOf(ticket))), bodies.diagnose);
}

describe('a walk-in repair', () => {
  it('goes from the counter and back to it, and the history says how', async () => {
    let ticket = await diagnosed();
    ticket = await advanced(test, ticket, bodies.quote);
    expect(ticket).toMatchObject({ status: 'quoted', stage: 'quote', quote: { status: 'sent', total: { amount: 49_000, currency: 'CNY' } } });
    ticket = await advanced(test, ticket, bodies.approve(ticket.quote?.id ?? '', 49_000));
    expect(ticket.quote?.status).toBe('approved');
    ticket = await advanced(test, ticket, {
      action: 'parts.order',
      input: { parts: [{ partNo: 'B-14', name: 'Battery', expectedOn: inAMonth }] },
    });
    expect((await transition(test, ticket, bodies.startRepair)).json()).toMatchObject({
      code: 'transition_refused',
      refusal: 'parts_outstanding',
    });
    ticket = await advanced(test, ticket, { action: 'parts.receive', input: { partIds: ticket.parts.map(({ id }) => id) } });
    expect(ticket).toMatchObject({ status: 'awaiting_parts', parts: [{ receivedAt: ticket.updatedAt }] });
    ticket = await advanced(test, ticket, bodies.startRepair);
    expect((await transition(test, ticket, bodies.finishRepair)).json()).toMatchObject({ refusal: 'parts_unfitted' });
    const fitted = ticket.parts.map(({ id }) => ({ partId: id, serialOld: 'BAT-1', serialNew: 'BAT-2' }));
    ticket = await advanced(test, ticket, { action: 'parts.fit', input: { fitted } });
    expect(ticket.parts).toMatchObject([{ state: 'fitted', fittedAt: ticket.updatedAt, serialOld: 'BAT-1', serialNew: 'BAT-2' }]);
    for (const body of [bodies.finishRepair, bodies.fail, bodies.finishRepair, bodies.pass, bodies.handOver]) {
      ticket = await advanced(test, ticket, body);
    }
    expect(ticket).toMatchObject({ status: 'delivered', outcome: 'repaired', qcFailures: 1, version: 14, nextUpdateBy: null });
    expect(Object.keys(ticket.stagesReached).toSorted()).toEqual(['diagnosis', 'intake', 'quote', 'repair', 'return']);

    const history = (await test.call(test.keys.center, { url: `/v1/tickets/${ticket.id}/history` })).json<{
      data: { seq: number; action: string }[];
    }>();
    expect(history.data.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(history.data.map(({ action }) => action)).toMatchSnapshot();
    const read = (await test.call(test.keys.center, { url: `/v1/tickets/${ticket.id}` })).json<TicketView>();
    expect(read, 'the answer of a step is what a read answers').toEqual(ticket);
  });

  it('takes in a device whose serial number looks like a mistyped IMEI', async () => {
    const serial = '490154203237519';
    const ticket = await aTicket(test, { device: { kind: 'appliance', serial } });
    expect((await transition(test, ticket, bodies.receive('490154203237510'))).json()).toMatchObject({ refusal: 'serial_differs' });
    expect(await advanced(test, ticket, bodies.receive(serial))).toMatchObject({ status: 'received' });
  });

  it('keeps the end of the serial as it is searched, not as it was typed', async () => {
    const ticket = await aTicket(test, { device: { kind: 'laptop', serial: 'QW12-ER34-XY9Z' } });
    await advanced(test, ticket, bodies.receive('qw12 er34 xy-9z-'));
    const record = await test.call(test.keys.center, { url: `/v1/tickets/${ticket.id}/record` });
    expect(record.json()).toMatchObject({ intake: { serialMatches: true, serialLast4: 'XY9Z' } });
  });

  it('keeps the day of the next word through steps that tell the customer nothing', async () => {
    let ticket = await diagnosed();
    ticket = await advanced(test, ticket, { action: 'coverage.accept', input: { basis: 'Warranty', evidence: 'Invoice' } });
    const promised = ticket.nextUpdateBy;
    for (const body of [bodies.startRepair, bodies.finishRepair]) ticket = await advanced(test, ticket, body);
    expect(ticket).toMatchObject({ status: 'quality_check', nextUpdateBy: promised });
    ticket = await advanced(test, ticket, bodies.pass);
    expect(Date.parse(ticket.nextUpdateBy ?? '')).toBeGreaterThan(Date.parse(promised ?? ''));
  });

  it('keeps the telephone number of a consent with the quote, not in the history', async () => {
    const ticket = await advanced(test, await diagnosed(), bodies.quote);
    const byPhone = { ...consent, method: 'phone', phoneCalled: '+8613899998888' } as const;
    const decline = { action: 'quote.decline', input: { quoteId: ticket.quote?.id ?? '', consent: byPhone } } as const;
    expect(await advanced(test, ticket, decline)).toMatchObject({ status: 'ready', outcome: 'returned_unrepaired' });
    const history = await test.call(test.keys.center, { url: `/v1/tickets/${ticket.id}/history` });
    expect(history.body).not.toContain('13899998888');
    const kept = await test.owner.selectFrom('quotes').select('consent').where('ticket_id', '=', ticket.id).executeTakeFirstOrThrow();
    expect(kept.consent).toMatchObject({ phoneCalled: '+8613899998888' });
  });
});

describe('a refused transition', () => {
  it('says what is possible instead', async () => {
    const ticket = await aTicket(test);
    const answer = await transition(test, ticket, bodies.startRepair);
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({
      code: 'transition_not_allowed',
      allowedActions: ['intake.open', 'device.receive', 'ticket.cancel', 'hold.open'],
    });
  });

  it('is refused without If-Match, with a stale one, without a reason, for an unknown action and for a wrong role', async () => {
    const ticket = await aTicket(test);
    const url = `/v1/tickets/${ticket.id}/transitions`;
    const body = bodies.receive(serialOf(ticket));
    expect((await test.call(test.keys.center, { method: 'POST', url, payload: body })).json()).toMatchObject({
      status: 428,
      code: 'precondition_required',
    });
    const stale = await transition(test, { ...ticket, version: 7 }, body);
    expect(stale.json()).toMatchObject({ status: 412, code: 'stale_version' });
    expect(stale.headers['etag']).toBe('"v1"');
    const silent = await transition(test, ticket, { action: 'ticket.cancel', input: { requestedBy: 'customer' } });
    expect(silent.json()).toMatchObject({ status: 400, errors: [{ pointer: '/reason', code: 'required' }] });
    const unknown = await transition(test, ticket, { action: 'ticket.explode', input: {} } as never);
    expect(unknown.json()).toMatchObject({ status: 400, code: 'validation_failed' });
    const wrongRole = await transition(test, ticket, { action: 'admin.correct', input: { to: 'closed' }, reason: 'x' });
    expect(wrongRole.json()).toMatchObject({ status: 403, code: 'scope_missing' });
    const read = (await test.call(test.keys.center, { url: `/v1/tickets/${ticket.id}` })).json<TicketView>();
    expect(read).toEqual(ticket);
  });

  it('refuses a device with another serial unless the center takes it in knowingly', async () => {
    const ticket = await aTicket(test);
    const other = await transition(test, ticket, bodies.receive('ANOTHER-SERIAL'));
    expect(other.json()).toMatchObject({ status: 409, refusal: 'serial_differs' });
    const spelled = await advanced(test, ticket, bodies.receive(serialOf(ticket).toLowerCase().replaceAll('-', ' ')));
    expect(spelled.status).toBe('received');

    const second = await aTicket(test);
    const body = bodies.receive('ANOTHER-SERIAL');
    const taken = await advanced(test, second, { ...body, input: { ...body.input, acceptMismatch: true } } as typeof body);
    expect(taken.status).toBe('received');
    const history = (await test.call(test.keys.center, { url: `/v1/tickets/${second.id}/history` })).json<{ data: { data: object }[] }>();
    expect(history.data[1]?.data).toMatchObject({ serialMatches: false, serialLast4: 'RIAL' });
  });
});

describe('an administrator', () => {
  it('corrects any status with a reason, and the customer is not told', async () => {
    const ticket = await aTicket(test);
    const before = await test.owner.selectFrom('outbox').select('id').where('subject', '=', ticket.id).execute();
    const answer = await test.call(test.adminKey, {
      method: 'POST',
      url: `/v1/tickets/${ticket.id}/transitions`,
      headers: { 'if-match': '"v1"', 'glassbench-brand': test.brandId },
      payload: { action: 'admin.correct', input: { to: 'closed' }, reason: 'Registered twice' },
    });
    expect(answer.json()).toMatchObject({ status: 'closed', stage: 'end', version: 2 });
    expect(hasEnded('closed')).toBe(true);
    const after = await test.owner.selectFrom('outbox').select('id').where('subject', '=', ticket.id).execute();
    expect(after).toEqual(before);
  });
});

describe('races', () => {
  it('lets one of two writers win; the other reads 412', async () => {
    const ticket = await aTicket(test);
    const body = bodies.receive(serialOf(ticket));
    const answers = await Promise.all([transition(test, ticket, body), transition(test, ticket, body)]);
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 412]);
  });

  it('keeps versions contiguous under 16 writers', async () => {
    const ticket = await diagnosed();
    const cancel = { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'Changed her mind' } as const;
    const answers = await Promise.all(Array.from({ length: 16 }, (_, i) => transition(test, ticket, i % 2 === 0 ? bodies.quote : cancel)));
    const codes = answers.map(({ statusCode }) => statusCode);
    expect(codes.filter((code) => code === 200)).toHaveLength(1);
    expect(codes.filter((code) => code === 412)).toHaveLength(15);
    const events = await test.owner.selectFrom('ticket_events').select('seq').where('ticket_id', '=', ticket.id).orderBy('seq').execute();
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });
});

describe('the cost of a transition', () => {
  it('is at most six round trips including BEGIN and COMMIT', async () => {
    const ticket = await aTicket(test);
    const statements = await recordStatements(test.services, () => advanced(test, ticket, bodies.receive(serialOf(ticket))));
    const begun = statements.find(({ text }) => text.startsWith('start transaction') && text.includes(test.brandId));
    const since = begun === undefined ? [] : statements.slice(statements.indexOf(begun)).filter(({ connection }) => connection === begun.connection);
    const own = since.slice(0, since.findIndex(({ text }) => text === 'commit') + 1);
    const texts = own.map(({ text }) => text);
    expect(own.length, texts.join('\n---\n')).toBeGreaterThan(3);
    expect(own.length, texts.join('\n---\n')).toBeLessThanOrEqual(6);
    // Once a minute the use of the key is noted, in a transaction of its own of which any part may fall into this time.
    const besides = statements.filter((one) => !own.includes(one)).map(({ text }) => text);
    expect(besides.filter((text) => !/pg_notify|key_ring|app\.brand_id to '\*'|^update api_keys|^commit$/.test(text))).toEqual([]);
  });
});

describe('a hundred at once', () => {
  it('answers each item what it would have got alone, and a bad one spoils none', async () => {
    const tickets = await Promise.all(Array.from({ length: 5 }, () => aTicket(test)));
    const items = tickets.map((ticket) => ({ ticketId: ticket.id, version: 1, transition: bodies.receive(serialOf(ticket)) }));
    items[1] = { ...items[1]!, version: 9 };
    items[2] = { ...items[2]!, ticketId: 'tkt_00000000000000000000000000' };
    items[3] = { ...items[3]!, transition: bodies.startRepair as never };
    const answer = await test.call(test.keys.center, { method: 'POST', url: '/v1/transitions', payload: { items } });
    expect(answer.statusCode).toBe(200);
    const { results } = answer.json<{ results: { status: number; ticket: TicketView | null; problem: { code: string } | null }[] }>();
    expect(results.map(({ status, problem }) => [status, problem?.code ?? null])).toEqual([
      [200, null],
      [412, 'stale_version'],
      [404, 'not_found'],
      [409, 'transition_not_allowed'],
      [200, null],
    ]);
    expect(results[4]?.ticket?.status).toBe('received');
  });

  it('does not deadlock with another batch over the same tickets in another order', async () => {
    const tickets = await Promise.all(Array.from({ length: 20 }, () => aTicket(test)));
    const items = tickets.map((ticket) => ({ ticketId: ticket.id, version: 1, transition: bodies.receive(serialOf(ticket)) }));
    const send = (list: typeof items) => test.call(test.keys.center, { method: 'POST', url: '/v1/transitions', payload: { items: list } });
    const [a, b] = await Promise.all([send(items), send(items.toReversed())]);
    const statuses = [...a.json<{ results: { status: number }[] }>().results, ...b.json<{ results: { status: number }[] }>().results].map(
      ({ status }) => status,
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.filter((status) => status === 412)).toHaveLength(20);
  });
});

it('opens no second ticket for a device, in any spelling, however fast', async () => {
  const input = ticketInput();
  const post = (serial: string) =>
    test.call(test.keys.center, { method: 'POST', url: '/v1/tickets', payload: { ...input, device: { ...input.device, serial } } });
  const serial = input.device.serial ?? '';
  const answers = await Promise.all([post(serial), post(serial.toLowerCase()), post(serial.replaceAll('-', ' '))]);
  expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([201, 409, 409]);
  expect(answers.find(({ statusCode }) => statusCode === 409)?.json()).toMatchObject({ code: 'open_ticket_exists' });
});

it('a device that was here before is answered with all that is known of it', async () => {
  const serial = unique('SERIAL');
  const first = await aTicket(test, { device: { kind: 'phone', maker: 'Aurora', model: 'A5', serial, imei: '490154203237518' } });
  await advanced(test, first, { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'Not now' });
  const again = await aTicket(test, { device: { kind: 'phone', serial } });
  const byType = ({ device: { identifiers, ...device } }: TicketView) => ({
    ...device,
    ...Object.fromEntries(identifiers.map((i) => [i.type, i.value])),
  });
  expect(byType(again)).toEqual(byType(first));
  expect(again.device.identifiers).toHaveLength(2);
});
