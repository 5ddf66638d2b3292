// Providers' receipts as pure reading: who proves what, what is final, and what is refused.
import { describe, expect, test } from 'vitest';
import { flatXml } from '#notifications/receipts/flat-xml.ts';
import { type Push, type ReceiptReader, UnreadableReceipt } from '#notifications/receipts/receipt.ts';
import { receiptReaders } from '#notifications/receipts/receipts.ts';
import { TWILIO, twilioReceipt } from '../../support/providers/twilio.ts';
import { WECHAT, wechatEvent, wechatProof } from '../../support/providers/wechat.ts';

const OURS = 'msg_01kam3w0xf8q9r2s4t6v8w0x1y';
const SID = `SM${'a'.repeat(32)}`;
const settings = {
  PUBLIC_URL: 'https://repair.example',
  TWILIO_AUTH_TOKEN: TWILIO.token,
  ALIYUN_RECEIPTS_TOKEN: 'for-tests-only-and-long-enough',
  WECHAT_TOKEN: WECHAT.token,
};
const readerOf = (name: string, more: Partial<typeof settings> = {}): ReceiptReader =>
  receiptReaders({ ...settings, ...more }).get(name) ?? expect.fail(`no reader of ${name}`);

const push = (path: string, body: string, headers: Push['headers'] = {}): Push => ({
  path,
  query: new URLSearchParams(path.split('?')[1] ?? ''),
  headers,
  body: Buffer.from(body),
});

test('only providers whose secret is set are listened to', () => {
  expect([...receiptReaders({ PUBLIC_URL: settings.PUBLIC_URL }).keys()]).toEqual([]);
  expect([...receiptReaders(settings).keys()]).toEqual(['twilio', 'aliyun', 'wechat']);
});

