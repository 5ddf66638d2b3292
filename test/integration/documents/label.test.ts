// The label of a parcel: what stands on it, and that its code is read as the ticket's.
import jsqr from 'jsqr';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkToken } from '#lookup/link.ts';
import type { LinkedTicket } from '#lookup/link-ticket.ts';
import type { MailInJobView } from '#mail-in/mail-in-job.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { pagesOf } from '../../support/document-pages.ts';
import { intake, job, label } from '../../support/mail-in.ts';

let test: TestApp;
let first: MailInJobView;
let second: MailInJobView;

beforeAll(async () => {
  test = await startApp();
  const one = { ...label(), insuredFor: { amount: 200_000, currency: 'CNY' } };
  const book = async (payload: object): Promise<MailInJobView> =>
    (await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload })).json<MailInJobView>();
  first = await book(job(test, { label: one, intake }));
  second = await book(job(test, { label: { ...one, sharesParcel: true }, intake }));
});
afterAll(() => test.close());

const get = (query = '', key = test.keys.courier) => test.call(key, { url: `/v1/shipments/${first.shipment?.id}/label${query}` });

/** What a scanner reads off the picture. */
async function read(svg: string): Promise<string | undefined> {
  const source = Buffer.from(svg.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" '));
  const { data, info } = await sharp(source, { density: 150 }).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return jsqr.default(new Uint8ClampedArray(data), info.width, info.height)?.data;
}

it('has a code for each device in the parcel, which is read as its receipt code', async () => {
  const answer = await get('?locale=en');
  expect(answer.statusCode, answer.body).toBe(200);
  const pictures = answer.body.match(/<svg .*?<\/svg>/gs) ?? [];
  expect((await Promise.all(pictures.map(read))).toSorted()).toEqual([first.code, second.code].toSorted());
  for (const said of [first.shipment?.waybill ?? '', '1 Lake Road', 'Nanjing Road 1', 'CN¥2,000.00']) expect(answer.body).toContain(said);
  // Of a provider that reports for many carriers the customer, who prints it, has never heard.
  expect(answer.body).not.toMatch(/13800000000|fang@example|easypost/);
});

it('is PDF as well, with the codes in letters, in Chinese', async () => {
  const answer = await get('?format=pdf&locale=zh-CN');
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/pdf']);
  const text = (await pagesOf(answer.rawPayload)).join('');
  for (const said of [first.code, second.code, first.shipment?.waybill ?? '', '寄件标签：寄往维修中心']) expect(text).toContain(said);
});

describe('by the customer’s link', () => {
  const link = ({ ticketId }: MailInJobView): string => linkToken(test.services.seal, { ticketId, generation: 1 });
  const linked = (of: string, query = '', headers: Record<string, string> = {}, key: string | null = link(first)) =>
    test.call(key, { url: `/v1/link/documents/labels/${of}${query}`, headers });
  const idOf = ({ shipment }: MailInJobView): string => shipment?.id ?? '';
  const named = async (job: MailInJobView): Promise<string[]> =>
    (await test.call(link(job), { url: '/v1/link/ticket' }))
      .json<LinkedTicket>()
      .documents.filter(({ kind }) => kind === 'label')
      .map(({ url }) => url);
  const booked = async (payload: object): Promise<MailInJobView> =>
    (await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload })).json<MailInJobView>();

  it('is named where the repair is shown, and printed with the code of the own device alone', async () => {
    const [url = ''] = await named(first);
    expect(url).toBe(`/v1/link/documents/labels/${idOf(first)}`);
    const page = await linked(idOf(first), '?locale=en');
    expect([page.statusCode, page.headers['content-language']]).toEqual([200, 'en']);
    const pictures = page.body.match(/<svg .*?<\/svg>/gs) ?? [];
    expect(await Promise.all(pictures.map(read))).toEqual([first.code]);
    expect(page.body).not.toContain(second.code);
    const file = await linked(idOf(first), '?format=pdf');
    expect([file.statusCode, file.headers['content-type'], file.headers['content-language']]).toEqual([200, 'application/pdf', 'zh-CN']);
    const text = (await pagesOf(file.rawPayload)).join('');
    for (const said of [first.code, first.shipment?.waybill ?? '', '寄件标签']) expect(text).toContain(said);
    expect(text).not.toContain(second.code);
    expect(await Promise.all([named(second), linked(idOf(first), '', {}, link(second))])).toMatchObject([[url], { statusCode: 200 }]);
  });

  it('is nobody else’s: another link, a key, no link, an ended link, another brand’s', async () => {
    const stranger = await booked(job(test, { label: label(), intake }));
    expect((await linked(idOf(first), '', {}, link(stranger))).statusCode).toBe(404);
    for (const key of [test.keys.courier, test.keys.center, null, linkToken(test.services.seal, { ticketId: first.ticketId, generation: 2 })]) {
      expect((await linked(idOf(first), '', {}, key)).statusCode).toBe(401);
    }
    const other = await test.addBrand();
    const elsewhere = await test.call(other.keys.courier, {
      method: 'POST',
      url: '/v1/mail-in-jobs',
      payload: job(other, { label: label(), intake }),
    });
    expect((await linked(idOf(first), '', {}, link(elsewhere.json<MailInJobView>()))).statusCode).toBe(404);
    expect((await linked(idOf(stranger), '', { accept: 'image/png' }, link(stranger))).statusCode).toBe(406);
  });

  const ends: Record<string, (job: MailInJobView) => Promise<unknown>> = {
    'was voided': ({ shipment }) => test.call(test.keys.courier, { method: 'POST', url: `/v1/shipments/${shipment?.id}/cancel` }),
    'was collected': ({ shipment }) =>
      test.call(test.keys.courier, {
        method: 'POST',
        url: `/v1/shipments/${shipment?.id}/tracking-events`,
        payload: { status: 'picked_up', occurredAt: new Date().toISOString() },
      }),
    'is over its time': ({ shipment }) =>
      test.owner
        .updateTable('shipments')
        .set({ label_expires_at: new Date(Date.now() - 1_000) })
        .where('id', '=', shipment?.id ?? '')
        .execute(),
    'is of a repair that ended': ({ ticketId }) =>
      test.call(test.keys.courier, { method: 'POST', url: `/v1/mail-in-jobs/${ticketId}/cancel`, payload: { reason: 'Booked twice' } }),
  };
  it.each(Object.entries(ends))('is neither named nor printed once it %s', async (_, end) => {
    const own = await booked(job(test, { label: label(), intake }));
    expect([(await named(own)).length, (await linked(idOf(own), '', {}, link(own))).statusCode]).toEqual([1, 200]);
    await end(own);
    expect([(await named(own)).length, (await linked(idOf(own), '', {}, link(own))).statusCode]).toEqual([0, 404]);
    expect((await test.call(test.keys.courier, { url: `/v1/shipments/${idOf(own)}/label` })).statusCode).toBe(200);
  });

  it('goes home with no parcel: a label of the way back is not the customer’s to print', async () => {
    const own = await booked(job(test, { label: label(), intake }));
    const payload = { direction: 'outbound', ...label() };
    const made = await test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${own.ticketId}/shipments`, payload });
    expect(made.statusCode, made.body).toBe(201);
    expect(await named(own)).toEqual([`/v1/link/documents/labels/${idOf(own)}`]);
    expect((await linked(made.json<{ id: string }>().id, '', {}, link(own))).statusCode).toBe(404);
  });
});

it('is nobody else’s', async () => {
  const other = await test.addBrand();
  expect((await get('', other.keys.courier)).statusCode).toBe(404);
  expect((await test.call(null, { url: `/v1/shipments/${first.shipment?.id}/label` })).statusCode).toBe(401);
});
