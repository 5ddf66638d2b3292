// One contract for every channel, against real servers: three outcomes, nothing thrown, the same id on every try.

import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Channel, Mail, Message, Post, SendResult } from '#notifications/channels/channel.ts';
import { openConsole } from '#notifications/channels/console.ts';
import { openEmail } from '#notifications/channels/email.ts';
import { retryAfter } from '#notifications/channels/http.ts';
import { openWebhook } from '#notifications/channels/webhook.ts';
import { type MailSink, startMailSink } from '../../support/mail-sink.ts';
import { startAliyun } from '../../support/providers/aliyun.ts';
import { note, openThem, type Provided, text } from '../../support/providers/open.ts';
import { type Provider, troubles } from '../../support/providers/provider.ts';
import { formOf, startTwilio, twilioError } from '../../support/providers/twilio.ts';
import { startWechat } from '../../support/providers/wechat.ts';
import { SECRET } from '../../support/sender.ts';
import { type Receiver, startReceiver, status } from '../../support/webhook-receiver.ts';

let sink: MailSink;
let receiver: Receiver;
let twilio: Provider;
let aliyun: Provider;
let wechat: Provider;
/** Accepts connections and slams them shut. */
let broken: Server;
const lines: string[] = [];
const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
const MAIL_FROM = 'Prism <no-reply@prism.example>';

const mail = (to: string, id = 'msg_1'): Mail => ({ kind: 'mail', id, to, subject: '已收到您的设备', text: 'Text', html: '<p>Text</p>' });
const post = (url: string, id = 'msg_1'): Post => ({ kind: 'post', id, url, secrets: [SECRET], body: '{"type":"ping","timestamp":"t","data":{}}' });

/** One of them; `send` below gives each the kind of message it carries. */
type Some = Provided | Channel<Mail> | Channel<Post>;

interface Subject {
  open(): Some;
  good(id: string): Message;
  /** How often this id has arrived. */
  arrived(id: string): number;
  refused: (() => Message) | null;
  busy: (() => Message) | null;
  unreachable: (() => { channel: Some; message: Message }) | null;
}

