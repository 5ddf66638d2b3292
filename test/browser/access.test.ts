// What no machine finds in the markup: the way of the keyboard, the focus that is seen, small windows, large letters, what is loaded.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Ticket } from '../client/client.ts';
import { queues } from '../support/queues.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { type Browser, inBrowser, openBrowser } from './chromium.ts';
import { type Counter, openCounter } from './counter.ts';
import { inspect, watchForeign } from './inspect.ts';
import { ways } from './ways.ts';

/** As `api.md` wants it. */
const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const FIRST_VIEW_BYTES = 50_000;

inBrowser('the pages', () => {
  let scene: Scene;
  let browser: Browser;
  let counter: Counter;
  /** With everything that a page can show, with a quote to decide, and with its serial. */
  let full: { ticket: Ticket; link: string };
  let quote: { ticket: Ticket; link: string };

  beforeAll(async () => {
    [scene, browser] = await Promise.all([openScene(queues[0]), openBrowser()]);
    counter = await openCounter(scene, 'en');
    const led = async (name: string): Promise<typeof full> => {
      const way = ways.find((one) => one.name === name);
      if (way === undefined) throw new Error(`There is no way to ${name}.`);
      const ticket = await way.lead(counter, await counter.open());
      return { ticket, link: await counter.linkOf(ticket) };
    };
    [full, quote] = await Promise.all([led('everything'), led('quoted')]);
  });
  afterAll(async () => {
    await browser?.close();
    await scene?.close();
  });

  const serialOf = ({ device }: Ticket): string => device.identifiers[0]?.value ?? '';
  async function asked(page: Page, identifier: string, proof = ''): Promise<void> {
    await page.goto(`${scene.baseUrl}/`);
    await page.fill('#identifier', identifier);
    await page.fill('#proof', proof);
    await page.click('form.ask .button');
    await page.waitForLoadState();
  }
  const addresses = (): Record<string, string> => ({
    start: `${scene.baseUrl}/`,
    full: full.link,
    quote: quote.link,
    approve: `${quote.link}/quote?decision=approve`,
    decline: `${quote.link}/quote?decision=decline`,
    ended: `${scene.baseUrl}/t/lnk_unknown`,
    unknown: `${scene.baseUrl}/nowhere`,
  });

  it.each(['en', 'zh-CN'])('that no repair stands behind have no barriers either, in %s', async (locale) => {
    const page = await browser.visitor({ locale });
    const found: string[] = [];
    const { start, ended, unknown } = addresses();
    for (const [name, address] of Object.entries({ start, ended, unknown })) {
      await page.goto(address ?? '');
      found.push(...(await inspect(page, `${locale}-${name}`, name === 'start' ? 'every way' : 'twice')));
    }
    const typed = { nothing: ['UNKNOWN12345', ''], hint: ['C8QH7T2KPL0M', '12'], alone: ['490154203237518', ''] } as const;
    for (const [name, [identifier, proof]] of Object.entries(typed)) {
      await asked(page, identifier, proof);
      found.push(...(await inspect(page, `${locale}-${name}`, 'twice')));
    }
    expect(found).toEqual([]);
  });

  it('are walked through with the keyboard alone, in the order in which they are read, and the focus is always seen', async () => {
    const page = await browser.visitor();
    for (const [name, address] of Object.entries(addresses())) {
      await page.goto(address);
      const count = await page.locator('a, button, input:not([type=hidden]):not([type=radio]), input:checked, summary').count();
      let above = -1;
      const seen: string[] = [];
      for (let stop = 0; stop < count; stop += 1) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate<{ name: string; top: number; outline: string; hidden: boolean; fixed: boolean } | null>(`(() => {
          const e = document.activeElement;
          if (!e || e === document.body) return null;
          const box = e.getBoundingClientRect();
          const style = getComputedStyle(e);
          return { name: (e.textContent || e.id).trim(), top: box.top + scrollY, outline: style.outlineStyle + ' ' + style.outlineWidth,
            hidden: box.bottom < 0 || box.top > innerHeight || box.width < 2, fixed: e.className === 'skip' };
        })()`);
        if (at === null) break;
        seen.push(at.name);
        expect([name, at.name, at.outline, at.hidden]).toEqual([name, at.name, 'solid 3px', false]);
        if (!at.fixed) {
          // Two columns are read one after the other; within one the order is that of the eye.
          expect(at.top, `${name}: ${at.name} after ${seen.at(-2)}`).toBeGreaterThanOrEqual(above - 30);
          above = at.top;
        }
      }
      expect([name, seen[0], seen.length]).toEqual([name, name === 'start' ? seen[0] : 'Skip to the content', count]);
    }
  });

  it('are decided with the keyboard alone', async () => {
    const page = await browser.visitor();
    await page.goto(`${quote.link}/quote?decision=decline`);
    await page.focus('input:checked');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('input:checked').getAttribute('value')).toBe('disposal');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Yes, decline the repair');
  });

  it('lead a keyboard past the head', async () => {
    const page = await browser.visitor();
    await page.goto(full.link);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate("document.querySelector('main').contains(document.activeElement)")).toBe(true);
  });

  it('fit a window of 320 px and letters of twice the size', async () => {
    const page = await browser.visitor();
    /** What stands out on the right, or is cut off. */
    const lost = `[...document.querySelectorAll('main *, header *, footer *')].filter((e) => !e.closest('.away, .skip'))
      .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 || (getComputedStyle(e).overflow === 'hidden' && e.scrollWidth > e.clientWidth + 1))
      .map((e) => e.outerHTML.slice(0, 80))`;
    for (const [name, address] of Object.entries(addresses())) {
      await page.setViewportSize({ width: 320, height: 640 });
      await page.goto(address);
      expect([name, await page.evaluate(lost)]).toEqual([name, []]);
      await page.evaluate("document.documentElement.style.fontSize = '200%'");
      expect([name, 'twice the size', await page.evaluate(lost)]).toEqual([name, 'twice the size', []]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    }
  });

  it('have nothing to touch that is smaller than 24 px', async () => {
    const page = await browser.visitor();
    for (const [name, address] of Object.entries(addresses())) {
      await page.goto(address);
      const small = await page.evaluate<string[]>(`[...document.querySelectorAll('a, button, input:not([type=hidden]), summary')]
        .filter((e) => !e.closest('.skip'))
        .filter((e) => { const b = (e.closest('label') ?? e).getBoundingClientRect(); return b.width < 24 || b.height < 24; })
        .map((e) => e.outerHTML.slice(0, 100))`);
      expect([name, small]).toEqual([name, []]);
    }
  });

  it('stand still for whoever asks for that', async () => {
    const page = await browser.visitor({ reducedMotion: 'reduce' });
    for (const address of Object.values(addresses())) {
      await page.goto(address);
      const moving = `[...document.querySelectorAll('*')].filter((e) => { const s = getComputedStyle(e, '::after');
        return [getComputedStyle(e), s].some((one) => parseFloat(one.transitionDuration) > 0 || one.animationName !== 'none'); }).length`;
      expect(await page.evaluate(moving)).toBe(0);
    }
  });

  it('say in which language they are, and in which the switch is', async () => {
    for (const [locale, other] of [
      ['en', 'zh-CN'],
      ['zh-CN', 'en'],
    ] as const) {
      const page = await browser.visitor({ locale, javaScriptEnabled: false });
      for (const address of Object.values(addresses())) {
        const answer = await page.goto(address);
        expect(answer?.headers()['content-language']).toBe(locale);
        expect(await page.getAttribute('html', 'lang')).toBe(locale);
        expect(await page.getAttribute('.switch', 'lang')).toBe(other);
      }
      await page.goto(full.link);
      await page.click('.switch');
      expect(await page.getAttribute('html', 'lang')).toBe(other);
    }
  });

  it('switch the language of an answer without a script, and without the number in the address', async () => {
    const page = await browser.visitor({ javaScriptEnabled: false });
    await asked(page, serialOf(full.ticket), full.ticket.code);
    expect(await page.textContent('h1')).toBe('Waiting for a part');
    await page.click('.switch');
    expect([await page.textContent('h1'), page.url()]).toEqual(['等待配件', `${scene.baseUrl}/?lang=zh-CN`]);
  });

  it('say that a number is mistyped before anything is sent', async () => {
    const page = await browser.visitor();
    await page.goto(`${scene.baseUrl}/`);
    const posted: string[] = [];
    page.on('request', (request) => void (request.method() === 'POST' && posted.push(request.url())));
    await page.fill('#identifier', '49-015420-323751-9');
    await page.click('form.ask .button');
    expect(await page.textContent('#identifier-error')).toContain('does not match the others');
    expect([await page.evaluate('document.activeElement.id'), posted]).toEqual(['identifier', []]);
    await page.fill('#identifier', '490154203237518');
    await page.click('form.ask .button');
    await page.waitForSelector('.start ul');
    expect(await page.textContent('h1')).toBe('Nothing to show for this number yet');
  });

  it('load little, from nobody else, and keep and pass on nothing', async () => {
    for (const [name, address] of Object.entries(addresses())) {
      const page = await browser.visitor();
      const foreign = watchForeign(page, scene.baseUrl);
      const line = await page.context().newCDPSession(page);
      await line.send('Network.enable');
      let bytes = 0;
      const pictures = new Set<string>();
      line.on('Network.responseReceived', ({ requestId, type, response }) => {
        if (type === 'Image' && response.url.includes('/f/')) pictures.add(requestId);
      });
      line.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => void (bytes += pictures.has(requestId) ? 0 : encodedDataLength));
      const answer = await page.goto(address, { waitUntil: 'load' });
      expect([name, foreign]).toEqual([name, []]);
      expect(bytes, name).toBeGreaterThan(1_000);
      expect(bytes, name).toBeLessThanOrEqual(FIRST_VIEW_BYTES);
      expect(answer?.headers()).toMatchObject({
        'content-security-policy': policy,
        'cache-control': 'private, no-store',
        'referrer-policy': 'no-referrer',
        'x-robots-tag': 'noindex',
        'x-content-type-options': 'nosniff',
      });
      expect(await page.context().cookies()).toEqual([]);
      expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0);
      await page.context().close();
    }
  });
});
