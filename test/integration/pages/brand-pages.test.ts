// Whose look a page wears: the host's, the address's, the ticket's or nobody's; what is found on it; and how much its first view takes.
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp, type TestBrand } from '../../support/app.ts';
import { formOf } from '../../support/pictures.ts';
import { newSerial, openRepair } from '../lookup/asking.ts';
import { headingOf, open, pageOf, submit } from './browsing.ts';

const HOST = 'repairs.lumen.example.com';
const style = /<link rel="stylesheet" href="(\/assets\/brand\/[^"]+)">/;
let test: TestApp;
let lumen: TestBrand & { slug: string };

const set = (brand: TestBrand, payload: object) => test.call(test.adminKey, { method: 'PATCH', url: `/v1/brands/${brand.brandId}/look`, payload });
const logoOf = async (brand: TestBrand, bytes: Buffer) => {
  const form = formOf({}, { bytes, type: 'image/png' });
  return test.call(test.adminKey, { method: 'PUT', url: `/v1/brands/${brand.brandId}/look/logo`, headers: form.headers, payload: form.payload });
};

beforeAll(async () => {
  test = await startApp({ PUBLIC_URL: 'https://repairs.example.com' });
  const made = await test.addBrand();
  const row = { name: 'Lumen', contact_line: 'Ask Lumen' };
  const { slug } = await test.owner.updateTable('brands').set(row).where('brand_id', '=', made.brandId).returning('slug').executeTakeFirstOrThrow();
  lumen = { ...made, slug };
  await set(lumen, {
    accent: { light: '#8a1c5b', dark: '#ff9fd0' },
    pageHosts: [HOST],
    privacy: { en: { text: 'Lumen keeps <b>nothing</b>.', url: 'https://lumen.example.com/privacy?a=1&b=2' } },
  });
  await logoOf(
    lumen,
    await sharp({ create: { width: 200, height: 80, channels: 4, background: '#8a1c5b' } })
      .png()
      .toBuffer(),
  );
});
afterAll(() => test?.close());

/** The page as it is, and all that it loads. */
async function firstView(url: string, headers: Record<string, string> = {}): Promise<{ body: string; bytes: number; files: string[] }> {
  const page = await open(test, url, { 'accept-encoding': 'gzip, br', ...headers });
  expect(page.headers['content-encoding']).toBeUndefined();
  const files = [...new Set([...page.body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file = '']) => file))];
  const loaded = await Promise.all(files.map((file) => open(test, file, { 'accept-encoding': 'gzip, br' })));
  expect(loaded.map(({ statusCode, headers: of }) => [statusCode, of['cache-control']])).toEqual(
    files.map(() => [200, 'public, max-age=31536000, immutable']),
  );
  const bytes = [page, ...loaded].reduce((sum, { rawPayload, headers: of }) => sum + rawPayload.length + JSON.stringify(of).length, 0);
  return { body: page.body, bytes, files };
}

const wears = (body: string): boolean => body.includes('>Lumen</span>') && body.includes('Ask Lumen') && style.test(body);

