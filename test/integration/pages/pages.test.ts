// The pages as a browser gets them: headers, language, escaping, errors as pages, and secrets that reach no log.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '#app.ts';
import { readConfig } from '#config.ts';
import { createLog } from '#platform/log.ts';
import { createServices } from '#services.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { SECRET, startApp, type TestApp } from '../../support/app.ts';
import { pagesOf } from '../../support/document-pages.ts';
import { parcelsOf } from '../../support/mail-in.ts';
import { canary, newSerial, openRepair, quoted, setMode } from '../lookup/asking.ts';
import { secretOf } from '../lookup/by-link.ts';
import { headingOf, open, pageOf, submit } from './browsing.ts';

const lines: string[] = [];
let test: TestApp;
beforeAll(async () => {
  const log = createLog('test', 'trace', { write: (line) => void lines.push(line) });
  test = await startApp({ PUBLIC_URL: 'https://repairs.example.com' }, { log });
});
afterAll(() => test?.close());

const csp =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

describe('every page', () => {
  it('is kept by nobody, passes no address on, loads nothing from elsewhere, and is small', async () => {
    const ticket = await quoted(test, newSerial());
    const link = pageOf(test, ticket.id);
    for (const url of ['/', link, `${link}/quote?decision=decline`, '/t/lnk_unknown', '/nowhere']) {
      const { headers, body } = await open(test, url);
      expect(headers, url).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': csp,
        'referrer-policy': 'no-referrer',
        'cache-control': 'private, no-store',
        'x-robots-tag': 'noindex',
        'x-content-type-options': 'nosniff',
        'content-language': 'en',
      });
      expect(body, url).not.toMatch(/(src|href)="(https?:)?\/\//);
      expect(body, url).not.toMatch(/\sstyle=|\son\w+=|<style|<script>/);
      expect(body, url).toMatch(/^<!doctype html>\n<html lang="en">/);
      const files = [...new Set([...body.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, file = '']) => file))];
      const loaded = await Promise.all(files.map((file) => open(test, file)));
      expect(loaded.map(({ statusCode, headers: of }) => [statusCode, of['cache-control']])).toEqual(
        files.map(() => [200, 'public, max-age=31536000, immutable']),
      );
      const bytes = [body, ...loaded.map((file) => file.body)].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      expect(bytes, url).toBeLessThan(50_000);
    }
  });

  it('speaks the language of the browser until another is chosen, and keeps that', async () => {
    const ticket = await quoted(test, newSerial());
    const link = pageOf(test, ticket.id);
    expect((await open(test, link, { 'accept-language': 'zh-CN,zh;q=0.9' })).body).toContain('<html lang="zh-CN">');
    expect((await open(test, link, { 'accept-language': 'fr' })).body).toContain('<html lang="zh-CN">');
    const chosen = (await open(test, `${link}?lang=zh-CN`)).body;
    expect(headingOf(chosen)).toBe('待您确认');
    expect(chosen).toContain(`href="${link}?lang=en"`);
    expect(chosen).toContain(`href="${link}/quote?decision=approve&amp;lang=zh-CN"`);
    expect((await open(test, `${link}?lang=tlh`)).statusCode).toBe(200);
  });

  it('shows text as text, whoever wrote it', async () => {
    const hostile = `"><img src=x onerror=alert(1)>'&lt;`;
    const ticket = await aTicket(test, {
      device: { kind: 'laptop', maker: hostile, model: hostile, serial: newSerial() },
      faultReported: hostile,
    });
    await test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${ticket.id}/notes`, payload: { body: hostile, visibility: 'customer' } });
    const { body } = await open(test, pageOf(test, ticket.id));
    expect(body.split('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&amp;lt;').length).toBeGreaterThan(4);
    expect(body).not.toContain('<img src=x');
    const typed = await submit(test, '/', { identifier: hostile, proof: hostile });
    expect(typed.body).toContain('value="&quot;&gt;&lt;img');
    expect(typed.body).not.toContain('<img src=x');
  });
});

describe('a moment', () => {
  it('is told in the time zone of the service center, on the page as in the document', async () => {
    const inBerlin = await startApp();
    await inBerlin.owner.updateTable('service_centers').set({ time_zone: 'Europe/Berlin' }).execute();
    const ticket = await quoted(inBerlin, newSerial());
    const link = pageOf(inBerlin, ticket.id);
    const until = new Date(ticket.quote?.validUntil ?? '');
    const told = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Berlin' }).format(until);
    const urls = ['', '/quote?decision=approve', `/documents/quotes/${ticket.quote?.id}?lang=en`].map((path) => `${link}${path}`);
    for (const url of urls) expect((await open(inBerlin, url)).body, url).toContain(told);
    const preview = await inBerlin.call(inBerlin.keys.center, {
      url: `/v1/tickets/${ticket.id}/preview?locale=en`,
      headers: { accept: 'text/html' },
    });
    expect(preview.body).toContain(told);
    await inBerlin.close();
  });
});

describe('what is not there', () => {
  it('is a page for people and a problem document for machines', async () => {
    const ended = await open(test, `/t/${secretOf(test, 'tkt_01kam3w0xf8q9r2s4t6v8w0x1y')}`);
    expect([ended.statusCode, headingOf(ended.body)]).toEqual([404, 'This link does not work any more']);
    expect(headingOf((await open(test, '/t/x', { 'accept-language': 'zh' })).body)).toBe('此链接已失效');
    expect(headingOf((await open(test, '/nowhere')).body)).toBe('There is no such page');
    expect((await open(test, '/nowhere', { accept: '*/*' })).json()).toMatchObject({ code: 'not_found' });
    expect((await open(test, '/v1/nowhere')).json()).toMatchObject({ code: 'not_found' });
    expect((await open(test, '/t/x', { accept: 'application/json' })).json()).toMatchObject({ code: 'unauthorized' });
  });

  it('too many tries and a database that is away have pages that say when to come again', async () => {
    const limited = await startApp({ RATE_LIMITS: 'true' });
    const answers = [];
    for (let tried = 0; tried < 61; tried += 1) answers.push(await open(limited, '/t/x'));
    expect(answers.slice(0, 60).every(({ statusCode }) => statusCode === 404)).toBe(true);
    const last = answers.at(-1);
    expect([last?.statusCode, headingOf(last?.body ?? '')]).toEqual([429, 'A little too fast']);
    expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
    const serials = [];
    for (let tried = 0; tried < 11; tried += 1) serials.push(await submit(limited, '/', { identifier: newSerial(), proof: '' }));
    expect(serials.map(({ statusCode }) => statusCode)).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
    expect(serials.at(-1)?.body).toContain('<p>Please wait a minute and try again.</p>');
    // One serial, asked for from six addresses: its limit is that of an hour.
    const serial = newSerial();
    const hourly = [];
    for (let n = 0; n < 61; n += 1)
      hourly.push(
        await limited.app.inject({
          method: 'POST',
          url: '/',
          remoteAddress: `198.51.100.${Math.floor(n / 10) + 1}`,
          payload: `identifier=${serial}&proof=`,
          headers: { accept: 'text/html', 'accept-language': 'en', 'content-type': 'application/x-www-form-urlencoded' },
        }),
      );
    expect(hourly.map(({ statusCode }) => statusCode)).toEqual([...Array.from({ length: 60 }, () => 200), 429]);
    expect(hourly.at(-1)?.body).toContain('<p>Please try again in 60 minutes.</p>');
    await limited.close();
    const unreachable = createServices(
      readConfig({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none', SECRETS: SECRET, LOG_LEVEL: 'silent', RATE_LIMITS: 'false' }),
    );
    const away = await buildApp(unreachable);
    const answer = await away.inject({ url: '/t/lnk_AAAAAAAAAAAAAAAAAAAAAA', headers: { accept: 'text/html', 'accept-language': 'en' } });
    expect([answer.statusCode, headingOf(answer.body), answer.headers['retry-after']]).toEqual([503, 'We are busy just now', '1']);
    await away.close();
    await unreachable.close();
  });

  it('includes links that were made anew', async () => {
    const ticket = await openRepair(test, { serial: newSerial() });
    expect((await open(test, pageOf(test, ticket.id))).statusCode).toBe(200);
    await test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${ticket.id}/link` });
    expect((await open(test, pageOf(test, ticket.id))).statusCode).toBe(404);
    expect((await open(test, pageOf(test, ticket.id, 2))).statusCode).toBe(200);
  });
});

