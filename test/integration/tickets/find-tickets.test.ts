// Reading tickets: search by everything, pages, and who sees what.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TicketView } from '#tickets/ticket.ts';
import { advanced, aTicket, bodies, ticketInput } from '../../support/a-ticket.ts';
import { startApp, type TestApp, type TestBrand } from '../../support/app.ts';

let test: TestApp;
let other: TestBrand;
beforeAll(async () => {
  test = await startApp();
  other = await test.addBrand();
});
afterAll(() => test.close());

const search = async (query: string, key: string = test.keys.center): Promise<TicketView[]> => {
  const answer = await test.call(key, { url: `/v1/tickets?${query}` });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<{ data: TicketView[] }>().data;
};

describe('search', () => {
  it('finds by serial in any spelling, IMEI, code, status, stage, center and change', async () => {
    const ticket = await aTicket(test, { device: { kind: 'phone', serial: 'C8QH-7T2K-PL0M', imei: '49-015420-323751-8' } });
    const other = await aTicket(test);
    const moved = await advanced(test, other, bodies.receive(other.device.identifiers[0]?.value ?? ''));
    const only = (found: TicketView[]): string[] => found.map(({ id }) => id);
    expect(only(await search('serial=c8qh7t2kpl0m'))).toEqual([ticket.id]);
    expect(only(await search('imei=490154203237518'))).toEqual([ticket.id]);
    expect(only(await search(`code=${ticket.code.toLowerCase()}`))).toEqual([ticket.id]);
    expect(only(await search('code=nonsense'))).toEqual([]);
    expect(only(await search('status=received'))).toEqual([moved.id]);
    expect(only(await search('status=received&status=created'))).toEqual([moved.id, ticket.id]);
    expect(only(await search('stage=intake'))).toEqual([moved.id, ticket.id]);
    expect(only(await search('stage=repair'))).toEqual([]);
    expect(only(await search(`centerId=${test.centerId}&updatedSince=${encodeURIComponent(moved.updatedAt)}`))).toEqual([moved.id]);
    // At the counter it was typed where the serial goes.
    const typed = await aTicket(test, { device: { kind: 'phone', serial: '35-209900-176148-1' } });
    expect(only(await search('imei=352099001761481'))).toEqual([typed.id]);
  });

  it('pages without gap or repeat, and refuses a cursor of another list or tenant', async () => {
    for (let i = 0; i < 5; i += 1) await aTicket(test);
    const all = (await search('limit=100')).map(({ id }) => id);
    const seen: string[] = [];
    let url: string | null = '/v1/tickets?limit=2';
    let cursor = '';
    while (url !== null) {
      const answer = await test.call(test.keys.center, { url });
      const page = answer.json<{ data: TicketView[]; nextCursor: string | null; hasMore: boolean }>();
      seen.push(...page.data.map(({ id }) => id));
      expect(page.hasMore).toBe(page.nextCursor !== null);
      cursor = page.nextCursor ?? cursor;
      url = /<([^>]+)>; rel="next"/.exec(String(answer.headers['link']))?.[1] ?? null;
    }
    expect(seen).toEqual(all);
    const foreign = await test.call(other.keys.center, { url: `/v1/tickets?limit=2&cursor=${cursor}` });
    expect(foreign.json()).toMatchObject({ status: 400, code: 'cursor_invalid' });
    const refiltered = await test.call(test.keys.center, { url: `/v1/tickets?limit=2&status=closed&cursor=${cursor}` });
    expect(refiltered.json()).toMatchObject({ status: 400, code: 'cursor_invalid' });
  });

  it.each([
    'status=lost',
    'limit=0',
    'limit=101',
    'limit=9999999999999',
    'imei=123',
    'updatedSince=yesterday',
    'centerId=x',
    'serial=%00',
    'color=red',
  ])('refuses ?%s', async (query) => {
    const answer = await test.call(test.keys.center, { url: `/v1/tickets?${query}` });
    expect(answer.json()).toMatchObject({ status: 400, code: 'validation_failed' });
  });
});

describe('who sees what', () => {
  it('shows a ticket to its center, its brand and nobody else', async () => {
    const ticket = await aTicket(test);
    const url = `/v1/tickets/${ticket.id}`;
    expect((await test.call(test.keys.center, { url })).statusCode).toBe(200);
    expect((await test.call(test.keys.brand, { url })).statusCode).toBe(200);
    for (const key of [other.keys.center, other.keys.brand]) {
      for (const path of [url, `${url}/history`]) expect((await test.call(key, { url: path })).json(), path).toMatchObject({ status: 404 });
      expect(await search(`code=${ticket.code}`, key)).toEqual([]);
    }
    for (const key of [test.keys.courier, other.keys.courier]) expect((await test.call(key, { url })).statusCode).toBe(403);
  });

  it('keeps notes of a ticket, for those who may read it', async () => {
    const ticket = await aTicket(test);
    const url = `/v1/tickets/${ticket.id}/notes`;
    for (const body of ['First', '第二']) {
      const answer = await test.call(test.keys.center, { method: 'POST', url, payload: { visibility: 'internal', body } });
      expect(answer.statusCode).toBe(201);
    }
    const notes = (await test.call(test.keys.brand, { url })).json<{ data: { body: string }[] }>();
    expect(notes.data.map(({ body }) => body)).toEqual(['First', '第二']);
    const foreign = await test.call(other.keys.center, { method: 'POST', url, payload: { visibility: 'internal', body: 'x' } });
    expect(foreign.json()).toMatchObject({ status: 404 });
  });
});

describe('opening', () => {
  it.each([
    ['no serial at all', { device: { kind: 'phone' } }],
    ['a wrong IMEI', { device: { kind: 'phone', imei: '490154203237519' } }],
    ['a serial of 201 characters', { device: { kind: 'phone', serial: 'A'.repeat(201) } }],
    ['a serial of 41 characters', { device: { kind: 'phone', serial: 'A'.repeat(41) } }],
    ['NUL', { faultReported: 'a\0b' }],
    ['a lone surrogate', { faultReported: 'a\ud800b' }],
    ['a phone without country', { contact: { phone: '13800001234' } }],
    ['an unknown field', { color: 'red' }],
    ['an unknown center', { centerId: 'ctr_00000000000000000000000000' }],
    ['an unknown time zone', { contact: { timeZone: 'Mars/Olympus' } }],
  ])('refuses %s', async (what, more) => {
    const answer = await test.call(test.keys.center, { method: 'POST', url: '/v1/tickets', payload: { ...ticketInput(), ...more } });
    expect(answer.json()).toMatchObject({ status: 400, code: 'validation_failed' });
    // The name of a field that is not known is not repeated: the object it was in is named.
    expect(answer.json<{ errors: { pointer: string }[] }>().errors[0]?.pointer).toMatch(what === 'an unknown field' ? /^$/ : /^\//);
  });

  it('registers a device that nobody can read, twice', async () => {
    const device = { kind: 'appliance', serialUnknown: true } as const;
    const first = await aTicket(test, { device });
    const second = await aTicket(test, { device });
    expect(first.device.id).not.toBe(second.device.id);
  });

  it('finds the device again for the next repair', async () => {
    const first = await aTicket(test);
    await advanced(test, first, { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'Works again' });
    const serial = first.device.identifiers[0]?.value ?? '';
    const second = await aTicket(test, { device: { kind: 'laptop', serial } });
    expect(second.device.id).toBe(first.device.id);
  });
});
