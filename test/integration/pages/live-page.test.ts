// The open page in a real browser: it follows the bench, goes over to another process when its own is killed, and asks where there is no stream.
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '#app.ts';
import { createServices } from '#services.ts';
import { type Browser, browserPath, howToGetIt, openBrowser } from '../../browser/chromium.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { takeSteps } from '../../support/many-steps.ts';
import { until } from '../../support/until.ts';
import { listening } from '../lookup/streaming.ts';
import { open, pageOf } from './browsing.ts';

if (browserPath === null) process.stderr.write(`LEFT OUT: ${howToGetIt}\n`);

/** What stands between browsers and processes: a line to the process that is served now, which can be cut. */
async function openSwitch(first: string) {
  let target = Number(new URL(first).port);
  const lines = new Set<Socket>();
  const server = createServer((caller) => {
    const line = connect(target, '127.0.0.1');
    for (const socket of [caller, line]) {
      lines.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          caller.destroy();
          line.destroy();
        });
    }
    caller.pipe(line).pipe(caller);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const line of lines) line.destroy();
    lines.clear();
  };
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Cuts every line at once, as a process that is killed does, and leads the next ones elsewhere. */
    over(base: string) {
      target = Number(new URL(base).port);
      cut();
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

it('prints from where the stream goes on, and loads the script', async () => {
  const test = await startApp();
  const ticket = await aTicket(test);
  await takeSteps(test.services, test.brandId, ticket.id, 2);
  const page = await open(test, pageOf(test, ticket.id));
  expect(page.body).toContain('data-seq="3"');
  const script = /\/assets\/live-[\w-]+\.js/.exec(page.body)?.[0] ?? '';
  const served = await open(test, script);
  expect([served.statusCode, served.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
  await test.close();
});

describe.skipIf(browserPath === null)(`the open page${browserPath === null ? ` (${howToGetIt})` : ''}`, () => {
  let browser: Browser;
  let test: TestApp;
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
    await test.close();
  });

  async function opened(base: string, ticketId: string): Promise<{ page: Page; mistakes: string[] }> {
    const page = await browser.context.newPage();
    closers.push(() => page.close());
    const mistakes: string[] = [];
    page.on('pageerror', (error) => mistakes.push(String(error)));
    await page.goto(`${base}${pageOf(test, ticketId)}`);
    return { page, mistakes };
  }
  const seqOf = async (page: Page): Promise<number> => Number(await page.locator('[data-seq]').getAttribute('data-seq'));
  const reaches = (page: Page, seq: number, withinMs = 5_000) => until(async () => (await seqOf(page)) === seq, withinMs);
  const heading = (page: Page): Promise<string> => page.locator('h1').innerText();
  const spoken = (page: Page): Promise<string> => page.locator('[role=status].away').innerText();

  it('follows the bench, says so, and keeps the focus where it was', async () => {
    test = await startApp();
    const base = await listening(test.app);
    const ticket = await aTicket(test);
    const { page, mistakes } = await opened(base, ticket.id);
    await page.locator('[role=status].away').waitFor({ state: 'attached' });
    const received = await advanced(test, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
    await reaches(page, 2);
    expect(await heading(page)).toBe('Device received');
    await until(async () => (await spoken(page)) === 'Device received', 2_000);
    const link = page.locator('main a').last();
    await link.focus();
    const address = await link.getAttribute('href');
    await advanced(test, received, bodies.diagnose);
    await reaches(page, 3);
    expect(await page.locator('main a:focus').getAttribute('href')).toBe(address);
    expect(mistakes).toEqual([]);
  });

  it('goes on over another process when its own is killed, and misses nothing that happened meanwhile', async () => {
    test = await startApp();
    const mine = await listening(test.app);
    const services = createServices(test.services.config);
    closers.push(() => services.close());
    const app = await buildApp(services);
    closers.push(() => app.close());
    const other = await listening(app);
    const line = await openSwitch(mine);
    closers.push(() => line.close());
    const ticket = await aTicket(test);
    const { page } = await opened(line.base, ticket.id);
    await takeSteps(services, test.brandId, ticket.id, 1);
    await reaches(page, 2);
    line.over('http://127.0.0.1:9');
    await takeSteps(services, test.brandId, ticket.id, 3, 1);
    await sleep(500);
    line.over(other);
    await reaches(page, 5, 15_000);
    await takeSteps(services, test.brandId, ticket.id, 1, 4);
    await reaches(page, 6);
    expect(await seqOf(page)).toBe(6);
  });

  it('asks every half minute where it gets no stream, until it gets one', async () => {
    test = await startApp({ STREAMS_MAX: '1' });
    const base = await listening(test.app);
    const first = await opened(base, (await aTicket(test)).id);
    await sleep(500);
    const ticket = await aTicket(test);
    const page = await browser.context.newPage();
    closers.push(() => page.close());
    await page.clock.install();
    await page.goto(`${base}${pageOf(test, ticket.id)}`);
    await sleep(500);
    await takeSteps(test.services, test.brandId, ticket.id, 1);
    await sleep(500);
    expect(await seqOf(page)).toBe(1);
    await page.clock.fastForward(31_000);
    await reaches(page, 2);
    await first.page.goto('about:blank');
    await sleep(500);
    await page.clock.fastForward(31_000);
    await sleep(500);
    await takeSteps(test.services, test.brandId, ticket.id, 1, 1);
    await reaches(page, 3);
    expect(await seqOf(page)).toBe(3);
  });
});
