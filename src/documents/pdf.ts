// Draws a document as PDF: the same blocks as the HTML, tagged in the same order, with pages that break between rows.
import type { Block, Column, Fact, Printable } from './printable.ts';
import { ink, type Node, openSheet, type Setting, type Sheet } from './sheet.ts';

const PAD = 5;
const normal: Setting = { size: 9.25 };
const soft: Setting = { size: 9.25, color: ink.soft };
const small: Setting = { size: 8, color: ink.soft };
const heading: Setting = { size: 10.5, bold: true };
const columnHead: Setting = { size: 9, bold: true, color: '#3b4754' };
/** What must follow a heading on the same page: a header row and a row. */
const COMPANY = 52;
const SIGNATURES = 52;

function room(sheet: Sheet, height: number): void {
  if (!sheet.fits(height)) sheet.newPage();
}

function drawHeading(sheet: Sheet, node: Node, text: string, company: number): void {
  const height = sheet.heightOf(text, sheet.width, heading);
  room(sheet, 8 + height + company);
  sheet.y += 8;
  node.add('H2', () => sheet.text(text, sheet.left, sheet.y, sheet.width, heading));
  sheet.y += height + 2;
}

function drawParagraph(sheet: Sheet, { text, weight }: Extract<Block, { kind: 'paragraph' }>, company: number): void {
  const setting = weight === 'small' ? small : normal;
  const inset = weight === 'prominent' ? 12 : 0;
  const within = sheet.width - 2 * inset;
  const height = sheet.heightOf(text, within, setting);
  room(sheet, height + inset + 7 + company);
  sheet.y += weight === 'small' ? 2 : 5;
  if (inset > 0) {
    sheet.ornament((doc) => {
      doc.rect(sheet.left, sheet.y, sheet.width, height + 12).fill(ink.fill);
      doc.rect(sheet.left, sheet.y, 2.5, height + 12).fill(ink.text);
    });
  }
  sheet.root.add('P', () => sheet.text(text, sheet.left + inset, sheet.y + inset / 2, within, setting));
  sheet.y += height + inset + 2;
}

/** A label in a column of its own and its value beside it; the row is as high as the higher of both. */
function drawFacts(sheet: Sheet, { facts, columns }: Extract<Block, { kind: 'facts' }>): void {
  if (facts.length === 0) return;
  const gap = 20;
  const cell = (sheet.width - gap * (columns - 1)) / columns;
  const label = 98;
  const value = cell - label - 8;
  const table = sheet.root.add('Table');
  sheet.y += 3;
  for (let first = 0; first < facts.length; first += columns) {
    const row = facts.slice(first, first + columns);
    const height = Math.max(...row.map((fact) => Math.max(sheet.heightOf(fact.label, label, soft), sheet.heightOf(fact.value, value, normal))));
    room(sheet, height + 1);
    const tr = table.add('TR');
    row.forEach((fact, index) => {
      const x = sheet.left + index * (cell + gap);
      tr.add('TH', () => sheet.text(fact.label, x, sheet.y, label, soft), 'Row');
      tr.add('TD', () => sheet.text(fact.value, x + label + 8, sheet.y, value, normal));
    });
    sheet.y += height + 1;
  }
}

interface Slot extends Column {
  x: number;
  width: number;
}

function slotsOf(sheet: Sheet, columns: Column[]): Slot[] {
  const shares = columns.reduce((sum, { share }) => sum + share, 0);
  let x = sheet.left;
  return columns.map((column) => {
    const slot = { ...column, x, width: (sheet.width * column.share) / shares };
    x += slot.width;
    return slot;
  });
}

const alignOf = ({ align }: Column): 'left' | 'right' => (align === 'end' ? 'right' : 'left');

function rowHeight(sheet: Sheet, slots: Slot[], texts: string[], setting: Setting): number {
  return Math.max(...slots.map((slot, index) => sheet.heightOf(texts[index] ?? '', slot.width - 2 * PAD, setting))) + 5;
}

