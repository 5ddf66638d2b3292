// All SQL of service centers.
import { type Selectable, sql, type Updateable } from 'kysely';
import type { Trx } from '#platform/db/connect.ts';
import type { Database } from '#platform/db/database.ts';
import type { Holiday, WeekHours } from './week-hours.ts';

/** A row of `service_centers`. */
export type CenterRow = Omit<Selectable<Database['service_centers']>, 'hours' | 'holidays'> & { hours: WeekHours; holidays: Holiday[] };

type Change = Omit<Updateable<Database['service_centers']>, 'hours' | 'holidays'> & {
  hours?: WeekHours | undefined;
  holidays?: Holiday[] | undefined;
};

const columns = [
  'brand_id',
  'id',
  'code',
  'name',
  'kind',
  'phone',
  'address',
  'locale',
  'time_zone',
  'created_at',
  'updated_at',
  sql<WeekHours>`hours`.as('hours'),
  sql<Holiday[]>`holidays`.as('holidays'),
] as const;

/** Writes a center. Violates `service_centers_code_key` where the brand has one with this code. */
export const insert = (trx: Trx, { hours, holidays, ...row }: CenterRow): Promise<unknown> =>
  trx
    .insertInto('service_centers')
    .values({ ...row, hours: JSON.stringify(hours), holidays: JSON.stringify(holidays) })
    .execute();

/** One center of the brand, or undefined. */
export const byId = (trx: Trx, brandId: string, id: string): Promise<CenterRow | undefined> =>
  trx.selectFrom('service_centers').select(columns).where('brand_id', '=', brandId).where('id', '=', id).executeTakeFirst();

/** Changes what is named and answers the center; undefined where there is none. */
export const update = (trx: Trx, brandId: string, id: string, { hours, holidays, ...change }: Change): Promise<CenterRow | undefined> =>
  trx
    .updateTable('service_centers')
    .set({ ...change, hours: hours && JSON.stringify(hours), holidays: holidays && JSON.stringify(holidays) })
    .where('brand_id', '=', brandId)
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirst();

/** Centers from the newest; `onlyId` narrows to a center key's own. */
export function list(trx: Trx, brandId: string, onlyId: string | null, limit: number, after: { createdAt: Date; id: string } | null) {
  let query = trx.selectFrom('service_centers').select(columns).where('brand_id', '=', brandId);
  if (onlyId !== null) query = query.where('id', '=', onlyId);
  if (after !== null) query = query.where(sql<boolean>`(created_at, id) < (${after.createdAt}, ${after.id})`);
  return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
}
