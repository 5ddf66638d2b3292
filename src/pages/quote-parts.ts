// The quote as it is stored: on the page of the repair, and once more where the customer confirms the decision.
import { amountsOf } from '#documents/amounts.ts';
import { words as documentWords } from '#documents/wording.ts';
import { type LinkedTicket, Verdict } from '#lookup/link-ticket.ts';
import { framed, linkTo, type Place } from './frame.ts';
import { type Html, html } from './html.ts';
import type { PagePen } from './pen.ts';
import { card, fact } from './ticket-parts.ts';
import { type Words, words } from './wording.ts';

/** A quote that was sent. */
export type SentQuote = NonNullable<LinkedTicket['quote']>;

/** Names the words beside the buttons in the record of the decision; a change of theirs changes it. */
export const TEXT_VERSION = 'quote-page-1';

/** What the customer can still say: after its time a quote is declined, and approved no more. */
export const verdictsOn = ({ status }: SentQuote, allowed: readonly string[]): Verdict[] =>
  status === 'sent' ? Verdict.options.filter((verdict) => allowed.includes(`quote.${verdict}`)) : [];

function row(line: SentQuote['lines'][number], { total: { currency } }: SentQuote, place: Place, pen: PagePen): Html {
  const w = words[place.locale];
  const d = documentWords[place.locale];
  const { amount, tax } = amountsOf(line);
  const about = [
    line.kind === 'discount' ? null : d.lineKinds[line.kind],
    line.partGrade === undefined ? null : d.grades3[line.partGrade],
    line.quantity === 1 ? null : `${line.quantity} × ${pen.money({ amount: line.unitPrice, currency })}`,
    tax === 0 ? null : w.taxIncluded(pen.money({ amount: tax, currency })),
    line.coveredPercent === undefined || line.coveredPercent === 0 ? null : w.covered(line.coveredPercent),
  ].filter((part) => part !== null);
  return html`<tr><th scope="row"><span dir="auto">${line.text}</span><small>${about.join(w.comma)}</small></th><td>${pen.money({ amount, currency })}</td></tr>`;
}

const feeOf = ({ diagnosisFee }: SentQuote, w: Words, pen: PagePen): string =>
  diagnosisFee.amount === 0 ? w.feeFree : w.feeDue(pen.money(diagnosisFee));

/** Lines, total and terms. `asks`: else it says what it would have cost, and nobody pays that or waits for it. */
export function terms(quote: SentQuote, asks: boolean, place: Place, pen: PagePen): Html {
  const w = words[place.locale];
  return html`<table><caption class="away">${w.quoteVersion(quote.version)}</caption><thead class="away"><tr><th scope="col">${w.line}</th><th scope="col">${w.amount}</th></tr></thead>
<tbody>${quote.lines.map((line) => row(line, quote, place, pen))}</tbody>
<tfoot><tr><th scope="row">${asks ? w.total : w.totalThen}</th><td>${pen.money(quote.total)}</td></tr></tfoot></table>
${quote.status === 'sent' && html`<dl class="facts">${fact(w.validUntil, pen.moment(quote.validUntil))}${fact(w.time, asks ? w.days(quote.promisedDays) : null)}${fact(w.ifDeclined, feeOf(quote, w, pen))}</dl>`}${quote.status === 'declined' && html`<p>${feeOf(quote, w, pen)}</p>`}`;
}

function decision({ decision: made }: SentQuote, w: Words, pen: PagePen): Html | null {
  if (made === null) return null;
  return html`<div class="recorded ${made.decision}" role="status"><p><b>${w.recorded[made.decision]}</b></p><p>${w.decidedBy[made.by]}</p><p>${pen.moment(made.decidedAt)}</p>${made.decision === 'decline' && made.wish !== null && html`<p>${w.wishes[made.wish]}</p>`}</div>`;
}

/** The way to a decision; links, because a page that is only looked at decides nothing. */
const choices = (verdicts: readonly Verdict[], place: Place, w: Words): Html =>
  html`<p class="choices">${verdicts.map(
    (verdict) =>
      html`<a class="button${verdict === 'decline' && ' quiet'}" href="${linkTo(place, `${place.path}/quote?decision=${verdict}`)}">${w[verdict]}</a> `,
  )}</p><p class="small">${w.askOnce}</p>`;

interface Standing {
  /** How it can be decided. */
  verdicts: readonly Verdict[];
  /** There is something to be paid by it. */
  asks: boolean;
  /** What is to be paid instead, where the repair was given up. */
  charge: LinkedTicket['charge'];
}

/** The quote on the page of the repair. */
export function quoteCard(quote: SentQuote, { verdicts, asks, charge }: Standing, place: Place, pen: PagePen): Html {
  const w = words[place.locale];
  // A quote whose time is over stays as it was sent for some days of grace.
  const status = quote.status === 'sent' && !verdicts.includes('approve') ? 'expired' : quote.status;
  return card(
    w.quote,
    html`${quote.decision === null ? html`<p class="stamp ${status}">${w.quoteStates[status]}</p>` : decision(quote, w, pen)}${terms(quote, asks && status !== 'expired', place, pen)}${charge !== null && html`<p><b>${charge.amount === 0 ? w.chargeFree : w.chargeDue(pen.money(charge))}</b></p>`}${verdicts.length > 0 && choices(verdicts, place, w)}`,
    'quote',
  );
}

/** Where the page that asks once more stands. */
interface Asking {
  /** Something is to be paid by the quote. */
  asks: boolean;
  /** The page of the repair. */
  link: string;
}

/** Asks once more, with exactly what is stored; the button posts it back, so that a change in between is noticed. */
export function confirmPage(quote: SentQuote, verdict: Verdict, { asks, link }: Asking, place: Place, pen: PagePen): ReturnType<typeof framed> {
  const w = words[place.locale];
  const { title, text, button } = w.confirm[verdict];
  const total = pen.money(quote.total);
  const hidden = {
    quoteId: quote.id,
    decision: verdict,
    amount: String(quote.total.amount),
    currency: quote.total.currency,
    textVersion: TEXT_VERSION,
    locale: place.locale,
  };
  const wishes = html`<fieldset><legend>${w.wish}</legend>${(['return', 'disposal'] as const).map(
    (wish) =>
      html`<label class="choice"><input type="radio" name="wish" value="${wish}"${wish === 'return' && html` checked`}> ${w.wishLabels[wish]}</label>`,
  )}</fieldset>`;
  const main = html`<section class="card quote confirm"><h1>${title}</h1><p class="lead">${text(total, feeOf(quote, w, pen))}</p>
${terms(quote, asks, place, pen)}
<form method="post" action="${linkTo(place, `${link}/quote`)}">${Object.entries(hidden).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}
${verdict === 'decline' && wishes}
<p class="choices"><button class="button${verdict === 'decline' && ' warn'}">${button(total)}</button> <a class="button quiet" href="${linkTo(place, link)}">${w.back}</a></p></form></section>`;
  return framed(place, { title, main });
}
