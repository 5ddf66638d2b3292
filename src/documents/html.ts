// Draws a document as one HTML page: semantic, printable, without scripts, and nothing in it that is not escaped.
import { escaped } from '#platform/escaped.ts';
import type { Block, Column, Fact, Printable } from './printable.ts';
import { css } from './style.ts';

// Texts that people wrote take their direction from their own letters and leave it at their end.
const definition = ({ label, value }: Fact): string => `<div><dt>${escaped(label)}</dt><dd dir="auto">${escaped(value)}</dd></div>`;
const classOf = ({ align }: Column): string => (align === 'end' ? ' class="end"' : '');
const cell = (text: string, column: Column | undefined): string =>
  column?.align === 'end' ? `<td class="end">${escaped(text)}</td>` : `<td dir="auto">${escaped(text)}</td>`;

function table({ caption, columns, rows }: Extract<Block, { kind: 'table' }>): string {
  const head = columns.map((column) => `<th scope="col"${classOf(column)}>${escaped(column.label)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((text, index) => cell(text, columns[index])).join('')}</tr>`).join('\n');
  const shares = columns.reduce((sum, { share }) => sum + share, 0);
  // An attribute, because the policy allows no style of an element's own.
  const widths = columns.map(({ share }) => `<col width="${Math.round((100 * share) / shares)}%">`).join('');
  return `<table><caption>${escaped(caption)}</caption><colgroup>${widths}</colgroup>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody></table>`;
}

/** Four light modules around it, as ISO/IEC 18004 asks. */
function code({ text, rows }: Extract<Block, { kind: 'code' }>): string {
  const side = rows.length + 8;
  const path = rows.flatMap((row, y) => [...row].map((module, x) => (module === '1' ? `M${x + 4} ${y + 4}h1v1h-1z` : ''))).join('');
  return `<figure class="code"><svg width="170" height="170" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges" role="img" aria-label="${escaped(text)}"><rect width="${side}" height="${side}" fill="#fff"/><path d="${path}" fill="#000"/></svg><figcaption>${escaped(text)}</figcaption></figure>`;
}

function draw(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${escaped(block.text)}</h2>`;
    case 'paragraph':
      return `<p class="${block.weight}" dir="auto">${escaped(block.text)}</p>`;
    case 'facts':
      return `<dl class="facts${block.columns === 2 ? ' two' : ''}">${block.facts.map(definition).join('\n')}</dl>`;
    case 'table':
      return table(block);
    case 'totals':
      return `<dl class="totals">${block.rows.map(definition).join('\n')}</dl>`;
    case 'signatures':
      return `<div class="signatures">${block.lines.map((line) => `<p>${escaped(line)}</p>`).join('')}</div>`;
    case 'code':
      return code(block);
  }
}

/** The page, to be sent with `contentSecurityPolicy`. */
export function htmlOf({ locale, title, issuer, references, stamp, blocks, foot }: Printable): string {
  const lines = issuer.lines.map((line) => `<p dir="auto">${escaped(line)}</p>`).join('');
  const refs = references.map(({ label, value }) => `<dt>${escaped(label)}</dt><dd>${escaped(value)}</dd>`).join('');
  return `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><title>${escaped(foot)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<style>${css}</style></head>
<body><main>
<header><div class="issuer"><b dir="auto">${escaped(issuer.name)}</b>${lines}</div>
<dl class="references">${refs}</dl></header>
<h1>${escaped(title)}</h1>
${stamp === null ? '' : `<p class="stamp ${stamp.tone}">${escaped(stamp.text)}</p>\n`}${blocks.map(draw).join('\n')}
<footer>${escaped(foot)}</footer>
</main></body></html>
`;
}
