// The page behind a customer's link: all that tier 2 shows of one repair, the most urgent first.
import type { LinkedTicket } from '#lookup/link-ticket.ts';
import { openingHours } from '#lookup/opening-hours.ts';
import type { ParcelStatus } from '#mail-in/tracking.ts';
import type { Page } from '#platform/http/html-page.ts';
import type { Locale } from '#platform/schema.ts';
import { deedsCard, requestsCard, urgentDeed, wished } from './deed-parts.ts';
import { framed, type Place } from './frame.ts';
import { type Html, html } from './html.ts';
import { type PagePen, pagePen } from './pen.ts';
import { standing } from './progress-parts.ts';
import { quoteCard, verdictsOn } from './quote-parts.ts';
import { card, center, fact, numbered, phoneOf, promises, timeline } from './ticket-parts.ts';
import { type Words, words } from './wording.ts';

/** What the page is made of, beside the place where it stands. */
export interface TicketScene {
  ticket: LinkedTicket;
  /** The address of the page of the open ticket with which this repair was taken up again. */
  followUp: string | null;
  timeZone: string;
}

const deviceName = ({ device }: LinkedTicket): string => [device.maker, device.model].filter((part) => part !== null).join(' ');

/** Parcels that come as expected. Of one in trouble, or on its way back, the day that the carrier gave says nothing any more, as in the mails. */
const expected: ReadonlySet<string> = new Set<ParcelStatus>([
  ...(['label_created', 'picked_up', 'in_transit', 'transferred', 'customs', 'out_for_delivery', 'unknown'] as const),
]);

function parcels({ parcels: all }: LinkedTicket, w: Words, pen: PagePen, locale: Locale): Html | null {
  if (all.length === 0) return null;
  const rows = all
    .toReversed()
    .map(
      ({ direction, carrier, waybill, status, eta, deliveredAt }) =>
        html`<li><b>${w.direction[direction]}</b><dl class="facts">${fact(w.waybill, numbered(carrier, waybill, locale))}${
          deliveredAt === null ? fact(w.eta, expected.has(status) ? eta && pen.moment(eta) : null) : fact(w.arrived, pen.moment(deliveredAt))
        }</dl></li>`,
    );
  return card(w.parcels, html`<ul class="plain">${rows}</ul>`);
}

function photos({ files }: LinkedTicket, w: Words): Html | null {
  const pictures = files.filter(({ mediaType }) => mediaType.startsWith('image/'));
  if (pictures.length === 0) return null;
  const figures = pictures.map(
    ({ contentUrl, caption, width, height }, index) =>
      html`<li><figure><a href="${contentUrl}"><img src="${contentUrl}" alt="${caption ?? `${w.photos} ${index + 1}`}" loading="lazy"${
        width !== null && height !== null && html` width="${width}" height="${height}"`
      }></a>${caption !== null && html`<figcaption dir="auto">${caption}</figcaption>`}</figure></li>`,
  );
  return card(w.photos, html`<ul class="photos">${figures}</ul>`);
}

function documents({ documents: all, files }: LinkedTicket, place: Place, w: Words): Html | null {
  const others = files.filter(({ mediaType }) => !mediaType.startsWith('image/'));
  if (all.length + others.length === 0) return null;
  const own = all.map(({ kind, version, url }) => {
    const address = `${place.path}/documents/${url.replace('/v1/link/documents/', '')}?lang=${place.locale}`;
    const name = { quote: w.quoteVersion(version ?? 1), intake_receipt: w.receipt, label: w.parcelLabel }[kind];
    return html`<li><a href="${address}">${name}</a> <a href="${address}&amp;format=pdf" type="application/pdf"><span class="away">${name} </span>${w.pdf}</a></li>`;
  });
  const sent = others.map(({ contentUrl, caption }) => html`<li><a href="${contentUrl}"><span dir="auto">${caption ?? w.file}</span></a></li>`);
  return card(w.documents, html`<ul class="plain links">${own}${sent}</ul>`);
}

function notes({ notes: all }: LinkedTicket, w: Words, pen: PagePen): Html | null {
  if (all.length === 0) return null;
  const items = all
    .toReversed()
    .map(({ body, writtenAt }) => html`<li><p dir="auto" class="note">${body}</p><p class="small">${pen.moment(writtenAt)}</p></li>`);
  return card(w.notes, html`<ul class="plain">${items}</ul>`);
}

