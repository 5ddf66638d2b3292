// A brand's own words: tried out before they are kept, kept with their history, and read everywhere once they count.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessagePreview } from '#notifications/preview.ts';
import type { BrandText, BrandTextDetail, BrandTexts } from '#texts/text.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { readBy, secretOf } from '../lookup/by-link.ts';

let test: TestApp;
beforeAll(async () => {
  test = await startApp();
});
afterAll(() => test?.close());

const at = (name: string, locale: string): string => `/v1/texts/${name}/${locale}`;
const put = (name: string, payload: object, { locale = 'en', key = test.keys.brand } = {}) =>
  test.call(key, { method: 'PUT', url: at(name, locale), payload });
const read = (name: string, locale = 'en') => test.call(test.keys.brand, { method: 'GET', url: at(name, locale) });
const withdraw = (name: string, locale = 'en') => test.call(test.keys.brand, { method: 'DELETE', url: at(name, locale) });
const preview = (ticketId: string, message: string, query = '', key = test.keys.center) =>
  test.call(key, { method: 'GET', url: `/v1/tickets/${ticketId}/messages/${message}/preview${query}` });

const good = { subject: 'Your {$brand} has arrived ({$code})', paragraphs: ['It came on {$on}.', 'Promised by {$promisedOn}.', '{$next}'] };
type Refused = { code: string; errors: { pointer: string; code: string; detail: string }[] };

describe('a mail in own words', () => {
  it('counts from then on, says so, and gives way to the built-in words when it is withdrawn', async () => {
    const { id } = await aTicket(test);
    expect((await preview(id, 'received')).json<MessagePreview>()).toMatchObject({
      subject: expect.stringContaining('Device received'),
      template: { of: 'house' },
    });
    const first = await put('message.received', good);
    expect([first.statusCode, first.json<BrandText>().version]).toEqual([200, 1]);
    const second = await put('message.received', { ...good, subject: 'It is here ({$code})' });
    expect(second.json<BrandText>().version).toBe(2);

    const shown = (await preview(id, 'received')).json<MessagePreview>();
    expect(shown).toMatchObject({ locale: 'en', channel: 'email', to: 'f***@example.com', template: { of: 'brand', version: 2 } });
    expect(shown.subject).toMatch(/^It is here \(\w{11}\)$/);
    // Nothing is promised yet: the paragraph about that is left out. What stands below every mail stays.
    expect(shown.text).toMatch(
      /^It came on [A-Z]\w+ \d+, \d{4}\.\n\nNext step \(us\): We will start the diagnosis\.\n\nYou will hear from us again by/,
    );
    expect(shown.text).not.toContain('Promised');
    expect((await preview(id, 'received', '?locale=zh-CN')).json<MessagePreview>()).toMatchObject({ locale: 'zh-CN', template: { of: 'house' } });

    expect((await withdraw('message.received')).json<BrandText>()).toMatchObject({ version: 3, withdrawn: true, subject: null });
    expect((await preview(id, 'received')).json<MessagePreview>().template).toEqual({ of: 'house' });
    const { current, history } = (await read('message.received')).json<BrandTextDetail>();
    expect([current.version, history.map(({ version, subject }) => [version, subject])]).toEqual([
      3,
      [
        [3, null],
        [2, 'It is here ({$code})'],
        [1, good.subject],
      ],
    ]);
    expect((await withdraw('message.received')).statusCode).toBe(404);
  });

  it.each([
    ['no syntax', { ...good, subject: 'Arrived {$code' }, '/subject', 'syntax'],
    ['an unknown variable', { ...good, paragraphs: ['{$on} {$next}', 'Dear {$name}'] }, '/paragraphs/1', 'unknown_variable'],
    ['a function of its own', { ...good, paragraphs: ['{$on :date} {$next}'] }, '/paragraphs/0', 'unknown_function'],
    ['a code', { ...good, paragraphs: ['{$on} {$next} {$outcome}'] }, '/paragraphs/0', 'code_in_text'],
    ['a local variable', { ...good, paragraphs: ['.local $x = {$outcome :string} {{{$x} {$on} {$next}}}'] }, '/paragraphs/0', 'local_variable'],
    ['markup', { ...good, paragraphs: ['{#b}{$on}{/b} {$next}'] }, '/paragraphs/0', 'markup'],
    ['no code in its subject', { ...good, subject: 'Arrived' }, '/subject', 'missing_variable'],
    ['no date', { ...good, paragraphs: ['It came.', '{$next}'] }, '/paragraphs', 'missing_variable'],
    ['no next step', { ...good, paragraphs: ['It came on {$on}.'] }, '/paragraphs', 'missing_variable'],
    [
      'a next step for some alone',
      { ...good, paragraphs: ['{$on}', '.input {$returnMethod :string} .match $returnMethod ship {{{$next}}} * {{Bye}}'] },
      '/paragraphs',
      'missing_variable',
    ],
    [
      'a next step beside what may be missing',
      { ...good, paragraphs: ['{$on}', '{$next} Promised by {$promisedOn}.'] },
      '/paragraphs',
      'missing_variable',
    ],
    ['no paragraphs', { subject: good.subject }, '/paragraphs', 'required'],
    ['the field of a label', { ...good, text: 'Arrived' }, '/text', 'unexpected'],
  ])('with %s is refused with its place', async (_, payload, pointer, code) => {
    const answer = await put('message.received', payload);
    expect([answer.statusCode, answer.json<Refused>().errors.map((error) => [error.pointer, error.code])]).toEqual([400, [[pointer, code]]]);
    expect(answer.json<Refused>().errors[0]?.detail).toMatch(/\w{3}/);
  });

  it('can choose by what became of the device', async () => {
    const paragraphs = ['.input {$outcome :string} .match $outcome repaired {{Mended on {$on}.}} * {{Ready on {$on}.}}', '{$next}'];
    expect((await put('message.ready', { subject: 'Ready ({$code})', paragraphs })).statusCode).toBe(200);
    expect((await preview((await aTicket(test)).id, 'ready')).json<MessagePreview>().text).toMatch(/^Ready on /);
  });
});

