// The page of a repair in every status and in both languages: it says where it stands, whose turn it is, and nothing broken.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LinkedTicket } from '#lookup/link-ticket.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { everyTicket } from '../../support/every-ticket.ts';
import { readBy, secretOf } from '../lookup/by-link.ts';
import { headingOf, open, pageOf } from './browsing.ts';

let test: TestApp;
let tickets: { name: string; ticket: TicketView }[];
beforeAll(async () => {
  test = await startApp();
  tickets = await everyTicket(test);
});
afterAll(() => test?.close());

const turns = {
  en: { you: 'Your turn', us: 'Our turn', carrier: 'With the carrier', nobody: 'Nothing to do' },
  'zh-CN': { you: '请您处理', us: '由我们处理', carrier: '快递运送中', nobody: '无需操作' },
} as const;

describe.each(['en', 'zh-CN'] as const)('in %s', (locale) => {
  it('every status has a page that says the same as the API', async () => {
    for (const { name, ticket } of tickets) {
      const view = (await readBy(test, secretOf(test, ticket.id), `?locale=${locale}`)).json<LinkedTicket>();
      const { body, statusCode } = await open(test, `${pageOf(test, ticket.id)}?lang=${locale}`);
      expect([name, statusCode, headingOf(body)]).toEqual([name, 200, view.label]);
      expect(body, name).toContain(`<p class="who">${turns[locale][view.nextStep.who]}</p>`);
      for (const { label } of view.stages) expect(body, name).toContain(`<b>${label}</b>`);
      for (const { label } of view.timeline) expect(body, name).toContain(`<li><b>${label}</b>`);
      expect(body.match(/aria-current="step"/g) ?? [], name).toHaveLength(view.stage === 'end' ? 0 : 1);
      expect(body, name).not.toMatch(/undefined|NaN|\[object|Invalid Date|>null</);
      expect(body, name).toContain('Call 400-000-0000');
    }
  });

  it('a repair with all there can be shows it', async () => {
    const { ticket } = tickets.find(({ name }) => name === 'everything') ?? { ticket: { id: '' } };
    const { body } = await open(test, `${pageOf(test, ticket.id)}?lang=${locale}`);
    for (const text of [
      'The battery is swollen.',
      'As it came in',
      'The old battery',
      'Battery, original',
      'from another warehouse',
      '09:00–18:00',
      'Nanjing Road 1, Shanghai',
    ]) {
      expect(body).toContain(text);
    }
    const photos = [...body.matchAll(/<img src="(\/f\/[^"]+)"/g)].map(([, address = '']) => address.replaceAll('&amp;', '&'));
    const shown = await Promise.all(photos.map((address) => open(test, address)));
    expect(shown.map(({ statusCode, headers }) => [statusCode, headers['content-type']])).toEqual([
      [200, 'image/jpeg'],
      [200, 'image/jpeg'],
    ]);
  });

  it('what a hold asks for stands on the page', async () => {
    const { ticket } = tickets.find(({ name }) => name === 'hold') ?? { ticket: { id: '' } };
    const { body } = await open(test, `${pageOf(test, ticket.id)}?lang=${locale}`);
    expect(body).toContain('icloud.com/find');
    expect(body).toContain('The lock is still on; we tried on Monday.');
  });

  it('a day is expected of parcels that come as they should, and of none in trouble or on its way back', async () => {
    const status = locale === 'en' ? 'ready' : 'outbound_transit';
    const { ticket } = tickets.find(({ name }) => name === `${status}-ship`) ?? { ticket: { id: '' } };
    const add = (waybill: string, state: string, eta: string) =>
      test.owner
        .insertInto('shipments')
        .values({
          ...{
            brand_id: test.brandId,
            id: `shp_${locale}${state}`,
            ticket_id: ticket.id,
            direction: 'outbound',
            carrier: 'sf',
            waybill,
            status: state,
          },
          ...{ payer: 'brand', booked_by: 'key', created_at: new Date(), updated_at: new Date(), eta: new Date(eta) },
        })
        .execute();
    // In a year of which no other day stands on the page.
    await add(`SF1${locale}`, 'in_transit', '2199-03-01T05:00:00.000Z');
    await add(`SF2${locale}`, 'lost', '2199-03-02T05:00:00.000Z');
    await add(`SF3${locale}`, 'returning', '2199-03-03T05:00:00.000Z');
    const { body } = await open(test, `${pageOf(test, ticket.id)}?lang=${locale}`);
    for (const waybill of ['SF1', 'SF2', 'SF3']) expect(body).toContain(`${waybill}${locale}`);
    expect([...body.matchAll(/March (\d), 2199|2199年3月(\d)日/g)].map(([, en, zh]) => en ?? zh)).toEqual(['1']);
  });
});
