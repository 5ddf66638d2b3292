// The form that asks for a number, what it answers, and what helps where there is nothing to show.
import type { NotShown, OpenProgress, OwnerProgress } from '#lookup/progress.ts';
import type { Page } from '#platform/http/html-page.ts';
import { framed, linkTo, type Place } from './frame.ts';
import { type Html, html } from './html.ts';
import { pagePen } from './pen.ts';
import { standing } from './progress-parts.ts';
import { card, center, fact, numbered, promises, timeline } from './ticket-parts.ts';
import { type Words, words } from './wording.ts';

/** What was typed, as it was typed. */
export interface Asked {
  identifier: string;
  proof: string;
}

/** What is wrong with what was typed, by the field it is in. */
export type FormHint = keyof Words['hints'];

function field(name: keyof Asked, value: string, more: { label: string; hint: string; error: string | null; attributes: Html }): Html {
  const { label, hint, error, attributes } = more;
  const described = `${name}-error ${name}-hint`;
  return html`<p class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" value="${value}" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="${described}"${
    error !== null && html` aria-invalid="true"`
  }${attributes}>
<span class="error" id="${name}-error" role="alert">${error ?? ''}</span>
<span class="hint" id="${name}-hint">${hint}</span></p>`;
}

function form(place: Place, asked: Asked, hint: FormHint | null): Html {
  const w = words[place.locale];
  const error = hint === null ? null : w.hints[hint];
  return html`<form method="post" action="${linkTo(place, place.path)}" class="ask" data-imei="${w.imeiWrong}">
${field('identifier', asked.identifier, { label: w.identifier, hint: w.identifierHint, error: hint === 'proof' ? null : error, attributes: html` required maxlength="120"` })}
${field('proof', asked.proof, {
  label: w.optional(w.proof),
  hint: w.proofHint,
  error: hint === 'proof' ? error : null,
  attributes: html` maxlength="40"`,
})}
<p><button class="button"${place.preview === true && html` disabled`}>${w.show}</button></p></form>`;
}

const whereToLook = (w: Words): Html =>
  html`<section class="card where"><h2>${w.where}</h2>${w.places.map(
    ([name, text]) => html`<details><summary>${name ?? ''}</summary><p>${text ?? ''}</p></details>`,
  )}</section>`;

/** The form, empty or with what has to be put right. */
export function startPage(place: Place, asked: Asked, hint: FormHint | null): Page {
  const w = words[place.locale];
  const main = html`<section class="card start"><h1>${w.start}</h1><p class="lead">${w.startText}</p>${form(place, asked, hint)}</section>${whereToLook(w)}`;
  return framed(place, { title: w.start, main });
}

/** Where nothing may be shown, for whatever reason: the same page for each. */
export function nothingPage(place: Place, asked: Asked, { verifyHint }: NotShown): Page {
  const w = words[place.locale];
  if (verifyHint.code === 'imei_check_digit') return startPage(place, asked, 'imei_check_digit');
  const tips = html`<ul>${w.notFoundTips.map((tip) => html`<li>${tip}</li>`)}</ul>`;
  const main = html`<section class="card start"><h1>${w.notFound}</h1>${tips}${form(place, asked, null)}</section>${whereToLook(w)}`;
  return framed(place, { title: w.notFound, main });
}

const again = (place: Place, w: Words): Html =>
  html`<p class="choices"><a class="button quiet" href="${linkTo(place, place.path)}">${w.again}</a></p>`;

/** Tier 0: general words, nothing of a person, place, model, fault or price. */
export function openPage(progress: OpenProgress, place: Place, asked: Asked): Page {
  const w = words[place.locale];
  // It shows days alone, which are the brand's already.
  const timeZone = 'UTC';
  const pen = pagePen(place.locale, timeZone);
  const main = html`${standing(progress, null, { w, pen, timeZone, above: null, beside: null })}<section class="card"><h2>${w.moreByProof}</h2>${form(place, asked, null)}${again(place, w)}</section>`;
  return framed(place, { title: progress.label, main });
}

/** Tier 1. */
export function ownerPage(progress: OwnerProgress, place: Place): Page {
  const w = words[place.locale];
  const timeZone = progress.center?.timeZone ?? 'UTC';
  const pen = pagePen(place.locale, timeZone);
  const { device, parcels, quoteTotal } = progress;
  const name = [device.maker, device.model].filter((part) => part !== null).join(' ');
  const facts = html`<dl class="facts">${fact(w.device, [name, w.endsIn(device.serialLast4)].filter((part) => part !== '').join(w.comma))}${fact(
    w.total,
    quoteTotal && pen.money(quoteTotal),
  )}${parcels.map(({ carrier, waybillLast4 }) => fact(w.direction.outbound, numbered(carrier, `…${waybillLast4}`, place.locale)))}</dl>`;
  const above = name === '' ? null : html`<span dir="auto">${name}</span>`;
  const main = html`${standing(progress, progress, { w, pen, timeZone, above, beside: null })}
<div class="columns"><div>${timeline(progress, w, pen)}${promises(progress, w, pen)}</div>
<div>${card(w.details, html`${facts}<p class="small">${w.moreByLink}</p>`)}${center(progress, w, place.locale)}${again(place, w)}</div></div>`;
  return framed(place, { title: progress.label, main });
}