/** The header row, tagged where it stands first and passed over by readers where it is repeated. */
function drawHeader(sheet: Sheet, slots: Slot[], table: Node | null): void {
  const labels = slots.map(({ label }) => label);
  const height = rowHeight(sheet, slots, labels, columnHead);
  const draw = ({ label, x, width, align }: Slot): void =>
    sheet.text(label, x + PAD, sheet.y + 2.5, width - 2 * PAD, { ...columnHead, align: align === 'end' ? 'right' : 'left' });
  sheet.ornament((doc) => doc.rect(sheet.left, sheet.y, sheet.width, height).fill(ink.fill));
  const tr = table?.add('TR');
  if (tr === undefined) sheet.ornament(() => slots.forEach(draw));
  else for (const slot of slots) tr.add('TH', () => draw(slot), 'Column');
  sheet.y += height;
}

function drawTable(sheet: Sheet, { caption, columns, rows }: Extract<Block, { kind: 'table' }>): void {
  const slots = slotsOf(sheet, columns);
  drawHeading(sheet, sheet.root, caption, COMPANY);
  const table = sheet.root.add('Table');
  drawHeader(sheet, slots, table);
  for (const row of rows) {
    const height = rowHeight(sheet, slots, row, normal);
    if (!sheet.fits(height)) {
      sheet.newPage();
      drawHeader(sheet, slots, null);
    }
    const tr = table.add('TR');
    slots.forEach((slot, index) => {
      tr.add('TD', () => sheet.text(row[index] ?? '', slot.x + PAD, sheet.y + 2.5, slot.width - 2 * PAD, { ...normal, align: alignOf(slot) }));
    });
    sheet.y += height;
    sheet.ornament((doc) => doc.rect(sheet.left, sheet.y - 0.25, sheet.width, 0.5).fill(ink.line));
  }
}

function drawTotals(sheet: Sheet, rows: Fact[]): void {
  const width = sheet.width * 0.6;
  const x = sheet.left + sheet.width - width;
  const settings = rows.map((_, index): Setting => (index === rows.length - 1 ? { size: 12, bold: true } : normal));
  const heights = rows.map(({ label, value }, index) => {
    const setting = settings[index] ?? normal;
    return Math.max(sheet.heightOf(label, width * 0.5, setting), sheet.heightOf(value, width * 0.5 - 2 * PAD, setting)) + 2;
  });
  room(
    sheet,
    heights.reduce((sum, height) => sum + height, 20),
  );
  sheet.y += 6;
  const table = sheet.root.add('Table');
  rows.forEach(({ label, value }, index) => {
    const setting = settings[index] ?? normal;
    if (index === rows.length - 1) {
      sheet.y += 3;
      sheet.ornament((doc) => doc.rect(x, sheet.y, width, 1.25).fill(ink.text));
      sheet.y += 5;
    }
    const tr = table.add('TR');
    tr.add('TH', () => sheet.text(label, x + PAD, sheet.y, width * 0.5, setting), 'Row');
    tr.add('TD', () => sheet.text(value, x + width * 0.5, sheet.y, width * 0.5 - PAD, { ...setting, align: 'right' }));
    sheet.y += heights[index] ?? 0;
  });
}

function drawSignatures(sheet: Sheet, lines: string[]): void {
  const gap = 30;
  const width = (sheet.width - gap * (lines.length - 1)) / lines.length;
  room(sheet, SIGNATURES);
  sheet.y += 31;
  lines.forEach((line, index) => {
    const x = sheet.left + index * (width + gap);
    sheet.ornament((doc) => doc.rect(x, sheet.y, width, 0.75).fill(ink.text));
    sheet.root.add('P', () => sheet.text(line, x, sheet.y + 4, width, small));
  });
  sheet.y += 20;
}

const CODE_SIDE = 128;

