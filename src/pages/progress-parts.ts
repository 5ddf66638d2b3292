// The pieces that every tier shows: the line of steps, where it stands, what comes next, the promised day.
import type { OpenProgress, OwnerProgress } from '#lookup/progress.ts';
import { dayIn } from '#platform/time-zone.ts';
import { type Html, html } from './html.ts';
import type { PagePen } from './pen.ts';
import type { Words } from './wording.ts';

/** What all tiers have in common. */
export type Progress = Pick<OpenProgress, 'stage' | 'stages' | 'label' | 'whatThisMeans' | 'promisedOn' | 'onHold' | 'nextUpdateOn' | 'nextStep'>;
/** What a proof shows beside it, and a link as well. */
export type Proven = Progress & Pick<OwnerProgress, 'hold' | 'promiseHistory' | 'returnMethod' | 'timeline' | 'center'>;

type State = keyof Words['state'];

function stateOf(index: number, current: number, reachedOn: string | null): State {
  if (index === current) return 'now';
  if (index > current) return 'next';
  return reachedOn === null ? 'skipped' : 'done';
}

/** A request that was withdrawn before the device came: it began, and nothing was needed any more. */
const withdrawn = ({ stage, stages }: Progress): boolean => stage === 'end' && stages.slice(1).every(({ reachedOn }) => reachedOn === null);

/** The five stages. Once it is over, what was never reached was not needed. */
function steps(progress: Progress, w: Words, pen: PagePen): Html {
  const { stage, stages } = progress;
  const at = stages.findIndex((one) => one.stage === stage);
  const current = at === -1 ? stages.length : at;
  const items = stages.map(({ label, reachedOn }, index) => {
    const state = withdrawn(progress) ? 'skipped' : stateOf(index, current, reachedOn);
    const on = state === 'done' || state === 'now' ? reachedOn : null;
    // What is done has a check mark; who does not see it is told.
    const word = html`<span class="${state === 'done' ? 'away' : 'state'}">${w.state[state]}</span>`;
    return html`<li class="${state}"${state === 'now' && html` aria-current="step"`}><b>${label}</b> ${word} ${
      on !== null && html`<span class="on">${pen.shortDay(on)}</span>`
    }</li>`;
  });
  return html`<ol class="steps" aria-label="${w.stages}">${items}</ol>`;
}

/** The last day that was promised before this one, where it moved. */
function moved({ promiseHistory }: Proven, w: Words, pen: PagePen): Html | null {
  const last = promiseHistory.findLast(({ previousOn, promisedOn }) => previousOn !== null && previousOn !== promisedOn);
  if (last === undefined || last.previousOn === null) return null;
  return html`<dd class="moved">${w.moved} <s>${pen.day(last.previousOn)}</s>${last.reason !== null && html`<br>${w.because}${last.reason}`}${
    last.note !== null && html`<q dir="auto">${last.note}</q>`
  }</dd>`;
}

const dated = (label: string, day: Html): Html => html`<div><dt>${label}</dt><dd>${day}</dd></div>`;

/** The day of the last step: what there is to say once nothing is promised any more. */
function lastDay({ stages }: Progress, proven: Proven | null, timeZone: string): string | null {
  const last = proven?.timeline.at(-1);
  if (last !== undefined) return dayIn(timeZone, last.at);
  return stages.reduce<string | null>(
    (latest, { reachedOn }) => (reachedOn !== null && (latest === null || reachedOn > latest) ? reachedOn : latest),
    null,
  );
}

/** A date always: the promised one above all, and where nothing is promised yet the day of the next word. */
function dates(progress: Progress, proven: Proven | null, w: Words, pen: PagePen, timeZone: string): Html | null {
  const { promisedOn, nextUpdateOn: word } = progress;
  const above = (label: string, on: string, more: Html | null): Html =>
    html`<div class="promise"><dt>${label}</dt><dd><b>${pen.bigDay(on)}</b></dd>${more}</div>`;
  const hold = proven?.hold ?? null;
  const untilOn = hold && dated(w.holdUntil, pen.day(hold.untilOn));
  if (promisedOn !== null) {
    const promise = above(w.promised[proven?.returnMethod ?? 'open'], promisedOn, proven && moved(proven, w, pen));
    return html`<dl class="dates">${promise}${untilOn}${word && dated(w.nextUpdate, pen.day(word))}</dl>`;
  }
  const last = word === null ? lastDay(progress, proven, timeZone) : null;
  if (word === null && last === null) return null;
  return html`<dl class="dates">${word && above(w.nextUpdate, word, null)}${untilOn}${last && dated(w.lastStep, pen.day(last))}</dl>`;
}

/** What comes next and whose turn it is, with what a hold asks for. */
function turn({ nextStep: { who, text } }: Progress, proven: Proven | null, w: Words, beside: Html | null): Html {
  const hold = proven?.hold ?? null;
  return html`<div class="turn ${who}"><h2>${w.next}</h2><p class="who">${w.who[who]}</p>${hold !== null && html`<p><b>${hold.label}</b></p>`}<p dir="auto">${text}</p>${
    hold !== null && hold.note !== null && html`<blockquote><b>${w.fromCenter}</b><p dir="auto">${hold.note}</p></blockquote>`
  }${beside}</div>`;
}

/** Where it stands: the first thing on the page. `above`: what the device is; `beside`: what can be done about it here. */
export function standing(
  progress: Progress,
  proven: Proven | null,
  { w, pen, timeZone, above, beside }: { w: Words; pen: PagePen; timeZone: string; above: Html | null; beside: Html | null },
): Html {
  const { label, whatThisMeans, onHold } = progress;
  const head = above === null && !onHold ? null : html`<p class="kicker">${above}${onHold && html` <span class="stamp sent">${w.onHold}</span>`}</p>`;
  return html`<section class="card standing">
${head}<h1>${label}</h1>
<p class="lead">${whatThisMeans}</p>
${dates(progress, proven, w, pen, timeZone)}
${turn(progress, proven, w, beside)}
${steps(progress, w, pen)}
</section>`;
}
