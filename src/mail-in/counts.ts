// Codes of carriers that nobody has a word for, counted for whoever runs the service: vocabularies change without notice.
import { Counter } from '@prometheus-io/client';
import { metrics } from '#platform/metrics.ts';
import type { Scan } from './tracking.ts';

const unmapped = new Counter({
  name: 'glassbench_carrier_unmapped_codes_total',
  help: 'New scans whose code is in no table, by carrier and code.',
  labelNames: ['carrier', 'code'],
  registers: [metrics],
});

/** Labels cost memory for ever: of a carrier that invents codes only so many are named. */
const MAX_NAMED = 200;
const MAX_LENGTH = 60;
const named = new Set<string>();

/** Counts the scans among these whose code is in no table. */
export function countUnmapped(carrier: string, scans: readonly Pick<Scan, 'unmapped' | 'codeRaw'>[]): void {
  for (const { unmapped: isUnmapped, codeRaw } of scans) {
    if (isUnmapped !== true) continue;
    const code = codeRaw.slice(0, MAX_LENGTH);
    if (named.size < MAX_NAMED) named.add(`${carrier}/${code}`);
    unmapped.inc({ carrier, code: named.has(`${carrier}/${code}`) ? code : 'other' });
  }
}
