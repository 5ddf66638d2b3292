// What a customer can ask for beside deciding about a quote: offered on the page of the repair, asked once more on a page of its own, said back.
import type { LinkedTicket } from '#lookup/link-ticket.ts';
import type { Page } from '#platform/http/html-page.ts';
import { type AllDeedWords, type Deed, DISPOSAL_TEXT, deeds, deedWords } from './deed-words.ts';
import { framed, linkTo, type Place } from './frame.ts';
import { type Html, html } from './html.ts';
import type { PagePen } from './pen.ts';
import { card, fact } from './ticket-parts.ts';
import { words } from './wording.ts';

/** What a form holds; empty where nothing was typed yet. */
export interface DeedForm {
  what: string;
  text: string;
}

const actions = { 'ticket.cancel': 'cancel', 'delivery.dispute': 'dispute', 'disposal.consent': 'disposal' } as const satisfies Record<
  LinkedTicket['requests'][number]['action'],
  Deed
>;

const whats = ['not_received', 'wrong_device', 'damaged', 'fault_not_fixed'] as const;

/** Whether the device goes back as it came: only then is it offered to dispose of it. */
const unrepaired = ({ outcome }: LinkedTicket): boolean => outcome === 'returned_unrepaired' || outcome === 'unrepairable';

/** What is offered now, the most fitting first. */
export function offeredOf(ticket: LinkedTicket): Deed[] {
  const { allowedActions, status, reRepair, reRepairUntil } = ticket;
  const offered: Record<Deed, boolean> = {
    dispute: allowedActions.includes('delivery.dispute'),
    're-repair': reRepairUntil !== null && reRepair === null,
    disposal: allowedActions.includes('disposal.consent') && status === 'ready' && unrepaired(ticket),
    cancel: allowedActions.includes('ticket.cancel'),
  };
  return deeds.filter((deed) => offered[deed]);
}

const addressOf = (deed: Deed, place: Place): string => linkTo(place, `${place.path}/${deed}`);

/** A customer who declined and wished the device gone has not agreed to it yet. */
export const wished = (ticket: LinkedTicket): boolean => ticket.quote?.decision?.wish === 'disposal' && offeredOf(ticket).includes('disposal');

/** The one that belongs beside the next step, where there is one. */
export function urgentDeed(ticket: LinkedTicket, place: Place): Html | null {
  const w = deedWords[place.locale];
  const offered = offeredOf(ticket);
  const deed = wished(ticket) ? 'disposal' : offered.find((one) => one === 'dispute' || one === 're-repair');
  if (deed === undefined) return null;
  return html`${deed === 'disposal' && html`<p>${w.wished}</p>`}<p><a class="button quiet" href="${addressOf(deed, place)}">${w.deeds[deed].link}</a></p>`;
}

/** Everything that is offered; links, because a page that is only looked at asks for nothing. */
export function deedsCard(ticket: LinkedTicket, place: Place): Html | null {
  const w = deedWords[place.locale];
  const offered = offeredOf(ticket);
  if (offered.length === 0) return null;
  const items = offered.map((deed) => html`<li><a href="${addressOf(deed, place)}">${w.deeds[deed].link}</a></li>`);
  return card(w.offered, html`<ul class="plain links">${items}</ul><p class="small">${w.once}</p>`);
}

/** What was asked for, newest first. `followUp`: the address of the page of the ticket with which it was taken up again. */
export function requestsCard(ticket: LinkedTicket, followUp: string | null, place: Place, pen: PagePen): Html | null {
  const w = deedWords[place.locale];
  const asked = ticket.requests.map(({ action, at, what, text }) => ({
    at,
    shown: html`<p><b>${w.deeds[actions[action]].recorded}</b></p><p>${pen.moment(at)}</p>${what !== null && html`<p>${w.whats[what]}</p>`}${
      text !== null && html`<p class="note" dir="auto">${text}</p>`
    }`,
  }));
  const { reRepair } = ticket;
  const again = reRepair && {
    at: reRepair.openedAt,
    shown: html`<p><b>${w.deeds['re-repair'].recorded}</b></p><p>${pen.moment(reRepair.openedAt)}</p><dl class="facts">${fact(
      w.newCode,
      html`<code>${reRepair.code}</code>`,
    )}</dl>${followUp !== null && html`<p><a class="button quiet" href="${linkTo(place, followUp)}">${w.toNew}</a></p>`}`,
  };
  const all = [...asked, ...(again === null ? [] : [again])].toSorted((a, b) => b.at.localeCompare(a.at));
  if (all.length === 0) return null;
  return html`<div id="asked" role="status">${card(
    w.asked,
    all.map(({ shown }) => html`<div class="recorded">${shown}</div>`),
  )}</div>`;
}

function area(label: string, value: string, { max, required, error }: { max: number; required: boolean; error: string | null }): Html {
  return html`<p class="field"><label for="text">${label}</label>
<textarea id="text" name="text" rows="4" maxlength="${max}"${required && html` required`}${error !== null && html` aria-invalid="true" aria-describedby="text-error"`} dir="auto">${value}</textarea>
${error !== null && html`<span class="error" id="text-error" role="alert">${error}</span>`}</p>`;
}

function fields(deed: Deed, form: DeedForm, error: string | null, place: Place, w: AllDeedWords): Html {
  switch (deed) {
    case 'cancel':
      return area(words[place.locale].optional(w.reason), form.text, { max: 500, required: false, error: null });
    case 'dispute':
      return html`<fieldset><legend>${w.what}</legend>${whats.map(
        (what) =>
          html`<label class="choice"><input type="radio" name="what" value="${what}" required${form.what === what && html` checked`}> ${w.whats[what]}</label>`,
      )}</fieldset>${area(w.details, form.text, { max: 1000, required: true, error })}`;
    case 'disposal':
      return html`<input type="hidden" name="textVersion" value="${DISPOSAL_TEXT}"><input type="hidden" name="locale" value="${place.locale}">`;
    case 're-repair':
      return area(w.complaint, form.text, { max: 1000, required: true, error });
  }
}

const before = new Set(['created', 'awaiting_device', 'inbound_transit']);

/** Asks once more; its form alone asks for it. `form`: what was typed and cannot be sent as it is; null: nothing was typed yet. */
export function deedPage(deed: Deed, ticket: LinkedTicket, place: Place, pen: PagePen, form: DeedForm | null): Page {
  const w = deedWords[place.locale];
  const { title, text, button } = w.deeds[deed];
  const lead = deed === 'cancel' && before.has(ticket.status) ? w.notWithUs : text;
  const until = deed === 'dispute' ? ticket.disputeUntil : deed === 're-repair' ? ticket.reRepairUntil : null;
  const warns = deed === 'cancel' || deed === 'disposal';
  const here = { ...place, path: `${place.path}/${deed}`, ...(form === null ? {} : { posted: { ...form } }) };
  const main = html`<section class="card confirm"><h1>${title}</h1><p class="lead">${lead}</p>
${until !== null && html`<p class="small">${w.until} ${pen.moment(until)}</p>`}
<form method="post" action="${addressOf(deed, place)}">${fields(deed, form ?? { what: '', text: '' }, form === null ? null : w.missing, place, w)}
<p class="choices"><button class="button${warns && ' warn'}">${button}</button> <a class="button quiet" href="${linkTo(place, place.path)}">${w.back}</a></p></form></section>`;
  return framed(here, { title, main });
}
