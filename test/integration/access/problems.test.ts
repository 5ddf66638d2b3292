// Every way a request can be refused before a use case sees it answers a problem document, and changes nothing.
import { type AddressInfo, connect, createServer } from 'node:net';
import type { ConnectionError, LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientErrorHandler } from '#platform/http/socket-errors.ts';
import { countOf, startApp, type TestApp, unique } from '../../support/app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});
afterAll(() => t.close());

const center = { code: 'X1', name: 'X', kind: 'own', phone: '1', address: 'x', locale: 'en', timeZone: 'UTC' };

function expectProblem(response: LightMyRequestResponse, status: number, code: string): void {
  expect(response.statusCode, response.body).toBe(status);
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(response.headers['cache-control']).toBe('no-store');
  const body = response.json() as Record<string, unknown>;
  expect(body).toMatchObject({ type: `urn:glassbench:problem:${code}`, status, code, instance: `urn:uuid:${String(body['requestId'])}` });
  expect(response.body).not.toMatch(/select|insert|node_modules|\.ts:\d+/i);
}

const post = (payload: unknown, headers: Record<string, string> = {}, url = '/v1/service-centers') =>
  t.call(t.keys.brand, { method: 'POST', url, payload: payload as string, headers });

describe('health', () => {
  it('needs no key', async () => {
    for (const url of ['/livez', '/readyz', '/startupz']) {
      const response = await t.app.inject(url);
      expect(response.statusCode, `${url} ${response.body}`).toBe(200);
    }
  });
});

describe('addresses', () => {
  it('answers 404 without repeating the path', async () => {
    const response = await t.app.inject('/v1/nothing-here');
    expectProblem(response, 404, 'not_found');
    expect(response.body).not.toContain('nothing-here');
  });

  it('answers 405 with Allow where the path is known', async () => {
    const response = await t.app.inject({ method: 'DELETE', url: '/livez' });
    expectProblem(response, 405, 'method_not_allowed');
    expect(response.headers.allow).toBe('GET, HEAD');
    const nested = await t.app.inject({ method: 'PUT', url: `/v1/service-centers/${t.centerId}` });
    expectProblem(nested, 405, 'method_not_allowed');
    expect(nested.headers.allow).toBe('GET, HEAD, PATCH');
  });

  it('answers malformed percent-encoding and over-long parts', async () => {
    expectProblem(await t.app.inject('/v1/service-centers/%E0%A4%A'), 400, 'malformed_request');
    expectProblem(await t.app.inject(`/v1/service-centers/${'x'.repeat(1_500)}`), 414, 'uri_too_long');
    expectProblem(await t.call(t.keys.brand, { url: `/v1/service-centers/${'x'.repeat(200)}` }), 400, 'validation_failed');
  });
});

