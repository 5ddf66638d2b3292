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

/** A parcel on its way, of which nobody has said anything since; the partial indexes of `migrations/0028` hold those on their way. */
const isSilent = (since: Date) => sql`s.status not in ('delivered', 'returned', 'cancelled', 'lost', 'expired') and s.heard_at < ${since}`;

/**
 * Claims parcels of these carriers that were last heard of before `since`, longest silent first: until `until` nobody else asks for them.
 * Those of brands without an API key and those that have arrived or are lost are not looked at; those of tickets that have ended, and those
 * asked for `tries` times in vain, once more and then put off without end: a word from the carrier brings them back.
 */
export async function claimSilent(
  deed: Deed,
  { carriers, since, until, tries, limit }: { carriers: readonly string[]; since: Date; until: Date; tries: number; limit: number },
): Promise<SilentParcel[]> {
  const { rows } = await sql<SilentParcel & { isOver: boolean }>`
    with account as (
      select distinct on (brand_id, carrier) brand_id, carrier, id, sealed_api_key, api_key_id, codes, time_zone from carrier_accounts
      where carrier = any(${carriers}::text[]) and sealed_api_key is not null
      order by brand_id, carrier, id desc
    ), silent as (
      select a.brand_id, s.id, s.heard_at, a.id as account_id, a.sealed_api_key, a.api_key_id, a.codes, a.time_zone
      from account a cross join lateral (
        (select s.id, s.heard_at from shipments s
          where s.brand_id = a.brand_id and s.carrier = a.carrier and s.ask_after is null and ${isSilent(since)}
          order by s.heard_at limit ${limit})
        union all
        (select s.id, s.heard_at from shipments s
          where s.brand_id = a.brand_id and s.carrier = a.carrier and s.ask_after < 'infinity' and s.ask_after <= ${deed.now} and ${isSilent(since)}
          order by s.ask_after limit ${limit})) s
      order by s.heard_at limit ${limit}
    ), due as (
      select s.brand_id, s.id, d.account_id, d.sealed_api_key, d.api_key_id, d.codes, d.time_zone,
             s.asked_in_vain >= ${tries} or not exists (
               select from shipment_tickets x join tickets t on t.brand_id = x.brand_id and t.id = x.ticket_id
                where x.brand_id = s.brand_id and x.shipment_id = s.id and t.status not in ('closed', 'cancelled', 'disposed')) as is_over
      from silent d join shipments s on s.brand_id = d.brand_id and s.id = d.id
      where (s.ask_after is null or s.ask_after <= ${deed.now}) and ${isSilent(since)}
      for update of s skip locked
    )
    update shipments s set ask_after = case when due.is_over then 'infinity' else ${until}::timestamptz end from due
    where s.brand_id = due.brand_id and s.id = due.id
    returning s.brand_id as "brandId", s.id as "shipmentId", s.carrier, coalesce(
              (select w.waybill from further_waybills w where w.brand_id = s.brand_id and w.shipment_id = s.id order by w.linked_at desc limit 1),
              s.waybill) as waybill, s.asked_in_vain as "inVain", due.account_id as "accountId", due.is_over as "isOver",
              due.sealed_api_key as "sealedApiKey", due.api_key_id as "apiKeyId", due.codes, due.time_zone as "timeZone"`.execute(deed.trx);
  return rows.filter(({ isOver }) => !isOver).map(({ isOver: _, ...parcel }) => parcel);
}

/** Not before this time again. */
export async function putOff(deed: Deed, shipmentId: string, askAfter: Date, inVain: number): Promise<void> {
  await sql`
    update shipments set ask_after = ${askAfter}, asked_in_vain = ${inVain}
    where brand_id = ${deed.brandId} and id = ${shipmentId}`.execute(deed.trx);
}
