// What is known of a file, who sees its bytes, and how long: keys, signed links, and what a customer may have.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asSystem } from '#access/perform.ts';
import type { FileView } from '#files/file.ts';
import { customerFiles } from '#files/find-files.ts';
import { newId } from '#platform/id.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { formOf, jpeg, pdf, photoFields, upload } from '../../support/pictures.ts';

let app: TestApp;
let now = new Date('2026-11-22T09:00:00.000Z');
let ticketId: string;
beforeAll(async () => {
  app = await startApp({}, { clock: { now: () => now } });
  ticketId = (await aTicket(app)).id;
});
afterAll(() => app?.close());

async function aFile(fields: Record<string, string> = photoFields, onTicket = ticketId): Promise<FileView> {
  const file = fields['kind'] === 'document' ? { type: 'application/pdf', bytes: pdf } : { bytes: await jpeg() };
  const answer = await upload(app, onTicket, formOf(fields, file));
  expect(answer.statusCode).toBe(201);
  return answer.json<FileView>();
}

const get = (url: string, key: string | null = app.keys.center) => app.call(key, { method: 'GET', url });
const read = async (id: string): Promise<FileView> => (await get(`/v1/files/${id}`)).json<FileView>();

/** How a link that opens nothing is answered, whatever the reason. */
async function expectNothing(url: string): Promise<void> {
  const unknown = await get(`/f/${newId('file')}?expires=1&signature=x`, null);
  const answer = await get(url, null);
  const { requestId: _, instance: __, ...problem } = answer.json<Record<string, unknown>>();
  const { requestId: ___, instance: ____, ...expected } = unknown.json<Record<string, unknown>>();
  expect([answer.statusCode, problem]).toEqual([404, expected]);
}

describe('a signed link', () => {
  it('shows the file without a key, never to be cached, to nobody’s referrer', async () => {
    const file = await aFile();
    const answer = await get(file.contentUrl, null);
    expect([answer.statusCode, answer.rawPayload.length]).toEqual([200, file.bytes]);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(file.bytes),
      'content-disposition': `inline; filename="${file.id}.jpg"`,
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    const head = await app.app.inject({ method: 'HEAD', url: file.contentUrl });
    expect([head.statusCode, head.rawPayload.length]).toEqual([200, 0]);
  });

  it('is over after a quarter of an hour', async () => {
    const file = await aFile();
    expect(file.contentUrlExpiresAt).toBe(new Date(now.getTime() + 15 * 60_000).toISOString());
    now = new Date(now.getTime() + 15 * 60_000 - 1);
    expect((await get(file.contentUrl, null)).statusCode).toBe(200);
    now = new Date(now.getTime() + 1);
    await expectNothing(file.contentUrl);
    expect((await get((await read(file.id)).contentUrl, null)).statusCode).toBe(200);
  });

  it('is the same for five minutes, so that an open page that is read again keeps its photos', async () => {
    const { id } = await aFile();
    now = new Date(now.getTime() + 1_000);
    const first = await read(id);
    now = new Date(now.getTime() + 4 * 60_000);
    expect((await read(id)).contentUrl).toBe(first.contentUrl);
    expect(Date.parse(first.contentUrlExpiresAt) - now.getTime()).toBeGreaterThanOrEqual(15 * 60_000);
    now = new Date(now.getTime() + 60_000);
    expect((await read(id)).contentUrl).not.toBe(first.contentUrl);
  });

  it('opens nothing where a letter of it was changed', async () => {
    const [file, other] = [await aFile(), await aFile()];
    const { contentUrl } = file;
    const foreign = await app.addBrand();
    const expires = /expires=(\d+)/.exec(contentUrl)?.[1] ?? '';
    await expectNothing(contentUrl.replace(file.id, other.id));
    await expectNothing(contentUrl.replace(file.id, newId('file')));
    await expectNothing(contentUrl.replace(expires, String(Number(expires) + 60)));
    await expectNothing(contentUrl.replace(expires, `${expires}.0`));
    await expectNothing(contentUrl.replace('signature=s', 'signature=c'));
    await expectNothing(contentUrl.replace(app.brandId.slice(4), foreign.brandId.slice(4)));
    await expectNothing(contentUrl.slice(0, -1));
    await expectNothing(`${contentUrl}A`);
    await expectNothing(`/f/${file.id}?expires=${expires}&signature=`);
    await expectNothing(`/f/${file.id}?expires=never&signature=%00`);
  });

  it('made for a customer opens a file while customers may see it', async () => {
    const ticket = await aTicket(app);
    const file = await aFile({ ...photoFields, caption: 'Lid' }, ticket.id);
    await aFile({ ...photoFields, visibility: 'internal' }, ticket.id);
    const shown = await asSystem(app.services, app.brandId, (deed) => customerFiles(deed, ticket.id));
    expect(shown).toEqual([
      {
        ...{ id: file.id, kind: 'intake_photo', mediaType: 'image/jpeg', bytes: file.bytes, width: 40, height: 30, caption: 'Lid' },
        ...{
          takenAt: null,
          createdAt: file.createdAt,
          contentUrl: expect.stringContaining('signature=c'),
          contentUrlExpiresAt: file.contentUrlExpiresAt,
        },
      },
    ]);
    const url = shown[0]?.contentUrl ?? '';
    const staffUrl = file.contentUrl;
    expect((await get(url, null)).statusCode).toBe(200);
    const hidden = await app.call(app.keys.center, { method: 'PATCH', url: `/v1/files/${file.id}`, payload: { visibility: 'internal' } });
    expect(hidden.json<FileView>()).toMatchObject({ visibility: 'internal', caption: 'Lid' });
    await expectNothing(url);
    expect((await get(staffUrl, null)).statusCode).toBe(200);
    expect(await asSystem(app.services, app.brandId, (deed) => customerFiles(deed, ticket.id))).toEqual([]);
  });
});

