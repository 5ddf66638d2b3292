// Files as people send them, good and bad, and the forms they come in.
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { type TestApp, unique } from './app-over.ts';

/** A file of a form. */
export interface FormFile {
  field?: string;
  name?: string;
  type?: string;
  bytes: Buffer;
}

/** A form as bytes, and the header that goes with it. */
export interface Form {
  payload: Buffer;
  headers: { 'content-type': string };
}

/** Writes multipart/form-data (RFC 7578). */
export function formOf(fields: Record<string, string>, ...files: FormFile[]): Form {
  const boundary = unique('boundary');
  const parts: Buffer[] = Object.entries(fields).map(([name, value]) =>
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
  );
  for (const { field = 'file', name = 'photo', type = 'image/jpeg', bytes } of files) {
    const typed = type === '' ? '' : `content-type: ${type}\r\n`;
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="${field}"; filename="${name}"\r\n${typed}\r\n`;
    parts.push(Buffer.from(head), bytes, Buffer.from('\r\n'));
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  return { payload: Buffer.concat(parts), headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
}

/** What an intake photo is sent with. */
export const photoFields = { kind: 'intake_photo', visibility: 'customer' };

const canvas = (width: number, height: number, color = '#c08040') => sharp({ create: { width, height, channels: 3, background: color } });

/** A picture of one color. */
export const jpeg = (width = 40, height = 30, color?: string): Promise<Buffer> => canvas(width, height, color).jpeg().toBuffer();
export const png = (): Promise<Buffer> => canvas(40, 30).png().toBuffer();
export const webp = (): Promise<Buffer> => canvas(40, 30).webp().toBuffer();

/** As a phone writes it: held upright (turned by a tag), with the place it was taken at in EXIF and in XMP, and a comment. */
export async function phonePhoto(width = 40, height = 30): Promise<Buffer> {
  const exif = {
    IFD0: { Make: 'Aurora', Model: 'Aurora A5', Orientation: '6' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '31/1 14/1 5/1', GPSLongitudeRef: 'E', GPSLongitude: '121/1 29/1 4/1' },
  };
  const xmp =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="31,14.08N"/></rdf:RDF></x:xmpmeta>';
  return canvas(width, height).withExif(exif).withXmp(xmp).withMetadata({ orientation: 6 }).jpeg().toBuffer();
}

/** The smallest thing that begins like a document. */
export const pdf = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
);

/** As an iPhone writes it by default: the head is enough to know it by. */
export const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0mif1heic'), Buffer.alloc(200)]);

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  let crc = 0xffffffff;
  for (const byte of body) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return Buffer.concat([head, body, tail]);
}

/** A PNG of one bit a pixel that is all black: some kilobytes that decode to `side`² pixels. */
export function pngBomb(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(side * (1 + Math.ceil(side / 8))), { level: 9 });
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

/** Sends a form to a ticket. */
export const upload = (test: TestApp, ticketId: string, form: Form, options: { key?: string; idempotencyKey?: string } = {}) =>
  test.call(options.key ?? test.keys.center, {
    method: 'POST',
    url: `/v1/tickets/${ticketId}/files`,
    headers: { ...form.headers, ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }) },
    payload: form.payload,
  });
