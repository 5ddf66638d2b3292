// One document, two forms: both show the same words in the same order, on as many pages as it takes, whatever people wrote.
import { createHash } from 'node:crypto';
import { getDocumentProxy } from 'unpdf';
import { describe, expect, it } from 'vitest';
import { htmlOf } from '#documents/html.ts';
import { pdfOf } from '#documents/pdf.ts';
import type { Printable } from '#documents/printable.ts';
import { quoteOf } from '#documents/quote.ts';
import { receiptOf } from '#documents/receipt.ts';
import { contentSecurityPolicy } from '#documents/style.ts';
import type { Locale } from '#platform/schema.ts';
import { packed, pagesOf } from '../../support/document-pages.ts';
import { aRepair, formRecord, longRecord, quoteRecord, receiptRecord } from '../../support/document-records.ts';
import { textOfHtml, textsOf } from '../../support/document-texts.ts';

const ADDRESS = 'https://repair.example';
const documents = (locale: Locale): Record<string, Printable> => ({
  receipt: receiptOf(receiptRecord(locale), locale, ADDRESS),
  quote: quoteOf(quoteRecord(locale), locale),
  form: quoteOf(formRecord(locale), locale),
});
const all = (['zh-CN', 'en'] as const).flatMap((locale) =>
  Object.entries(documents(locale)).map(([name, printable]) => [name, locale, printable] as const),
);

/** The page without what stands at its foot. */
const body = (page: string, foot: string): string => packed(page).split(packed(foot))[0] ?? '';

describe.each(all)('%s in %s', (_, locale, printable) => {
  const words = packed(textsOf(printable).join(''));

  it('shows every text once and in order, in both forms', async () => {
    const html = htmlOf(printable);
    expect(packed(textOfHtml(html))).toBe(words + packed(printable.foot));
    const pages = await pagesOf(await pdfOf(printable));
    expect(pages.map((page) => body(page, printable.foot)).join('')).toBe(words);
  });

  it('is tagged, titled and in its language', async () => {
    const bytes = Buffer.from(await pdfOf(printable));
    const pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
    const { info } = await pdf.getMetadata();
    expect(info).toMatchObject({ Title: printable.foot, Author: printable.issuer.name, Language: locale });
    expect(await pdf.getMarkInfo()).toMatchObject({ Marked: true });
    const tree = JSON.stringify(await (await pdf.getPage(1)).getStructTree());
    for (const tag of ['H1', 'H2', 'P', 'Table', 'TR', 'TH', 'TD']) expect(tree).toContain(`"role":"${tag}"`);
    expect(htmlOf(printable)).toContain(`<html lang="${locale}">`);
  });
});

describe('a quote of a hundred lines', () => {
  it.each(['zh-CN', 'en'] as const)('repeats its header on every page and numbers them (%s)', async (locale) => {
    const printable = quoteOf(longRecord(locale), locale);
    const pages = await pagesOf(await pdfOf(printable));
    expect(pages.length).toBeGreaterThan(3);
    const table = printable.blocks.find((block) => block.kind === 'table');
    const header = packed(table?.columns.map(({ label }) => label).join('') ?? '?');
    const rows = table?.rows.map((row) => packed(row.join(''))) ?? [];
    const held = pages.map((page) => rows.filter((row) => packed(page).includes(row)));
    expect(held.flat()).toEqual(rows);
    for (const [index, page] of pages.entries()) {
      expect(packed(page).includes(header)).toBe((held[index]?.length ?? 0) > 0);
      expect(packed(page)).toContain(packed(locale === 'en' ? `Page ${index + 1} of ${pages.length}` : `第 ${index + 1} 页，共 ${pages.length} 页`));
    }
  });

  it('keeps the signature on the page of what is signed', async () => {
    for (let lines = 60; lines < 100; lines += 7) {
      const record = longRecord('en');
      const printable = quoteOf({ ...record, offer: { ...record.offer, lines: record.offer.lines.slice(0, lines) } }, 'en');
      const last = (await pagesOf(await pdfOf(printable))).at(-1) ?? '';
      expect(last).toContain('Please tell us yes or no');
      expect(last).toContain('Customer, date');
    }
  }, 30_000);
});

describe('hostile text', () => {
  const script = `<script>alert("x")</script><img src=x onerror='y'>&amp;`;
  const long = 'Überlänge '.repeat(100).trim();
  const wide = 'W'.repeat(1000);

  const withFault = (faultReported: string): Printable => receiptOf(receiptRecord('en', { repair: aRepair('en', { faultReported }) }), 'en', ADDRESS);

  it('stays text', async () => {
    const printable = withFault(script);
    const html = htmlOf(printable);
    expect(html).not.toMatch(/<(script|img)|<[^>]*\s(on\w+|style)=/);
    expect(textOfHtml(html)).toContain(script);
    expect(packed((await pagesOf(await pdfOf(printable))).join(''))).toContain(packed(script));
  });

  it.each([long, wide, '维'.repeat(1000)])('of a thousand characters is printed whole', async (text) => {
    const pages = await pagesOf(await pdfOf(withFault(text)));
    expect(packed(pages.join(''))).toContain(packed(text));
  });

  it('cannot turn the direction of what stands beside it, nor break a line', () => {
    const printable = withFault('evil\u202egnp.exe\u2066\u0007\n\n\ttext');
    expect(textsOf(printable)).toContain('evilgnp.exe text');
    expect(htmlOf(printable)).toContain('<dd dir="auto">evilgnp.exe text</dd>');
  });

  it('of other scripts is kept in HTML; in PDF a box stands for what the font cannot draw', async () => {
    const text = 'שלום 👩‍🔧 ok é Ж 喆';
    const printable = withFault(text);
    expect(textOfHtml(htmlOf(printable))).toContain(text);
    expect(packed((await pagesOf(await pdfOf(printable))).join(''))).toContain('□□□□□okéЖ喆');
  });
});

it('the policy allows the one style of the page and nothing else', () => {
  const html = htmlOf(quoteOf(quoteRecord('en'), 'en'));
  const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? '';
  expect(contentSecurityPolicy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  expect(contentSecurityPolicy).toContain("default-src 'none'");
  expect(html).not.toMatch(/\sstyle=|<script|<link|https?:\/\/(?!repair\.example)/);
});
