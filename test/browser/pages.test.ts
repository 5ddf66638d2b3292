// Every page in a real browser: no barrier that axe knows, nothing wider than a telephone, no request to anyone else.
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TicketView } from '#tickets/ticket.ts';
import { pageOf } from '../integration/pages/browsing.ts';
import { aTicket } from '../support/a-ticket.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { everyTicket, quoted } from '../support/every-ticket.ts';
import { type Browser, browserPath, howToGetIt, openBrowser } from './chromium.ts';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
const widths = [360, 1280];
const schemes = ['light', 'dark'] as const;
/** Where to put pictures for a person to look at; none are made without it. */
const pictures = process.env['PAGE_PICTURES'];

if (browserPath === null) console.warn(`LEFT OUT: ${howToGetIt}`);

describe.skipIf(browserPath === null)(`pages in a browser${browserPath === null ? ` (${howToGetIt})` : ''}`, () => {
  let test: TestApp;
  let base: string;
  let tickets: { name: string; ticket: TicketView }[];
  let known: TicketView;
  const browsers: Browser[] = [];
  const foreign: string[] = [];

  const started = async (options: Parameters<typeof openBrowser>[0] = {}): Promise<Page> => {
    const browser = await openBrowser(options);
    browsers.push(browser);
    const page = browser.context.pages()[0] ?? (await browser.context.newPage());
    page.on('request', (request) => void (request.url().startsWith(base) || foreign.push(request.url())));
    return page;
  };

  beforeAll(async () => {
    test = await startApp();
    await test.app.listen({ host: '127.0.0.1', port: 0 });
    base = `http://127.0.0.1:${(test.app.server.address() as AddressInfo).port}`;
    tickets = await everyTicket(test);
    known = await aTicket(test);
  }, 120_000);
  afterEach(() => expect(foreign).toEqual([]));
  afterAll(async () => {
    for (const browser of browsers) await browser.close();
    await test?.close();
  });

  const named = (name: string): string => tickets.find((one) => one.name === name)?.ticket.id ?? '';

  /** What axe finds, and whether the page is wider than the window: in both widths and both schemes. */
  async function inspect(page: Page, name: string): Promise<string[]> {
    const found: string[] = [];
    await page.evaluate(axe.source);
    for (const width of widths) {
      for (const scheme of schemes) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
        const where = `${name} ${width} ${scheme}`;
        const violations = await page.evaluate(async (values) => {
          const { axe: run } = globalThis as unknown as {
            axe: { run(on: unknown, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
          };
          const answer = await run.run('html', { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
          return answer.violations.map(
            ({ id, nodes }) =>
              `${id}: ${nodes
                .map(({ html }) => html)
                .join(' | ')
                .slice(0, 300)}`,
          );
        }, tags);
        found.push(...violations.map((violation) => `${where}: ${violation}`));
        const wider = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
        if (wider === true) found.push(`${where}: wider than the window`);
        if (pictures !== undefined) {
          mkdirSync(pictures, { recursive: true });
          await page.screenshot({ path: `${pictures}/${name}-${width}-${scheme}.png`, fullPage: true });
        }
      }
    }
    return found;
  }

  it.each(['en', 'zh-CN'])(
    'have no barriers in any state, in %s',
    async (locale) => {
      const page = await started({ locale });
      const found: string[] = [];
      for (const { name, ticket } of tickets) {
        await page.goto(`${base}${pageOf(test, ticket.id)}`);
        found.push(...(await inspect(page, `${locale}-${name}`)));
      }
      const quote = tickets.find(({ name }) => name === 'quote')?.ticket ?? known;
      const others = {
        approve: `${pageOf(test, quote.id)}/quote?decision=approve`,
        decline: `${pageOf(test, quote.id)}/quote?decision=decline`,
        cancel: `${pageOf(test, quote.id)}/cancel`,
        dispute: `${pageOf(test, named('delivered-pick_up'))}/dispute`,
        disposal: `${pageOf(test, named('quote-declined'))}/disposal`,
        start: '/',
        ended: '/t/lnk_unknown',
        unknown: '/nowhere',
      };
      for (const [name, url] of Object.entries(others)) {
        await page.goto(`${base}${url}`);
        found.push(...(await inspect(page, `${locale}-${name}`)));
      }
      const serial = quote.device.identifiers[0]?.value ?? '';
      const asked = { nothing: ['UNKNOWN12345', ''], open: [serial, ''], owner: [serial, quote.code], hint: ['C8QH7T2KPL0M', '12'] } as const;
      for (const [name, [identifier, proof]] of Object.entries(asked)) {
        await page.goto(`${base}/`);
        await page.fill('#identifier', identifier);
        await page.fill('#proof', proof);
        await page.click('form.ask button');
        await page.waitForLoadState();
        found.push(...(await inspect(page, `${locale}-${name}`)));
      }
      expect(found).toEqual([]);
    },
    400_000,
  );

  it.each([true, false])(
    'take a cancellation, with scripts: %s',
    async (scripts) => {
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
    },
    60_000,
  );

  it.each([true, false])(
    'decide a quote, with scripts: %s',
    async (scripts) => {
      const page = await started({ scripts });
      const ticket = await quoted(test);
      await page.goto(`${base}${pageOf(test, ticket.id)}`);
      await page.click('text=Approve…');
      expect(await page.textContent('h1')).toBe('Approve the repair?');
      await page.click('button.button');
      expect(await page.textContent('.recorded')).toContain('You approved this quote');
      const { status } = (await test.call(test.keys.center, { url: `/v1/tickets/${ticket.id}` })).json<TicketView>();
      expect(status).toBe('approved');
    },
    60_000,
  );

  it('switch the language without a script, on an answer too', async () => {
    const page = await started({ scripts: false });
    await page.goto(`${base}/`);
    await page.fill('#identifier', known.device.identifiers[0]?.value ?? '');
    await page.click('form.ask button');
    expect(await page.textContent('h1')).toBe('Getting your device to us');
    await page.click('.switch');
    expect(await page.textContent('h1')).toBe('收件');
    expect(page.url()).toBe(`${base}/?lang=zh-CN`);
  }, 60_000);

  it('explain a mistyped IMEI before anything is sent', async () => {
    const page = await started();
    await page.goto(`${base}/`);
    await page.fill('#identifier', '49-015420-323751-9');
    await page.click('form.ask button');
    expect(await page.textContent('#identifier-error')).toContain('does not match the others');
    expect(await page.evaluate('document.activeElement.id')).toBe('identifier');
    await page.fill('#identifier', '490154203237518');
    await page.click('form.ask button');
    await page.waitForSelector('.start ul');
    expect(await page.textContent('h1')).toBe('Nothing to show for this number yet');
  }, 60_000);

  it('are walked through with the keyboard alone', async () => {
    const page = await started();
    const ticket = await quoted(test);
    await page.goto(`${base}${pageOf(test, ticket.id)}`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    const seen: string[] = [];
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Tab');
      seen.push(String(await page.evaluate('document.activeElement.textContent')));
    }
    expect(seen).toEqual(expect.arrayContaining(['中文', 'Approve…', 'Decline…', 'Intake receipt']));
  }, 60_000);
});
