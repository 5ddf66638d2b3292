// What a carrier says of one parcel, pushed or asked for, is recorded in a transaction of its own; codes that nobody knows are counted.
import { asSystem } from '#access/perform.ts';
import type { Services } from '#services.ts';
import type { ParcelNews } from './carriers/carrier.ts';
import { countUnmapped } from './counts.ts';
import { type Recorded, recordTracking } from './record-tracking.ts';

/** Where it came from: `payloadHash` is the SHA-256 of the bytes. */
interface Source {
  brandId: string;
  carrier: string;
  payloadHash: Buffer;
}

/** Records it, with what is said of the parcel as a whole. */
export async function recordNews(services: Services, { brandId, carrier, payloadHash }: Source, news: ParcelNews): Promise<Recorded> {
  const { waybill, scans, state, eta, proof = null, watch } = news;
  const told = { carrier, waybill, scans: state === null ? scans : [...scans, state], eta, proof, watch, payloadHash };
  const recorded = await asSystem(services, brandId, (deed) => recordTracking(deed, told));
  countUnmapped(carrier, recorded.kept);
  return recorded;
}
