// What the customer takes home on paper: the receipt at the counter, and the quote by the link in the mail, from a started process.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expected, step, type Ticket } from '../client/client.ts';
import { packed, pagesOf } from '../support/document-pages.ts';
import { customer, freshSerial, offer, scanned } from '../support/samples.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { openShop, type Shop } from '../support/shop.ts';

describe('printed documents', () => {
  let scene: Scene;
  let shop: Shop;
  let ticket: Ticket;
  const serial = freshSerial();
  const contact = customer('paper');

  const print = async (path: string, credential: string, accept: string): Promise<Response> => {
    const answer = await fetch(scene.baseUrl + path, { headers: { authorization: `Bearer ${credential}`, accept } });
    expect([path, answer.status]).toEqual([path, 200]);
    return answer;
  };

  beforeAll(async () => {
    scene = await openScene({ name: 'PostgreSQL', start: () => Promise.resolve(null) });
    shop = await openShop({ ...scene, partner: scene.partner });
    const order = {
      channel: 'walk_in',
      device: { kind: 'laptop', serial },
      contact,
      faultReported: '不能充电',
      returnMethod: 'pick_up',
      jurisdiction: 'CN',
    } as const;
    ticket = await expected(shop.center.POST('/v1/tickets', { body: order }), 201);
    ticket = await step(shop.center, ticket, 'device.receive', scanned(serial));
  });
  afterAll(() => scene?.close());

  it('the receipt is printed at the counter, in the language of whoever stands there', async () => {
    const path = `/v1/tickets/${ticket.id}/documents/intake-receipt`;
    for (const [locale, title] of [
      ['en', 'Intakereceipt'],
      ['zh-CN', '收件凭证'],
    ]) {
      const answer = await print(`${path}?locale=${locale}`, shop.keys.center, 'application/pdf');
      const text = packed((await pagesOf(new Uint8Array(await answer.arrayBuffer()))).join(''));
      for (const said of [title, serial, ticket.code, '不能充电', 'Chen']) expect(text).toContain(said);
      const html = await (await print(`${path}?locale=${locale}`, shop.keys.center, 'text/html')).text();
      expect(html).toContain(`<html lang="${locale}">`);
      expect(html).toContain('不能充电');
    }
  });

  it('the quote is read and saved by the link in the mail', async () => {
    ticket = await step(shop.center, ticket, 'diagnosis.start', { technician: 'Zhao' });
    ticket = await step(shop.center, ticket, 'quote.send', { offer: offer() });
    // created, received, diagnosing, quoted
    const mails = await scene.mail.arrived(contact.email, 4);
    const link = /\/t\/(lnk_[\w-]{22})/.exec(mails.at(-1)?.text ?? '')?.[1] ?? '';
    const path = `/v1/link/documents/quotes/${ticket.quote?.id}`;
    expect(await (await print(path, link, 'text/html,*/*;q=0.8')).text()).toContain('CN¥459.00');
    const pdf = await print(`${path}?format=pdf`, link, 'text/html');
    expect(pdf.headers.get('content-disposition')).toBe(`inline; filename="quote-${ticket.code}-v1.pdf"`);
    expect((await pagesOf(new Uint8Array(await pdf.arrayBuffer()))).join('')).toContain('CN¥459.00');
  });
});