describe('documents', () => {
  it('are read under the link, in the language of the page, as HTML or PDF', async () => {
    const ticket = await quoted(test, newSerial());
    const link = pageOf(test, ticket.id);
    const page = (await open(test, `${link}?lang=zh-CN`)).body;
    const addresses = [...page.matchAll(/href="(\/t\/[^"]*documents[^"]*)"/g)].map(([, address = '']) => address.replaceAll('&amp;', '&'));
    expect(addresses).toHaveLength(4);
    const types = await Promise.all(addresses.map(async (address) => (await open(test, address)).headers));
    expect(types.map((headers) => [headers['content-type'], headers['content-language'], headers['cache-control']])).toEqual([
      ['text/html; charset=utf-8', 'zh-CN', 'private, no-store'],
      ['application/pdf', 'zh-CN', 'private, no-store'],
      ['text/html; charset=utf-8', 'zh-CN', 'private, no-store'],
      ['application/pdf', 'zh-CN', 'private, no-store'],
    ]);
    const other = await quoted(test, newSerial());
    const foreign = await open(test, `${link}/documents/quotes/${other.quote?.id ?? ''}`);
    expect([foreign.statusCode, headingOf(foreign.body)]).toEqual([404, 'There is no such page']);
  });

  it('are the label for the parcel as well, in both languages, while it can be used, and for nobody else', async () => {
    const { ticketId, shipment, waybill } = await parcelsOf(test).inbound();
    const link = pageOf(test, ticketId);
    const label = `${link}/documents/labels/${shipment.id}`;
    for (const [lang, name] of [
      ['en', 'Label for your parcel to us'],
      ['zh-CN', '寄修包裹标签'],
    ]) {
      const page = (await open(test, `${link}?lang=${lang}`)).body;
      expect(page).toContain(`<a href="${label}?lang=${lang}">${name}</a>`);
      const file = await open(test, `${label}?lang=${lang}&format=pdf`);
      expect([file.statusCode, file.headers['content-type'], file.headers['content-language']]).toEqual([200, 'application/pdf', lang]);
      expect((await pagesOf(file.rawPayload)).join('')).toContain(waybill);
    }
    const stranger = await parcelsOf(test).inbound();
    for (const secret of [pageOf(test, stranger.ticketId), pageOf(test, ticketId, 2), '/t/lnk_unknown']) {
      const foreign = await open(test, `${secret}/documents/labels/${shipment.id}`);
      expect(foreign.statusCode).toBe(404);
      expect(foreign.body).not.toContain(waybill);
    }
    await test.call(test.keys.courier, { method: 'POST', url: `/v1/shipments/${shipment.id}/cancel` });
    expect((await open(test, link)).body).not.toContain(label);
    expect((await open(test, label)).statusCode).toBe(404);
  });
});

