// The labels of statuses by name, for brands that put their own in their place.
import type { Locale } from '#platform/schema.ts';
import { labelOf, statuses } from './lifecycle.ts';
import { ReturnMethod, type Status } from './status.ts';

const named: [string, Record<Locale, string>][] = (Object.keys(statuses) as Status[]).flatMap((status): [string, Record<Locale, string>][] =>
  'en' in statuses[status].label
    ? [[status, labelOf(status, 'ship')]]
    : ReturnMethod.options.map((method): [string, Record<Locale, string>] => [`${status}.${method}`, labelOf(status, method)]),
);

/** Built-in labels by name: that of the status, where it depends on how the device goes back with that behind it (`ready.pick_up`). */
export const builtInLabels: ReadonlyMap<string, Record<Locale, string>> = new Map(named);