const brokenUrl = (): string => `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;

const subjects: Record<string, Subject> = {
  email: {
    open: () => openEmail({ SMTP_URL: sink.url, MAIL_FROM }),
    good: (id) => mail('fang@example.com', id),
    arrived: (id) => sink.mails.filter(({ messageId }) => messageId === `<${id}@prism.example>`).length,
    refused: () => mail('550@example.com'),
    busy: () => mail('450@example.com'),
    unreachable: () => ({
      channel: openEmail({ SMTP_URL: brokenUrl().replace('http', 'smtp'), MAIL_FROM }),
      message: mail('fang@example.com'),
    }),
  },
  webhook: {
    open: () => openWebhook({ WEBHOOKS_TO_PRIVATE: true }),
    good: (id) => post(`${receiver.url}/good`, id),
    arrived: (id) => receiver.to('/good').filter((call) => call.id === id).length,
    refused: () => post(`${receiver.url}/refused`),
    busy: () => post(`${receiver.url}/busy`),
    unreachable: () => ({
      channel: openWebhook({ WEBHOOKS_TO_PRIVATE: true }),
      message: post(brokenUrl()),
    }),
  },
  console: {
    open: () => openConsole<Mail>(log),
    good: (id) => mail('fang@example.com', id),
    arrived: (id) => lines.filter((line) => line.includes(`"${id}"`)).length,
    refused: null,
    busy: null,
    unreachable: null,
  },
  twilio: {
    open: () => openThem.twilio(twilio.url),
    good: (id) => text('+8613800000000', id),
    arrived: (id) => twilio.asked.filter((asked) => formOf(asked)['StatusCallback']?.endsWith(`?message=${id}`)).length,
    refused: () => text('+1'),
    busy: () => {
      twilio.next(twilioError(503, 20503));
      return text('+8613800000000');
    },
    unreachable: () => ({ channel: openThem.twilio(brokenUrl()), message: text('+8613800000000') }),
  },
  aliyun: {
    open: () => openThem.aliyun(aliyun.url),
    good: (id) => text('+8613800000000', id),
    arrived: (id) => aliyun.asked.filter(({ query }) => query.get('OutId') === id).length,
    refused: () => text('+86138'),
    busy: () => {
      aliyun.next(troubles.busy);
      return text('+8613800000000');
    },
    unreachable: () => ({ channel: openThem.aliyun(brokenUrl()), message: text('+8613800000000') }),
  },
  wechat: {
    open: () => openThem.wechat(wechat.url),
    good: (id) => note('oFang', id),
    arrived: (id) => wechat.asked.filter(({ body }) => body.includes(`"client_msg_id":"${id}"`)).length,
    refused: () => note('nobody'),
    busy: () => {
      // The token, then the message.
      wechat.next(troubles.busy, troubles.busy);
      return note('oFang');
    },
    unreachable: () => ({ channel: openThem.wechat(brokenUrl()), message: note('oFang') }),
  },
};

const send = (channel: Some, message: Message): Promise<SendResult> => (channel as Channel).send(message);

beforeAll(async () => {
  [sink, receiver, twilio, aliyun, wechat] = await Promise.all([startMailSink(), startReceiver(), startTwilio(), startAliyun(), startWechat()]);
  receiver.answer('/refused', status(400));
  receiver.answer('/busy', status(503));
  broken = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => void broken.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  broken.close();
  await Promise.all([sink, receiver, twilio, aliyun, wechat].map((server) => server.close()));
});

describe.each(Object.entries(subjects))('%s', (_name, subject) => {
  test('sends, and a second try is the same message', async () => {
    const channel = subject.open();
    expect(await send(channel, subject.good('msg_twice'))).toMatchObject({ outcome: 'sent' });
    expect(await send(channel, subject.good('msg_twice'))).toMatchObject({ outcome: 'sent' });
    expect(subject.arrived('msg_twice')).toBe(2);
    await channel.close();
  });

  // The next three run where the channel has a receiver that can refuse, be busy or be gone; the console has none.
  test.runIf(subject.refused)('what is refused for good is dead, with the receiver’s own status', async () => {
    const channel = subject.open();
    const result = await send(channel, subject.refused?.() as Mail);
    expect(result).toMatchObject({ outcome: 'dead', reason: expect.any(String), statusCode: expect.any(Number) });
    await channel.close();
  });

  test.runIf(subject.busy)('what is refused for now comes again', async () => {
    const channel = subject.open();
    expect(await send(channel, subject.busy?.() as Mail)).toMatchObject({ outcome: 'retry', statusCode: expect.any(Number) });
    await channel.close();
  });

  test.runIf(subject.unreachable)('a broken connection is an outcome, not an exception', async () => {
    const { channel, message } = (subject.unreachable as NonNullable<Subject['unreachable']>)();
    expect(await send(channel, message)).toMatchObject({ outcome: 'retry', reason: expect.any(String) });
    await channel.close();
  });
});

test('a mail carries text, HTML, and says that nobody wrote it by hand', async () => {
  const channel = openEmail({ SMTP_URL: sink.url, MAIL_FROM });
  await channel.send(mail('fang@example.com', 'msg_whole'));
  const arrived = sink.mails.find(({ messageId }) => messageId === '<msg_whole@prism.example>');
  expect(arrived).toMatchObject({ subject: '已收到您的设备', from: { address: 'no-reply@prism.example', name: 'Prism' } });
  expect(arrived?.text?.trim()).toBe('Text');
  expect(arrived?.html?.trim()).toBe('<p>Text</p>');
  expect(arrived?.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated');
  await channel.close();
});

test('a mail server that is away is left alone, and not for an address that it refuses for now', async () => {
  const away = openEmail({ SMTP_URL: brokenUrl().replace('http', 'smtp'), MAIL_FROM });
  expect(await away.send(mail('fang@example.com'))).toMatchObject({ outcome: 'retry', throttle: true });
  const there = openEmail({ SMTP_URL: sink.url, MAIL_FROM });
  for (const code of ['450', '451']) expect(await there.send(mail(`${code}@example.com`))).not.toHaveProperty('throttle');
  expect(await there.send(mail('421@example.com'))).toMatchObject({ outcome: 'retry', statusCode: 421, throttle: true });
  await Promise.all([away.close(), there.close()]);
});

test('the console names ids only', () => {
  expect(lines.join()).not.toContain('fang@');
});

describe('webhook', () => {
  const channel = openWebhook({ WEBHOOKS_TO_PRIVATE: true });
  afterAll(() => channel.close());
  const result = (path: string): Promise<SendResult> => channel.send(post(`${receiver.url}${path}`));

  test('both live secrets sign, and the reference library accepts either', async () => {
    const older = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    await channel.send({ ...post(`${receiver.url}/signed`), secrets: [SECRET, older] });
    const [call] = receiver.to('/signed');
    for (const secret of [SECRET, older]) expect(new Webhook(secret).verify(call?.body ?? '', call?.headers ?? {})).toMatchObject({ type: 'ping' });
    const foreign = new Webhook(`whsec_${Buffer.alloc(32, 1).toString('base64')}`);
    expect(() => foreign.verify(call?.body ?? '', call?.headers ?? {})).toThrow('No matching signature found');
  });

  test('a redirect is not followed', async () => {
    receiver.answer('/away', status(302, { location: `${receiver.url}/target` }));
    expect(await result('/away')).toMatchObject({ outcome: 'dead', reason: 'redirect_not_followed', statusCode: 302 });
    expect(receiver.to('/target')).toEqual([]);
  });

  test.each([
    [408, { outcome: 'retry' }],
    [409, { outcome: 'retry' }],
    [425, { outcome: 'retry' }],
    [429, { outcome: 'retry', throttle: true }],
    [500, { outcome: 'retry' }],
    [502, { outcome: 'retry', throttle: true }],
    [504, { outcome: 'retry', throttle: true }],
    [404, { outcome: 'dead', reason: 'status_404' }],
    [410, { outcome: 'dead', gone: true }],
  ])('%i', async (code, expected) => {
    receiver.answer(`/${code}`, status(code));
    expect(await result(`/${code}`)).toMatchObject({ ...expected, statusCode: code });
  });

  test('Retry-After counts in seconds or as a date', async () => {
    receiver.answer('/after', status(503, { 'retry-after': '120' }));
    expect(await result('/after')).toMatchObject({ outcome: 'retry', after: 120 });
    const now = Date.parse('2026-11-22T05:00:00Z');
    expect(retryAfter('Sun, 22 Nov 2026 05:01:00 GMT', now)).toBe(60);
    expect(retryAfter('soon', now)).toBeUndefined();
  });

  test('an endless answer is not read to its end', async () => {
    receiver.answer('/endless', (_call, response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'.repeat(65_536)), 5);
      response.on('close', () => clearInterval(more));
    });
    expect(await result('/endless')).toMatchObject({ outcome: 'sent' });
  });

  test('an address inside is not connected to', async () => {
    const guarded = openWebhook({ WEBHOOKS_TO_PRIVATE: false });
    const port = new URL(receiver.url).port;
    const before = receiver.calls.length;
    expect(await guarded.send(post(`${receiver.url}/inside`))).toEqual({ outcome: 'dead', reason: 'address_not_https' });
    expect(await guarded.send(post(`https://127.0.0.1:${port}/inside`))).toEqual({ outcome: 'dead', reason: 'address_not_public' });
    expect(await guarded.send(post(`https://localhost:${port}/inside`))).toEqual({ outcome: 'dead', reason: 'address_not_public' });
    expect(receiver.calls.length).toBe(before);
    await guarded.close();
  });
});
