// A carrier's push about a parcel of the world: nobody holds a key for it, its signature is all there is.
import { signature, trackerUpdated } from '../easypost.ts';
import type { World } from './world.ts';

/** One scan that is new at every call, signed with the secret of the world's account. */
export function carrierPush(world: World, waybill: string): { payload: string; headers: Record<string, string> } {
  const payload = trackerUpdated(waybill, [
    { status: 'in_transit', detail: 'departed_facility', message: 'Departed', at: new Date(Date.now() - 30_000) },
  ]);
  return { payload, headers: { 'content-type': 'application/json', 'x-hmac-signature': signature(world.carrierSecret, payload) } };
}
