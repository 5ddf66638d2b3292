// A quote decided in the browser: from the mail to the recorded decision; and what else can have become of it until then.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { step, type Ticket } from '../client/client.ts';
import { queues } from '../support/queues.ts';
import { customer } from '../support/samples.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { justRanOut } from '../support/turn-back.ts';
import { type Browser, inBrowser, openBrowser } from './chromium.ts';
import { type Counter, openCounter } from './counter.ts';
import { inspect, watchForeign } from './inspect.ts';
import { quoted } from './ways.ts';

/** Everything that a text or a page names as an address. */
const addressesIn = (text: string): string[] => [...text.matchAll(/https?:\/\/[^\s"'<>)]+/g)].map(([address]) => address.replaceAll('&amp;', '&'));

inBrowser('a quote', () => {
  let scene: Scene;
  let browser: Browser;
  let counter: Counter;
  const foreign: string[][] = [];

  beforeAll(async () => {
    [scene, browser] = await Promise.all([openScene(queues[0]), openBrowser({ letters: 'phone' })]);
    counter = await openCounter(scene, 'en');
  });
  afterAll(async () => {
    expect(foreign.flat()).toEqual([]);
    await browser?.close();
    await scene?.close();
  });

  /** A repair with an open quote, and the link in the mail that told of it. */
  async function mailed(): Promise<{ ticket: Ticket; link: string; texts: string[] }> {
    const contact = customer('quote');
    const ticket = await quoted(counter, await counter.open({ contact }));
    // created, received, diagnosing, quoted
    const mails = await scene.mail.arrived(contact.email, 4);
    const quote = mails.find(({ text }) => text.includes('459.00'));
    const [address = ''] = addressesIn(quote?.text ?? '').filter((one) => one.includes('/t/'));
    // It leads to the quote on the page.
    const [link = '', place] = address.split('#');
    expect([link, place]).toEqual([expect.stringMatching(/\/t\/lnk_[\w-]{22}$/), 'quote']);
    return { ticket, link, texts: mails.flatMap(({ text, html }) => [text, html]) };
  }

  async function opened(link: string, javaScriptEnabled = true): Promise<Page> {
    const page = await browser.visitor({ javaScriptEnabled });
    foreign.push(watchForeign(page, scene.baseUrl));
    await page.goto(link);
    return page;
  }
  const heading = (page: Page): Promise<string | null> => page.textContent('h1');
  const send = (page: Page): Promise<void> => page.click('form button.button');

  it('is decided by nothing that follows the links of a mail, and those behind them', async () => {
    const { ticket, texts } = await mailed();
    const links = new Set(texts.flatMap(addressesIn));
    expect(links.size).toBeGreaterThan(0);
    for (const address of links) {
      for (const method of ['HEAD', 'GET', 'OPTIONS']) {
        const answer = await fetch(address, { method, headers: { accept: 'text/html' } });
        // What a scanner that goes on sees: every address of the page, each opened once.
        const page = method === 'GET' ? await answer.text() : '';
        for (const [, path = ''] of page.matchAll(/(?:href|src|action)="(\/[^"]*)"/g)) {
          if (links.size < 60) links.add(new URL(path.replaceAll('&amp;', '&'), scene.baseUrl).href);
        }
      }
    }
    expect([...links].some((address) => address.includes('decision=approve'))).toBe(true);
    const after = await counter.read(ticket);
    expect([after.status, after.version, after.quote?.status]).toEqual(['quoted', ticket.version, 'sent']);
  });

  it.each([true, false])('is approved for the amount that is shown, once, with scripts: %s', async (scripts) => {
    const { ticket, link } = await mailed();
    const page = await opened(link, scripts);
    expect(await page.textContent('.turn .offer')).toContain('CN¥459.00');
    expect(await page.textContent('#quote tfoot')).toContain('CN¥459.00');
    await page.click('text=Approve…');
    const second = await opened(page.url(), scripts);
    expect(await heading(page)).toBe('Approve the repair?');
    expect(await page.textContent('.confirm tfoot')).toContain('CN¥459.00');
    expect((await counter.read(ticket)).status).toBe('quoted');
    if (scripts) expect(await inspect(page, 'en-quote-approve', 'every way')).toEqual([]);
    await send(page);
    expect(await page.textContent('.recorded')).toContain('You approved this quote');
    expect(page.url()).toContain(link);
    const approved = await counter.read(ticket);
    expect(approved).toMatchObject({ status: 'approved', quote: { status: 'approved', decidedBy: 'customer' } });
    // The other window still asks: the same answer again is the recorded one, and nothing happens twice.
    await send(second);
    expect(await second.textContent('.recorded')).toContain('You approved this quote');
    expect((await counter.read(ticket)).version).toBe(approved.version);
    await page.goto(`${link}/quote?decision=decline`);
    expect(await heading(page)).toBe('This quote was decided already');
    expect(await page.textContent('main')).toContain('Approved on');
    if (scripts) expect(await inspect(page, 'en-quote-decided', 'twice')).toEqual([]);
  });

  it('is declined with a wish for the device', async () => {
    const { ticket, link } = await mailed();
    const page = await opened(link);
    await page.click('text=Decline…');
    expect(await page.textContent('.lead')).toContain('CN¥50.00');
    expect(await inspect(page, 'en-quote-decline', 'every way')).toEqual([]);
    await page.click('text=Dispose of it');
    await send(page);
    expect(await page.textContent('.recorded')).toContain('You declined this quote');
    expect(await counter.read(ticket)).toMatchObject({ status: 'ready', quote: { status: 'declined', wish: 'disposal' } });
  });

  it('that was replaced while it was looked at is not decided', async () => {
    const { ticket, link } = await mailed();
    const page = await opened(`${link}/quote?decision=approve`);
    const dearer = { kind: 'part', text: 'Charging port', quantity: 1, unitPrice: 4_000 } as const;
    const newer = await step(counter.center, ticket, 'quote.supersede', { offer: { ...counter.offer, lines: [...counter.offer.lines, dearer] } });
    await send(page);
    expect(await heading(page)).toBe('There is a newer quote');
    expect(await inspect(page, 'en-quote-superseded', 'twice')).toEqual([]);
    expect(await counter.read(ticket)).toMatchObject({ status: 'quoted', version: newer.version, quote: { status: 'sent' } });
    await page.click('main a.button');
    expect(await page.textContent('#quote tfoot')).toContain('CN¥499.00');
  });

  it('that ran out while it was looked at is not decided', async () => {
    const { ticket, link } = await mailed();
    const page = await opened(`${link}/quote?decision=approve`);
    await justRanOut(scene.databaseUrl, ticket.quote?.id ?? '');
    await send(page);
    expect(await heading(page)).toBe('This quote is no longer valid');
    expect(await inspect(page, 'en-quote-expired', 'twice')).toEqual([]);
    expect((await counter.read(ticket)).status).toBe('quoted');
    await page.click('main a.button');
    expect([await page.locator('#quote .choices a').allTextContents(), await page.textContent('#quote .stamp')]).toEqual([
      ['Decline…'],
      'No longer valid',
    ]);
    expect(await page.textContent('.turn')).toContain('Please ask the service center for a new quote, or decline the repair.');
  });

  it('is shown as what it was once the bench has gone on', async () => {
    const { ticket, link } = await mailed();
    const page = await opened(`${link}/quote?decision=approve`);
    await step(counter.center, ticket, 'ticket.cancel', { requestedBy: 'center' }, { reason: 'The maker calls the device back' });
    await send(page);
    expect(await heading(page)).toMatch(/decided already|nothing to decide/);
    expect((await counter.read(ticket)).status).toBe('ready');
  });

  it('is not decided from another site', async () => {
    const { ticket, link } = await mailed();
    const page = await opened(`${link}/quote?decision=approve`);
    const fields = await page
      .locator('form input')
      .evaluateAll((inputs) => inputs.map((input) => [(input as unknown as { name: string }).name, (input as unknown as { value: string }).value]));
    const answer = await fetch(`${link}/quote`, {
      method: 'POST',
      headers: {
        origin: 'https://elsewhere.example',
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'text/html',
        'accept-language': 'en',
      },
      body: new URLSearchParams(fields as [string, string][]).toString(),
    });
    expect([answer.status, (await answer.text()).includes('Please decide on our own page')]).toEqual([403, true]);
    expect((await counter.read(ticket)).status).toBe('quoted');
  });
});
