// Histories of parcels as carriers tell them, recorded and written, and every way in which they can arrive: out of order, in pieces, twice.
import { carriers } from '#mail-in/carriers/carriers.ts';
import type { Scan } from '#mail-in/tracking.ts';
import { recorded, wrapped } from './carrier-records.ts';
import { type History, sample } from './carrier-samples.ts';
import { wire } from './carrier-wires.ts';
import type { Random } from './model/random.ts';

/** A history that was read from a carrier's own bytes. */
export interface ToldHistory {
  name: string;
  carrier: string;
  /** Its scans, with that of the parcel as a whole where there is one. */
  scans: readonly Scan[];
}

/** From the counter to the door, with a word nobody knows on the way. */
export const toDoor: History = [
  ['collected', 5],
  ['moving', 9],
  ['moving', 20],
  ['odd', 21],
  ['at_door', 30],
  ['delivered', 33],
];

function read(carrierName: string, body: Buffer): readonly Scan[] {
  const carrier = carriers.get(carrierName);
  const news = carrier?.read(body, { codes: {}, timeZone: carrier.timeZone }) ?? [];
  return news.flatMap(({ scans, state }) => (state === null ? scans : [...scans, state]));
}

const fromRecords = (): ToldHistory[] =>
  recorded.map((one) => ({ name: `${one.carrier}/${one.name}`, carrier: one.carrier, scans: read(one.carrier, wrapped(one)) }));

const written = (): ToldHistory[] =>
  [...carriers.keys()].map((carrier) => ({
    name: `${carrier}, to the door`,
    carrier,
    scans: read(carrier, wire(carrier, sample(carrier, 'SF1', toDoor), 'a secret', new Date(0)).body),
  }));

/** Every recorded history that has scans, where the recordings lie beside the project, and one of each carrier. */
export const toldHistories = (): ToldHistory[] => [...fromRecords(), ...written()].filter(({ scans }) => scans.length > 0);

/** One way in which all of it arrives: in any order, some of it twice or three times, in one push or several. */
export function arrivals<T>(scans: readonly T[], chance: Random): T[][] {
  const again = scans.filter(() => chance.chance(0.4));
  const thrice = again.filter(() => chance.chance(0.3));
  const all = chance.shuffled([...scans, ...again, ...thrice]);
  const pushes: T[][] = Array.from({ length: chance.int(1, Math.min(6, all.length)) }, () => []);
  for (const [index, scan] of all.entries()) (index < pushes.length ? pushes[index] : chance.pick(pushes))?.push(scan);
  return pushes;
}
