// Every state of a repair, as a stranger with the serial, as its owner and by the link, in both languages: no barrier, nothing lost.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Schemas, Ticket } from '../client/client.ts';
import { queues } from '../support/queues.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { type Browser, inBrowser, openBrowser } from './chromium.ts';
import { type Counter, openCounter } from './counter.ts';
import { inspect, picture, pictures, watchForeign } from './inspect.ts';
import { ways } from './ways.ts';

const locales = ['en', 'zh-CN'] as const;

/** The states whose pages have the most to show. */
const closely = new Set(['quoted-again', 'everything', 'hold-yours', 'ready-pick-up', 'closed']);

/** What is asked once more on a page of its own, and of whom. */
const deeds = { created: 'cancel', delivered: 'dispute', declined: 'disposal', closed: 're-repair' } as const;

interface Shown {
  name: string;
  ticket: Ticket;
  serial: string;
  link: string;
}

inBrowser('every state', () => {
  let scene: Scene;
  let browser: Browser;
  const counters = new Map<string, Counter>();
  const shown = new Map<string, Shown[]>();

  async function leadAll(locale: (typeof locales)[number]): Promise<void> {
    const counter = await openCounter(scene, locale);
    counters.set(locale, counter);
    const waiting = ways.values();
    const led: Shown[] = [];
    // A center takes a few at a time; so does a machine that others use as well.
    const lane = async (): Promise<void> => {
      for (const { name, status, pickUp, lead } of waiting) {
        const opened = await counter.open({ returnMethod: pickUp === true ? 'pick_up' : 'ship' });
        const ticket = await lead(counter, opened);
        expect([name, ticket.status]).toEqual([name, status]);
        led.push({ name, ticket, serial: opened.device.identifiers[0]?.value ?? '', link: await counter.linkOf(ticket) });
      }
    };
    await Promise.all([lane(), lane(), lane()]);
    shown.set(locale, led);
  }

  beforeAll(async () => {
    [scene, browser] = await Promise.all([openScene(queues[0], { settings: { SETTLE_AFTER_SECONDS: '86400' } }), openBrowser({ letters: 'phone' })]);
    await Promise.all(locales.map(leadAll));
  });
  afterAll(async () => {
    process.stdout.write(`Pictures of every page: ${pictures}\n`);
    await browser?.close();
    await scene?.close();
  });

  const visitor = async (locale: string): Promise<{ page: Page; foreign: string[] }> => {
    const page = await browser.visitor({ locale });
    return { page, foreign: watchForeign(page, scene.baseUrl) };
  };

  /** What a page has to say in every state: where it stands, whose turn it is, a date. */
  async function says(page: Page, name: string, { label, nextStep, stages }: Schemas['OpenProgress'] | Schemas['OwnerProgress']): Promise<void> {
    expect([name, await page.textContent('h1')]).toEqual([name, label]);
    expect(await page.textContent('.turn'), name).toContain(nextStep.text);
    expect(await page.locator('.steps b').allTextContents(), name).toEqual(stages.map((stage) => stage.label));
    expect(await page.locator('.dates time').count(), name).toBeGreaterThan(0);
    expect(await page.textContent('body'), name).not.toMatch(/undefined|NaN|\[object|Invalid Date/);
  }

  async function ask(page: Page, identifier: string, proof: string): Promise<void> {
    await page.goto(`${scene.baseUrl}/`);
    await page.fill('#identifier', identifier);
    await page.fill('#proof', proof);
    await page.click('form.ask .button');
    await page.waitForSelector('.steps');
  }

  /** What the API says of it in this language. */
  async function told(locale: string, serial: string, code: string | null): Promise<Schemas['OpenProgress'] | Schemas['OwnerProgress']> {
    const headers = { 'accept-language': locale, 'content-type': 'application/json', accept: 'application/json' };
    const body = JSON.stringify({ identifier: serial, proof: { ticketCode: code } });
    const asked =
      code === null
        ? fetch(`${scene.baseUrl}/v1/lookup/${serial}`, { headers })
        : fetch(`${scene.baseUrl}/v1/lookup`, { method: 'POST', headers, body });
    const answer = (await (await asked).json()) as Schemas['OpenAnswer'] | Schemas['OwnerAnswer'];
    if (!answer.found) throw new Error(`${serial} is not found`);
    return answer;
  }

  it.concurrent.each(locales)(
    'by the link, in %s',
    async (locale) => {
      const { page, foreign } = await visitor(locale);
      const found: string[] = [];
      for (const { name, ticket, serial, link } of shown.get(locale) ?? []) {
        await page.goto(link);
        await says(page, name, await told(locale, serial, ticket.code));
        found.push(...(await inspect(page, `${locale}-link-${name}`, closely.has(name) ? 'every way' : 'twice')));
        if (!(name in deeds)) continue;
        const deed = deeds[name as keyof typeof deeds];
        const answer = await page.goto(`${link}/${deed}`);
        expect([deed, answer?.status(), await page.locator('form button.button').count()]).toEqual([deed, 200, 1]);
        found.push(...(await inspect(page, `${locale}-deed-${deed}`, 'twice')));
      }
      expect([found, foreign]).toEqual([[], []]);
    },
    1_200_000,
  );

  it('as the README shows it', async () => {
    const scenes = [
      ['en', 'quoted', 'light'],
      ['zh-CN', 'hold-yours', 'light'],
      ['zh-CN', 'everything', 'dark'],
    ] as const;
    for (const [index, [locale, name, colorScheme]] of scenes.entries()) {
      const page = await browser.visitor({ locale, colorScheme, deviceScaleFactor: 2, viewport: { width: 360, height: 760 } });
      const answer = await page.goto(shown.get(locale)?.find((one) => one.name === name)?.link ?? '');
      expect(answer?.status()).toBe(200);
      await picture(page, `readme-${index}`, { fullPage: false });
    }
  });

  it.concurrent.each(locales)(
    'by a number, alone and with the code, in %s',
    async (locale) => {
      const { page, foreign } = await visitor(locale);
      const { words } = counters.get(locale) as Counter;
      const found: string[] = [];
      for (const { name, ticket, serial } of shown.get(locale) ?? []) {
        await ask(page, serial, '');
        await says(page, name, await told(locale, serial, null));
        const text = await page.textContent('main');
        for (const secret of [words.device.model, words.center.name, words.fault, words.lines[0], '459', ticket.code]) {
          expect(text, name).not.toContain(secret);
        }
        found.push(...(await inspect(page, `${locale}-serial-${name}`, closely.has(name) ? 'twice' : 'once')));
        await ask(page, serial, ticket.code);
        await says(page, name, await told(locale, serial, ticket.code));
        found.push(...(await inspect(page, `${locale}-proof-${name}`, closely.has(name) ? 'twice' : 'once')));
      }
      expect([found, foreign]).toEqual([[], []]);
    },
    1_200_000,
  );
});