/** Drawn as a picture that readers pass over: what it says stands below it as text. */
function drawCode(sheet: Sheet, { text, rows }: Extract<Block, { kind: 'code' }>): void {
  const setting: Setting = { size: 13, bold: true };
  const height = sheet.heightOf(text, sheet.width, setting);
  room(sheet, CODE_SIDE + height + 12);
  const module = CODE_SIDE / (rows.length + 8);
  sheet.ornament((doc) => {
    rows.forEach((row, y) => {
      [...row].forEach((dark, x) => {
        if (dark === '1') doc.rect(sheet.left + (x + 4) * module, sheet.y + (y + 4) * module, module, module);
      });
    });
    doc.fill('#000000');
  });
  sheet.y += CODE_SIDE;
  sheet.root.add('P', () => sheet.text(text, sheet.left, sheet.y, sheet.width, setting));
  sheet.y += height + 8;
}

/** @param next what follows: a signature stands on the page of what is signed. */
function draw(sheet: Sheet, block: Block, next: Block | undefined): void {
  switch (block.kind) {
    case 'heading':
      return drawHeading(sheet, sheet.root, block.text, COMPANY / 2);
    case 'paragraph':
      return drawParagraph(sheet, block, next?.kind === 'signatures' ? SIGNATURES : 0);
    case 'facts':
      return drawFacts(sheet, block);
    case 'table':
      return drawTable(sheet, block);
    case 'totals':
      return drawTotals(sheet, block.rows);
    case 'signatures':
      return drawSignatures(sheet, block.lines);
    case 'code':
      return drawCode(sheet, block);
  }
}

function drawHead(sheet: Sheet, { issuer, references, title, stamp }: Printable): void {
  const half = sheet.width * 0.54;
  const top = sheet.y;
  const name: Setting = { size: 13, bold: true };
  const lineSetting: Setting = { size: 9, color: ink.soft };
  const put = (text: string, setting: Setting): void => {
    sheet.root.add('P', () => sheet.text(text, sheet.left, sheet.y, half, setting));
    sheet.y += sheet.heightOf(text, half, setting);
  };
  put(issuer.name, name);
  for (const line of issuer.lines) put(line, lineSetting);
  const afterIssuer = sheet.y;

  sheet.y = top;
  const x = sheet.left + half + 10;
  const width = sheet.width - half - 10;
  const table = sheet.root.add('Table');
  for (const { label, value } of references) {
    const strong: Setting = { size: 9, bold: true };
    const height = Math.max(sheet.heightOf(label, width * 0.35, lineSetting), sheet.heightOf(value, width * 0.65, strong));
    const tr = table.add('TR');
    tr.add('TH', () => sheet.text(label, x, sheet.y, width * 0.35, lineSetting), 'Row');
    tr.add('TD', () => sheet.text(value, x + width * 0.35, sheet.y, width * 0.65, { ...strong, align: 'right' }));
    sheet.y += height;
  }
  sheet.y = Math.max(sheet.y, afterIssuer) + 8;
  sheet.ornament((doc) => doc.rect(sheet.left, sheet.y, sheet.width, 1.5).fill(ink.text));
  sheet.y += 8;

  const large: Setting = { size: 17, bold: true };
  sheet.root.add('H1', () => sheet.text(title, sheet.left, sheet.y, sheet.width, large));
  sheet.y += sheet.heightOf(title, sheet.width, large) + 2;
  if (stamp !== null) {
    const bold: Setting = { size: 10, bold: true, color: ink[stamp.tone] };
    const height = sheet.heightOf(stamp.text, sheet.width, bold);
    sheet.root.add('P', () => sheet.text(stamp.text, sheet.left + 10, sheet.y + 2, sheet.width - 20, bold));
    sheet.ornament((doc) => {
      const wide = doc.font('bold').fontSize(10).widthOfString(stamp.text) + 20;
      doc
        .roundedRect(sheet.left, sheet.y, Math.min(wide, sheet.width), height + 4, 3)
        .lineWidth(1.5)
        .stroke(ink[stamp.tone]);
    });
    sheet.y += height + 6;
  }
}

/** The whole PDF. A document of one page has some 40 kB, one of a hundred lines less than 100. */
export async function pdfOf(printable: Printable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const { sheet, done } = openSheet(printable, (chunk) => void chunks.push(chunk));
  drawHead(sheet, printable);
  printable.blocks.forEach((block, index) => draw(sheet, block, printable.blocks[index + 1]));
  sheet.end();
  await done;
  return Buffer.concat(chunks);
}
