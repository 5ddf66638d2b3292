// When a center works, for whoever counts its working days without a ticket in hand.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import type { Calendar } from './calendar.ts';
import { type House, houseOf, houseSql } from './house.ts';

/** Policy and hours in force at a center of the brand; those of the house where there is no such center. */
export async function centerHouse(deed: Deed, centerId: string): Promise<House> {
  const { rows } = await sql<{ house: unknown }>`
    select ${houseSql} as house from (select ${deed.brandId}::text as brand_id, ${centerId}::text as center_id) t`.execute(deed.trx);
  return houseOf(rows[0]?.house ?? null);
}

/** When it works. */
export const centerCalendar = async (deed: Deed, centerId: string): Promise<Calendar> => (await centerHouse(deed, centerId)).calendar;
