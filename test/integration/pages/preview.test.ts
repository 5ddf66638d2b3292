// A preview is the customer's page and nothing else: the same as the page itself in each tier and language, with no secret in it and no trace of it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LinkedTicket } from '#lookup/link-ticket.ts';
import type { OwnerProgress } from '#lookup/progress.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { countOf, startApp, type TestApp, type TestBrand } from '../../support/app.ts';
import { everyTicket } from '../../support/every-ticket.ts';
import { ask, endedAt, newSerial, openRepair, prove, quoted, setMode } from '../lookup/asking.ts';
import { readBy, secretOf } from '../lookup/by-link.ts';
import { headingOf, open, pageOf, submit } from './browsing.ts';

const DAY_MS = 86_400_000;
const locales = ['en', 'zh-CN'] as const;
let test: TestApp;
let other: TestBrand;
beforeAll(async () => {
  test = await startApp({ PUBLIC_URL: 'https://repairs.example.com' });
  other = await test.addBrand();
});
afterAll(() => test?.close());

const preview = (ticketId: string, query = '', accept = 'text/html', key = test.keys.center) =>
  test.call(key, { url: `/v1/tickets/${ticketId}/preview${query}`, headers: { accept } });
const json = async <T>(ticketId: string, query: string): Promise<T> => (await preview(ticketId, query, 'application/json')).json<T>();

/** The page without what a preview may have of its own: where links lead, until when photos are shown, and the mark. */
const main = (body: string): string =>
  (/<main id="main">(.*)<\/main>/s.exec(body)?.[1] ?? '')
    .replaceAll(/ (href|action)="[^"]*"/g, '')
    .replaceAll(/src="\/f\/[^"]*"/g, '')
    .replaceAll('<button class="button" disabled>', '<button class="button">')
    .replaceAll(/ value="[^"]*"/g, '');

describe('a preview', () => {
  it.each(locales)(
    'by link is the page of every status, in %s',
    async (locale) => {
      for (const { name, ticket } of await everyTicket(test)) {
        const shown = await preview(ticket.id, `?locale=${locale}`);
        expect([name, shown.statusCode]).toEqual([name, 200]);
        expect([name, main(shown.body)]).toEqual([name, main((await open(test, `${pageOf(test, ticket.id)}?lang=${locale}`)).body)]);
        expect(shown.body.includes(secretOf(test, ticket.id)), name).toBe(false);
        expect(shown.body, name).not.toMatch(/lnk_|<script|href="\/(t|b)\//);
      }
    },
    120_000,
  );

  it.each(locales)('by serial alone and with a proof is the answer of the form, in %s', async (locale) => {
    const serial = newSerial();
    const { id, code } = await quoted(test, serial);
    for (const [tier, proof] of [
      ['0', ''],
      ['1', code],
    ]) {
      const shown = await preview(id, `?tier=${tier}&locale=${locale}`);
      const real = await submit(test, `/?lang=${locale}`, { identifier: serial, proof: proof ?? '' });
      expect([tier, main(shown.body)]).toEqual([tier, main(real.body)]);
      expect(headingOf(shown.body)).not.toBe('');
    }
  });

  it('as JSON is what the calls of the customer answer, without a token', async () => {
    const serial = newSerial();
    const ticket = await quoted(test, serial);
    expect(await json(ticket.id, '?tier=0&locale=en')).toEqual((await ask(test, serial, '?locale=en')).json());
    const proven = (await prove(test, serial, { ticketCode: ticket.code }, { locale: 'en' })).json<OwnerProgress>();
    expect(await json(ticket.id, '?tier=1&locale=en')).toEqual({ ...proven, token: '', tokenExpiresAt: new Date(0).toISOString() });
    const linked = (await readBy(test, secretOf(test, ticket.id), '?locale=en')).json<LinkedTicket>();
    expect(await json(ticket.id, '?tier=2&locale=en')).toEqual(linked);
  });

  it('shows nothing where the customer is shown nothing', async () => {
    const ticket = await openRepair(test, { imei: '490154203237518' });
    expect(await json(ticket.id, '?tier=0&locale=en')).toMatchObject({ found: false, verifyHint: { code: 'proof_needed' } });
    expect(headingOf((await preview(ticket.id, '?tier=0&locale=en')).body)).toBe('Nothing to show for this number yet');
    const short = await openRepair(test, { serial: `S${String(process.pid).slice(-4)}` });
    expect(await json(short.id, '?tier=0')).toMatchObject({ found: false });
    expect(await json(short.id, '?tier=1')).toMatchObject({ found: true });
    const quiet = await openRepair(test, { serial: newSerial() }, other);
    const tiers = async (mode: 'open' | 'proof' | 'link'): Promise<boolean[]> => {
      await setMode(test, other.brandId, mode);
      const answers = await Promise.all(['0', '1'].map((tier) => preview(quiet.id, `?tier=${tier}`, 'application/json', other.keys.center)));
      return answers.map((answer) => answer.json<{ found: boolean }>().found);
    };
    expect([await tiers('open'), await tiers('proof'), await tiers('link')]).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ]);
  });

  it('of a repair that ended long ago is the page of an ended link', async () => {
    const ticket = await openRepair(test, { serial: newSerial() });
    await endedAt(test, ticket.id, new Date(Date.now() - 91 * DAY_MS));
    expect(headingOf((await preview(ticket.id, '?locale=en')).body)).toBe('This link does not work any more');
    expect(await json(ticket.id, '?locale=en')).toMatchObject({ found: false, verifyHint: { code: 'link_ended' } });
    for (const tier of ['0', '1']) expect(await json(ticket.id, `?tier=${tier}`)).toMatchObject({ found: false });
  });
});

