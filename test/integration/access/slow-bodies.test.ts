// How long a body may take to arrive: seven seconds, and two minutes where it is a file.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aTicket } from '../../support/a-ticket.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { comesWithin } from '../../support/in-time.ts';
import { formOf, pdf, photoFields } from '../../support/pictures.ts';

let app: TestApp;
let port: number;
let ticketId: string;
beforeAll(async () => {
  app = await startApp();
  ticketId = (await aTicket(app)).id;
  port = Number(new URL(await app.app.listen({ port: 0, host: '127.0.0.1' })).port);
});
afterAll(() => app?.close());

/** Sends a body in three parts, five seconds apart; answers what came back, after how long, and whether it came within nine seconds. */
async function drip(route: string, type: string, body: Buffer): Promise<{ answer: string; seconds: number; isSoon: boolean }> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  const began = performance.now();
  let answer = '';
  const answered = new Promise<void>((resolve) => {
    socket.on('data', (data) => {
      answer += data.toString();
      resolve();
    });
  });
  const headers = [`authorization: Bearer ${app.keys.center}`, `idempotency-key: ${unique('drip')}`, `content-type: ${type}`];
  socket.write(
    `POST /v1/tickets/${ticketId}/${route} HTTP/1.1\r\nhost: localhost\r\n${headers.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  const third = Math.ceil(body.length / 3);
  const sent = (async () => {
    for (let at = 0; at < body.length && socket.writable; at += third) {
      socket.write(body.subarray(at, at + third));
      await sleep(5_000);
    }
  })();
  const isSoon = await comesWithin(9_000, answered);
  await answered;
  const seconds = (performance.now() - began) / 1000;
  socket.destroy();
  await sent;
  return { answer, seconds, isSoon };
}

it('a note that drips in is cut off, a file is waited for', async () => {
  const note = Buffer.from(JSON.stringify({ visibility: 'internal', body: 'x'.repeat(300) }));
  const file = formOf({ ...photoFields, kind: 'document' }, { type: 'application/pdf', bytes: pdf });
  const [slow, patient] = await Promise.all([drip('notes', 'application/json', note), drip('files', file.headers['content-type'], file.payload)]);
  expect(slow.answer).toMatch(/^HTTP\/1.1 408 /);
  expect(slow.answer).toContain('"code":"request_timeout"');
  expect(slow.answer.toLowerCase()).toContain('connection: close');
  expect([slow.seconds > 6, slow.isSoon]).toEqual([true, true]);
  expect(patient.answer).toMatch(/^HTTP\/1.1 201 /);
}, 40_000);

/** Begins a body and says nothing more; answers what came back until the connection ended, or until so many seconds have passed. */
async function stall(head: string, body: string, seconds: number): Promise<string> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  let answer = '';
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.on('data', (data) => (answer += data.toString()));
  const headers = [`authorization: Bearer ${app.keys.center}`, `idempotency-key: ${unique('stall')}`, 'host: localhost'];
  socket.write(`${head}\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
  await Promise.race([ended, sleep(seconds * 1_000)]);
  socket.destroy();
  return answer;
}

it('a body that was refused, or that nobody reads, may stop where it likes: the process goes on', async () => {
  const chunked = 'content-type: application/json\r\ntransfer-encoding: chunked';
  const tooLong = `11170\r\n{"a":"${'x'.repeat(69_994)}\r\n`;
  const [large, typed, unread] = await Promise.all([
    stall(`POST /v1/tickets HTTP/1.1\r\n${chunked}`, tooLong, 9),
    stall('POST /v1/tickets HTTP/1.1\r\ncontent-type: text/csv\r\ncontent-length: 500', 'a,b', 9),
    stall('HEAD /v1/tickets HTTP/1.1\r\ncontent-length: 500', 'a', 9),
  ]);
  expect(large).toMatch(/^HTTP\/1.1 413 /);
  expect(typed).toMatch(/^HTTP\/1.1 415 /);
  expect(unread).toMatch(/^HTTP\/1.1 200 /);
  expect((await app.call(app.keys.center, { method: 'GET', url: '/v1/tickets' })).statusCode).toBe(200);
}, 40_000);
