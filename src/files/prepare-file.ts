// Decides what an arrived file is and makes of it what is kept: pictures without their metadata, documents as they came.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Problem } from '#problems.ts';
import { cleanPicture } from './clean-picture.ts';
import { type MediaType, mediaTypes, sniff } from './file-types.ts';
import { cleanedPath, type Received } from './receive-upload.ts';

/** A file as it will be kept; it lies at `path`. */
export interface Prepared {
  path: string;
  mediaType: MediaType;
  bytes: number;
  sha256: Buffer;
  width: number | null;
  height: number | null;
}

/** The type of the file. Problems: file_type_unknown, file_type_differs. */
export function typeOf({ head, declared }: Pick<Received, 'head' | 'declared'>): MediaType {
  const type = sniff(head);
  if (type === 'heif') {
    throw new Problem(
      'file_type_unknown',
      'HEIC and AVIF pictures are not taken. Send a JPEG: on an iPhone, set Camera > Formats to Most Compatible, or share the picture as JPEG.',
    );
  }
  const known = declared !== null && (mediaTypes as readonly string[]).includes(declared);
  if (type === null && !known) throw new Problem('file_type_unknown', 'Send a JPEG, PNG or WebP picture, or a PDF.');
  if (type === null || (declared !== null && declared !== type)) {
    throw new Problem(
      'file_type_differs',
      `The file is sent as ${(declared ?? '').slice(0, 60)} and is ${type ?? 'something else'}. Send it as what it is.`,
    );
  }
  return type;
}

async function measured(path: string): Promise<{ bytes: number; sha256: Buffer }> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  });
  return { bytes, sha256: hash.digest() };
}

/** Makes what is kept. Problems: file_type_unknown, file_type_differs, file_unreadable, picture_too_large, overloaded, unavailable. */
export async function prepareFile(received: Received): Promise<Prepared> {
  const mediaType = typeOf(received);
  const { path, bytes, sha256 } = received;
  if (mediaType === 'application/pdf') return { path, mediaType, bytes, sha256, width: null, height: null };
  const cleaned = cleanedPath(path);
  const size = await cleanPicture(path, cleaned, mediaType);
  return { path: cleaned, mediaType, ...size, ...(await measured(cleaned)) };
}
