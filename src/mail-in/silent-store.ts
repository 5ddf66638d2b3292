// SQL of parcels whose provider has fallen silent: which are due to be asked for, and when the next time is.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import type { ParcelStatus } from './tracking.ts';

/** A parcel to ask for, with what its account knows. */
export interface SilentParcel {
  brandId: string;
  shipmentId: string;
  carrier: string;
  /** The newest it has. */
  waybill: string;
  /** How often in a row nothing new was said. */
  inVain: number;
  accountId: string;
  sealedApiKey: Buffer;
  apiKeyId: number;
  codes: Readonly<Record<string, ParcelStatus>>;
  timeZone: string | null;
}

/**
 * Claims parcels of these carriers that were last heard of before `since`, longest silent first: until `until` nobody else asks for them.
 * Left alone are those that have arrived or are lost, those of tickets that have ended, and those asked for `tries` times in vain.
 */
export async function claimSilent(
  deed: Deed,
  { carriers, since, until, tries, limit }: { carriers: readonly string[]; since: Date; until: Date; tries: number; limit: number },
): Promise<SilentParcel[]> {
  const { rows } = await sql<SilentParcel>`
    with due as (
      select s.brand_id, s.id, a.id as account_id, a.sealed_api_key, a.api_key_id, a.codes, a.time_zone
      from shipments s
      join tickets t on t.brand_id = s.brand_id and t.id = s.ticket_id and t.status not in ('closed', 'cancelled', 'disposed')
      join lateral (
        select id, sealed_api_key, api_key_id, codes, time_zone from carrier_accounts c
        where c.brand_id = s.brand_id and c.carrier = s.carrier and c.sealed_api_key is not null
        order by c.id desc limit 1) a on true
      where s.carrier = any(${carriers}::text[]) and s.heard_at < ${since}
        and s.status not in ('delivered', 'returned', 'cancelled', 'lost', 'expired')
        and (s.ask_after is null or s.ask_after <= ${deed.now}) and s.asked_in_vain < ${tries}
      order by s.heard_at limit ${limit}
      for update of s skip locked)
    update shipments s set ask_after = ${until} from due
    where s.brand_id = due.brand_id and s.id = due.id
    returning s.brand_id as "brandId", s.id as "shipmentId", s.carrier, coalesce(
              (select w.waybill from further_waybills w where w.brand_id = s.brand_id and w.shipment_id = s.id order by w.linked_at desc limit 1),
              s.waybill) as waybill, s.asked_in_vain as "inVain", due.account_id as "accountId",
              due.sealed_api_key as "sealedApiKey", due.api_key_id as "apiKeyId", due.codes, due.time_zone as "timeZone"`.execute(deed.trx);
  return rows;
}

/** Not before this time again. */
export async function putOff(deed: Deed, shipmentId: string, askAfter: Date, inVain: number): Promise<void> {
  await sql`
    update shipments set ask_after = ${askAfter}, asked_in_vain = ${inVain}
    where brand_id = ${deed.brandId} and id = ${shipmentId}`.execute(deed.trx);
}
