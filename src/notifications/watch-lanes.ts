// What operators see of the lanes: one look at the database for all who ask within a few seconds, as figures and as a page.
import { asSystem } from '#access/perform.ts';
import { escaped } from '#platform/escaped.ts';
import type { Services } from '#services.ts';
import { type LaneFigures, laneFigures } from './lane-figures-store.ts';

const FRESH_MS = 5_000;

/** A reader that looks at most every five seconds. */
export function openLaneWatch(services: Services): () => Promise<LaneFigures> {
  let at = Number.NEGATIVE_INFINITY;
  let found: Promise<LaneFigures> | null = null;
  return () => {
    if (found === null || performance.now() - at > FRESH_MS) {
      at = performance.now();
      found = asSystem(services, '*', laneFigures);
      // A look that failed is not kept.
      found.catch(() => {
        found = null;
      });
    }
    return found;
  };
}

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string => {
  const cells = (tag: string, row: readonly (string | number)[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${escaped(String(cell))}</${tag}>`).join('')}</tr>`;
  const body = rows.length === 0 ? cells('td', ['none', ...head.slice(1).map(() => '')]) : rows.map((row) => cells('td', row)).join('');
  return `<table><thead>${cells('th', head)}</thead><tbody>${body}</tbody></table>`;
};

const age = (seconds: number): string =>
  seconds < 120 ? `${Math.round(seconds)} s` : seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;

/** The page: counts and reasons, no identifiers. */
export function lanePage({ lanes, due, dead }: LaneFigures): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="10"><title>Lanes</title>
<style>body{font:16px/1.5 sans-serif;margin:2em auto;max-width:50em;padding:0 1em;color-scheme:light dark}table{border-collapse:collapse;margin:0 0 2em}th,td{text-align:left;padding:.2em 1.5em .2em 0}</style>
</head><body><h1>Lanes</h1><p><a href="/queues">The queue</a> · <a href="/metrics">Metrics</a></p>
<h2>By state</h2>${table(['State', 'Lanes'], Object.entries(lanes))}
<h2>Due</h2>${table(
    ['Channel', 'Messages', 'Oldest', 'After a failure', 'Oldest'],
    due.map((of) => [of.channel, of.count, age(of.oldestSeconds), of.retrying, age(of.oldestRetryingSeconds)]),
  )}
<h2>Dead letters</h2>${table(
    ['Reason', 'Messages'],
    dead.map(({ reason, count }) => [reason, count]),
  )}
<p>Read and replay them by GET /v1/deliveries?state=dead and POST /v1/deliveries/replays, or by npm run admin -- dead list and replay.</p></body></html>`;
}
