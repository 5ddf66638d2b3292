// Makes docs/customer-page.png of the pictures that the browser's suite took: npx vitest run --project browser states && node scripts/page-picture.ts
import path from 'node:path';
import sharp from 'sharp';

const root = path.resolve(import.meta.dirname, '..');
const names = ['readme-0.png', 'readme-1.png', 'readme-2.png'];
/** Of one page, in px; they were taken at 720 × 1520. */
const page = { width: 540, height: 1_140, radius: 36 };
const gap = 30;

const edge = (fill: string): Buffer =>
  Buffer.from(
    `<svg width="${page.width}" height="${page.height}"><rect x="1" y="1" width="${page.width - 2}" height="${page.height - 2}" rx="${page.radius}" ${fill}/></svg>`,
  );

const rounded = (name: string): Promise<Buffer> =>
  sharp(path.join(root, '.data', 'screenshots', name))
    .resize(page.width, page.height)
    .composite([{ input: edge('fill="#fff"'), blend: 'dest-in' }, { input: edge('fill="none" stroke="#8a96a3" stroke-width="2"') }])
    .png()
    .toBuffer();

const layers = await Promise.all(
  names.map(async (name, index) => ({ input: await rounded(name), left: gap + index * (page.width + gap), top: gap })),
);
const { size } = await sharp({
  create: { width: gap + names.length * (page.width + gap), height: page.height + 2 * gap, channels: 4, background: '#0000' },
})
  .composite(layers)
  .png({ palette: true, colours: 64, effort: 10 })
  .toFile(path.join(root, 'docs', 'customer-page.png'));
console.log(`docs/customer-page.png: ${Math.round(size / 1_024)} KiB`);
