// What the center of a ticket works by, read in the same statement as the ticket.
import { type RawBuilder, sql } from 'kysely';
import type { Calendar } from './calendar.ts';
import { filled, type Policy } from './policy.ts';
import { type Holiday, usualHours, type WeekHours } from './week-hours.ts';

/** Policy and working hours in force at the center of a ticket. */
export interface House {
  policy: Policy;
  /** 0: the house policy. */
  policyVersion: number;
  calendar: Calendar;
}

interface Stored {
  policy: Partial<Policy> | null;
  policyVersion: number;
  timeZone: string;
  hours: WeekHours;
  holidays: Holiday[];
}

/** A column expression over `tickets t`: the center's own latest policy, else the brand's, and its hours. Null where there is no center. */
export const houseSql: RawBuilder<Stored | null> = sql<Stored | null>`(
  select jsonb_build_object('policy', p.body, 'policyVersion', coalesce(p.version, 0), 'timeZone', s.time_zone, 'hours', s.hours, 'holidays', s.holidays)
    from service_centers s
    left join lateral (
      (select body, version, 1 as turn from policies where brand_id = s.brand_id and center_id = s.id order by version desc limit 1)
      union all
      (select body, version, 2 from policies where brand_id = s.brand_id and center_id = '*' order by version desc limit 1)
      order by turn limit 1
    ) p on true
   where s.brand_id = t.brand_id and s.id = t.center_id)`;

/** The house as the column expression above answers it. */
export function houseOf(raw: unknown): House {
  const { policy, policyVersion, timeZone, hours, holidays } = (raw ?? {
    policy: null,
    policyVersion: 0,
    timeZone: 'UTC',
    hours: usualHours,
    holidays: [],
  }) as Stored;
  return { policy: filled(policy), policyVersion, calendar: { timeZone, hours, holidays } };
}
