// Changes who sees a file, or takes it away: the bytes go, the record of them stays.
import type { Deed } from '#access/deed.ts';
import { Problem } from '#problems.ts';
import type { FileChange, FileView } from './file.ts';
import { fileRow } from './find-files.ts';
import * as store from './store.ts';
import { fileView } from './view.ts';

const gone = (): Problem => new Problem('not_found', 'There is no such file any more.');

/** Links that customers hold stop at once where the file is made internal. Problem: not_found. */
export async function changeFile(deed: Deed, fileId: string, change: FileChange): Promise<FileView> {
  await fileRow(deed, fileId);
  const row = await store.change(deed, fileId, change);
  if (row === undefined) throw gone();
  return fileView(deed, row);
}

/** Nobody finds the file from here on; the caller takes away its bytes once this is committed. Problem: not_found. */
export async function removeFile(deed: Deed, fileId: string): Promise<FileView> {
  await fileRow(deed, fileId);
  const row = await store.remove(deed, fileId);
  if (row === undefined) throw gone();
  return fileView(deed, row);
}
