// Files that are not taken: each a clear problem, nothing kept, and nothing lost of the service's memory or disk.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aTicket } from '../../support/a-ticket.ts';
import { countOf, startApp, type TestApp, unique } from '../../support/app.ts';
import { type Form, type FormFile, formOf, heic, jpeg, pdf, photoFields, png, pngBomb, upload } from '../../support/pictures.ts';

const MAX_BYTES = 2_000_000;
/** What happens after an answer is waited for, on a machine that has other things to do. */
const patiently = { timeout: 10_000 };

let app: TestApp;
let ticketId: string;
let port: number;
beforeAll(async () => {
  app = await startApp({ FILE_MAX_BYTES: String(MAX_BYTES) });
  ticketId = (await aTicket(app)).id;
  port = Number(new URL(await app.app.listen({ port: 0, host: '127.0.0.1' })).port);
});
afterAll(() => app?.close());

/** Bytes below the data folder, uploads in progress included. */
function bytesOnDisk(folder = app.services.config.DATA_DIR): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + (statSync(path.join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

interface Refusal {
  code: string;
  detail: string;
  errors?: { pointer: string; code: string }[];
}

async function expectRefused(form: Form, status: number, code: string): Promise<Refusal> {
  const answer = await upload(app, ticketId, form);
  expect([answer.statusCode, answer.json<Refusal>().code]).toEqual([status, code]);
  expect(await countOf(app.owner, 'files')).toBe(0);
  await expect.poll(() => bytesOnDisk(), patiently).toBe(0);
  return answer.json<Refusal>();
}

describe('a file', () => {
  it.each<[string, () => Promise<FormFile> | FormFile, number, string]>([
    ['that is a PNG and says JPEG', async () => ({ type: 'image/jpeg', bytes: await png() }), 422, 'file_type_differs'],
    ['that is a PDF and says PNG', () => ({ type: 'image/png', bytes: pdf }), 422, 'file_type_differs'],
    ['that is a picture and says PDF', async () => ({ type: 'application/pdf', bytes: await jpeg() }), 422, 'file_type_differs'],
    ['that is text and says JPEG', () => ({ type: 'image/jpeg', bytes: Buffer.from('no picture at all') }), 422, 'file_type_differs'],
    ['that is a page and says so', () => ({ type: 'text/html', bytes: Buffer.from('<script>alert(1)</script>') }), 415, 'file_type_unknown'],
    [
      'that is a drawing with scripts',
      () => ({ type: 'image/svg+xml', bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') }),
      415,
      'file_type_unknown',
    ],
    ['that is HEIC', () => ({ type: 'image/heic', bytes: heic }), 415, 'file_type_unknown'],
    ['that is cut short', async () => ({ bytes: (await jpeg(800, 600)).subarray(0, 1_500) }), 422, 'file_unreadable'],
    [
      'that only begins like a picture',
      () => ({ bytes: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(400, 7)]) }),
      422,
      'file_unreadable',
    ],
    ['of 900 million pixels in 110 kB', () => ({ type: 'image/png', bytes: pngBomb(30_000) }), 422, 'picture_too_large'],
    ['that is empty', () => ({ bytes: Buffer.alloc(0) }), 400, 'validation_failed'],
    ['that is a byte too large', () => ({ bytes: Buffer.alloc(MAX_BYTES + 1, 1) }), 413, 'file_too_large'],
  ])('%s is refused', async (_, file, status, code) => {
    await expectRefused(formOf(photoFields, await file()), status, code);
  });

  it('that is HEIC is answered with what to send instead', async () => {
    const { detail } = await expectRefused(formOf(photoFields, { type: 'image/jpeg', bytes: heic }), 415, 'file_type_unknown');
    expect(detail).toContain('Send a JPEG');
  });
});

describe('a form', () => {
  it.each<[string, () => Promise<Form>, string, string]>([
    ['without a file', async () => formOf(photoFields), '/file', 'required'],
    ['with two files', async () => formOf(photoFields, { bytes: await jpeg() }, { bytes: await jpeg() }), '/file', 'too_many'],
    ['with a file under another name', async () => formOf(photoFields, { field: 'photo', bytes: await jpeg() }), '', 'unknown_field'],
    ['with text in place of the file', async () => formOf({ ...photoFields, file: 'text' }), '/file', 'invalid_type'],
    ['with a field that does not exist', async () => formOf({ ...photoFields, color: 'red' }, { bytes: await jpeg() }), '', 'unknown_field'],
    ['without a kind', async () => formOf({ visibility: 'internal' }, { bytes: await jpeg() }), '/kind', 'invalid_value'],
    [
      'with another visibility',
      async () => formOf({ ...photoFields, visibility: 'everyone' }, { bytes: await jpeg() }),
      '/visibility',
      'invalid_value',
    ],
    ['with too long a caption', async () => formOf({ ...photoFields, caption: 'x'.repeat(501) }, { bytes: await jpeg() }), '/caption', 'too_big'],
    [
      'with a photo from the future',
      async () => formOf({ ...photoFields, takenAt: '2999-01-01T00:00:00Z' }, { bytes: await jpeg() }),
      '/takenAt',
      'too_big',
    ],
  ])('%s is refused', async (_, form, pointer, code) => {
    const { errors } = await expectRefused(await form(), 400, 'validation_failed');
    expect(errors).toEqual([expect.objectContaining({ pointer, code })]);
  });

  it('without its last boundary, of garbage, or without a boundary is no form', async () => {
    const whole = formOf(photoFields, { bytes: await jpeg() });
    await expectRefused({ ...whole, payload: whole.payload.subarray(0, -40) }, 400, 'malformed_request');
    await expectRefused({ ...whole, payload: Buffer.from('garbage') }, 400, 'malformed_request');
    await expectRefused({ ...whole, headers: { 'content-type': 'multipart/form-data' } }, 400, 'malformed_request');
    await expectRefused(formOf({ ...photoFields, constructor: 'x' }, { bytes: await jpeg() }), 400, 'malformed_request');
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`field${n}`, 'x']));
    await expectRefused(formOf({ ...many, ...photoFields }, { bytes: await jpeg() }), 400, 'malformed_request');
  });
});

