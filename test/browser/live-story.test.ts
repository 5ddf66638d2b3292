// The open page while the bench works: two API processes, one killed, and a network that lets no stream through.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Api, openClient, step, type Ticket } from '../client/client.ts';
import { onBothQueues } from '../support/queues.ts';
import { consent, scanned } from '../support/samples.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { openProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';
import { type Browser, inBrowser, openBrowser } from './chromium.ts';
import { type Counter, openCounter } from './counter.ts';
import { everything, received } from './ways.ts';

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

/** Runs in the page before its own script: writes down each event that reaches it. */
const listensIn = `(() => {
  globalThis.heard = [];
  globalThis.lines = 0;
  const Real = globalThis.EventSource;
  globalThis.EventSource = class extends Real {
    constructor(...all) {
      super(...all);
      globalThis.lines += 1;
      for (const name of ['step', 'change']) this.addEventListener(name, (event) => globalThis.heard.push(Number(event.lastEventId)));
    }
  };
})()`;

inBrowser('the open page', () => {
  onBothQueues('follows the bench', (queue) => {
    let scene: Scene;
    let browser: Browser;
    let counter: Counter;
    let other: { api: Api; baseUrl: string; stop(): Promise<number | null> };
    let proxy: TcpProxy;

    beforeAll(async () => {
      [scene, browser] = await Promise.all([openScene(queue), openBrowser()]);
      counter = await openCounter(scene, 'en');
      const added = await scene.installation.addApi();
      other = { api: openClient(added.baseUrl, counter.shop.keys.center), baseUrl: added.baseUrl, stop: added.stop };
      proxy = await openProxy([scene.baseUrl, added.baseUrl].map((base) => Number(new URL(base).port)));
    });
    afterAll(async () => {
      await browser?.close();
      await proxy?.close();
      await scene?.close();
    });

    async function opened(ticket: Ticket): Promise<{ page: Page; mistakes: string[] }> {
      const page = await browser.visitor();
      const mistakes: string[] = [];
      page.on('pageerror', (error) => mistakes.push(String(error)));
      await page.addInitScript(listensIn);
      const link = await counter.linkOf(ticket);
      await page.goto(link.replace(scene.baseUrl, proxy.baseUrl));
      return { page, mistakes };
    }
    const heard = (page: Page): Promise<number[]> => page.evaluate<number[]>('globalThis.heard');
    const seqOf = async (page: Page): Promise<number> => Number(await page.locator('[data-seq]').getAttribute('data-seq'));
    const reaches = (page: Page, { version }: Ticket, withinMs = 10_000): Promise<true> =>
      until(async () => (await seqOf(page)) === version || null, withinMs) as Promise<true>;
    const listening = (page: Page): Promise<true> => until(() => page.evaluate<boolean>('globalThis.lines > 0'), 10_000) as Promise<true>;
    const told = (page: Page, words: RegExp): Promise<true> =>
      until(async () => words.test((await page.textContent('[role=status].away')) ?? '') || null, 2_000) as Promise<true>;
    const timeline = (page: Page): Promise<string[]> => page.locator('ol.timeline').first().locator('b').allTextContents();

    it('shows a step of another process at once, says it, and keeps the focus', async () => {
      let ticket = await counter.open();
      const { page, mistakes } = await opened(ticket);
      await listening(page);
      ticket = await step(other.api, ticket, 'device.receive', scanned(ticket.device.identifiers[0]?.value ?? ''));
      await reaches(page, ticket);
      expect(await page.textContent('h1')).toBe('Device received');
      await told(page, /^Device received\. Sent back by\. .*\. Our turn\. A technician/);
      const link = page.locator('main a').last();
      await link.focus();
      const address = await link.getAttribute('href');
      ticket = await step(other.api, ticket, 'diagnosis.start', { technician: 'Zhao' });
      await reaches(page, ticket);
      expect(await page.locator('main a:focus').getAttribute('href')).toBe(address);
      // The quote puts a way to decide, and documents, before the link.
      ticket = await step(other.api, ticket, 'quote.send', { offer: counter.offer });
      await reaches(page, ticket);
      expect(await page.locator('main a:focus').getAttribute('href')).toBe(address);
      ticket = await step(other.api, ticket, 'hold.open', { reason: 'device_lock', resumeBy: inDays(3) });
      await reaches(page, ticket);
      await told(page, /^Waiting for your decision\. On hold\. .*\. Your turn\. /);
      expect([mistakes, await heard(page)]).toEqual([[], [2, 3, 4, 5]]);
      await page.context().close();
    });

    it('asks where no stream comes through, until one does', async () => {
      let ticket = await counter.open();
      proxy.refuse(/^GET \S+\/events/);
      const page = await browser.visitor();
      await page.clock.install();
      await page.addInitScript(listensIn);
      await page.goto((await counter.linkOf(ticket)).replace(scene.baseUrl, proxy.baseUrl));
      // The browser tries again by itself; after three failures the page asks every half minute.
      await sleep(500);
      await page.clock.runFor(15_000);
      await sleep(500);
      ticket = await step(other.api, ticket, 'device.receive', scanned(ticket.device.identifiers[0]?.value ?? ''));
      await until(async () => {
        await page.clock.fastForward(31_000);
        return (await seqOf(page)) === ticket.version;
      }, 30_000);
      expect([await page.textContent('h1'), await heard(page)]).toEqual(['Device received', []]);
      proxy.refuse(null);
      await until(async () => {
        await page.clock.fastForward(31_000);
        await sleep(300);
        ticket = await step(other.api, ticket, 'promise.change', { promisedAt: inDays(9), reason: 'workload' });
        await sleep(700);
        return (await heard(page)).length > 0;
      }, 30_000);
      // However late an event comes: none is taken while it is waited for.
      await until(async () => (await heard(page)).at(-1) === ticket.version, 10_000);
      await reaches(page, ticket);
      await page.context().close();
    });

    it('is read again before the addresses of its photos end, and not where it has none', async () => {
      for (const lead of [received, everything]) {
        const ticket = await lead(counter, await counter.open());
        const page = await browser.visitor();
        await page.clock.install();
        await page.goto(await counter.linkOf(ticket));
        let read = 0;
        page.on('request', (request) => void (request.url() === page.url() && (read += 1)));
        await page.clock.fastForward(601_000);
        if (lead === everything) await until(async () => read > 0 || null, 5_000);
        else await sleep(500);
        expect(read).toBe(lead === everything ? 1 : 0);
        await page.context().close();
      }
    });

    it('goes over to the other process when its own is killed, and neither misses nor repeats a step', async () => {
      let ticket = await counter.open();
      const { page, mistakes } = await opened(ticket);
      await listening(page);
      const first = Number(new URL(scene.baseUrl).port);
      expect(proxy.led.at(-1)).toBe(first);
      ticket = await step(counter.center, ticket, 'device.receive', scanned(ticket.device.identifiers[0]?.value ?? ''));
      ticket = await step(counter.center, ticket, 'diagnosis.start', { technician: 'Zhao' });
      await reaches(page, ticket);
      // In the same moment: a step that the page has not seen yet, and the end of the process that would have shown it.
      const [sent] = await Promise.all([step(other.api, ticket, 'quote.send', { offer: counter.offer }), scene.installation.api.kill()]);
      ticket = sent;
      const total = ticket.quote?.total ?? { amount: 0, currency: 'CNY' };
      const yes = { quoteId: ticket.quote?.id ?? '', amountShown: { amount: total.amount, currency: total.currency } };
      ticket = await step(other.api, ticket, 'quote.approve', { ...yes, consent: consent('quote-1') });
      ticket = await step(other.api, ticket, 'repair.start', { technician: 'Zhao' });
      await reaches(page, ticket, 20_000);
      expect(proxy.led.at(-1)).not.toBe(first);
      ticket = await step(other.api, ticket, 'repair.finish', { work: ['Battery'] });
      await reaches(page, ticket);
      await until(async () => (await heard(page)).at(-1) === ticket.version, 5_000);
      expect(await heard(page)).toEqual([2, 3, 4, 5, 6, 7]);
      expect(await timeline(page)).toEqual([
        'Final testing',
        'Being repaired',
        'Approved, in queue',
        'Waiting for your decision',
        'Being diagnosed',
        'Device received',
        'Registered',
      ]);
      expect(mistakes).toEqual([]);
    });

    it('does not hold up the end of a process', async () => {
      const began = performance.now();
      expect(await other.stop()).toBe(0);
      expect(performance.now() - began).toBeLessThan(10_000);
    });
  });
});