function details(ticket: LinkedTicket, w: Words, pen: PagePen): Html {
  const { device, code, faultReported, intake, reRepairUntil } = ticket;
  const name = deviceName(ticket);
  const accessories = intake?.accessories.map(({ type, quantity }) => (quantity === 1 ? type : `${type} × ${quantity}`)).join(w.and) ?? null;
  return card(
    w.details,
    html`<dl class="facts">${fact(w.device, [name, device.serialLast4 === '' ? '' : w.endsIn(device.serialLast4)].filter((part) => part !== '').join(w.comma))}${fact(
      w.code,
      html`<code>${code}</code>`,
    )}${fact(w.fault, faultReported)}${fact(w.accessories, accessories)}${fact(w.reRepair, reRepairUntil && pen.moment(reRepairUntil))}</dl>`,
  );
}

/** What waits for a decision, in the first thing that is read: how much, until when, and where. */
const offer = ({ total, validUntil }: NonNullable<LinkedTicket['quote']>, w: Words, pen: PagePen): Html =>
  html`<p class="offer">${w.total} <b>${pen.money(total)}</b></p><p>${w.validUntil} ${pen.moment(validUntil)}</p><p><a class="button" href="#quote">${w.quote}</a></p>`;

/** Where the quote that waits for a decision has run out: whom to ask for another, and where to say no. */
function ranOut({ nextStep, center: at }: LinkedTicket, w: Words): Html | null {
  if (nextStep.who !== 'you') return null;
  const whom = at === null ? null : html`<p class="aside"><span dir="auto">${at.name}</span>${w.comma}${phoneOf(at.phone)}</p>`;
  return html`${whom}<p><a class="button quiet" href="#quote">${w.quote}</a></p>`;
}

/** Where to come for the device, and when. */
function whereToGo(ticket: LinkedTicket, w: Words, locale: Locale): Html | null {
  const { status, returnMethod, nextStep, center: at, centerAddress } = ticket;
  if (status !== 'ready' || returnMethod !== 'pick_up' || nextStep.who !== 'you' || wished(ticket) || at === null) return null;
  return html`<p class="offer"><strong dir="auto">${at.name}</strong></p>${centerAddress !== null && html`<p dir="auto">${centerAddress}</p>`}${at.hours !== null && html`<p>${w.hours} ${openingHours(at.hours, locale)}</p>`}`;
}

/** The page of one repair, for whoever holds its link. */
export function ticketPage({ ticket, followUp, timeZone }: TicketScene, place: Place): Page {
  const w = words[place.locale];
  const pen = pagePen(place.locale, timeZone);
  const { quote } = ticket;
  const verdicts = quote === null ? [] : verdictsOn(quote, ticket.allowedActions);
  const name = deviceName(ticket);
  const above = name === '' ? null : html`<span dir="auto">${name}</span>`;
  const next =
    quote !== null && verdicts.includes('approve')
      ? offer(quote, w, pen)
      : html`${verdicts.length > 0 && ranOut(ticket, w)}${whereToGo(ticket, w, place.locale)}${urgentDeed(ticket, place)}`;
  const beside = ticket.betweenCenters ? html`<p class="aside">${w.betweenCenters}</p>${next}` : next;
  const main = html`${standing(ticket, ticket, { w, pen, timeZone, above, beside })}
<div class="columns" data-seq="${ticket.seq}">
<div>${requestsCard(ticket, followUp, place, pen)}${quote !== null && html`<div id="quote">${quoteCard(quote, { verdicts, asks: ticket.quoteTotal !== null, charge: ticket.charge }, place, pen)}</div>`}${notes(ticket, w, pen)}${photos(ticket, w)}${timeline(ticket, w, pen)}${promises(
    ticket,
    w,
    pen,
  )}</div>
<div>${details(ticket, w, pen)}${parcels(ticket, w, pen, place.locale)}${documents(ticket, place, w)}${center(ticket, w, place.locale, ticket.centerAddress)}${deedsCard(ticket, place)}</div>
</div>`;
  return framed(place, { title: ticket.label, main, live: true });
}
