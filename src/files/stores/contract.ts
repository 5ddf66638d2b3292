// The contract of a place for files: bytes under a key, whole or not at all. What the files are is none of its business.
import type { Readable } from 'node:stream';

/** What a place is told about the bytes it takes. */
export interface Described {
  mediaType: string;
  bytes: number;
  sha256: Buffer;
}

/** A place for files. Keys are parts of lower-case letters, digits and `_` between slashes. */
export interface FileStore {
  /** Keeps a copy of the file at `path`; what was there under the key is replaced. Throws StoreTrouble. */
  put(key: string, path: string, about: Described): Promise<void>;
  /** The bytes, or null where nothing is under the key. Throws StoreTrouble. */
  open(key: string): Promise<Readable | null>;
  /** Does nothing where nothing is under the key. Throws StoreTrouble. */
  remove(key: string): Promise<void>;
  /** All that is kept, in no order. Throws StoreTrouble. */
  list(): AsyncIterable<Kept>;
  close(): Promise<void>;
}

/** One thing kept. */
export interface Kept {
  key: string;
  putAt: Date;
}

/** The place cannot be reached, is full or refuses us: nothing that the caller did wrong. */
export class StoreTrouble extends Error {
  override readonly name = 'StoreTrouble';
}
