// The pieces that a proof or a link shows beside the progress: history, center, promises.
import { openingHours } from '#lookup/opening-hours.ts';
import { carrierIn } from '#mail-in/carrier-words.ts';
import type { Locale } from '#platform/schema.ts';
import { type Html, html } from './html.ts';
import type { PagePen } from './pen.ts';
import type { Proven } from './progress-parts.ts';
import type { Words } from './wording.ts';

/** A titled part of the page. */
export const card = (title: string, content: Html | readonly Html[], name = ''): Html =>
  html`<section class="card ${name}"><h2>${title}</h2>${content}</section>`;

/** A line of a list of facts; null where there is nothing to say. */
export const fact = (label: string, value: Html | string | null): Html | null =>
  value === null || value === '' ? null : html`<div><dt>${label}</dt><dd dir="auto">${value}</dd></div>`;

/** Who carries a parcel, where a customer knows them, and its number. */
export function numbered(carrier: string, number: string, locale: Locale): Html {
  const name = carrierIn(carrier, locale);
  return html`${name !== null && html`<span class="by">${name}</span> `}<code>${number}</code>`;
}

/** Newest first. */
export const timeline = ({ timeline: entries }: Proven, w: Words, pen: PagePen): Html =>
  card(
    w.timeline,
    html`<ol class="timeline" reversed>${entries.toReversed().map(({ label, at }) => html`<li><b>${label}</b> <span>${pen.moment(at)}</span></li>`)}</ol>`,
  );

/** Every day that was promised, where there was more than one. */
export function promises({ promiseHistory }: Proven, w: Words, pen: PagePen): Html | null {
  if (promiseHistory.length < 2) return null;
  const rows = promiseHistory
    .toReversed()
    .map(
      ({ promisedOn, reason, note, madeOn }) =>
        html`<li><b>${pen.day(promisedOn)}</b> <span>${reason ?? w.firstPromise}${w.comma}${pen.shortDay(madeOn)}</span>${
          note !== null && html`<q dir="auto">${note}</q>`
        }</li>`,
    );
  return card(w.promises, html`<ol class="timeline" reversed>${rows}</ol>`);
}

/** A number that a telephone dials. */
export const phoneOf = (phone: string): Html | null => (phone === '' ? null : html`<a href="tel:${phone.replaceAll(/[^+\d]/g, '')}">${phone}</a>`);

/** Where the device is, and how to reach a person there. `address`: shown by the link alone. */
export function center({ center: at }: Proven, w: Words, locale: Locale, address: string | null = null): Html | null {
  if (at === null) return null;
  const hours = at.hours === null ? null : openingHours(at.hours, locale);
  return card(
    w.center,
    html`<p class="name" dir="auto">${at.name}</p><dl class="facts">${fact(w.address, address)}${fact(w.phone, phoneOf(at.phone))}${fact(w.hours, hours)}</dl>`,
  );
}
