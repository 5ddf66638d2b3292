// A brand's look over the API: what is taken, what is refused and with which words, and whose it is.
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Look } from '#looks/look.ts';
import { startApp, type TestApp, type TestBrand, unique } from '../../support/app.ts';
import { formOf, jpeg, pdf, phonePhoto } from '../../support/pictures.ts';

let test: TestApp;
let other: TestBrand;
beforeAll(async () => {
  test = await startApp({ PUBLIC_URL: 'https://repairs.example.com' });
  other = await test.addBrand();
});
afterAll(() => test?.close());

const url = (brand: TestBrand = test): string => `/v1/brands/${brand.brandId}/look`;
const change = (payload: object, key = test.keys.brand, brand: TestBrand = test) => test.call(key, { method: 'PATCH', url: url(brand), payload });
const read = async (): Promise<Look> => (await test.call(test.keys.brand, { url: url() })).json<Look>();
const send = (bytes: Buffer, type: string, key = test.keys.brand, brand: TestBrand = test) => {
  const form = formOf({}, { bytes, type, name: 'logo' });
  return test.call(key, { method: 'PUT', url: `${url(brand)}/logo`, headers: form.headers, payload: form.payload });
};
const noisy = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#fff', noise: { type: 'gaussian', mean: 128, sigma: 60 } } })
    .png()
    .toBuffer();

describe('colors and words', () => {
  it('are nothing at first, then what was set, and nothing again', async () => {
    const slug = (await test.call(test.keys.brand, { url: `/v1/brands/${test.brandId}` })).json<{ slug: string }>().slug;
    const empty = { pageUrl: `https://repairs.example.com/b/${slug}`, pageHosts: [], accent: null, privacy: {}, logo: null };
    expect(await read()).toEqual({ ...empty, updatedAt: null });
    const accent = { light: '#8a1c5b', dark: '#ff9fd0' };
    const privacy = { en: { text: 'Kept for three years.', url: 'https://prism.example.com/privacy' }, 'zh-CN': { text: '保存三年。' } };
    const answer = await change({ accent, privacy });
    expect([answer.statusCode, answer.json()]).toMatchObject([200, { ...empty, accent, privacy, updatedAt: expect.any(String) }]);
    expect((await change({ privacy: null })).json()).toMatchObject({ accent, privacy: {} });
    expect((await change({ accent: null }, test.adminKey)).json()).toMatchObject(empty);
  });

  it('are refused where nobody could read them, with what they have, what is needed and what would do', async () => {
    const answer = await change({ accent: { light: '#ffcc00', dark: '#333333' } });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      400,
      {
        code: 'validation_failed',
        detail: expect.stringContaining('#ffcc00 has a contrast of 1.38:1 against #f3f5f7; text needs 4.5:1 (WCAG 2.2, 1.4.3)'),
        errors: [
          { in: 'body', pointer: '/accent/light', code: 'contrast_too_low' },
          { in: 'body', pointer: '/accent/dark', code: 'contrast_too_low' },
        ],
      },
    ]);
    const nearest = [...answer.json<{ detail: string }>().detail.matchAll(/nearest that has it is (#[0-9a-f]{6})/g)].map(([, color]) => color);
    expect((await change({ accent: { light: nearest[0], dark: nearest[1] } })).statusCode).toBe(200);
    await change({ accent: null });
  });

  it.each([
    [{ accent: { light: '#FFF000', dark: '#ffffff' } }, '/accent/light'],
    [{ accent: { light: '#000000' } }, '/accent/dark'],
    [{ privacy: { en: {} } }, '/privacy/en'],
    [{ privacy: { en: { url: 'http://prism.example.com' } } }, '/privacy/en/url'],
    [{ privacy: { en: { url: 'javascript:alert(1)' } } }, '/privacy/en/url'],
    [{ pageHosts: ['Prism.example.com'] }, '/pageHosts/0'],
    [{ pageHosts: ['prism.example.com:8080'] }, '/pageHosts/0'],
    [{ pageHosts: ['a.example.com', 'a.example.com'] }, '/pageHosts'],
    // The name of a field that is not known is not repeated: the object it was in is named.
    [{ name: 'x' }, ''],
    [{}, ''],
  ])('%j says where it does not fit', async (payload, pointer) => {
    const answer = await change(payload);
    expect([answer.statusCode, answer.json<{ errors: unknown[] }>().errors[0]]).toMatchObject([400, { pointer }]);
  });
});

describe('host names', () => {
  it('are one brand’s', async () => {
    const hosts = [`${unique('a')}.example.com`, `${unique('b')}.example.com`];
    expect((await change({ pageHosts: hosts })).json()).toMatchObject({ pageHosts: hosts });
    const taken = await change({ pageHosts: [hosts[1]] }, other.keys.brand, other);
    expect([taken.statusCode, taken.json()]).toMatchObject([409, { code: 'already_exists' }]);
    expect(taken.body).not.toContain(test.brandId);
    expect((await change({ pageHosts: [hosts[0]] })).json()).toMatchObject({ pageHosts: [hosts[0]] });
    expect((await change({ pageHosts: [hosts[1]] }, other.keys.brand, other)).statusCode).toBe(200);
  });

  it('do not include the installation’s own, unless an admin says so', async () => {
    const answer = await change({ pageHosts: ['repairs.example.com'] });
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { errors: [{ pointer: '/pageHosts/0', code: 'host_of_installation' }] }]);
    expect((await change({ pageHosts: ['repairs.example.com'] }, test.adminKey)).statusCode).toBe(200);
    expect((await change({ pageHosts: [] })).json()).toMatchObject({ pageHosts: [] });
  });
});

