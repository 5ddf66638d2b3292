// What particular messages say: how a device goes home, links and buttons, what staff wrote, days and amounts.
import { expect, test } from 'vitest';
import { maskedAddress } from '#contacts/address.ts';
import type { TicketFacts } from '#notifications/event.ts';
import { messageNames as names, render } from '#notifications/render.ts';
import { type Addressee, dayIn, moneyIn } from '#notifications/scene.ts';
import { noteFor, textFor } from '#notifications/short.ts';
import { Locale as Locales } from '#platform/schema.ts';
import { holds } from '#tickets/holds.ts';
import { aboutParcel, facts, promise, reader } from '../../support/told.ts';

test('ready says what became of the device and how it goes back', () => {
  const of = (outcome: TicketFacts['outcome'], returnMethod: TicketFacts['returnMethod']) =>
    render('ready', { ...facts, status: 'ready', outcome, returnMethod }, reader('en'));
  expect(of('repaired', 'ship').subject).toBe('Repair finished, ready to ship (7K3M9QX2RT5)');
  expect(of('repaired', 'pick_up').text).toContain('Next step (you): Pick the device up at Prism Nanjing Road');
  expect(of('unrepairable', 'ship').text).toContain('cannot be repaired');
  expect(of('no_fault_found', 'pick_up').text).toContain('could not find the fault');
  expect(of('returned_unrepaired', 'ship').text).toContain('The diagnosis costs CN¥50.00');
});

const ofParcels = ['delivery_failed', 'at_pickup_point', 'parcel_held_up', 'parcel_refused', 'parcel_returning', 'eta_moved'] as const;

test.each(Locales.options)('in %s a parcel between two centers is not said to come to the customer, nor to the center that has sent it', (locale) => {
  for (const name of ofParcels) {
    const { text } = render(name, aboutParcel({ direction: 'transfer' }), reader(locale));
    const said = text.split('\n').filter((line) => !line.includes('400-820-0000'));
    expect([name, /address|地址|签收|您手中/.exec(said.join('\n'))?.[0]]).toEqual([name, undefined]);
    // One that is sent back goes to where it came from.
    expect([name, said.some((line) => line.includes('Prism Nanjing Road'))]).toEqual([name, name === 'parcel_returning']);
  }
});

test('a claim that is only drafted is not said to have been made', () => {
  const claim = (state: 'draft' | 'filed') => aboutParcel({ claim: { state, number: null, amount: null } });
  for (const name of ['parcel_lost', 'parcel_damaged', 'parcel_held_up'] as const) {
    expect(render(name, claim('draft'), reader('zh-CN')).text).toContain('正在准备向快递公司提出索赔');
    expect(render(name, claim('filed'), reader('zh-CN')).text).toContain('已向快递公司提出索赔');
    expect(render(name, claim('draft'), reader('en')).text).toContain('preparing a claim');
    expect(render(name, claim('filed'), reader('en')).text).toContain('have claimed');
  }
});

test.each(Locales.options)('in %s the day that a parcel was expected is told only while it can be kept', (locale) => {
  const expected = dayIn(facts.shipment?.eta ?? '', locale, 'Asia/Shanghai');
  const troubled = [
    'delivery_failed',
    'at_pickup_point',
    'parcel_held_up',
    'parcel_refused',
    'parcel_returning',
    'parcel_lost',
    'parcel_damaged',
  ] as const;
  for (const name of [...troubled, 'parcel_arrived', 'claim_news'] as const) {
    const { text } = render(name, aboutParcel({}), reader(locale));
    expect([name, text.includes('1234'), text.includes(expected)]).toEqual([name, true, false]);
  }
  // The 23rd in Shanghai: what is expected on that day is not over.
  const on = (eta: string) =>
    render('parcel_moves_again', { ...aboutParcel({}), shipment: { carrier: 'sf', waybillTail: '1234', eta } }, reader(locale)).text;
  expect(on('2026-11-22T17:00:00.000Z')).toMatch(/expected on|预计/);
  expect(on('2026-11-22T15:00:00.000Z')).not.toMatch(/expected on|预计/);
});

test.each(Locales.options)('in %s a parcel on its way back is expected on no day that has passed when the message goes out', (locale) => {
  const sent: TicketFacts = { ...facts, status: 'outbound_transit' };
  const morning = (sentAt: string) => ({ ...reader(locale), sentAt: new Date(sentAt) });
  const told = (given: TicketFacts, to: Addressee) => {
    const note = noteFor('shipped', given, to);
    return [render('shipped', given, to).text, textFor('shipped', given, to)?.text, `${note?.fields['text']} ${note?.fields['date']}`];
  };
  const [yes, no] = [/expected on|预计|2026年11月24日|2026-11-24|请留意签收$/, locale === 'en' ? /(November|Nov) 24|2026-11-24/ : /11月24日/];
  for (const text of told(sent, reader(locale))) expect(text).toMatch(yes);
  for (const text of told(sent, morning('2026-11-24T15:59:00.000Z'))) expect(text).toMatch(yes);
  // The night, or an outage, lies between: the carrier's day is over, and the customer is told when there will be word of it.
  const late = [
    ...told(sent, morning('2026-11-24T16:01:00.000Z')),
    ...told({ ...sent, occurredAt: '2026-11-25T08:00:00.000Z' }, reader(locale)),
    ...told({ ...sent, occurredAt: '2026-11-25T08:00:00.000Z' }, morning('2026-11-25T08:10:00.000Z')),
  ];
  for (const text of late) {
    expect(text).not.toMatch(no);
    expect(text).toMatch(locale === 'en' ? /(November|Nov) 26|2026-11-26/ : /11月26日/);
  }
});

