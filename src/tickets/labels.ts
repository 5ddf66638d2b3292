// The labels of statuses by name, for brands that put their own in their place.
import type { Locale } from '#platform/schema.ts';
import type { Wish } from '#quotes/quote.ts';
import type { OwnLabels } from '#texts/columns.ts';
import { labelOf, statuses } from './lifecycle.ts';
import { ReturnMethod, type Status } from './status.ts';
import { isUnconfirmed, unconfirmed } from './wish.ts';

const named: [string, Record<Locale, string>][] = (Object.keys(statuses) as Status[]).flatMap((status): [string, Record<Locale, string>][] =>
  'en' in statuses[status].label
    ? [[status, labelOf(status, 'ship')]]
    : ReturnMethod.options.map((method): [string, Record<Locale, string>] => [`${status}.${method}`, labelOf(status, method)]),
);

/** The name of the label of a device whose owner has yet to confirm that it is to be disposed of. */
const DISPOSAL = 'ready.disposal';

/**
 * Built-in labels by name: that of the status, where it depends on what becomes of the device with that behind it (`ready.pick_up`, `ready.disposal`).
 */
export const builtInLabels: ReadonlyMap<string, Record<Locale, string>> = new Map([...named, [DISPOSAL, unconfirmed]]);

/** The label of a device whose disposal is to be confirmed. `own`: the brand's labels, where it has any. */
export const disposalLabel = (own: OwnLabels | null | undefined): Record<Locale, string> => ({ ...unconfirmed, ...own?.[DISPOSAL] });

/** The label as a customer reads it: who wishes the device to be disposed of is not told that it can be picked up, whatever the brand calls that. */
export const labelFor = (
  status: Status,
  returnMethod: ReturnMethod,
  own: OwnLabels | null | undefined,
  wish: Wish | null | undefined,
): Record<Locale, string> => (isUnconfirmed(status, wish) ? disposalLabel(own) : labelOf(status, returnMethod, own));
