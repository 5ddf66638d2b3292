// What a printed document is made of, before anybody has decided whether it becomes HTML or PDF.
import type { Locale } from '#platform/schema.ts';

/** A label and what stands beside it. */
export interface Fact {
  label: string;
  value: string;
}

/** A column of a table: `share` is its part of the width, amounts stand at the end. */
export interface Column {
  label: string;
  share: number;
  align: 'start' | 'end';
}

/** One thing on the page, top to bottom. */
export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; text: string; weight: 'normal' | 'prominent' | 'small' }
  | { kind: 'facts'; facts: Fact[]; columns: 1 | 2 }
  | { kind: 'table'; caption: string; columns: Column[]; rows: string[][] }
  | { kind: 'totals'; rows: Fact[] }
  | { kind: 'signatures'; lines: string[] }
  /** A QR code: its rows, `1` for dark; `text` is what it says, printed below it. */
  | { kind: 'code'; text: string; rows: string[] };

/** A document in one language, ready to be drawn. It is plain data, so that it can be handed to another thread. */
export interface Printable {
  locale: Locale;
  /** Without an ending. */
  fileName: string;
  title: string;
  issuer: { name: string; lines: string[] };
  /** Beside the issuer: number, dates. */
  references: Fact[];
  /** What has become of it, where that must not be overlooked. */
  stamp: { text: string; tone: 'good' | 'alarm' } | null;
  blocks: Block[];
  /** At the foot of every page, before its number. */
  foot: string;
}

// Marks that turn the direction of the text behind them, by which a word could be made to read as another one.
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const BLANKS = /[\p{Cc}\s\u00a0\u202f\ufeff]+/gu;

/** Text as it is printed: one line, no control characters, nothing that turns the direction of what follows. */
export const clean = (text: string): string => text.replace(DIRECTION_MARKS, '').replace(BLANKS, ' ').trim();

const cleanFact = ({ label, value }: Fact): Fact => ({ label: clean(label), value: clean(value) });

function cleanBlock(block: Block): Block {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return { ...block, text: clean(block.text) };
    case 'facts':
      return { ...block, facts: block.facts.map(cleanFact) };
    case 'table':
      return { ...block, caption: clean(block.caption), rows: block.rows.map((row) => row.map(clean)) };
    case 'totals':
      return { ...block, rows: block.rows.map(cleanFact) };
    case 'signatures':
      return { ...block, lines: block.lines.map(clean) };
    case 'code':
      return { ...block, text: clean(block.text) };
  }
}

/** The document with every text of it cleaned: the last thing a template does. */
export const printable = (raw: Printable): Printable => ({
  ...raw,
  title: clean(raw.title),
  issuer: { name: clean(raw.issuer.name), lines: raw.issuer.lines.map(clean) },
  references: raw.references.map(cleanFact),
  stamp: raw.stamp === null ? null : { ...raw.stamp, text: clean(raw.stamp.text) },
  blocks: raw.blocks.map(cleanBlock),
  foot: clean(raw.foot),
});

/** Facts whose value is known; the others are left out. */
export const known = (...facts: (readonly [label: string, value: string | null | undefined])[]): Fact[] =>
  facts.flatMap(([label, value]) => (value === null || value === undefined || value === '' ? [] : [{ label, value }]));
