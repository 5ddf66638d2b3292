// Bytes and rows in step: what happens where the bucket is away, and what the sweep takes and leaves.
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileView } from '#files/file.ts';
import { forgetOrphanFiles } from '#files/forget-orphans.ts';
import { newId } from '#platform/id.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { countOf, startApp, type TestApp } from '../../support/app.ts';
import { formOf, jpeg, photoFields, upload } from '../../support/pictures.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';

describe('on the disk', () => {
  let app: TestApp;
  let now = new Date();
  beforeAll(async () => {
    app = await startApp({}, { clock: { now: () => now } });
  });
  afterAll(() => app?.close());

  const HOURS = 3_600_000;
  const at = (...names: string[]): string => path.join(app.services.config.DATA_DIR, ...names);
  function lay(hoursAgo: number, ...names: string[]): string {
    const file = at(...names);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'x');
    const then = new Date(Date.now() - hoursAgo * HOURS);
    utimesSync(file, then, then);
    return file;
  }

  it('the sweep takes what no file has for a day, and nothing else', async () => {
    const ticket = await aTicket(app);
    const photo = async (): Promise<FileView> => (await upload(app, ticket.id, formOf(photoFields, { bytes: await jpeg() }))).json<FileView>();
    const [kept, removed] = [await photo(), await photo()];
    await app.owner.updateTable('files').set({ removed_at: now }).where('id', '=', removed.id).execute();
    const folder = ['files', app.brandId, ticket.id];
    const files = {
      kept: at(...folder, kept.id),
      removed: at(...folder, removed.id),
      orphan: lay(30, ...folder, newId('file')),
      ofOthers: lay(30, 'files', newId('brand'), newId('ticket'), newId('file')),
      young: lay(2, ...folder, newId('file')),
      half: lay(30, ...folder, `${kept.id}.0b7b0a52-7d0c-4f6f-9a53-3b1f9f5ddc1e.part`),
      foreign: lay(30, 'files', 'README'),
      arriving: lay(2, 'incoming', 'now'),
      arrived: lay(30, 'incoming', 'then'),
    };
    const left = (): string[] => Object.entries(files).flatMap(([name, file]) => (existsSync(file) ? [name] : []));
    expect(await forgetOrphanFiles(app.services)).toBe(3);
    expect(left()).toEqual(['kept', 'removed', 'ofOthers', 'young', 'foreign', 'arriving']);
    now = new Date(now.getTime() + 25 * HOURS);
    expect(await forgetOrphanFiles(app.services)).toBe(3);
    expect(left()).toEqual(['kept', 'ofOthers', 'foreign']);
    expect(await forgetOrphanFiles(app.services)).toBe(0);
  });

  it('a file whose bytes are lost is not found, and no mistake of the caller’s', async () => {
    const ticket = await aTicket(app);
    const file = (await upload(app, ticket.id, formOf(photoFields, { bytes: await jpeg() }))).json<FileView>();
    await app.services.files.remove(`${app.brandId}/${ticket.id}/${file.id}`);
    const answer = await app.call(app.keys.center, { method: 'GET', url: `/v1/files/${file.id}/content` });
    expect(answer.statusCode).toBe(404);
  });
});

describe('in a bucket', () => {
  let s3: S3Server;
  let app: TestApp;
  beforeAll(async () => {
    s3 = await startS3();
    app = await startApp({ FILES_S3_URL: s3.url });
  });
  afterAll(async () => {
    await app?.close();
    await s3?.close();
  });

  it('a photo goes there, is shown from there and is removed there', async () => {
    const ticket = await aTicket(app);
    const file = (await upload(app, ticket.id, formOf(photoFields, { bytes: await jpeg() }))).json<FileView>();
    expect([...s3.objects.keys()]).toEqual([`${app.brandId}/${ticket.id}/${file.id}`]);
    const shown = await app.call(null, { method: 'GET', url: file.contentUrl });
    expect([shown.statusCode, shown.rawPayload.length]).toEqual([200, file.bytes]);
    await app.call(app.keys.center, { method: 'DELETE', url: `/v1/files/${file.id}` });
    await expect.poll(() => s3.objects.size, { timeout: 10_000 }).toBe(0);
  });

  it('that does not answer costs a 503 and no row; the same call succeeds afterwards', async () => {
    const ticket = await aTicket(app);
    const before = await countOf(app.owner, 'files');
    const form = formOf(photoFields, { bytes: await jpeg() });
    s3.stumble(2);
    const refused = await upload(app, ticket.id, form, { idempotencyKey: 'while-away' });
    expect([refused.statusCode, refused.json<{ code: string }>().code, refused.headers['retry-after']]).toEqual([503, 'unavailable', '1']);
    expect(await countOf(app.owner, 'files')).toBe(before);
    const taken = await upload(app, ticket.id, form, { idempotencyKey: 'while-away' });
    expect([taken.statusCode, taken.headers['idempotency-replayed']]).toEqual([201, undefined]);
    s3.stumble(2);
    expect((await app.call(null, { method: 'GET', url: taken.json<FileView>().contentUrl })).statusCode).toBe(503);
  });
});
