// A process that cleans one picture and ends: upright, without any metadata, within bounds. Its memory goes with it, and so does whatever a
// broken picture does to the decoder. Arguments: from, to, format, most pixels, and where it is to be scaled down, width
// and height that it has to fit in. Writes one line of JSON.
import { setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import sharp from 'sharp';

/** Of a machine that has other things to do: alone it takes three for the largest. */
const SECONDS = 60;
const QUALITY = 90;

const [from = '', to = '', format = '', most = '0', width = '0', height = '0'] = parseArgs({ allowPositionals: true }).positionals;
const maxPixels = Number(most);
const within = Number(width) > 0 ? { width: Number(width), height: Number(height) } : null;

// Only the decoders of what is taken.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpegFile', 'VipsForeignLoadPngFile', 'VipsForeignLoadWebpFile'] });
sharp.cache(false);
sharp.concurrency(1);
// Customers' calls go first.
setPriority(10);

async function clean(): Promise<object> {
  // Warnings are for cameras that write a byte too many; what is cut short is an error.
  const options = { failOn: 'error', limitInputPixels: maxPixels, pages: 1 } as const;
  const found = await sharp(from, { ...options, limitInputPixels: false }).metadata();
  if (found.format !== format) return { problem: 'differs' };
  if (found.width * found.height > maxPixels) return { problem: 'pixels', width: found.width, height: found.height };
  // Without keepMetadata() nothing but pixels is written: no EXIF, XMP, IPTC, color profile or comment. Colors become sRGB.
  const picture = sharp(from, options).timeout({ seconds: SECONDS }).autoOrient();
  // Small pictures are worth the work that makes them smaller: they are sent with every page.
  if (within !== null) {
    picture.resize({ ...within, fit: 'inside', withoutEnlargement: true });
    if (format === 'jpeg') picture.jpeg({ quality: 85, mozjpeg: true });
    if (format === 'png') picture.png({ compressionLevel: 9, palette: true });
    if (format === 'webp') picture.webp({ quality: 85, effort: 6 });
    const { width: wide, height: high } = await picture.toFile(to);
    return { width: wide, height: high };
  }
  // Optimized coding would hold the whole picture a second time, to save a twentieth of its size.
  if (format === 'jpeg') picture.jpeg({ quality: QUALITY, optimizeCoding: false });
  if (format === 'png') picture.png({ compressionLevel: 4 });
  if (format === 'webp') picture.webp({ quality: QUALITY, effort: 2 });
  const { width: wide, height: high } = await picture.toFile(to);
  return { width: wide, height: high };
}

try {
  process.stdout.write(JSON.stringify(await clean()));
} catch (error) {
  const { message } = error as Error;
  process.stdout.write(JSON.stringify({ problem: /space left|write error|unable to open for write/i.test(message) ? 'disk' : 'unreadable' }));
}
