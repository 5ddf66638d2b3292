// A photo on a ticket: what is kept of it, what is answered, and who may put it there.
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileView } from '#files/file.ts';
import { newId } from '#platform/id.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { formOf, jpeg, pdf, phonePhoto, photoFields, png, upload, webp } from '../../support/pictures.ts';

let app: TestApp;
let ticketId: string;
beforeAll(async () => {
  app = await startApp();
  ticketId = (await aTicket(app)).id;
});
afterAll(() => app?.close());

/** What happens after an answer is waited for, on a machine that has other things to do. */
const patiently = { timeout: 10_000 };
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const content = async (id: string): Promise<Buffer> =>
  (await app.call(app.keys.center, { method: 'GET', url: `/v1/files/${id}/content` })).rawPayload;
const filesOnDisk = (folder: string): string[] => readdirSync(path.join(app.services.config.DATA_DIR, folder), { recursive: true }).map(String);

describe('a photo', () => {
  it('is kept upright and without a word of where it was taken', async () => {
    const photo = await phonePhoto(40, 30);
    const before = await sharp(photo).metadata();
    expect([before.orientation, before.exif?.includes('Aurora A5'), before.xmp?.includes('GPSLatitude')]).toEqual([6, true, true]);
    const answer = await upload(
      app,
      ticketId,
      formOf({ ...photoFields, caption: ' Scratch on the lid ', takenAt: '2026-11-01T10:00:00+08:00' }, { bytes: photo }),
    );
    expect(answer.statusCode).toBe(201);
    const file = answer.json<FileView>();
    expect(answer.headers.location).toBe(`/v1/files/${file.id}`);
    expect(file).toMatchObject({
      ticketId,
      ...photoFields,
      mediaType: 'image/jpeg',
      width: 30,
      height: 40,
      caption: 'Scratch on the lid',
      takenAt: '2026-11-01T02:00:00.000Z',
    });
    const kept = await content(file.id);
    const after = await sharp(kept).metadata();
    expect([after.orientation, after.exif, after.xmp, after.iptc, after.icc, after.comments]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(['Aurora', 'GPS', 'Exif', 'xmp'].filter((word) => kept.includes(word))).toEqual([]);
    expect([file.sha256, file.bytes]).toEqual([sha256(kept), kept.length]);
  });

  it.each([
    ['image/png', png],
    ['image/webp', webp],
  ])('may be %s', async (type, make) => {
    const answer = await upload(app, ticketId, formOf(photoFields, { type, bytes: await make() }));
    expect([answer.statusCode, answer.json<FileView>().mediaType]).toEqual([201, type]);
    const kept = await content(answer.json<FileView>().id);
    expect(await sharp(kept).metadata()).toMatchObject({ format: type.slice(6), width: 40, height: 30 });
  });

  it.each(['png', 'webp'] as const)('loses its place as %s too', async (format) => {
    const photo = await sharp(await phonePhoto())
      .keepMetadata()
      .toFormat(format)
      .toBuffer();
    const before = await sharp(photo).metadata();
    expect([before.exif?.includes('Aurora A5'), before.xmp?.includes('GPSLatitude')]).toEqual([true, true]);
    const answer = await upload(app, ticketId, formOf(photoFields, { type: `image/${format}`, bytes: photo }));
    expect([answer.statusCode, answer.json<FileView>().width]).toEqual([201, 30]);
    const kept = await content(answer.json<FileView>().id);
    const { exif, xmp, orientation } = await sharp(kept).metadata();
    expect([exif, xmp, orientation]).toEqual([undefined, undefined, undefined]);
  });

  it('loses what a camera hangs on behind it: a moving picture has its own place in it', async () => {
    const film = Buffer.concat([await jpeg(), Buffer.from('\0\0\0\x18ftypmp42 +31.2304+121.4737/ '), Buffer.alloc(5_000, 1)]);
    const answer = await upload(app, ticketId, formOf(photoFields, { bytes: film }));
    expect(answer.statusCode).toBe(201);
    expect((await content(answer.json<FileView>().id)).includes('+31.2304')).toBe(false);
  });

  it('needs no declared type, and leaves nothing where uploads arrive', async () => {
    const answer = await upload(app, ticketId, formOf(photoFields, { type: 'application/octet-stream', bytes: await jpeg() }));
    expect([answer.statusCode, answer.json<FileView>().mediaType]).toEqual([201, 'image/jpeg']);
    await expect.poll(() => filesOnDisk('incoming'), patiently).toEqual([]);
  });
});

it('a document is kept as it came', async () => {
  const answer = await upload(app, ticketId, formOf({ kind: 'document', visibility: 'internal' }, { type: 'application/pdf', bytes: pdf }));
  expect(answer.json<FileView>()).toMatchObject({ mediaType: 'application/pdf', width: null, height: null, sha256: sha256(pdf), bytes: pdf.length });
  const served = await app.call(app.keys.center, { method: 'GET', url: `/v1/files/${answer.json<FileView>().id}/content` });
  expect(served.rawPayload.equals(pdf)).toBe(true);
  expect(served.headers).toMatchObject({
    'content-type': 'application/pdf',
    'content-disposition': `attachment; filename="${answer.json<FileView>().id}.pdf"`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  });
});

describe('a repeated upload', () => {
  it('answers as the first did, and keeps the file once', async () => {
    const ticket = await aTicket(app);
    const bytes = await jpeg(50, 50);
    const idempotencyKey = unique('upload');
    const first = await upload(app, ticket.id, formOf(photoFields, { bytes }), { idempotencyKey });
    const second = await upload(app, ticket.id, formOf(photoFields, { bytes }), { idempotencyKey });
    expect([second.statusCode, second.body, second.headers['idempotency-replayed']]).toEqual([201, first.body, 'true']);
    await expect.poll(() => filesOnDisk(`files/${app.brandId}/${ticket.id}`), patiently).toEqual([first.json<FileView>().id]);
  });

  it('is another request with other bytes, or as another kind', async () => {
    const idempotencyKey = unique('upload');
    const bytes = await jpeg(50, 51);
    expect((await upload(app, ticketId, formOf(photoFields, { bytes }), { idempotencyKey })).statusCode).toBe(201);
    const before = filesOnDisk('files').length;
    for (const form of [formOf(photoFields, { bytes: await jpeg(51, 50) }), formOf({ ...photoFields, kind: 'other' }, { bytes })]) {
      const answer = await upload(app, ticketId, form, { idempotencyKey });
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([422, 'idempotency_mismatch']);
    }
    await expect.poll(() => filesOnDisk('files'), patiently).toHaveLength(before);
  });
});

describe('an upload by', () => {
  const photo = async () => formOf(photoFields, { bytes: await jpeg() });

  it('a courier is refused', async () => {
    const answer = await upload(app, ticketId, await photo(), { key: app.keys.courier });
    expect(answer.statusCode).toBe(403);
  });

  it('another tenant or to no ticket finds none, and keeps nothing', async () => {
    const other = await app.addBrand();
    const before = filesOnDisk('files').length;
    for (const [id, key] of [
      [ticketId, other.keys.center],
      [ticketId, other.keys.brand],
      [newId('ticket'), app.keys.center],
    ] as const) {
      const answer = await upload(app, id, await photo(), { key });
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'not_found']);
    }
    await expect.poll(() => [filesOnDisk('files').length, filesOnDisk('incoming')], patiently).toEqual([before, []]);
  });
});
