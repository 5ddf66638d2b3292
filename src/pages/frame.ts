// What every page has around it: head, brand, the switch of language, contact and a word on privacy.
import type { Face } from '#looks/look.ts';
import type { Page } from '#platform/http/html-page.ts';
import type { Locale } from '#platform/schema.ts';
import { addresses } from './assets.ts';
import { type Html, html } from './html.ts';
import { words } from './wording.ts';

/** Where a page stands: in which language, under which address, and whose it is. */
export interface Place {
  locale: Locale;
  /** The language was chosen on the page and stays so on the next; else it is the browser's. */
  chosen: boolean;
  /** The page's own address without `lang`; where it answers a form, that of the page before. */
  path: string;
  /** Where numbers are asked for: the page of the brand, or the house's. */
  home: string;
  /** Whose look it wears. Null: no brand is known here, or may be. */
  brand: Face | null;
  /** Shown to a center: it says so, and nothing on it can be sent. */
  preview?: true;
  /** What was posted: the switch of language posts it again, because it stands in no address. */
  posted?: Record<string, string>;
}

const names: Record<Locale, string> = { 'zh-CN': '中文', en: 'English' };

function withParameter(path: string, name: string, value: string): string {
  const [before = '', query] = path.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set(name, value);
  return `${before}?${parameters.toString()}`;
}

/** An address that keeps the language that was chosen. */
export const linkTo = ({ chosen, locale }: Place, path: string): string => (chosen ? withParameter(path, 'lang', locale) : path);

function languageSwitch(place: Place): Html {
  const other: Locale = place.locale === 'en' ? 'zh-CN' : 'en';
  const address = withParameter(place.path, 'lang', other);
  if (place.posted === undefined) return html`<a class="switch" href="${address}" lang="${other}" hreflang="${other}">${names[other]}</a>`;
  const fields = Object.entries(place.posted).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  return html`<form method="post" action="${address}">${fields}<button class="switch" lang="${other}">${names[other]}</button></form>`;
}

const icon = (logo: Face['logo']): Html | null => {
  if (logo !== null) return html`<link rel="icon" href="${logo.url}" type="${logo.mediaType}">`;
  return addresses.mark === null ? null : html`<link rel="icon" href="${addresses.mark}" type="image/svg+xml">`;
};

/** Beside the name, which says the same: it has no text of its own. */
function mark(logo: Face['logo']): Html | null {
  if (logo !== null) return html`<img class="logo" src="${logo.url}" alt="" width="${logo.width}" height="${logo.height}">`;
  return addresses.mark === null ? null : html`<img src="${addresses.mark}" alt="" width="28" height="28">`;
}

/** What the brand says about privacy; in its other language where it does not speak this one. */
function privacyNote({ privacy }: Face, locale: Locale): Html | null {
  const other: Locale = locale === 'en' ? 'zh-CN' : 'en';
  const spoken = privacy[locale] === undefined ? other : locale;
  const note = privacy[spoken];
  if (note === undefined) return null;
  const link = note.url === undefined ? null : html`<a href="${note.url}" rel="noreferrer">${words[spoken].privacyLink}</a>`;
  return html`<p${spoken !== locale && html` lang="${spoken}"`}>${note.text ?? null} ${link}</p>`;
}

/** The whole page. `live`: it shows a ticket that may move while it is open. */
export function framed(place: Place, { title, main, live = false }: { title: string; main: Html; live?: boolean }): Page {
  const w = words[place.locale];
  const name = place.brand?.name ?? w.service;
  const brandStyle = place.brand?.style ?? null;
  const scripts = place.preview === true ? [] : [addresses.form, live ? addresses.live : null].filter((address) => address !== null);
  const page = html`<!doctype html>
<html lang="${place.locale}">
<head><meta charset="utf-8"><title>${title} · ${name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark"><meta name="format-detection" content="telephone=no">
${addresses.style !== null && html`<link rel="stylesheet" href="${addresses.style}">`}
${brandStyle !== null && html`<link rel="stylesheet" href="${brandStyle}">`}
${icon(place.brand?.logo ?? null)}
${scripts.map((address) => html`<script src="${address}" defer></script>`)}</head>
<body>
<a class="skip" href="#main">${w.skip}</a>
${place.preview === true && html`<aside class="preview" id="preview">${w.preview}</aside>`}
<header class="top"><a class="brand" href="${linkTo(place, place.home)}">${mark(place.brand?.logo ?? null)}<span dir="auto">${name}</span></a>
<nav aria-label="${w.language}">${languageSwitch(place)}</nav></header>
<main id="main">
${main}
</main>
<footer>${place.brand !== null && html`<p><b>${w.contact}</b> <span dir="auto">${place.brand.contactLine}</span></p>`}
<p>${w.privacy}</p>${place.brand !== null && privacyNote(place.brand, place.locale)}</footer>
</body>
</html>
`;
  return { locale: place.locale, text: page.text };
}
