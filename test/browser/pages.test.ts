// Pages that are quicker to bring about within one process: what a customer asks for by link, and how a brand looks.
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { pageOf } from '../integration/pages/browsing.ts';
import { aTicket } from '../support/a-ticket.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Browser, inBrowser, openBrowser } from './chromium.ts';
import { inspect, watchForeign } from './inspect.ts';

inBrowser('pages', () => {
  let test: TestApp;
  let browser: Browser;
  let base: string;
  const foreign: string[][] = [];

  const started = async ({ scripts = true, locale = 'en' }: { scripts?: boolean; locale?: string } = {}): Promise<Page> => {
    const page = await browser.visitor({ locale, javaScriptEnabled: scripts });
    foreign.push(watchForeign(page, base));
    return page;
  };

  beforeAll(async () => {
    [test, browser] = await Promise.all([startApp(), openBrowser()]);
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
});
