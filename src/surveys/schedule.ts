// Puts a survey down with the step that gives the device back, so that none is forgotten and none asked twice.
import { type RawBuilder, sql } from 'kysely';
import type { Deed } from '#access/deed.ts';

/** One common table expression named `surveyed`; none where nobody is to be asked. One that has been asked is not asked again. */
export function surveyCtes(deed: Deed, ticketId: string, centerId: string, askAt: Date | null): RawBuilder<unknown>[] {
  if (askAt === null) return [];
  return [
    sql`surveyed as (
      insert into surveys as s (brand_id, ticket_id, center_id, alarm_at)
      values (${deed.brandId}, ${ticketId}, ${centerId}, ${askAt})
      on conflict (brand_id, ticket_id) do update set alarm_at = excluded.alarm_at where s.asked_at is null
    )`,
  ];
}
