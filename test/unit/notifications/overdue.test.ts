// What is overdue is put off while PostgreSQL comes back, and never for ever.
import { expect, test } from 'vitest';
import { openOverdue } from '#notifications/overdue.ts';

const SOON = 20;
const LONG = 700;

test('it is looked for every half second, and at once where there may be more', () => {
  const overdue = openOverdue();
  expect(overdue.isDue(0)).toBe(true);
  overdue.handedOut(true, 0);
  expect(overdue.isDue(0)).toBe(true);
  overdue.handedOut(false, 0);
  expect([overdue.isDue(499), overdue.isDue(500)]).toEqual([false, true]);
});

test('after PostgreSQL was away it waits a second for what has been tried to be told', () => {
  const slow = openOverdue();
  slow.looked(LONG, 10_000);
  expect([slow.isDue(10_999), slow.isDue(11_000)]).toEqual([false, true]);
  const gone = openOverdue();
  for (const at of [10_000, 10_500, 11_500]) gone.failed(at);
  gone.looked(SOON, 12_000);
  expect([gone.isDue(12_499), gone.isDue(12_500)]).toEqual([false, true]);
});

test.each([
  ['slow every time', [LONG]],
  ['slow every other time', [LONG, SOON]],
])('where it is %s the looks go on', (_, times) => {
  const overdue = openOverdue();
  let now = 0;
  let looks = 0;
  for (let nth = 0; now < 60_000; nth += 1) {
    const took = times[nth % times.length] ?? 0;
    now += took;
    overdue.looked(took, now);
    if (!overdue.isDue(now)) continue;
    looks += 1;
    overdue.handedOut(false, now);
  }
  expect(looks).toBeGreaterThan(20);
});