describe('files', () => {
  it('are listed from the oldest, by page, by kind and by who may see them', async () => {
    const ticket = await aTicket(app);
    const files = [
      await aFile(photoFields, ticket.id),
      await aFile({ kind: 'document', visibility: 'internal' }, ticket.id),
      await aFile(photoFields, ticket.id),
    ];
    const ids = files.map(({ id }) => id);
    const list = `/v1/tickets/${ticket.id}/files`;
    const idsOf = async (url: string): Promise<string[]> => (await get(url)).json<{ data: FileView[] }>().data.map(({ id }) => id);
    expect(await idsOf(list)).toEqual(ids);
    expect(await idsOf(`${list}?kind=document`)).toEqual([ids[1]]);
    expect(await idsOf(`${list}?visibility=customer`)).toEqual([ids[0], ids[2]]);
    const first = (await get(`${list}?limit=2`)).json<{ data: FileView[]; nextCursor: string; hasMore: boolean }>();
    expect([first.data.map(({ id }) => id), first.hasMore]).toEqual([ids.slice(0, 2), true]);
    expect(await idsOf(`${list}?limit=2&cursor=${encodeURIComponent(first.nextCursor)}`)).toEqual([ids[2]]);
    const wrong = await get(`${list}?limit=2&kind=document&cursor=${encodeURIComponent(first.nextCursor)}`);
    expect([wrong.statusCode, wrong.json<{ code: string }>().code]).toEqual([400, 'cursor_invalid']);
  });

  it('change in what may change, and in nothing else', async () => {
    const file = await aFile({ ...photoFields, caption: 'Lid' });
    const change = (payload: object) => app.call(app.keys.center, { method: 'PATCH', url: `/v1/files/${file.id}`, payload });
    expect((await change({ caption: null })).json<FileView>()).toMatchObject({ caption: null, visibility: 'customer', sha256: file.sha256 });
    expect((await change({ caption: 'Hinge' })).json<FileView>().caption).toBe('Hinge');
    expect((await change({})).statusCode).toBe(400);
    expect((await change({ kind: 'other' })).statusCode).toBe(400);
    expect(await read(file.id)).toMatchObject({ caption: 'Hinge', kind: 'intake_photo' });
  });

  it('that are removed are gone, and the record of them stays', async () => {
    const file = await aFile();
    const key = `${app.brandId}/${ticketId}/${file.id}`;
    const removed = await app.call(app.keys.center, { method: 'DELETE', url: `/v1/files/${file.id}` });
    expect([removed.statusCode, removed.json<FileView>().id]).toEqual([200, file.id]);
    await expect.poll(async () => (await app.services.files.open(key))?.destroy() ?? null, { timeout: 10_000 }).toBeNull();
    await expectNothing(file.contentUrl);
    for (const url of [`/v1/files/${file.id}`, `/v1/files/${file.id}/content`]) expect((await get(url)).statusCode).toBe(404);
    const again = await app.call(app.keys.center, { method: 'DELETE', url: `/v1/files/${file.id}` });
    expect(again.statusCode).toBe(404);
    const row = await app.owner.selectFrom('files').selectAll().where('id', '=', file.id).executeTakeFirstOrThrow();
    expect([row.removed_at, row.sha256.toString('hex')]).toEqual([now, file.sha256]);
  });

  it('are nothing to couriers and to other tenants', async () => {
    const file = await aFile();
    const other = await app.addBrand();
    const ways = [
      ['GET', `/v1/files/${file.id}`],
      ['GET', `/v1/files/${file.id}/content`],
      ['GET', `/v1/tickets/${ticketId}/files`],
      ['PATCH', `/v1/files/${file.id}`],
      ['DELETE', `/v1/files/${file.id}`],
    ] as const;
    for (const [method, url] of ways) {
      const payload = method === 'PATCH' ? { payload: { visibility: 'internal' } } : {};
      expect([method, url, (await app.call(app.keys.courier, { method, url, ...payload })).statusCode]).toEqual([method, url, 403]);
      expect([method, url, (await app.call(other.keys.brand, { method, url, ...payload })).statusCode]).toEqual([method, url, 404]);
    }
    expect((await get(file.contentUrl, null)).statusCode).toBe(200);
  });
});