describe('a preview, of which nothing comes,', () => {
  it('is marked, runs and sends nothing, and is kept by nobody', async () => {
    const ticket = await quoted(test, newSerial());
    for (const tier of ['0', '1', '2']) {
      const { headers, body } = await preview(ticket.id, `?tier=${tier}&locale=en`);
      expect(body).toContain('id="preview">Preview: this is what the customer sees.');
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': expect.stringMatching(/script-src 'none'.*form-action 'none'/),
        'cache-control': 'private, no-store',
        'content-language': 'en',
      });
      const leading = [...body.matchAll(/<(?:a|form)[^>]* (?:href|action)="([^"]*)"/g)].map(([, address = '']) => address);
      expect(leading.filter((address) => !/^(#|tel:|\/f\/|https:)/.test(address))).toEqual([]);
    }
    expect((await preview(ticket.id, '?locale=zh-CN')).body).toContain('预览：这是客户看到的页面');
  });

  it('counts as no lookup, no failure and no step', async () => {
    const limited = await startApp({ RATE_LIMITS: 'true' });
    const serial = newSerial();
    const ticket = await openRepair(limited, { serial });
    for (let seen = 0; seen < 30; seen += 1) await limited.call(limited.keys.center, { url: `/v1/tickets/${ticket.id}/preview?tier=${seen % 3}` });
    const asked = await ask(limited, serial);
    expect([asked.statusCode, asked.headers['ratelimit']]).toEqual([200, expect.stringContaining('r=9;')]);
    expect((await open(limited, pageOf(limited, ticket.id))).headers['ratelimit']).toContain('r=59;');
    expect(await countOf(limited.owner, 'lookup_failures')).toBe(0);
    const after = (await limited.call(limited.keys.center, { url: `/v1/tickets/${ticket.id}` })).json<TicketView>();
    expect(after.version).toBe(ticket.version);
    await limited.close();
  });

  it('is seen by nobody else', async () => {
    const ticket = await openRepair(test, { serial: newSerial() });
    for (const tier of ['0', '1', '2']) {
      expect((await preview(ticket.id, `?tier=${tier}`, 'text/html', other.keys.center)).statusCode).toBe(404);
      expect((await preview(ticket.id, `?tier=${tier}`, 'text/html', test.keys.brand)).statusCode).toBe(200);
      expect((await preview(ticket.id, `?tier=${tier}`, 'text/html', test.keys.courier)).statusCode).toBe(403);
    }
    expect((await preview(ticket.id, '?tier=3')).statusCode).toBe(400);
    expect((await preview(ticket.id, '', 'image/png')).statusCode).toBe(406);
    expect((await preview(ticket.id, '', '*/*')).headers['content-type']).toBe('text/html; charset=utf-8');
  });
});
