// What every page has around it: head, brand, the switch of language, contact and a word on privacy.
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
  /** Null: no brand is known here. */
  brand: { name: string; contactLine: string } | null;
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

/** The whole page. `live`: it shows a ticket that may move while it is open. */
export function framed(place: Place, { title, main, live = false }: { title: string; main: Html; live?: boolean }): Page {
  const w = words[place.locale];
  const name = place.brand?.name ?? w.service;
  const scripts = [addresses.form, live ? addresses.live : null].filter((address) => address !== null);
  const page = html`<!doctype html>
<html lang="${place.locale}">
<head><meta charset="utf-8"><title>${title} · ${name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark"><meta name="format-detection" content="telephone=no">
${addresses.style !== null && html`<link rel="stylesheet" href="${addresses.style}">`}
${addresses.mark !== null && html`<link rel="icon" href="${addresses.mark}" type="image/svg+xml">`}
${scripts.map((address) => html`<script src="${address}" defer></script>`)}</head>
<body>
<a class="skip" href="#main">${w.skip}</a>
<header class="top"><a class="brand" href="${linkTo(place, '/')}">${addresses.mark !== null && html`<img src="${addresses.mark}" alt="" width="28" height="28">`}<span dir="auto">${name}</span></a>
<nav aria-label="${w.language}">${languageSwitch(place)}</nav></header>
<main id="main">
${main}
</main>
<footer>${place.brand !== null && html`<p><b>${w.contact}</b> <span dir="auto">${place.brand.contactLine}</span></p>`}
<p>${w.privacy}</p></footer>
</body>
</html>
`;
  return { locale: place.locale, text: page.text };
}
