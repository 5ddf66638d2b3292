// Carriers fall silent: a webhook is switched off, a subscription runs out. Parcels without news are asked for, gently and not for ever.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { asSystem } from '#access/perform.ts';
import type { Services } from '#services.ts';
import { askCarrier, type Reply } from './ask-carrier.ts';
import type { Carrier, Inquiry, ParcelNews } from './carriers/carrier.ts';
import { carriers } from './carriers/carriers.ts';
import { recordNews } from './record-news.ts';
import { claimSilent, putOff, type SilentParcel } from './silent-store.ts';

const HOUR_MS = 3_600_000;
/** Of one sweep over all tenants. */
const AT_ONCE = 50;
/** EasyPost lets five a second be asked; nobody is in a hurry. */
const APART_MS = 220;
/** A parcel that nobody has news of is asked for this often, at growing intervals: about two months. */
const TRIES = 12;
const MOST_MS = 7 * 24 * HOUR_MS;
/** Longer than a sweep takes: another worker leaves these parcels alone meanwhile. */
const CLAIM_MS = 15 * 60_000;
/** An account that fails this often in a row is left alone until the next sweep. */
const FAILURES = 3;

/** How long to wait before asking again, after `inVain` times without news: doubling from `firstMs` to a week. */
export const pauseAfter = (inVain: number, firstMs: number): number => Math.min(firstMs * 2 ** Math.max(0, inVain - 1), MOST_MS);

/** A carrier that can be asked. */
type Askable = Carrier & { inquiry: Inquiry };

/** Asks for parcels that have been silent for ASK_CARRIERS_AFTER_HOURS; answers how many were asked for. A scheduler calls it. */
export async function askCarriers(services: Services): Promise<number> {
  const askable = [...carriers.values()].filter((carrier): carrier is Askable => carrier.inquiry !== undefined);
  const now = services.clock.now().getTime();
  const silentMs = services.config.ASK_CARRIERS_AFTER_HOURS * HOUR_MS;
  const due = await asSystem(services, '*', (deed) =>
    claimSilent(deed, {
      carriers: askable.map(({ name }) => name),
      since: new Date(now - silentMs),
      until: new Date(now + CLAIM_MS),
      tries: TRIES,
      limit: AT_ONCE,
    }),
  );
  const byAccount = Map.groupBy(due, ({ accountId }) => accountId);
  let asked = 0;
  for (const parcels of byAccount.values()) {
    const carrier = askable.find(({ name }) => name === parcels[0]?.carrier);
    if (carrier !== undefined) asked += await askFor(services, carrier, parcels, silentMs);
  }
  return asked;
}

/** Asks for the parcels of one account; stops where the carrier says stop, and puts the others off. */
async function askFor(services: Services, carrier: Askable, parcels: readonly SilentParcel[], silentMs: number): Promise<number> {
  let failures = 0;
  for (const [index, parcel] of parcels.entries()) {
    if (index > 0) await sleep(APART_MS);
    const reply = await ask(services, carrier, parcel);
    const outcome = await settle(services, carrier, parcel, reply, silentMs);
    failures = outcome === 'failed' ? failures + 1 : 0;
    if (outcome !== 'stop' && failures < FAILURES) continue;
    const until = reply.outcome === 'later' ? reply.seconds : 60;
    for (const other of parcels.slice(index + 1)) await waitUntil(services, other, until * 1000, other.inVain);
    return index + 1;
  }
  return parcels.length;
}

function ask(services: Services, carrier: Askable, parcel: SilentParcel): Promise<Reply> {
  const { inquiry } = carrier;
  const apiKey = services.seal.open(parcel.sealedApiKey, parcel.apiKeyId);
  return askCarrier(services.config.CARRIER_URLS[carrier.name] ?? inquiry.url, inquiry.ask(apiKey, parcel.waybill), (body) =>
    inquiry.read(body, parcel.waybill, { codes: parcel.codes, timeZone: parcel.timeZone ?? carrier.timeZone }),
  );
}

/** What follows from a reply. `stop`: nothing more of this account now. */
async function settle(
  services: Services,
  carrier: Carrier,
  parcel: SilentParcel,
  reply: Reply,
  silentMs: number,
): Promise<'told' | 'failed' | 'stop'> {
  const { accountId, inVain } = parcel;
  switch (reply.outcome) {
    case 'told': {
      const isNew = await record(services, carrier, parcel, reply);
      if (!isNew) await waitUntil(services, parcel, pauseAfter(inVain + 1, silentMs), inVain + 1);
      return 'told';
    }
    case 'later':
      await waitUntil(services, parcel, reply.seconds * 1000, inVain);
      return 'stop';
    case 'forbidden':
      services.log.warn({ accountId, carrier: carrier.name, status: reply.status }, 'a carrier refuses the API key of an account');
      await waitUntil(services, parcel, silentMs, inVain);
      return 'stop';
    case 'failed':
      services.log.info({ accountId, carrier: carrier.name, code: reply.reason }, 'a carrier could not be asked');
      await waitUntil(services, parcel, pauseAfter(inVain + 1, HOUR_MS), inVain + 1);
      return 'failed';
  }
}

/** Answers whether anything was new. */
async function record(
  services: Services,
  carrier: Carrier,
  { brandId }: SilentParcel,
  { news, body }: { news: readonly ParcelNews[]; body: Buffer },
): Promise<boolean> {
  const source = { brandId, carrier: carrier.name, payloadHash: createHash('sha256').update(body).digest() };
  let isNew = false;
  for (const one of news) {
    const { kept } = await recordNews(services, source, one);
    isNew ||= kept.length > 0;
  }
  return isNew;
}

const waitUntil = (services: Services, { brandId, shipmentId }: SilentParcel, ms: number, inVain: number): Promise<void> =>
  asSystem(services, brandId, (deed) => putOff(deed, shipmentId, new Date(deed.now.getTime() + ms), inVain));
