// The list of carriers: a new one is a file beside this one and a line here.
import type { Carrier } from './carrier.ts';
import { easypost } from './easypost.ts';

const all: readonly Carrier[] = [easypost];

/** Every carrier by its name. */
export const carriers: ReadonlyMap<string, Carrier> = new Map(all.map((carrier) => [carrier.name, carrier]));
