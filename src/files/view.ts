// How a file's row is shown, with a link to its bytes.
import type { Deed } from '#access/deed.ts';
import type { CustomerFile, FileView } from './file.ts';
import { type Audience, writeLink } from './links.ts';
import type { FileRow } from './store.ts';

function linked(deed: Deed, row: FileRow, audience: Audience): { contentUrl: string; contentUrlExpiresAt: string } {
  const { url, expiresAt } = writeLink(deed.seal, { brandId: deed.brandId, fileId: row.id, audience }, deed.now);
  return { contentUrl: url, contentUrlExpiresAt: expiresAt.toISOString() };
}

/** A file as keys read it. */
export function fileView(deed: Deed, row: FileRow): FileView {
  return {
    ...row,
    sha256: row.sha256.toString('hex'),
    takenAt: row.takenAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    ...linked(deed, row, 'staff'),
  };
}

/** A file as its customer reads it: nothing of who keeps it, and a link that ends when it is made internal. */
export function customerFile(deed: Deed, row: FileRow): CustomerFile {
  const { id, kind, mediaType, bytes, width, height, caption } = row;
  const times = { takenAt: row.takenAt?.toISOString() ?? null, createdAt: row.createdAt.toISOString() };
  return { id, kind, mediaType, bytes, width, height, caption, ...times, ...linked(deed, row, 'customer') };
}
