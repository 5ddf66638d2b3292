// A contact in the SQL of whoever reads one: with its ticket, with who is to be told.
import { type RawBuilder, sql } from 'kysely';
import type { ContactRow, Way } from './contact.ts';

const columnOf: Record<Way, { address: string; hash: string }> = {
  email: { address: 'k.email', hash: 'k.email_hash' },
  sms: { address: 'k.phone', hash: 'k.phone_hash' },
  wechat: { address: 'k.wechat_openid', hash: 'k.wechat_hash' },
};

/** Why an address of `contacts k` is on the stop list; null where it is not. */
const stopSql = (way: Way): RawBuilder<unknown> => sql`
  (select s.reason from stopped_addresses s
    where s.brand_id = k.brand_id and s.kind = ${sql.lit(way)} and s.hash = ${sql.ref(columnOf[way].hash)} and s.removed_at is null)`;

/** The contact as JSON, over `contacts k`. */
export const contactSql: RawBuilder<ContactRow> = sql<ContactRow>`jsonb_build_object(
  'name', k.name, 'phone', k.phone, 'email', k.email, 'address', k.address, 'locale', k.locale, 'timeZone', k.time_zone,
  'wechatOpenid', k.wechat_openid, 'optedOut', k.opted_out, 'quietHours', k.quiet_hours,
  'stops', jsonb_build_object('email', ${stopSql('email')}, 'sms', ${stopSql('sms')}, 'wechat', ${stopSql('wechat')}))`;

const wayIsOpen = (way: Way): RawBuilder<unknown> => sql`
  case when ${sql.ref(columnOf[way].address)} is null then null
       else not (${sql.lit(way)} = any(k.opted_out)) and ${stopSql(way)} is null end`;

/** For each way of `contacts k` with an address whether it is open, as JSON. */
export const openWaysSql: RawBuilder<Partial<Record<Way, boolean>>> = sql<Partial<Record<Way, boolean>>>`jsonb_strip_nulls(jsonb_build_object(
  'email', ${wayIsOpen('email')}, 'sms', ${wayIsOpen('sms')}, 'wechat', ${wayIsOpen('wechat')}))`;
