// Which files are taken, told by their first bytes and never by their name: whoever sends a file may be wrong about it, or lie.

/** What is taken. */
export const mediaTypes = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'] as const;
export type MediaType = (typeof mediaTypes)[number];

/** Bytes that are enough to tell. */
export const HEAD_BYTES = 32;

/** The end of a downloaded file's name. */
export const extensions: Record<MediaType, string> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp', 'application/pdf': 'pdf' };

const ascii = (head: Buffer, from: number, to: number): string => head.toString('latin1', from, to);

/** ISO base media files of the HEIF family, by their brand (ISO/IEC 23008-12 §10.2, AV1 Image File Format §6). */
const heif = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1', 'avif', 'avis']);

/** What the first bytes say: a type that is taken, `heif`, or null for anything else. */
export function sniff(head: Buffer): MediaType | 'heif' | null {
  if (head.length >= 3 && head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'image/jpeg';
  if (ascii(head, 0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP') return 'image/webp';
  if (ascii(head, 0, 5) === '%PDF-') return 'application/pdf';
  if (ascii(head, 4, 8) === 'ftyp' && heif.has(ascii(head, 8, 12))) return 'heif';
  return null;
}

/** The declared type in the one spelling that is compared; null where nothing is declared. */
export function declaredType(contentType: string): string | null {
  const [type = ''] = contentType.toLowerCase().split(';');
  const plain = type.trim();
  // What a client sends that does not know either.
  if (plain === '' || plain === 'application/octet-stream') return null;
  return plain === 'image/jpg' || plain === 'image/pjpeg' ? 'image/jpeg' : plain;
}
