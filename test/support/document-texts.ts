// The words of a document as its blocks and its HTML have them, so that a test can read what a person would.
import type { Printable } from '#documents/printable.ts';

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** What a browser shows of the page's body. */
export const textOfHtml = (html: string): string =>
  (/<body>(.*)<\/body>/s.exec(html)?.[1] ?? '').replaceAll(/<[^>]*>/g, ' ').replaceAll(/&(#39|\w+);/g, (_, name: string) => entities[name] ?? '?');

/** Every text of the document, in reading order. */
export const textsOf = ({ issuer, references, title, stamp, blocks }: Printable): string[] => [
  issuer.name,
  ...issuer.lines,
  ...references.flatMap(({ label, value }) => [label, value]),
  title,
  ...(stamp === null ? [] : [stamp.text]),
  ...blocks.flatMap((block): string[] => {
    switch (block.kind) {
      case 'heading':
      case 'paragraph':
        return [block.text];
      case 'facts':
        return block.facts.flatMap(({ label, value }) => [label, value]);
      case 'table':
        return [block.caption, ...block.columns.map(({ label }) => label), ...block.rows.flat()];
      case 'totals':
        return block.rows.flatMap(({ label, value }) => [label, value]);
      case 'code':
        return [block.text];
      case 'signatures':
        return block.lines;
    }
  }),
];
