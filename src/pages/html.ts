// Templates that escape: what is put into one stays text unless a template made it.
import { escaped } from '#platform/escaped.ts';

/** Markup that a template made; nothing else makes one. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes; null and false leave nothing behind. */
type Piece = Html | string | number | null | false | readonly Piece[];

function written(piece: Piece): string {
  if (piece instanceof Html) return piece.text;
  if (piece === null || piece === false) return '';
  return typeof piece === 'object' ? piece.map(written).join('') : escaped(String(piece));
}

/** A piece of a page. Attributes stand in double quotes. */
export const html = (strings: TemplateStringsArray, ...pieces: Piece[]): Html => new Html(String.raw({ raw: strings }, ...pieces.map(written)));
