// Whatever people write into a ticket stays text: on every page, in the documents and in the mails.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expected, step, type Ticket } from '../client/client.ts';
import { formOf, jpeg, photoFields } from '../support/pictures.ts';
import { queues } from '../support/queues.ts';
import { consent, customer, freshSerial, scanned } from '../support/samples.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { openShop, type Shop } from '../support/shop.ts';
import { type Browser, inBrowser, openBrowser } from './chromium.ts';

/** Breaks out of text, of an attribute in either quotes, and of a comment; the number says which field it was. */
const evil = (n: number): string => `"'>--><img src=x onerror=hacked(${n})><script>hacked(${n})</script><b>&lt;${n}`;
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

inBrowser('markup in every field', () => {
  let scene: Scene;
  let browser: Browser;
  let shop: Shop;
  let ticket: Ticket;
  let link: string;
  const serial = freshSerial();
  const contact = { ...customer('evil'), name: evil(1), address: evil(2) };

  beforeAll(async () => {
    [scene, browser] = await Promise.all([openScene(queues[0]), openBrowser()]);
    shop = await openShop({
      ...scene,
      brand: { name: evil(3).slice(0, 60), contactLine: evil(4) },
      center: { name: evil(5).slice(0, 80), address: evil(6), phone: '"><b onclick=x>021' },
    });
    const { center } = shop;
    const device = { kind: 'phone', maker: evil(7).slice(0, 60), model: evil(8), serial } as const;
    const opened = { channel: 'drop_off', device, contact, faultReported: evil(9), returnMethod: 'ship', jurisdiction: 'CN' } as const;
    ticket = await expected(center.POST('/v1/tickets', { body: opened }), 201);
    const intake = {
      ...scanned(serial),
      accessories: [{ type: evil(10).slice(0, 60), quantity: 2, note: evil(11) }],
      condition: [{ area: evil(12).slice(0, 60), grade: 'cracked' as const, note: evil(13) }],
      packaging: evil(14),
      receivedBy: evil(15).slice(0, 80),
    };
    ticket = await step(center, ticket, 'device.receive', intake, { customerNote: evil(16) });
    ticket = await step(center, ticket, 'diagnosis.start', { technician: evil(17).slice(0, 80) }, { customerNote: evil(18) });
    const lines = [
      { kind: 'part', text: evil(19), quantity: 2, unitPrice: 10_000 },
      { kind: 'discount', text: evil(20), quantity: 1, unitPrice: 100 },
    ] as const;
    const offer = { currency: 'CNY', lines: [...lines], diagnosisFee: 5_000, validDays: 30, promisedDays: 3 };
    ticket = await step(center, ticket, 'quote.send', { offer }, { customerNote: evil(21) });
    ticket = await step(center, ticket, 'promise.change', { promisedAt: inDays(9), reason: 'workload', note: evil(22) });
    ticket = await step(center, ticket, 'hold.open', { reason: 'device_lock', resumeBy: inDays(3), customerText: evil(23) });
    const params = { path: { ticketId: ticket.id } };
    await expected(center.POST('/v1/tickets/{ticketId}/notes', { params, body: { body: evil(24), visibility: 'customer' } }), 201);
    const parcel = { direction: 'outbound', carrier: 'sf', waybill: 'SF-1234567', payer: 'center' } as const;
    await expected(center.POST('/v1/tickets/{ticketId}/shipments', { params, body: parcel }), 201);
    const { payload, headers } = formOf({ ...photoFields, caption: evil(25) }, { bytes: await jpeg(), type: 'image/jpeg', name: `${evil(26)}.jpg` });
    const sent = await fetch(`${scene.baseUrl}/v1/tickets/${ticket.id}/files`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${shop.keys.center}`, 'idempotency-key': ticket.id },
      body: new Uint8Array(payload),
    });
    expect(sent.status).toBe(201);
    ({ link } = await expected(center.POST('/v1/tickets/{ticketId}/link', { params }), 201));
  });
  afterAll(async () => {
    await browser?.close();
    await scene?.close();
  });

  /** A page on which anything that runs is noticed. */
  async function watched(): Promise<{ page: Page; ran: string[] }> {
    const page = await browser.visitor();
    const ran: string[] = [];
    await page.exposeFunction('hacked', (n: number) => void ran.push(`field ${n} on ${page.url()}`));
    page.on('dialog', (dialog) => void dialog.dismiss());
    page.on('request', (request) => void (request.url().endsWith('/x') && ran.push(`a picture of ${page.url()}`)));
    return { page, ran };
  }
  const foreignElements = (page: Page): Promise<number> =>
    page.locator('img[src="x"], img[onerror], [onclick], script:not([src]), main b b, footer b b, header b').count();

  /** `fields`: those whose words have to be read on the page exactly as they were written. */
  async function clean(page: Page, ran: string[], fields: readonly string[]): Promise<void> {
    expect([page.url(), await foreignElements(page), ran]).toEqual([page.url(), 0, []]);
    const text = (await page.textContent('body')) ?? '';
    for (const field of fields) expect(text, page.url()).toContain(field);
  }

  it('stays text on the pages of the repair and of its quote', async () => {
    const { page, ran } = await watched();
    for (const lang of ['en', 'zh-CN']) {
      await page.goto(`${link}?lang=${lang}`);
      const short = [evil(3).slice(0, 60), evil(5).slice(0, 80), evil(7).slice(0, 60), evil(10).slice(0, 60)];
      await clean(page, ran, [...short, ...[4, 8, 9, 19, 20, 22, 23, 24, 25].map(evil)]);
      for (const decision of ['approve', 'decline']) {
        await page.goto(`${link}/quote?decision=${decision}&lang=${lang}`);
        await clean(page, ran, [19, 20].map(evil));
      }
    }
    for (const query of [`?lang=${evil(30)}`, `/quote?decision=${evil(31)}`, `/${evil(32)}`]) {
      await page.goto(`${link}${query.replaceAll('#', '')}`);
      await clean(page, ran, []);
    }
  });

  it('stays text on the page of a number, and so does what is typed', async () => {
    const { page, ran } = await watched();
    for (const [identifier, proof] of [
      [serial, ticket.code],
      [serial, ''],
      [evil(33), evil(34).slice(0, 40)],
    ] as const) {
      await page.goto(`${scene.baseUrl}/`);
      await page.fill('#identifier', identifier);
      await page.fill('#proof', proof);
      await page.click('form.ask .button');
      await page.waitForLoadState();
      await clean(page, ran, proof === ticket.code ? [evil(8), evil(22), evil(23)] : []);
    }
    expect(await page.inputValue('#identifier')).toBe(evil(33));
  });

  it('stays text in the documents', async () => {
    const { page, ran } = await watched();
    const addresses = await browser.visitor().then(async (reader) => {
      await reader.goto(link);
      return reader.locator('a[href*="/documents/"]:not([type])').evaluateAll((all) => all.map((one) => String(one)));
    });
    expect(addresses.length).toBe(2);
    for (const address of addresses) {
      await page.goto(address);
      expect([await page.locator('img[src="x"], [onclick], [onerror]').count(), ran]).toEqual([0, []]);
      expect(await page.textContent('body')).toContain(evil(address.includes('receipt') ? 9 : 19));
    }
  });

  it('stays text in the mails', async () => {
    const mails = await scene.mail.arrived(contact.email, 6);
    const { page, ran } = await watched();
    const read: string[] = [];
    for (const { html, text, subject } of mails) {
      await page.setContent(html, { waitUntil: 'load' });
      await page.waitForTimeout(20);
      expect([subject, await page.locator('img[src="x"], [onerror], [onclick], script').count(), ran]).toEqual([subject, 0, []]);
      read.push((await page.textContent('body')) ?? '', text);
    }
    for (const n of [16, 18, 21, 22, 23]) expect(read.filter((one) => one.includes(evil(n))).length, String(n)).toBeGreaterThan(0);
  });

  it('runs nothing on the open page when it arrives while somebody looks', async () => {
    const { page, ran } = await watched();
    await page.goto(link);
    const yes = { quoteId: ticket.quote?.id ?? '', amountShown: { amount: ticket.quote?.total.amount ?? 0, currency: 'CNY' } };
    await step(shop.center, ticket, 'quote.approve', { ...yes, consent: consent('quote-1') }, { customerNote: evil(27) });
    await page.waitForSelector('.recorded');
    await clean(page, ran, [evil(19)]);
  });
});
