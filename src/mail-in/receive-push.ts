// A carrier's push: prove where the bytes come from, read them, record every parcel before saying thank you.
import { createHash, randomBytes } from 'node:crypto';
import { idPattern } from '#platform/id.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import type { RingRow } from './accounts-store.ts';
import type { CarrierRing } from './carrier-ring.ts';
import { type Answer, type Carrier, type ParcelNews, type Push, type Terms, UnreadablePush, type Verdict } from './carriers/carrier.ts';
import { carriers } from './carriers/carriers.ts';
import { recordNews } from './record-news.ts';

/** A push as it came in. */
export interface IncomingPush extends Omit<Push, 'now'> {
  carrier: string;
  account: string | undefined;
}

/** Stands in for the secret of an account that does not exist, so that the answer takes as long. */
const NO_SECRET = randomBytes(32).toString('hex');

/**
 * Records the push; each parcel commits by itself, so that a repeated push finds half of it done and harmless. What can be read is recorded
 * also where the rest is refused, which the carrier then sees as an error.
 * Problems: not_found (the carrier), unsupported_media_type, malformed_request, signature_invalid (a wrong or missing signature, address or
 * account, not told apart, or a signed time that is not now).
 */
export async function receivePush(services: Services, ring: CarrierRing, incoming: IncomingPush): Promise<Answer> {
  const carrier = carriers.get(incoming.carrier);
  if (carrier === undefined) throw new Problem('not_found', 'We read no pushes of such a carrier.');
  mustBeOfType(carrier, incoming.headers['content-type']);
  const push = { ...incoming, now: services.clock.now() };
  const account = await signer(services, ring, carrier, push);
  const source = { brandId: account.brandId, carrier: carrier.name, payloadHash: createHash('sha256').update(push.body).digest() };
  let parked = false;
  const { readable, trouble } = newsOf(carrier, push.body, termsOf(carrier, account));
  for (const news of readable) {
    const recorded = await recordNews(services, source, news);
    parked ||= recorded.parked;
  }
  if (trouble !== null) throw new Problem('malformed_request', trouble);
  return carrier.answer(push, parked);
}

/** Whether nothing in the body could make a push right, told without asking for the account: whose accounts exist is no stranger's business. */
export function isHopeless(carrierName: string, account: unknown, headers: IncomingPush['headers']): boolean {
  const carrier = carriers.get(carrierName);
  return carrier === undefined || !isOfType(carrier, headers['content-type']) || !isAccountId(account);
}

const isAccountId = (account: unknown): account is string => typeof account === 'string' && idPattern('carrierAccount').test(account);

const isOfType = (carrier: Carrier, header: string | undefined): boolean => carrier.types.includes(header?.split(';')[0]?.trim().toLowerCase() ?? '');

function mustBeOfType(carrier: Carrier, header: string | undefined): void {
  if (isOfType(carrier, header)) return;
  throw new Problem('unsupported_media_type', `${carrier.name} sends ${carrier.types.join(' or ')}. Send the body as the carrier does.`);
}

async function signer(services: Services, ring: CarrierRing, carrier: Carrier, push: IncomingPush & Push): Promise<RingRow> {
  const account = isAccountId(push.account) ? await ring.account(carrier.name, push.account) : undefined;
  const verdict = verdictOf(carrier, push, liveSecrets(services, account, push.now));
  if (verdict === 'late') {
    throw new Problem('signature_invalid', 'The push was sent more than five minutes from now. Send it again; if it is new, set the clock.');
  }
  if (verdict === 'right' && account !== undefined) return account;
  throw new Problem(
    'signature_invalid',
    carrier.proof === 'address'
      ? 'The address is not that of an account. Give the carrier the whole webhookPath of the account.'
      : 'The push is not signed with the secret of this account. Check both at the carrier.',
  );
}

/** Newest first: one, or two while a rotation lasts. */
function liveSecrets({ seal }: Services, account: RingRow | undefined, now: Date): readonly [string, string?] {
  if (account === undefined) return [NO_SECRET];
  const { sealedSecret, keyId, formerSecret, formerKeyId, formerUntil } = account;
  const newest = seal.open(sealedSecret, keyId);
  const isLive = formerSecret !== null && formerKeyId !== null && formerUntil !== null && formerUntil > now;
  return isLive ? [newest, seal.open(formerSecret, formerKeyId)] : [newest];
}

/** What the first secret says that does not call it wrong. */
function verdictOf(carrier: Carrier, push: Push, [newest, former]: readonly [string, string?]): Verdict {
  const verdict = carrier.verify(newest, push);
  return verdict === 'wrong' && former !== undefined ? carrier.verify(former, push) : verdict;
}

/** How this account has its carrier read. */
const termsOf = (carrier: Carrier, { codes, timeZone }: RingRow): Terms => ({ codes, timeZone: timeZone ?? carrier.timeZone });

/** What can be read of a push, and what is wrong with the rest. */
function newsOf(carrier: Carrier, body: Buffer, terms: Terms): { readable: readonly ParcelNews[]; trouble: string | null } {
  try {
    return { readable: carrier.read(body, terms), trouble: null };
  } catch (error) {
    if (error instanceof UnreadablePush) return { readable: error.readable, trouble: error.message };
    throw error;
  }
}