test('of an order that is closed only what was repaired is said to break down again', () => {
  const of = (outcome: TicketFacts['outcome'], locale: 'en' | 'zh-CN') =>
    render('closed', { ...facts, status: 'closed', outcome }, reader(locale)).text;
  expect(of('repaired', 'en')).toContain('If the same fault comes back');
  expect(of('replaced', 'zh-CN')).toContain('同样的故障再次出现');
  expect(of('returned_unrepaired', 'en')).not.toContain('fault');
  expect(of('returned_unrepaired', 'zh-CN')).not.toContain('故障');
});

test('labels of holds fit a WeChat phrase, in one language each', () => {
  const labels = Object.values(holds).map(({ label }) => label);
  expect(labels.filter((label) => !/^\p{Script=Han}{1,5}$/u.test(label['zh-CN']))).toEqual([]);
  expect(labels.filter((label) => /\p{Script=Han}/u.test(label.en))).toEqual([]);
});

test.each(Locales.options)('in %s the mail shows what its plain text says, in the same order', (locale) => {
  for (const name of names) {
    const { text, html } = render(name, { ...facts, customerNote: 'Please call <b>Lin</b> & bring the charger.' }, reader(locale));
    const visible = html
      .replace(/<head>[^]*<\/head>/, '')
      .replace(/<div style="display:none[^]*?<\/div>/, '')
      .replaceAll(/<[^>]+>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'");
    let from = 0;
    for (const line of text.trim().split('\n\n')) {
      const found = visible.indexOf(line, from);
      expect([name, line, found >= from]).toEqual([name, line, true]);
      from = found;
    }
    expect(html).toContain(`<html lang="${locale}">`);
    expect(html).not.toMatch(/<table|<img|<script|src=/);
  }
});

test('what is carried is left out where the mail says it anyway, and not where a brand’s own words do not', () => {
  const moved = promise('part_delayed');
  const earlier = [{ message: 'promise_moved', facts: moved }];
  const mails = { 'message.awaiting_part': { version: 1, body: { subject: 'Ordered ({$code})', paragraphs: ['Ordered on {$on}.', '{$next}'] } } };
  const newDay = /We now promise to send your device back/g;
  expect(render('awaiting_part', moved, reader('en'), earlier).text.match(newDay)).toHaveLength(1);
  const own = render('awaiting_part', moved, { ...reader('en'), mails }, earlier);
  expect([own.template, own.text.match(newDay)?.length]).toEqual([{ of: 'brand', version: 1 }, 1]);
});

test('the button has the brand’s color, and letters that can be read on it', () => {
  const of = (color: string | null) => render('received', facts, { ...reader('en'), color }).html;
  expect(of('#ffd400')).toContain('background:#ffd400;color:#000000');
  expect(of('#1a237e')).toContain('background:#1a237e;color:#ffffff');
  for (const color of [null, 'red;}body{display:none', '#12']) expect(of(color)).toContain('background:#0b6b78;color:#ffffff');
});

test('the step of a quote and of a survey is taken where the link leads', () => {
  const link = 'https://repair.example/t/lnk_QmFzZTY0dXJsVG9rZW4xMg';
  expect(render('quoted', facts, reader('en')).html).toContain(`href="${link}#quote"`);
  expect(render('quoted', facts, reader('en')).text).toContain(`${link}#quote\n`);
  expect(render('survey', facts, reader('zh-CN')).text).toContain(`${link}/survey\n`);
});

test('a mail carries the link to its own ticket, unless the ticket has none', () => {
  const own = 'https://repair.example/t/lnk_QmFzZTY0dXJsVG9rZW4xMg';
  expect(render('received', facts, reader('en')).text).toContain(`Your own link to this repair (please do not pass it on): ${own}`);
  expect(render('received', facts, reader('en')).html).toMatch(new RegExp(`href="${own}"[^>]*>See your repair</a>[^]*href="${own}"[^>]*>${own}</a>`));
  const { text, html } = render('received', facts, { ...reader('zh-CN'), link: null });
  for (const whole of [text, html]) expect(whole).not.toMatch(/lnk_|专属链接/);
});

test('cancelled before and after the device came are two different messages', () => {
  expect(render('cancelled', { ...facts, status: 'cancelled' }, reader('en')).text).toContain('Your device is not with us');
  expect(render('cancelled', { ...facts, status: 'ready', outcome: 'returned_unrepaired' }, reader('en')).text).toContain('goes back unrepaired');
});

test('what staff wrote is shown as text, never as markup', () => {
  const { text, html } = render('received', { ...facts, customerNote: '<img src=x> & "you"' }, reader('en'));
  expect(text).toContain('<img src=x> & "you"');
  expect(html).toContain('&lt;img src=x&gt; &amp; &quot;you&quot;');
});

test('days are those of the reader, amounts have the digits of their currency, addresses are masked', () => {
  expect(dayIn('2026-11-22T18:00:00Z', 'en', 'America/Los_Angeles')).toBe('November 22, 2026');
  expect(moneyIn({ amount: 39_900, currency: 'CNY' }, 'zh-CN')).toBe('¥399.00');
  expect(moneyIn({ amount: 500, currency: 'JPY' }, 'en')).toBe('¥500');
  expect([maskedAddress('email', 'w@example.com'), maskedAddress('email', 'not an address')]).toEqual(['w***@example.com', '***']);
});
