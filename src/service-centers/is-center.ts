// Whether a brand has a center of this id and what it is called, for whoever sends something there.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';

/** A center by its names. */
export interface CenterNamed {
  id: string;
  code: string;
  name: string;
}

async function find(deed: Deed, centerId: string): Promise<CenterNamed | undefined> {
  const { rows } = await sql<CenterNamed>`
    select id, code, name from service_centers where brand_id = ${deed.brandId} and id = ${centerId}`.execute(deed.trx);
  return rows[0];
}

/** False for a center of another brand too. */
export const isCenter = async (deed: Deed, centerId: string): Promise<boolean> => (await find(deed, centerId)) !== undefined;

/** A center that is there. */
export async function centerNamed(deed: Deed, centerId: string): Promise<CenterNamed> {
  const center = await find(deed, centerId);
  if (center === undefined) throw new Error(`there is no center ${centerId}`);
  return center;
}