describe('the form', () => {
  const find = (identifier: string, proof = '', headers: Record<string, string> = {}) => submit(test, '/', { identifier, proof }, headers);

  it('shows a serial alone general words, and nothing of a person, place, model, fault or price', async () => {
    const serial = newSerial();
    await quoted(test, serial);
    const { body, statusCode } = await find(serial);
    expect([statusCode, headingOf(body)]).toEqual([200, 'Quote']);
    for (const secret of [...Object.values(canary), 'CanaryPart', '481', 'Prism Shanghai', '+864']) expect(body).not.toContain(secret);
  });

  it('shows the owner more, with the code of the receipt or the end of the telephone number', async () => {
    const serial = newSerial();
    const { code } = await quoted(test, serial);
    for (const proof of [code, code.toLowerCase(), canary.phone.slice(-4)]) {
      const { body } = await find(serial, proof);
      expect(headingOf(body)).toBe('Waiting for your decision');
      expect(body).toContain('Prism Shanghai');
      expect(body).not.toContain(canary.name);
    }
  });

  it('says what to do about a number that shows nothing, and keeps what was typed', async () => {
    await setMode(test, test.brandId, 'open');
    const { body, statusCode } = await find('UNKNOWN12345');
    expect([statusCode, headingOf(body)]).toEqual([200, 'Nothing to show for this number yet']);
    expect(body).toContain('value="UNKNOWN12345"');
    expect((await find('UNKNOWN12345', '', { 'accept-language': 'zh' })).body).toContain('此号码暂时没有可以显示的内容');
  });

  it('explains a mistyped IMEI, a receipt code alone, a proof that is none, and an empty field', async () => {
    const { code } = await openRepair(test, { serial: newSerial() });
    const error = async (identifier: string, proof = ''): Promise<string> =>
      /role="alert">([^<]+)</.exec((await find(identifier, proof)).body)?.[1] ?? '';
    expect(await error('490154203237519')).toContain('does not match the others');
    expect(await error(code)).toContain('This is a receipt code');
    expect(await error('C8QH7T2KPL0M', '12')).toContain('exactly four digits');
    expect(await error('')).toContain('Please type the serial number');
    expect(await error(' ')).toContain('Please type the serial number');
    // A telephone's keyboard leaves a space behind.
    expect(headingOf((await find(newSerial(), ' ')).body)).toBe('Nothing to show for this number yet');
    expect(await error('X'.repeat(60))).toContain('longer than a serial number');
  });

  it('posts what was typed again when the language is switched', async () => {
    const serial = newSerial();
    await openRepair(test, { serial });
    expect((await find(serial)).body).toContain(
      `<form method="post" action="/?lang=zh-CN"><input type="hidden" name="identifier" value="${serial}">`,
    );
  });

  it('takes no more than a form of ours holds', async () => {
    const large = await find('X'.repeat(5_000));
    expect([large.statusCode, headingOf(large.body)]).toEqual([413, 'That could not be read']);
    const json = await test.app.inject({
      method: 'POST',
      url: '/v1/lookup',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'a=b',
    });
    expect(json.statusCode).toBe(415);
  });
});

it('no secret and no number reaches the log', async () => {
  const serial = newSerial();
  const ticket = await quoted(test, serial);
  lines.length = 0;
  await open(test, pageOf(test, ticket.id));
  await open(test, `${pageOf(test, ticket.id)}/quote?decision=approve`);
  await open(test, '/t/lnk_AAAAAAAAAAAAAAAAAAAAAA');
  await submit(test, '/', { identifier: serial, proof: ticket.code });
  const log = lines.join('\n');
  expect(log).toContain('"route":"/t/:token"');
  expect(log).toContain('"tier":1');
  for (const secret of [secretOf(test, ticket.id), 'lnk_', serial, ticket.code]) expect(log).not.toContain(secret);
});
