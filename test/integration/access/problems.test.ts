// Every way a request can be refused before a use case sees it answers a problem document.

import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});
afterAll(() => t.close());

it('answers health without a key', async () => {
  for (const url of ['/livez', '/readyz', '/startupz']) {
    const response = await t.app.inject(url);
    expect(response.statusCode, `${url} ${response.body}`).toBe(200);
  }
});

it('answers 404 as a problem that does not repeat the path', async () => {
  const response = await t.app.inject('/v1/nothing-here');
  expect(response.statusCode).toBe(404);
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(response.json()).toMatchObject({ type: 'urn:glassbench:problem:not_found', status: 404, code: 'not_found' });
  expect(response.body).not.toContain('nothing-here');
});

it('answers 405 with Allow', async () => {
  const response = await t.app.inject({ method: 'DELETE', url: '/livez' });
  expect(response.statusCode).toBe(405);
  expect(response.headers.allow).toBe('GET, HEAD');
});

it('answers garbage on the socket', async () => {
  await t.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = t.app.server.address() as AddressInfo;
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('\u0000\u0001garbage\r\n\r\n'));
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
  expect(answer).toContain('HTTP/1.1 400');
  expect(answer).toContain('application/problem+json');
});
