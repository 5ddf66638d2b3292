// The pieces that every tier shows: the line of steps, where it stands, what comes next, the promised day.
import type { OpenProgress, OwnerProgress } from '#lookup/progress.ts';
import { dayIn } from '#platform/time-zone.ts';
import { type Html, html } from './html.ts';
import type { PagePen } from './pen.ts';
import type { Words } from './wording.ts';

/** What all tiers have in common. */
export type Progress = Pick<OpenProgress, 'stage' | 'stages' | 'label' | 'whatThisMeans' | 'promisedOn' | 'onHold' | 'nextUpdateBy' | 'nextStep'>;
/** What a proof shows beside it, and a link as well. */
export type Proven = Progress & Pick<OwnerProgress, 'hold' | 'promiseHistory' | 'returnMethod' | 'timeline' | 'center'>;

type State = keyof Words['state'];

function stateOf(index: number, current: number, reachedOn: string | null): State {
  if (index === current) return 'now';
  if (index > current) return 'next';
  return reachedOn === null ? 'skipped' : 'done';
}

/** The five stages. Once it is over, what was never reached was not needed. */
export function steps({ stage, stages }: Progress, w: Words, pen: PagePen): Html {
  const at = stages.findIndex((one) => one.stage === stage);
  const current = at === -1 ? stages.length : at;
  const items = stages.map(({ label, reachedOn }, index) => {
    const state = stateOf(index, current, reachedOn);
    const shown = state === 'done' || state === 'now' ? reachedOn : null;
    return html`<li class="${state}"${state === 'now' && html` aria-current="step"`}><b>${label}</b> <span class="state">${w.state[state]}</span> ${
      shown !== null && html`<span class="on">${pen.shortDay(shown)}</span>`
    }</li>`;
  });
  return html`<ol class="steps" aria-label="${w.stages}">${items}</ol>`;
}

/** The last day that was promised before this one, where it moved. */
function moved({ promiseHistory }: Proven, w: Words, pen: PagePen): Html | null {
  const last = promiseHistory.findLast(({ previousOn, promisedOn }) => previousOn !== null && previousOn !== promisedOn);
  if (last === undefined || last.previousOn === null) return null;
  return html`<dd class="moved">${w.moved} <s>${pen.day(last.previousOn)}</s> – ${last.reason ?? ''}${
    last.note !== null && html`<q dir="auto">${last.note}</q>`
  }</dd>`;
}

function dates(progress: Progress, proven: Proven | null, w: Words, pen: PagePen, timeZone: string): Html | null {
  const { promisedOn, nextUpdateBy } = progress;
  const promise =
    promisedOn === null
      ? null
      : html`<div class="promise"><dt>${w.promised[proven?.returnMethod ?? 'open']}</dt><dd><b>${pen.day(promisedOn)}</b></dd>${
          proven === null ? null : moved(proven, w, pen)
        }</div>`;
  const update = nextUpdateBy === null ? null : html`<div><dt>${w.nextUpdate}</dt><dd>${pen.day(dayIn(timeZone, nextUpdateBy))}</dd></div>`;
  return promise === null && update === null ? null : html`<dl class="dates">${promise}${update}</dl>`;
}

function held({ hold }: Proven, w: Words, pen: PagePen): Html | null {
  if (hold === null) return null;
  return html`<p class="hold"><b>${w.onHold}</b> ${hold.label}<span> · ${w.holdUntil} ${pen.day(hold.untilOn)}</span></p>${
    hold.note !== null && html`<blockquote><b>${w.fromCenter}</b><p dir="auto">${hold.note}</p></blockquote>`
  }`;
}

/** Where it stands: the first thing on the page. `above`: what the device is; `beside`: what can be done about it here. */
export function standing(
  progress: Progress,
  proven: Proven | null,
  { w, pen, timeZone, above, beside }: { w: Words; pen: PagePen; timeZone: string; above: Html | null; beside: Html | null },
): Html {
  const { label, whatThisMeans, nextStep } = progress;
  return html`<section class="card standing">
${above}<h1>${label}</h1>
<p class="lead">${whatThisMeans}</p>
${proven === null ? progress.onHold && html`<p class="hold"><b>${w.onHold}</b></p>` : held(proven, w, pen)}
${steps(progress, w, pen)}
<div class="turn ${nextStep.who}"><h2>${w.next}</h2><p class="who">${w.who[nextStep.who]}</p><p dir="auto">${nextStep.text}</p>${beside}</div>
${dates(progress, proven, w, pen, timeZone)}
</section>`;
}
