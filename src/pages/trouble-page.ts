// What a person reads where a page cannot be shown or a decision cannot be recorded: what it is, and what to do.
import type { Page } from '#platform/http/html-page.ts';
import type { Problem } from '#problems.ts';
import { framed, linkTo, type Place } from './frame.ts';
import { type Html, html } from './html.ts';
import { pagePen } from './pen.ts';
import { type Trouble, words } from './wording.ts';

const refusals: Record<string, Trouble> = {
  quote_unknown: 'quote_unknown',
  quote_superseded: 'quote_superseded',
  quote_expired: 'quote_expired',
  quote_decided: 'quote_decided',
  amount_differs: 'amount_differs',
  dispute_too_late: 'dispute_too_late',
};

/** What a problem is to a person. */
export function troubleOf({ code, extras }: Problem): Trouble {
  switch (code) {
    case 'unauthorized':
      return 'link_ended';
    case 'scope_missing':
      return 'elsewhere';
    case 'too_many_requests':
      return 'too_many';
    case 'overloaded':
    case 'unavailable':
    case 'request_timeout':
      return 'busy';
    case 'internal':
      return 'internal';
    case 'not_found':
    case 'method_not_allowed':
    case 'uri_too_long':
      return 'not_found';
    case 'open_ticket_exists':
      return 'repaired_elsewhere';
    case 'transition_refused':
      return refusals[extras.refusal ?? ''] ?? 'not_possible';
    case 'transition_not_allowed':
      return 'not_possible';
    default:
      return 'unreadable';
  }
}

/** The page. `link`: that of the repair, where there is one to go back to. */
export function troublePage(trouble: Trouble, place: Place, link: string | null, { decision, headers, timeZone }: Problem['extras'] = {}): Page {
  const w = words[place.locale];
  const [title = '', text = ''] = w.troubles[trouble];
  // By the clock of the service center, as the page of the repair and the documents. Where nobody has said which that is, by UTC, which is named.
  const moment = (at: string): Html =>
    timeZone === undefined ? html`${pagePen(place.locale, 'UTC').moment(at)} UTC` : pagePen(place.locale, timeZone).moment(at);
  const recorded = decision === undefined ? null : html`<p><b>${w.decidedAs[decision.decision]}</b> ${moment(decision.decidedAt)}</p>`;
  // A limit of a day is not over in a minute.
  const wait = trouble === 'too_many' ? html`<p>${w.tryAgain(Number(headers?.['retry-after'] ?? 60))}</p>` : null;
  const ways =
    link === null
      ? html`<a class="button" href="${linkTo(place, place.home)}">${w.start}</a>`
      : html`<a class="button" href="${linkTo(place, link)}">${w.toRepair}</a>`;
  const main = html`<section class="card trouble"><h1>${title}</h1><p class="lead">${text}</p>${wait}${recorded}<p class="choices">${ways}</p></section>`;
  return framed(place, { title, main });
}
