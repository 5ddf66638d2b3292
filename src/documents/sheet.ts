// The paper of a PDF: fonts, where the pen stands, new pages, and the tags by which a screen reader finds its way.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import type { Printable } from './printable.ts';
import { words } from './wording.ts';

const MARGIN = 36;
const FOOT = 14;
/** Noto Sans SC leaves much room between lines. */
const LINE_GAP = -0.1;
const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' });
/** Stands for what the font cannot draw. */
const BOX = '\u25a1';

/** Colors of the paper. */
export const ink = { text: '#1d2733', soft: '#566270', line: '#cfd6dd', fill: '#f2f5f7', alarm: '#b3261e', good: '#1b6e3c' } as const;

/** How a text is set; sizes in points. */
export interface Setting {
  size: number;
  bold?: boolean;
  color?: string;
  align?: 'left' | 'right';
}

type Tag = 'H1' | 'H2' | 'P' | 'Table' | 'TR' | 'TH' | 'TD';

/** A place in the tree of tags. */
export interface Node {
  add(tag: Tag, draw?: () => void, scope?: 'Column' | 'Row'): Node;
}

/** A document being drawn. Coordinates in points from the top left. */
export interface Sheet {
  left: number;
  width: number;
  y: number;
  root: Node;
  /** Whether so much fits on this page. */
  fits(height: number): boolean;
  newPage(): void;
  heightOf(text: string, width: number, setting: Setting): number;
  /** Draws at a place; the pen stays where it is. */
  text(text: string, x: number, y: number, width: number, setting: Setting): void;
  /** Draws what a reader passes over: lines, fillings, a header that is repeated. */
  ornament(draw: (doc: PDFKit.PDFDocument) => void): void;
  /** Writes the feet of all pages and ends. */
  end(): void;
}

const require = createRequire(import.meta.url);
const fontFile = (style: string): Buffer => readFileSync(require.resolve(`@expo-google-fonts/noto-sans-sc/${style}/NotoSansSC_${style}.ttf`));
let fonts: { regular: Buffer; bold: Buffer } | null = null;

/** Read once, on the first document: 21 MB for both, outside the heap. */
function fontFiles(): { regular: Buffer; bold: Buffer } {
  fonts ??= { regular: fontFile('400Regular'), bold: fontFile('700Bold') };
  return fonts;
}

function nodeOf(doc: PDFKit.PDFDocument, element: PDFKit.PDFStructureElement): Node {
  return {
    add(tag, draw, scope) {
      const child = doc.struct(tag, scope === undefined ? {} : ({ scope } as object));
      element.add(child);
      if (draw !== undefined) {
        child.add(draw);
        child.end();
      }
      return nodeOf(doc, child);
    },
  };
}

/** Opens an A4 document whose bytes go to `onData`; resolves when the last of them has. */
export function openSheet({ locale, foot, issuer }: Printable, onData: (chunk: Buffer) => void): { sheet: Sheet; done: Promise<void> } {
  // The types know neither this subset nor the scope of a header cell; both are in pdfkit's guide to accessibility.
  const accessible = { subset: 'PDF/UA' } as object;
  const doc = new PDFDocument({
    ...accessible,
    size: 'A4',
    margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: MARGIN + FOOT },
    bufferPages: true,
    lang: locale,
    tagged: true,
    displayTitle: true,
    pdfVersion: '1.7',
    info: { Title: foot, Author: issuer.name, Creator: 'Glassbench', Producer: 'Glassbench' },
  });
  const { regular, bold } = fontFiles();
  doc.registerFont('regular', regular);
  doc.registerFont('bold', bold);
  const done = new Promise<void>((resolve, reject) => {
    doc.on('data', onData);
    doc.once('end', resolve);
    doc.once('error', reject);
  });

  const left = MARGIN;
  const width = doc.page.width - 2 * MARGIN;
  const bottom = (): number => doc.page.height - MARGIN - FOOT;
  // pdfkit does not say which characters a font has; the font it holds does.
  const draws = (): ((code: number) => boolean) => {
    const { font } = (doc as unknown as { _font: { font: { hasGlyphForCodePoint(code: number): boolean } } })._font;
    return (code) => font.hasGlyphForCodePoint(code);
  };
  doc.font('regular');
  const has = draws();
  // Every text is measured before it is drawn.
  const seen = new Map<string, string>();
  const drawable = (text: string): string => {
    const known = seen.get(text);
    if (known !== undefined) return known;
    const kept = [...GRAPHEMES.segment(text)]
      .map(({ segment }) => [...segment].filter((char) => has(char.codePointAt(0) ?? 0)).join('') || BOX)
      .join('');
    seen.set(text, kept);
    return kept;
  };
  const set = ({ size, bold: heavy, color }: Setting): void =>
    void doc
      .font(heavy === true ? 'bold' : 'regular')
      .fontSize(size)
      .fillColor(color ?? ink.text);

  const tree = doc.struct('Document');
  doc.addStructure(tree);

  const sheet: Sheet = {
    left,
    width,
    y: MARGIN,
    root: nodeOf(doc, tree),
    fits: (height) => sheet.y + height <= bottom(),
    newPage() {
      doc.addPage();
      sheet.y = MARGIN;
    },
    heightOf(text, within, setting) {
      set(setting);
      return text === '' ? 0 : doc.heightOfString(drawable(text), { width: within, lineGap: LINE_GAP * setting.size });
    },
    text(text, x, y, within, setting) {
      if (text === '') return;
      set(setting);
      doc.text(drawable(text), x, y, { width: within, align: setting.align ?? 'left', lineGap: LINE_GAP * setting.size });
    },
    ornament(draw) {
      doc.markContent('Artifact', { type: 'Layout' });
      doc.save();
      draw(doc);
      doc.restore();
      doc.endMarkedContent();
    },
    end() {
      const { start, count } = doc.bufferedPageRange();
      for (let page = 0; page < count; page += 1) {
        doc.switchToPage(start + page);
        // Below the margin pdfkit would begin a new page.
        doc.page.margins.bottom = 0;
        const y = doc.page.height - MARGIN - 6;
        const setting = { size: 8, color: ink.soft };
        sheet.ornament(() => {
          sheet.text(foot, left, y, width * 0.7, setting);
          sheet.text(words[locale].page(page + 1, count), left + width * 0.7, y, width * 0.3, { ...setting, align: 'right' });
        });
      }
      doc.end();
    },
  };
  return { sheet, done };
}