describe('an upload over the wire', () => {
  const head = (length: string, boundary: string): string =>
    [
      `POST /v1/tickets/${ticketId}/files HTTP/1.1`,
      'host: localhost',
      `authorization: Bearer ${app.keys.center}`,
      `idempotency-key: ${unique('wire')}`,
      `content-type: multipart/form-data; boundary=${boundary}`,
      `${length}\r\n\r\n`,
    ].join('\r\n');
  const open = '--b\r\ncontent-disposition: form-data; name="file"; filename="p"\r\ncontent-type: image/jpeg\r\n\r\n';

  interface Sent {
    answer: string;
    /** Bytes that the socket took. */
    taken: number;
    mostOnDisk: number;
    mostMemory: number;
  }

  /** Sends up to 200 MB in chunks, as fast as they are taken, until the connection ends. */
  function pour(first: string, framed: (chunk: Buffer) => Buffer): Promise<Sent> {
    const chunk = framed(Buffer.alloc(64 * 1024, 1));
    const sent: Sent = { answer: '', taken: 0, mostOnDisk: 0, mostMemory: 0 };
    const before = process.memoryUsage().rss;
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      const watch = setInterval(() => {
        sent.mostOnDisk = Math.max(sent.mostOnDisk, bytesOnDisk());
        sent.mostMemory = Math.max(sent.mostMemory, process.memoryUsage().rss - before);
      }, 5);
      const more = (): void => {
        while (sent.taken < 200_000_000 && socket.writable) {
          sent.taken += chunk.length;
          if (!socket.write(chunk)) return;
        }
      };
      socket.on('data', (data) => (sent.answer += data.toString()));
      socket.on('error', () => undefined);
      socket.on('drain', more);
      socket.on('close', () => {
        clearInterval(watch);
        resolve(sent);
      });
      socket.write(first, () => more());
    });
  }

  it('of 200 MB that says so is refused before a byte of it is read', async () => {
    const sent = await pour(head('content-length: 200000000', 'b') + open, (chunk) => chunk);
    expect(sent.answer).toMatch(/^HTTP\/1.1 413 /);
    expect(sent.answer).toContain('"code":"file_too_large"');
    expect(sent.mostOnDisk).toBe(0);
    expect(sent.taken).toBeLessThan(60_000_000);
    expect(sent.mostMemory).toBeLessThan(64_000_000);
  });

  it('of 200 MB that does not say so is cut off where it is too large', async () => {
    const framed = (chunk: Buffer): Buffer => Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
    const sent = await pour(head('transfer-encoding: chunked', 'b') + `${open.length.toString(16)}\r\n${open}\r\n`, framed);
    expect(sent.answer).toMatch(/^HTTP\/1.1 413 /);
    expect(sent.taken).toBeLessThan(60_000_000);
    expect(sent.mostOnDisk).toBeLessThanOrEqual(MAX_BYTES);
    expect(sent.mostMemory).toBeLessThan(64_000_000);
    await expect.poll(() => bytesOnDisk(), patiently).toBe(0);
    expect(await countOf(app.owner, 'files')).toBe(0);
  });

  it('that breaks off leaves nothing behind', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`${head('content-length: 500000', 'b')}${open}`);
    socket.write(Buffer.alloc(100_000, 1));
    await expect.poll(() => bytesOnDisk(), patiently).toBeGreaterThan(0);
    socket.destroy();
    await expect.poll(() => bytesOnDisk(), patiently).toBe(0);
    expect(await countOf(app.owner, 'files')).toBe(0);
  });

  it('waits while eight others of the same key hang, and nobody else does', async () => {
    const hanging = Array.from({ length: 8 }, () => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      socket.write(`${head('content-length: 500000', 'b')}${open}`);
      socket.write(Buffer.alloc(1_000, 1));
      return socket;
    });
    const form = formOf(photoFields, { bytes: await jpeg() });
    try {
      await expect.poll(() => readdirSync(path.join(app.services.config.DATA_DIR, 'incoming')).length, patiently).toBe(8);
      const answer = await upload(app, ticketId, form);
      expect([answer.statusCode, answer.json<Refusal>().code, answer.headers['retry-after']]).toEqual([503, 'overloaded', '2']);
      expect((await upload(app, ticketId, form, { key: app.keys.brand })).statusCode).toBe(201);
    } finally {
      for (const socket of hanging) socket.destroy();
    }
    await expect.poll(async () => (await upload(app, ticketId, form)).statusCode, patiently).toBe(201);
  });
});

it('no other route takes a form or more than 64 kB', async () => {
  const form = formOf(photoFields, { bytes: await jpeg() });
  const notes = { method: 'POST', url: `/v1/tickets/${ticketId}/notes` } as const;
  expect((await app.call(app.keys.center, { ...notes, headers: form.headers, payload: form.payload })).statusCode).toBe(415);
  expect((await app.call(app.keys.center, { ...notes, payload: { visibility: 'internal', body: 'x'.repeat(70_000) } })).statusCode).toBe(413);
  const json = await app.call(app.keys.center, { method: 'POST', url: `/v1/tickets/${ticketId}/files`, payload: { kind: 'other' } });
  expect(json.statusCode).toBe(415);
});
