// Pages that are quicker to bring about within one process: what a customer asks for by link, and how a brand looks.
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { unsubscribeLink } from '#contacts/unsubscribe.ts';
import { askSurveys } from '#surveys/ask-surveys.ts';
import { pageOf } from '../integration/pages/browsing.ts';
import { aTicket, handedOver } from '../support/a-ticket.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { quoted } from '../support/every-ticket.ts';
import { movingTime } from '../support/moving-time.ts';
import { formOf, jpeg } from '../support/pictures.ts';
import { type Browser, inBrowser, openBrowser } from './chromium.ts';
import { inspect, watchForeign } from './inspect.ts';

inBrowser('pages', () => {
  let test: TestApp;
  let browser: Browser;
  let base: string;
  const time = movingTime();
  const foreign: string[][] = [];

  const started = async ({ scripts = true, locale = 'en' }: { scripts?: boolean; locale?: string } = {}): Promise<Page> => {
    const page = await browser.visitor({ locale, javaScriptEnabled: scripts });
    foreign.push(watchForeign(page, base));
    return page;
  };

  beforeAll(async () => {
    [test, browser] = await Promise.all([startApp({}, { clock: time.clock }), openBrowser()]);
    await test.app.listen({ host: '127.0.0.1', port: 0 });
    base = `http://127.0.0.1:${(test.app.server.address() as AddressInfo).port}`;
  });
  afterEach(() => expect(foreign.flat()).toEqual([]));
  afterAll(async () => {
    await browser?.close();
    await test?.close();
  });

  it.each([true, false])('take a cancellation, with scripts: %s', async (scripts) => {
    const page = await started({ scripts });
    const ticket = await aTicket(test);
    await page.goto(`${base}${pageOf(test, ticket.id)}`);
    await page.click('text=Cancel the repair…');
    await page.fill('#text', 'I have bought another one');
    await page.click('button.button');
    expect(await page.textContent('#asked')).toContain('You cancelled the repair');
    expect(await page.textContent('h1')).toBe('Cancelled');
    // axe is a script itself.
    expect(scripts ? await inspect(page, 'asked') : []).toEqual([]);
  });

  it.each(['en', 'zh-CN'])('have no barriers where a customer is asked how it went, or ends the mails, in %s', async (locale) => {
    const page = await started({ locale });
    const ticket = await handedOver(test);
    time.later(4);
    expect(await askSurveys(test.services)).toBe(1);
    const found: string[] = [];
    await page.goto(`${base}${pageOf(test, ticket.id)}/survey`);
    found.push(...(await inspect(page, `${locale}-survey`)));
    await page.check('input[name=score][value="9"]');
    await page.click('form button.button');
    expect(await page.locator('input[name=score]').count()).toBe(0);
    found.push(...(await inspect(page, `${locale}-survey-thanks`)));
    const { seal } = test.services;
    await page.goto(unsubscribeLink(seal, base, 'email', `${locale}@example.com`, { brandId: test.brandId, ticketId: ticket.id }));
    found.push(...(await inspect(page, `${locale}-stop`)));
    await page.click('form button.button >> nth=0');
    await page.waitForLoadState();
    found.push(...(await inspect(page, `${locale}-stop-done`)));
    expect(found).toEqual([]);
  });

  it('have no barriers in the look of a brand whose colors are the palest that are taken', async () => {
    const page = await started();
    const brand = await test.addBrand();
    const theirs = { ...test, keys: { ...test.keys, ...brand.keys } };
    const url = `/v1/brands/${brand.brandId}/look`;
    const picture = formOf({}, { bytes: await jpeg(300, 90, '#b0105f') });
    await test.call(test.adminKey, { method: 'PUT', url: `${url}/logo`, headers: picture.headers, payload: picture.payload });
    const note = { text: 'We keep the record of a repair for three years.', url: 'https://lumen.example.com/privacy' };
    const asked = { accent: { light: '#ff4fa0', dark: '#30207a' }, privacy: { en: note, 'zh-CN': note } };
    const refused = await test.call(test.adminKey, { method: 'PATCH', url, payload: asked });
    const [light, dark] = [...refused.body.matchAll(/nearest that has it is (#[0-9a-f]{6})/g)].map(([, color]) => color);
    const set = await test.call(test.adminKey, { method: 'PATCH', url, payload: { ...asked, accent: { light, dark } } });
    expect([refused.statusCode, set.statusCode]).toEqual([400, 200]);
    const { slug } = await test.owner.selectFrom('brands').select('slug').where('brand_id', '=', brand.brandId).executeTakeFirstOrThrow();
    const waiting = pageOf(test, (await aTicket(theirs)).id);
    const quote = pageOf(test, (await quoted(theirs)).id);
    const found: string[] = [];
    for (const [name, address] of Object.entries({
      start: `/b/${slug}`,
      waiting,
      quote,
      approve: `${quote}/quote?decision=approve`,
      cancel: `${quote}/cancel`,
    })) {
      await page.goto(`${base}${address}`);
      expect(await page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')")).toBe(light);
      found.push(...(await inspect(page, `brand-${name}`)));
    }
    expect(found).toEqual([]);
  }, 120_000);

  it('have no barriers in a preview, and nothing on it goes anywhere', async () => {
    const page = await started();
    const ticket = await quoted(test);
    await page.setExtraHTTPHeaders({ authorization: `Bearer ${test.keys.center}` });
    const found: string[] = [];
    for (const tier of ['0', '1', '2']) {
      await page.goto(`${base}/v1/tickets/${ticket.id}/preview?tier=${tier}&locale=en`);
      found.push(...(await inspect(page, `preview-${tier}`)));
    }
    expect(found).toEqual([]);
    await page.click('text=Approve…');
    expect(await page.textContent('h1')).toBe('Waiting for your decision');
    await page.goto(`${base}/v1/tickets/${ticket.id}/preview?tier=0&locale=en`);
    expect(await page.isDisabled('form.ask button')).toBe(true);
    await page.fill('#identifier', 'C8QH7T2KPL0M');
    await page.press('#identifier', 'Enter');
    expect(page.url()).toContain('tier=0');
  }, 90_000);
});
