// Hands out the bytes of a file, to keys and to whoever holds a signed link.
import type { Readable } from 'node:stream';
import { asSystem } from '#access/perform.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import { extensions } from './file-types.ts';
import { keyOf } from './keys.ts';
import { readLink } from './links.ts';
import { byId, type FileRow } from './store.ts';
import { reached } from './trouble.ts';

/** Bytes on their way out, with the headers that go with them. */
export interface Content {
  headers: Record<string, string>;
  bytes: Readable;
}

const unknown = (): Problem => new Problem('not_found', 'There is no such file, or the link to it is over. Ask for a new link.');

/** Nothing in a file may run, frame or load anything, be taken for another type, or stay in a cache. */
const headersOf = (row: FileRow): Record<string, string> => ({
  'content-type': row.mediaType,
  'content-length': String(row.bytes),
  'content-disposition': `${row.mediaType === 'application/pdf' ? 'attachment' : 'inline'}; filename="${row.id}.${extensions[row.mediaType]}"`,
  'content-security-policy': "sandbox; default-src 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'private, no-store',
});

/** The bytes of a file that the caller may see. Problems: not_found, unavailable. */
export async function contentOf(services: Services, brandId: string, row: FileRow): Promise<Content> {
  const bytes = await reached(() => services.files.open(keyOf({ brandId, ticketId: row.ticketId, fileId: row.id })));
  if (bytes === null) {
    services.log.error({ fileId: row.id }, 'a file has no bytes');
    throw unknown();
  }
  return { headers: headersOf(row), bytes };
}

/** The bytes behind a signed link. Problem: not_found, the same for an unknown file and a link that is wrong or over; unavailable. */
export async function linkedContent(services: Services, fileId: string, query: { expires: string; signature: string }): Promise<Content> {
  const link = readLink(services.seal, fileId, query, services.clock.now());
  if (link === null) throw unknown();
  const row = await asSystem(services, link.brandId, (deed) => byId(deed, fileId));
  if (row === undefined || (link.audience === 'customer' && row.visibility !== 'customer')) throw unknown();
  return contentOf(services, link.brandId, row);
}