describe('bodies', () => {
  it('refuses what is not JSON, empty, of another type or too large', async () => {
    const json = { 'content-type': 'application/json' };
    expectProblem(await post('{"code": ', json), 400, 'malformed_request');
    expectProblem(await post('', json), 400, 'malformed_request');
    expectProblem(await post('{"__proto__": {"x": 1}}', json), 400, 'malformed_request');
    expectProblem(await post('code=X', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'unsupported_media_type');
    expectProblem(await post('hello', { 'content-type': 'text/plain' }), 415, 'unsupported_media_type');
    expectProblem(await post('{}', { 'content-type': ';;;' }), 415, 'unsupported_media_type');
    expectProblem(await post({ ...center, name: 'x'.repeat(70_000) }), 413, 'body_too_large');
    expectProblem(await post(undefined), 400, 'validation_failed');
    for (const body of ['null', '[]', '"x"', '1', '{"a":'.repeat(5_000)])
      expectProblem(await post(body, json), 400, body.length > 10 ? 'malformed_request' : 'validation_failed');
  });

  it('points at what does not fit, without repeating the value', async () => {
    const response = await post({ ...center, name: 'CANARY'.repeat(50), kind: 'castle', extra: 1, CANARY: 2 });
    expectProblem(response, 400, 'validation_failed');
    const errors = response.json().errors as { in: string; pointer: string; code: string; detail: string }[];
    expect(errors.map((error) => `${error.in} ${error.pointer} ${error.code}`).toSorted()).toEqual([
      'body  unknown_field',
      'body /kind invalid_value',
      'body /name too_big',
    ]);
    expect(errors.find(({ code }) => code === 'unknown_field')?.detail).toMatch(
      /^There are 2 fields here that are not known\. Known here: code, name, /,
    );
    expect(response.body).not.toContain('CANARY');
  });

  it('refuses NUL, lone surrogates, and integers beyond int4', async () => {
    const before = await countOf(t.owner, 'service_centers');
    for (const name of ['a\0b', 'a\ud800b', '\udc00']) expectProblem(await post({ ...center, name }), 400, 'validation_failed');
    for (const code of ['A\0', '\ud800', 'ａ', 'A'.repeat(21)]) expectProblem(await post({ ...center, code }), 400, 'validation_failed');
    for (const timeZone of ['Mars/Olympus', '', 'x'.repeat(65)]) expectProblem(await post({ ...center, timeZone }), 400, 'validation_failed');
    const made = (await post({ kind: 'courier', name: 'x' }, {}, '/v1/keys')).json();
    for (const graceHours of [2 ** 31, 2 ** 53, -1, 1.5, '1', null, Number.MAX_VALUE]) {
      expectProblem(await post({ graceHours }, {}, `/v1/keys/${made.id}/rotate`), 400, 'validation_failed');
    }
    expect(await countOf(t.owner, 'service_centers')).toBe(before);
  });

  it('refuses unknown and repeated query parameters, and limits out of range', async () => {
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'limit=1e400', 'limit=1&limit=2', 'page=2', `cursor=${'a'.repeat(401)}`, 'cursor=%00']) {
      expectProblem(await t.call(t.keys.brand, { url: `/v1/service-centers?${query}` }), 400, 'validation_failed');
    }
  });
});

/** Sends bytes as they are and answers all that comes back. */
async function raw(bytes: string): Promise<string> {
  if (!t.app.server.listening) await t.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = t.app.server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}

describe('the socket', () => {
  it.each([
    ['garbage', '\u0000\u0001garbage\r\n\r\n', 400],
    ['an expectation nobody knows', 'POST /v1/keys HTTP/1.1\r\nHost: x\r\nExpect: a-miracle\r\nContent-Length: 1\r\n\r\n', 400],
    ['two lengths', 'POST /v1/keys HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    ['length and chunked', 'POST /v1/keys HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
    ['headers of 20 kB', `GET /livez HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['no host', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a method that is none', 'BREW /livez HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['a method that takes a body and has none', 'QUERY /v1/keys HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['an absolute address', 'GET http://[::1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
  ])('answers %s', async (_name, bytes, status) => {
    const answer = await raw(bytes);
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toMatchObject({ status });
  });
});

it.each([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_INVALID_METHOD', 400],
])('ends a connection that failed with %s', async (code, status) => {
  const server = createServer((socket) => clientErrorHandler(Object.assign(new Error('CANARY'), { code }) as ConnectionError, socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    connect((server.address() as AddressInfo).port, '127.0.0.1')
      .on('data', (chunk) => {
        text += String(chunk);
      })
      .on('end', () => resolve(text))
      .on('error', reject);
  });
  server.close();
  expect(answer).toContain(`HTTP/1.1 ${status}`);
  expect(answer).not.toContain('CANARY');
});

it('takes no request id from a caller, and makes a new one each time', async () => {
  const ids = await Promise.all(
    [1, 2].map(
      async () => (await t.app.inject({ url: '/nothing', headers: { 'x-request-id': 'mine', 'request-id': 'mine' } })).json().requestId as string,
    ),
  );
  expect(new Set(ids).size).toBe(2);
  for (const requestId of ids) expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
});

it('asks for scopes and kinds', async () => {
  const narrow = await t.addKey({ kind: 'brand', brandId: t.brandId, scopes: ['tickets:read'] });
  const options = { method: 'POST', url: '/v1/service-centers', payload: center, headers: { 'idempotency-key': unique('scope') } } as const;
  expectProblem(await t.call(narrow.text, options), 403, 'scope_missing');
  expectProblem(await t.call(t.keys.courier, options), 403, 'scope_missing');
  expectProblem(await t.call(null, options), 401, 'unauthorized');
});
