// The list of places for files: the settings say which one holds them.
import path from 'node:path';
import type { FileStore } from './contract.ts';
import { openDisk } from './disk.ts';
import { openS3 } from './s3.ts';

/** The settings of all places together. */
export interface StoreSettings {
  DATA_DIR: string;
  FILES_S3_URL?: string | undefined;
}

/** The bucket where one is named, otherwise the disk. Touches neither before the first use. */
export function openStore(settings: StoreSettings): FileStore {
  const { DATA_DIR, FILES_S3_URL } = settings;
  return FILES_S3_URL === undefined ? openDisk(path.join(DATA_DIR, 'files')) : openS3(FILES_S3_URL);
}
