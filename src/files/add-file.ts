// Puts a photo or document on a ticket: its bytes are kept first, so that no row ever names bytes that are not there.
import type { Deed } from '#access/deed.ts';
import { newId } from '#platform/id.ts';
import { Problem } from '#problems.ts';
import type { FileUpload, FileView } from './file.ts';
import { mustSeeTicket } from './find-files.ts';
import { keyOf } from './keys.ts';
import type { Prepared } from './prepare-file.ts';
import * as store from './store.ts';
import type { FileStore } from './stores/contract.ts';
import { reached } from './trouble.ts';
import { fileView } from './view.ts';

/** Bytes that are kept and wait for their row. */
export interface KeptBytes {
  brandId: string;
  ticketId: string;
  fileId: string;
  prepared: Prepared;
  /** Takes them away again. Never throws: what stays goes with the sweep. */
  forget(): Promise<void>;
}

/** Keeps the bytes under a new id. Problem: unavailable. */
export async function keepBytes(files: FileStore, brandId: string, ticketId: string, prepared: Prepared): Promise<KeptBytes> {
  const fileId = newId('file');
  const key = keyOf({ brandId, ticketId, fileId });
  await reached(() => files.put(key, prepared.path, prepared));
  return { brandId, ticketId, fileId, prepared, forget: () => files.remove(key).catch(() => undefined) };
}

/** Times on cameras are set by hand: this far ahead of ours is not an error. */
const AHEAD_MS = 86_400_000;

/** Puts kept bytes on their ticket. Problems: not_found, validation_failed (taken in the future). */
export async function addFile(deed: Deed, kept: KeptBytes, upload: FileUpload): Promise<FileView> {
  const { kind, visibility, caption = null } = upload;
  const takenAt = upload.takenAt === undefined ? null : new Date(upload.takenAt);
  if (takenAt !== null && takenAt.getTime() > deed.now.getTime() + AHEAD_MS) {
    throw new Problem('validation_failed', 'The picture cannot have been taken in the future.', {
      errors: [{ in: 'body', pointer: '/takenAt', code: 'too_big', detail: 'lies in the future' }],
    });
  }
  const { mediaType, bytes, sha256, width, height } = kept.prepared;
  const known = { id: kept.fileId, ticketId: kept.ticketId, uploadedBy: deed.actor.id, createdAt: deed.now };
  const row = { ...known, kind, visibility, caption, takenAt, mediaType, bytes, sha256, width, height };
  if (!(await store.insert(deed, row))) await mustSeeTicket(deed, kept.ticketId);
  return fileView(deed, row);
}
