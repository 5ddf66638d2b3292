// The list of carriers: a new one is a file beside this one and a line here.
import { aftership } from './aftership.ts';
import type { Carrier } from './carrier.ts';
import { easypost } from './easypost.ts';
import { kdniao } from './kdniao.ts';
import { kuaidi100 } from './kuaidi100.ts';
import { seventeentrack } from './seventeentrack.ts';
import { sf } from './sf.ts';
import { shipengine } from './shipengine.ts';
import { shippo } from './shippo.ts';

const all: readonly Carrier[] = [easypost, aftership, shippo, kuaidi100, kdniao, sf, shipengine, seventeentrack];

/** Every carrier by its name. */
export const carriers: ReadonlyMap<string, Carrier> = new Map(all.map((carrier) => [carrier.name, carrier]));