describe('a label in own words', () => {
  it('is read in mails, by link, by proof, in the API and on the page', async () => {
    expect((await put('label.received', { text: '收到啦' }, { locale: 'zh-CN' })).statusCode).toBe(200);
    expect((await put('label.received', { text: 'We have it' })).statusCode).toBe(200);
    const opened = await aTicket(test);
    const serial = opened.device.identifiers[0]?.value ?? '';
    const ticket = await advanced(test, opened, bodies.receive(serial));
    expect(ticket.label).toEqual({ 'zh-CN': '收到啦', en: 'We have it' });
    const link = await readBy(test, secretOf(test, ticket.id), '?locale=zh-CN');
    expect(link.json()).toMatchObject({ label: '收到啦', timeline: [{ label: '已登记' }, { label: '收到啦' }] });
    const body = { identifier: serial, proof: { ticketCode: ticket.code } };
    const proof = await test.app.inject({
      method: 'POST',
      url: '/v1/lookup',
      headers: { 'accept-language': 'en', accept: 'text/plain' },
      payload: body,
    });
    expect(proof.body).toMatch(/^We have it\n/);
    const page = await test.app.inject({ url: `/t/${secretOf(test, ticket.id)}`, headers: { accept: 'text/html', 'accept-language': 'en' } });
    expect(page.body).toContain('We have it');
    expect((await preview(ticket.id, 'still_with_us')).json<MessagePreview>().text).toContain('"We have it"');
    expect((await withdraw('label.received')).statusCode).toBe(200);
    expect((await readBy(test, secretOf(test, ticket.id), '?locale=en')).json()).toMatchObject({ label: 'Device received' });
  });

  it.each([
    ['zh-CN', '收到您的设备啦'],
    ['zh-CN', 'OK'],
    ['en', '收到'],
    ['en', 'x'.repeat(41)],
  ])('fits where labels stand: not %s %s', async (locale, text) => {
    const answer = await put('label.received', { text }, { locale });
    expect([answer.statusCode, answer.json<Refused>().errors[0]?.code]).toEqual([400, 'label_too_long']);
  });
});

it('lists what can be said, and knows nothing else', async () => {
  const all = (await test.call(test.keys.brand, { method: 'GET', url: '/v1/texts' })).json<BrandTexts>();
  const names = all.names.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['message.survey', 'label.ready.pick_up', 'label.ready.ship', 'label.ready.disposal', 'entitlement.cn_loaner']),
  );
  expect([names.length, all.variables.includes('next'), all.selectors]).toEqual([
    expect.toSatisfy((n: number) => n > 50),
    true,
    expect.arrayContaining(['outcome']),
  ]);
  for (const name of ['message.nothing', 'label.ready', 'entitlement.promise', 'label.constructor'])
    expect([name, (await put(name, { text: 'x' })).statusCode]).toEqual([name, 404]);
});

it('belongs to its brand, and to nobody below it', async () => {
  const other = await test.addBrand();
  expect((await put('label.closed', { text: 'Over' }, { key: other.keys.brand })).statusCode).toBe(200);
  expect((await read('label.closed')).statusCode).toBe(404);
  for (const kind of ['center', 'courier'] as const)
    expect((await put('label.closed', { text: 'Over' }, { key: test.keys[kind] })).statusCode).toBe(403);
  const { id } = await aTicket(test);
  expect((await preview(id, 'received', '', other.keys.brand)).statusCode).toBe(404);
  expect((await preview(id, 'nothing')).statusCode).toBe(404);
  expect((await preview(id, 'received', '', test.keys.courier)).statusCode).toBe(403);
});

it('no preview shows the secret of the link', async () => {
  const { id } = await aTicket(test);
  const { names } = (await test.call(test.keys.brand, { method: 'GET', url: '/v1/texts' })).json<BrandTexts>();
  for (const { name } of names.filter(({ kind }) => kind === 'message')) {
    const shown = await preview(id, name.replace('message.', ''));
    expect([name, shown.statusCode]).toEqual([name, 200]);
    expect(shown.body).not.toContain(secretOf(test, id));
    expect(shown.body).not.toMatch(/lnk_/);
    for (const channel of ['sms', 'wechat'])
      expect([200, 404]).toContain((await preview(id, name.replace('message.', ''), `?channel=${channel}`)).statusCode);
  }
});
