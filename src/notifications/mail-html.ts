// A message as HTML for mail programs: one column, no tables, no images, styles where every program reads them, dark where asked for.
import { escaped } from '#platform/escaped.ts';
import type { Locale } from '#platform/schema.ts';

/** What a mail is made of, in its order; the text part says the same. */
export type Block =
  | { kind: 'text'; text: string }
  /** `who`: whose turn it is, as it stands before the step. */
  | { kind: 'next'; who: string; text: string }
  /** `lead`: what stands before the address; `label`: what stands on the button. */
  | { kind: 'link'; lead: string; label: string; url: string }
  /** `url`: an address behind the text, made a link. */
  | { kind: 'small'; text: string; url?: string };

/** What stands around the blocks. */
export interface Letter {
  locale: Locale;
  subject: string;
  /** What lists of mails show behind the subject. */
  preheader: string;
  brand: string;
  /** `#rrggbb`, of the brand; null: the house's. */
  color: string | null;
  blocks: readonly Block[];
}

const HOUSE_COLOR = '#0b6b78';
const font = "font-family:system-ui,-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans SC',sans-serif";

/** Black or white, whichever can be read better on this color (WCAG 2.2, relative luminance). */
function inkOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? '#ffffff' : '#000000';
}

/** Programs that know `prefers-color-scheme` get these; the others keep the light colors that stand with each element. */
const dark = [
  '.page{background:#0e1318!important}',
  '.sheet{background:#161d24!important;border-color:#2b3641!important}',
  '.ink{color:#e8edf2!important}',
  '.soft{color:#a3b0bd!important}',
  '.step{background:#12303a!important}',
  '.address{color:#7fd6e0!important}',
].join('');

const wrap = 'overflow-wrap:anywhere;word-break:break-word';
const paragraph = (text: string): string => `<p class="ink" style="margin:0 0 16px;color:#17212b;${wrap}">${escaped(text)}</p>`;

const anchor = (url: string | undefined): string =>
  url === undefined ? '' : `<a class="address" href="${escaped(url)}" style="color:#0b6b78">${escaped(url)}</a>`;

function element(block: Block, color: string): string {
  switch (block.kind) {
    case 'text':
      return paragraph(block.text);
    case 'next':
      return `<p class="step ink" style="margin:24px 0;padding:14px 16px;border-radius:8px;background:#e6f3f4;color:#17212b;${wrap}"><b>${escaped(block.who)}</b>${escaped(block.text)}</p>`;
    case 'link': {
      const url = escaped(block.url);
      const button = `display:inline-block;padding:12px 22px;border-radius:8px;background:${color};color:${inkOn(color)};font-weight:600;text-decoration:none`;
      return [
        `<p style="margin:0 0 8px"><a href="${url}" style="${button}">${escaped(block.label)}</a></p>`,
        `<p class="soft" style="margin:0 0 24px;font-size:13px;color:#55616e;${wrap}">${escaped(block.lead)}${anchor(block.url)}</p>`,
      ].join('\n');
    }
    case 'small':
      return `<p class="soft" style="margin:0 0 8px;font-size:13px;color:#55616e;${wrap}">${escaped(block.text)}${anchor(block.url)}</p>`;
  }
}

/** The whole mail; everything that is put in is escaped, and only a `link` becomes one. */
export function mailHtml({ locale, subject, preheader, brand, color, blocks }: Letter): string {
  const accent = color !== null && /^#[0-9a-f]{6}$/i.test(color) ? color : HOUSE_COLOR;
  const split = blocks.findIndex(({ kind }) => kind === 'small');
  const body = split < 0 ? blocks : blocks.slice(0, split);
  const foot = split < 0 ? [] : blocks.slice(split);
  return [
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escaped(subject)}</title>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">',
    '<meta name="supported-color-schemes" content="light dark"><meta name="format-detection" content="telephone=no,date=no,address=no">',
    `<style>@media (prefers-color-scheme:dark){${dark}}@media (max-width:480px){.pad{padding-left:18px!important;padding-right:18px!important}}</style></head>`,
    `<body class="page" style="margin:0;padding:0;background:#f3f5f7;${font};font-size:16px;line-height:1.6;-webkit-text-size-adjust:100%">`,
    `<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${escaped(preheader)}${'&#847;&zwnj;&nbsp;'.repeat(30)}</div>`,
    '<div class="page" role="article" style="padding:24px 8px;background:#f3f5f7">',
    '<div class="sheet" style="max-width:560px;margin:0 auto;background:#ffffff;border:1px solid #dbe1e7;border-radius:12px;overflow:hidden">',
    `<div class="pad" style="padding:18px 28px;border-top:6px solid ${accent}"><p class="ink" style="margin:0;font-size:18px;font-weight:700;color:#17212b">${escaped(brand)}</p></div>`,
    `<div class="pad" style="padding:0 28px 8px"><h1 class="ink" style="margin:0 0 16px;font-size:20px;line-height:1.4;color:#17212b;${wrap}">${escaped(subject)}</h1>`,
    ...body.map((block) => element(block, accent)),
    '</div>',
    ...(foot.length === 0 ? [] : ['<div class="pad" style="padding:0 28px 16px">', ...foot.map((block) => element(block, accent)), '</div>']),
    '</div></div></body></html>',
  ].join('\n');
}

/** A mail of paragraphs alone, as text and as HTML; `closing`: in small letters at its end. */
export const pageOfMail = (
  about: Pick<Letter, 'locale' | 'subject' | 'brand'>,
  paragraphs: readonly string[],
  closing: readonly string[],
): { text: string; html: string } => ({
  text: `${[...paragraphs, ...closing].join('\n\n')}\n`,
  html: mailHtml({
    ...about,
    preheader: paragraphs[0] ?? '',
    color: null,
    blocks: [...paragraphs.map((text) => ({ kind: 'text' as const, text })), ...closing.map((text) => ({ kind: 'small' as const, text }))],
  }),
});
