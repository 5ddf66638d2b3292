// A carrier's push: prove who signed the bytes, read them, record every parcel before saying thank you.
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { asSystem } from '#access/perform.ts';
import { idPattern } from '#platform/id.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import { accountOnRing } from './accounts-store.ts';
import { type Carrier, type ParcelNews, UnreadablePush } from './carriers/carrier.ts';
import { carriers } from './carriers/carriers.ts';
import { recordTracking } from './record-tracking.ts';

/** A push as it came in. */
export interface Push {
  carrier: string;
  account: string | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Stands in for the secret of an account that does not exist, so that the answer takes as long. */
const NO_SECRET = randomBytes(32).toString('hex');

/**
 * Records the push; each parcel commits by itself, so that a repeated push finds half of it done and harmless.
 * Problems: not_found (the carrier), signature_invalid (a wrong or missing signature or account, not told apart), malformed_request.
 */
export async function receivePush(services: Services, push: Push): Promise<{ answer: Record<string, string | boolean>; parked: boolean }> {
  const carrier = carriers.get(push.carrier);
  if (carrier === undefined) throw new Problem('not_found', 'We read no pushes of such a carrier.');
  const brandId = await signer(services, carrier, push);
  if (brandId === null) throw new Problem('signature_invalid', 'The push is not signed with the secret of this account. Check both at the carrier.');
  const payloadHash = createHash('sha256').update(push.body).digest();
  let parked = false;
  for (const { waybill, scans, eta } of newsOf(carrier, push.body)) {
    const news = { carrier: carrier.name, waybill, scans, eta, payloadHash };
    const recorded = await asSystem(services, brandId, (deed) => recordTracking(deed, news));
    parked ||= recorded.parked;
  }
  return { answer: carrier.answer(), parked };
}

async function signer(services: Services, carrier: Carrier, push: Push): Promise<string | null> {
  const named = push.account !== undefined && idPattern('carrierAccount').test(push.account) ? push.account : null;
  const account = named === null ? undefined : await accountOnRing(services.db, carrier.name, named);
  const secret = account === undefined ? NO_SECRET : services.seal.open(account.sealedSecret, account.keyId);
  return carrier.verify(secret, push.headers, push.body) && account !== undefined ? account.brandId : null;
}

function newsOf(carrier: Carrier, body: Buffer): ParcelNews[] {
  try {
    return carrier.read(body);
  } catch (error) {
    if (error instanceof UnreadablePush) throw new Problem('malformed_request', error.message);
    throw error;
  }
}