describe('a logo', () => {
  it('is scaled down, loses its metadata, and is served under a hash of its bytes for good', async () => {
    const answer = await send(await phonePhoto(1_200, 900), 'image/jpeg');
    const { logo } = answer.json<Look>();
    expect([answer.statusCode, logo]).toMatchObject([200, { mediaType: 'image/jpeg', width: 108, height: 144 }]);
    const served = await test.app.inject({ url: logo?.url ?? '' });
    expect([served.statusCode, served.headers]).toMatchObject([
      200,
      { 'content-type': 'image/jpeg', 'cache-control': 'public, max-age=31536000, immutable', 'x-content-type-options': 'nosniff' },
    ]);
    expect(await sharp(served.rawPayload).metadata()).toMatchObject({ width: 108, height: 144 });
    expect((await sharp(served.rawPayload).metadata()).exif).toBeUndefined();
    expect(served.rawPayload.includes('Aurora')).toBe(false);
    const next = (await send(await jpeg(60, 20, '#8a1c5b'), 'image/jpeg')).json<Look>();
    expect(next.logo).toMatchObject({ width: 60, height: 20 });
    expect(next.logo?.url).not.toBe(logo?.url);
    expect((await test.app.inject({ url: logo?.url ?? '' })).statusCode).toBe(404);
    const removed = await test.call(test.keys.brand, { method: 'DELETE', url: `${url()}/logo` });
    expect([removed.statusCode, removed.json<Look>().logo]).toEqual([200, null]);
    expect((await test.app.inject({ url: next.logo?.url ?? '' })).statusCode).toBe(404);
  });

  it('is a picture of dots, small enough for every page', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    const asked = async (bytes: Buffer, type: string): Promise<unknown> => {
      const answer = await send(bytes, type);
      return [answer.statusCode, answer.json<{ code: string }>().code];
    };
    expect(await asked(svg, 'image/svg+xml')).toEqual([415, 'file_type_unknown']);
    expect(await asked(svg, 'image/png')).toEqual([422, 'file_type_differs']);
    expect(await asked(pdf, 'application/pdf')).toEqual([415, 'file_type_unknown']);
    expect(await asked(await noisy(480, 144), 'image/png')).toEqual([413, 'file_too_large']);
    expect(await asked(Buffer.alloc(300_000, 1), 'image/png')).toEqual([413, 'file_too_large']);
    expect((await read()).logo).toBeNull();
  });

  it('is sent once under one key, and is another request with other bytes', async () => {
    const key = unique('logo');
    const put = async (bytes: Buffer) => {
      const form = formOf({}, { bytes });
      const headers = { ...form.headers, 'idempotency-key': key };
      return test.call(test.keys.brand, { method: 'PUT', url: `${url()}/logo`, headers, payload: form.payload });
    };
    const picture = await jpeg(30, 30);
    expect([(await put(picture)).statusCode, (await put(picture)).headers['idempotency-replayed']]).toEqual([200, 'true']);
    expect((await put(await jpeg(31, 31))).statusCode).toBe(422);
  });
});

describe('another brand', () => {
  it('reads and changes nothing', async () => {
    const answers = [
      await test.call(other.keys.brand, { url: url() }),
      await change({ accent: null }, other.keys.brand),
      await send(await jpeg(), 'image/jpeg', other.keys.brand),
      await test.call(other.keys.brand, { method: 'DELETE', url: `${url()}/logo` }),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404]);
    expect((await change({ accent: null }, test.keys.center)).statusCode).toBe(403);
  });
});
