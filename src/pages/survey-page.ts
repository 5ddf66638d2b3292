// The page with the one question, and the thanks for its answer.
import type { Page } from '#platform/http/html-page.ts';
import type { AnsweredSurvey } from '#surveys/survey.ts';
import { framed, linkTo, type Place } from './frame.ts';
import { html } from './html.ts';
import { surveyWords } from './survey-words.ts';
import { words } from './wording.ts';

const scores = Array.from({ length: 11 }, (_, score) => score);

/** Asks. `path`: of the repair's own page. */
export function surveyPage(answer: AnsweredSurvey | null, place: Place, path: string): Page {
  const w = surveyWords[place.locale];
  const reason = words[place.locale].optional(w.reason);
  const main = html`<section class="card confirm"><h1>${w.title}</h1>
<form method="post" action="${linkTo(place, `${path}/survey`)}">
<fieldset><legend>${w.question}</legend><p class="small">${w.least} · ${w.most}</p><div class="scores">${scores.map(
    (score) => html`<label><input type="radio" name="score" value="${score}" required${answer?.score === score && html` checked`}> ${score}</label>`,
  )}</div></fieldset>
<p class="field"><label for="reason">${reason}</label><textarea id="reason" name="reason" maxlength="1000" rows="4" dir="auto">${answer?.reason ?? ''}</textarea></p>
<p class="choices"><button class="button">${w.send}</button> <a class="button quiet" href="${linkTo(place, path)}">${w.back}</a></p></form></section>`;
  return framed(place, { title: w.title, main });
}

/** Thanks. */
export function thanksPage(place: Place, path: string): Page {
  const w = surveyWords[place.locale];
  const main = html`<section class="card"><h1>${w.thanks}</h1><p class="lead">${w.thanksText}</p>
<p class="choices"><a class="button quiet" href="${linkTo(place, `${path}/survey?again=yes`)}">${w.change}</a> <a class="button quiet" href="${linkTo(place, path)}">${w.back}</a></p></section>`;
  return framed(place, { title: w.thanks, main });
}
