// The label of a parcel: what stands on it, and that its code is read as the ticket's.
import jsqr from 'jsqr';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
  expect(answer.body).not.toMatch(/13800000000|fang@example/);
});

it('is PDF as well, with the codes in letters, in Chinese', async () => {
  const answer = await get('?format=pdf&locale=zh-CN');
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/pdf']);
  const text = (await pagesOf(answer.rawPayload)).join('');
  for (const said of [first.code, second.code, first.shipment?.waybill ?? '', '寄件标签']) expect(text).toContain(said);
});

it('is nobody else’s', async () => {
  const other = await test.addBrand();
  expect((await get('', other.keys.courier)).statusCode).toBe(404);
  expect((await test.call(null, { url: `/v1/shipments/${first.shipment?.id}/label` })).statusCode).toBe(401);
});