describe('the page of a brand', () => {
  it.each([
    ['its host name', '/', { host: HOST }],
    ['its host name, however it is written, with a port', '/', { host: `${HOST.toUpperCase()}:8443` }],
    ['its short name', 'slug', {}],
  ])('is known by %s', async (_, url, headers) => {
    const { body, files } = await firstView(url === 'slug' ? `/b/${lumen.slug}` : url, headers);
    expect(wears(body)).toBe(true);
    expect(body).toContain('Lumen keeps &lt;b&gt;nothing&lt;/b&gt;.');
    expect(body).toContain('href="https://lumen.example.com/privacy?a=1&amp;b=2" rel="noreferrer"');
    expect(body).toMatch(/<img class="logo" src="\/assets\/brand\/[\w-]{22}\.png" alt="" width="200" height="80">/);
    expect(files.filter((file) => file.startsWith('/assets/brand/'))).toHaveLength(2);
  });

  it('has a style sheet of its colors, for both schemes and not for paper', async () => {
    const [, sheet = ''] = style.exec((await open(test, `/b/${lumen.slug}`)).body) ?? [];
    const { headers, body } = await open(test, sheet);
    expect(headers['content-type']).toBe('text/css; charset=utf-8');
    expect(body).toMatch(/^@media screen\{:root\{--accent:#8a1c5b;.*\n@media screen and \(prefers-color-scheme:dark\)\{:root\{--accent:#ff9fd0;/);
  });

  it('finds its own repairs and no other', async () => {
    const [own, foreign] = [newSerial(), newSerial()];
    const ticket = await openRepair(test, { serial: own }, lumen);
    const theirs = await openRepair(test, { serial: foreign });
    const find = (url: string, identifier: string, proof = '', headers: Record<string, string> = {}) =>
      submit(test, url, { identifier, proof }, headers).then(({ body }) => headingOf(body));
    const nothing = 'Nothing to show for this number yet';
    expect(await find(`/b/${lumen.slug}`, own)).toBe('Getting your device to us');
    expect(await find('/', own, '', { host: HOST })).toBe('Getting your device to us');
    expect(await find(`/b/${lumen.slug}`, own, ticket.code)).toBe('Registered');
    expect(await find(`/b/${lumen.slug}`, foreign)).toBe(nothing);
    expect(await find('/', foreign, theirs.code, { host: HOST })).toBe(nothing);
    expect(await find('/', foreign)).toBe('Getting your device to us');
    expect(await find('/', own)).toBe('Getting your device to us');
  });

  it('keeps to itself: its form, its switch of language and its way home stay there', async () => {
    const { body } = await open(test, `/b/${lumen.slug}?lang=zh-CN`);
    expect(body).toContain(`<form method="post" action="/b/${lumen.slug}?lang=zh-CN"`);
    expect(body).toContain(`<a class="brand" href="/b/${lumen.slug}?lang=zh-CN">`);
    expect(body).toContain(`href="/b/${lumen.slug}?lang=en"`);
    expect(body).toContain('<p lang="en">Lumen keeps');
  });

  it('is none where there is no such brand', async () => {
    for (const url of ['/b/nobody', '/b/Not%20a%20slug', `/b/${'x'.repeat(200)}`]) {
      const answer = await open(test, url);
      expect([answer.statusCode, headingOf(answer.body)]).toEqual([404, 'There is no such page']);
    }
  });
});

describe('the house’s page', () => {
  it('is nobody’s among several brands, and tells a stranger nobody’s name', async () => {
    const serial = newSerial();
    const { code } = await openRepair(test, { serial }, lumen);
    for (const body of [(await open(test, '/')).body, (await submit(test, '/', { identifier: serial, proof: '' })).body]) {
      expect(body).not.toContain('Lumen');
      expect(body).toContain('>Repair progress</span>');
      expect(body).not.toMatch(style);
    }
    const proven = (await submit(test, '/', { identifier: serial, proof: code })).body;
    expect(wears(proven)).toBe(true);
    expect(proven).toContain(`<a class="brand" href="/b/${lumen.slug}">`);
  });

  it('is the brand’s where there is one alone', async () => {
    const alone = await startApp();
    const { body } = await open(alone, '/');
    expect(body).toContain('>Prism</span>');
    await alone.close();
  });
});

describe('the page of a repair', () => {
  it('wears the look of its brand, wherever it is opened, and so do its confirmations and its troubles', async () => {
    const ticket = await openRepair(test, { serial: newSerial() }, lumen);
    const link = pageOf(test, ticket.id);
    for (const url of [link, `${link}/cancel`, `${link}/quote`, `${link}/dispute`])
      expect([url, wears((await open(test, url)).body)]).toEqual([url, true]);
    const theirs = await openRepair(test, { serial: newSerial() });
    expect((await open(test, pageOf(test, theirs.id), { host: HOST })).body).not.toContain('Lumen');
    expect(wears((await open(test, '/t/lnk_unknown', { host: HOST })).body)).toBe(true);
    expect((await open(test, '/t/lnk_unknown')).body).not.toContain('Lumen');
  });
});

describe('a first view', () => {
  it('takes at most 50 kB, headers and a logo near the largest included; nothing is compressed', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
    // Noise cannot be packed: a byte for each of 118 × 118 dots, and the table of its colors.
    const picture = sharp({ create: { width: 118, height: 118, channels: 3, background: '#fff', noise } });
    const answer = await logoOf(lumen, await picture.png().toBuffer());
    expect(answer.statusCode).toBe(200);
    const ticket = await openRepair(test, { serial: newSerial() }, lumen);
    for (const url of [`/b/${lumen.slug}`, pageOf(test, ticket.id), `${pageOf(test, ticket.id)}/cancel`]) {
      for (const lang of ['en', 'zh-CN']) {
        const { bytes, files } = await firstView(`${url}?lang=${lang}`);
        const logo = files.find((file) => file.endsWith('.png')) ?? '';
        expect((await open(test, logo)).rawPayload.length).toBeGreaterThan(12_000);
        expect([url, lang, bytes < 50_000 ? 'small' : bytes]).toEqual([url, lang, 'small']);
      }
    }
  });
});
