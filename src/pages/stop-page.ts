// The page behind the address in every mail that ends the mails: it asks first, then says what holds from now on.
import type { Choice } from '#contacts/unsubscribe.ts';
import type { Page } from '#platform/http/html-page.ts';
import { framed, linkTo, type Place } from './frame.ts';
import { type Html, html } from './html.ts';
import { stopWords } from './stop-words.ts';

const button = (choice: Choice, label: string, quiet = false): Html =>
  html`<button class="${quiet ? 'button quiet' : 'button'}" name="choice" value="${choice}">${label}</button>`;

const page = (place: Place, title: string, paragraphs: readonly string[], buttons: Html): Page => {
  const [first = '', ...others] = paragraphs;
  const main = html`<section class="card"><h1>${title}</h1><p class="lead">${first}</p>${others.map((text) => html`<p>${text}</p>`)}
<form method="post" action="${linkTo(place, place.path)}"><p class="choices">${buttons}</p></form></section>`;
  return framed(place, { title, main });
};

/** Asks; opening the address changes nothing. */
export function askStop(place: Place, masked: string, brand: string): Page {
  const w = stopWords[place.locale];
  return page(place, w.title, [w.lead(masked, brand), w.consequence], html`${button('stop', w.stop)}${button('not_mine', w.notMine, true)}`);
}

/** Says what holds now, and how to take it back. */
export function stopDone(place: Place, masked: string, brand: string, choice: Choice): Page {
  const w = stopWords[place.locale];
  if (choice === 'again') return page(place, w.back, [w.backText(masked)], button('stop', w.stop, true));
  const [title, text] = choice === 'stop' ? [w.stopped, w.stoppedText(masked, brand)] : [w.notMineDone, w.notMineText(masked)];
  return page(place, title, [text], button('again', w.again, true));
}