describe('twilio', () => {
  const path = `/v1/receipts/twilio?message=${OURS}`;
  const callback = (form: Record<string, string>, url = `https://repair.example${path}`, token?: string): Push => {
    const { payload, headers } = twilioReceipt(url, form, token);
    return push(path, payload, headers);
  };
  const reader = readerOf('twilio');

  test('the documentation’s own example proves itself', () => {
    const form = { CallSid: 'CA1234567890ABCDE', Caller: '+14158675309', Digits: '1234', From: '+14158675309', To: '+18005551212' };
    const example = readerOf('twilio', { PUBLIC_URL: 'https://mycompany.com', TWILIO_AUTH_TOKEN: '12345' });
    const headers = { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' };
    expect(example.verify(push('/myapp.php?foo=1&bar=2', new URLSearchParams(form).toString(), headers))).toBe(true);
    expect(example.verify(push('/myapp.php?foo=1&bar=3', new URLSearchParams(form).toString(), headers))).toBe(false);
  });

  test('the address it was given is signed, with or without its port; anything else is not Twilio’s', () => {
    const form = { MessageSid: SID, MessageStatus: 'delivered' };
    expect(reader.verify(callback(form))).toBe(true);
    const ported = readerOf('twilio', { PUBLIC_URL: 'https://repair.example:8443' });
    expect(ported.verify(callback(form))).toBe(true);
    expect(ported.verify(callback(form, `https://repair.example:8443${path}`))).toBe(true);
    expect(reader.verify(callback(form, undefined, 'another-token'))).toBe(false);
    expect(reader.verify(callback(form, 'https://elsewhere.example/'))).toBe(false);
    const added = callback(form);
    expect(reader.verify({ ...added, body: Buffer.concat([added.body, Buffer.from('&ErrorCode=1')]) })).toBe(false);
    expect(reader.verify({ ...added, headers: {} })).toBe(false);
  });

  test.each([
    ['delivered', '', { outcome: 'delivered', reason: null }],
    ['read', '', { outcome: 'delivered', reason: null }],
    ['undelivered', '30003', { outcome: 'failed', reason: 'twilio_30003' }],
    ['undelivered', '30005', { outcome: 'failed', reason: 'twilio_30005', stop: 'wrong_number' }],
    ['undelivered', '30006', { outcome: 'failed', reason: 'twilio_30006', stop: 'wrong_number' }],
    ['failed', '21610', { outcome: 'failed', reason: 'twilio_21610', stop: 'unsubscribed' }],
    ['failed', '', { outcome: 'failed', reason: 'failed' }],
    ['failed', 'not a number', { outcome: 'failed', reason: 'failed' }],
  ])('%s %s', (MessageStatus, ErrorCode, expected) => {
    expect(reader.read(callback({ MessageSid: SID, MessageStatus, ErrorCode }))).toEqual([{ of: { messageId: OURS }, ...expected }]);
  });

  test('what is not final says nothing; without our id its own is taken', () => {
    for (const MessageStatus of ['queued', 'sending', 'sent', 'accepted', ''])
      expect(reader.read(callback({ MessageSid: SID, MessageStatus }))).toEqual([]);
    const { payload, headers } = twilioReceipt('https://repair.example/v1/receipts/twilio', { MessageSid: SID, MessageStatus: 'delivered' });
    expect(reader.read(push('/v1/receipts/twilio', payload, headers))).toMatchObject([{ of: { providerId: SID } }]);
    expect(reader.read(push('/v1/receipts/twilio?message=x', 'MessageStatus=delivered&MessageSid=no'))).toEqual([]);
  });
});

describe('aliyun', () => {
  const reader = readerOf('aliyun');
  const path = '/v1/receipts/aliyun?token=for-tests-only-and-long-enough';
  const report = (more: object): object => ({ phone_number: '13800000000', sms_size: '1', err_code: 'DELIVERED', success: true, ...more });

  test('its address is the proof', () => {
    expect(reader.verify(push(path, ''))).toBe(true);
    for (const wrong of ['/v1/receipts/aliyun', '/v1/receipts/aliyun?token=', `${path}r`]) expect(reader.verify(push(wrong, ''))).toBe(false);
  });

  test('many reports in one push, each by our id or else by its own; a phone that is switched off is no wrong number', () => {
    const reports = [
      report({ out_id: OURS }),
      report({ out_id: '', biz_id: '9006^0', success: false, err_code: 'MOBILE_NOT_ON_SERVICE' }),
      report({ biz_id: '9007^0', success: 'false', err_code: 'USER_REJECT' }),
      report({ out_id: OURS, success: false, err_code: 'INVALID_NUMBER' }),
      report({ success: false }),
    ];
    expect(reader.read(push(path, JSON.stringify(reports)))).toEqual([
      { of: { messageId: OURS }, outcome: 'delivered', reason: null },
      { of: { providerId: '9006^0' }, outcome: 'failed', reason: 'MOBILE_NOT_ON_SERVICE' },
      { of: { providerId: '9007^0' }, outcome: 'failed', reason: 'USER_REJECT', stop: 'unsubscribed' },
      { of: { messageId: OURS }, outcome: 'failed', reason: 'INVALID_NUMBER' },
    ]);
  });

  test.each(['', '{', '{}', '[{}]', '[{"success":"perhaps"}]', JSON.stringify(Array.from({ length: 1_001 }, () => report({})))])(
    '%.30s is refused',
    (body) => {
      expect(() => reader.read(push(path, body))).toThrow(UnreadableReceipt);
    },
  );
});

describe('wechat', () => {
  const reader = readerOf('wechat');
  const path = (more: Record<string, string> = {}): string => `/v1/receipts/wechat?${wechatProof(more)}`;

  test('token, timestamp and nonce are signed', () => {
    expect(reader.verify(push(path(), ''))).toBe(true);
    expect(reader.verify(push(`/v1/receipts/wechat?${wechatProof({}, 'another')}`, ''))).toBe(false);
    expect(reader.verify(push('/v1/receipts/wechat', ''))).toBe(false);
    expect(reader.confirm?.(push(path({ echostr: '5837397576500011341' }), ''))).toBe('5837397576500011341');
  });

  test.each([
    ['success', { outcome: 'delivered', reason: null }],
    ['failed:user block', { outcome: 'failed', reason: 'user_block', stop: 'unsubscribed' }],
    ['failed: system failed', { outcome: 'failed', reason: 'system_failed' }],
    ['failed:freq limit', { outcome: 'failed', reason: 'freq_limit' }],
  ])('%s', (status, expected) => {
    expect(reader.read(push(path(), wechatEvent('3487542469355618313', status)))).toEqual([
      { of: { providerId: '3487542469355618313' }, ...expected },
    ]);
  });

  test('other events are thanked for', () => {
    expect(reader.read(push(path(), wechatEvent('1', 'success', 'subscribe')))).toEqual([]);
    expect(reader.read(push(path(), '<xml><Encrypt><![CDATA[MOEJkz1V]]></Encrypt></xml>'))).toEqual([]);
    expect(reader.read(push(path(), wechatEvent('not-a-number', 'success')))).toEqual([]);
  });

  test.each([
    '',
    'success',
    '<?xml version="1.0"?><xml></xml>',
    '<!DOCTYPE xml [<!ENTITY a "b">]><xml><Event>&a;</Event></xml>',
    '<xml><Event>&a;</Event></xml>',
    '<xml><Event a="b">x</Event></xml>',
    '<xml><Event>x</MsgID></xml>',
    '<xml><Event>x</Event>',
    '<xml></xml><xml></xml>',
    '<xml></xml>and more',
    '<xml><!-- x --></xml>',
    '<xml><a><a><a><a><a><a>x</a></a></a></a></a></a></xml>',
    `<xml>${'<a>x</a>'.repeat(201)}</xml>`,
    `<xml><a>${'x'.repeat(70_000)}</a></xml>`,
    `<xml><![CDATA[${'<![CDATA['.repeat(5_000)}`,
  ])('%.40s is refused', (body) => {
    expect(() => reader.read(push(path(), body))).toThrow(UnreadableReceipt);
  });

  test('XML is read as it is written, nested elements are passed over', () => {
    const xml = '<xml>\n<A> a &amp; &lt;b&gt; </A><B><![CDATA[<not a tag> & x]]></B><C><D>deep</D></C><E></E>\n</xml>\n';
    expect(Object.fromEntries(flatXml(xml) ?? [])).toEqual({ A: 'a & <b>', B: '<not a tag> & x', C: '', E: '' });
  });
});
