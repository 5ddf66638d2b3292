// The clocks of a ticket as parts of the statements that read and write the ticket.
import { type RawBuilder, sql } from 'kysely';
import type { Clock } from './clock.ts';

/** A column expression over `tickets t`: every run of every clock, in order. */
export const clocksSql: RawBuilder<unknown> = sql`(
  select coalesce(jsonb_agg(jsonb_build_object('name', k.name, 'run', k.run, 'policyVersion', k.policy_version, 'basis', k.basis,
           'startedAt', k.started_at, 'stoppedAt', k.stopped_at, 'pausedSince', k.paused_since, 'pausedMs', k.paused_ms,
           'remainingMs', k.remaining_ms, 'dueAt', k.due_at, 'alarmAt', k.alarm_at, 'breachedAt', k.breached_at) order by k.name, k.run), '[]')
    from clocks k where k.brand_id = t.brand_id and k.ticket_id = t.id)`;

type Times = 'startedAt' | 'stoppedAt' | 'pausedSince' | 'dueAt' | 'alarmAt' | 'breachedAt';
type Stored = Omit<Clock, Times> & { startedAt: string } & Record<Exclude<Times, 'startedAt'>, string | null>;

const time = (value: string | null): Date | null => (value === null ? null : new Date(value));

/** The clocks as the column expression above answers them. */
export const clocksOf = (raw: unknown): Clock[] =>
  (raw as Stored[]).map((clock) => ({
    ...clock,
    startedAt: new Date(clock.startedAt),
    stoppedAt: time(clock.stoppedAt),
    pausedSince: time(clock.pausedSince),
    dueAt: time(clock.dueAt),
    alarmAt: time(clock.alarmAt),
    breachedAt: time(clock.breachedAt),
  }));

/** The common table expression that writes what a step changed in the clocks; none where it changed nothing. */
export function clockCtes(
  deed: { brandId: string },
  { ticketId, centerId }: { ticketId: string; centerId: string },
  changed: readonly Clock[],
): RawBuilder<unknown>[] {
  if (changed.length === 0) return [];
  return [
    sql`clocks_turned as (
      insert into clocks (brand_id, ticket_id, center_id, name, run, policy_version, basis, started_at, stopped_at, paused_since, paused_ms, remaining_ms,
                          due_at, alarm_at, breached_at)
      select ${deed.brandId}, ${ticketId}, ${centerId}, c.name, c.run, c."policyVersion", c.basis, c."startedAt", c."stoppedAt", c."pausedSince", c."pausedMs",
             c."remainingMs", c."dueAt", c."alarmAt", c."breachedAt"
        from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as c(name text, run integer, "policyVersion" integer, basis text,
             "startedAt" timestamptz, "stoppedAt" timestamptz, "pausedSince" timestamptz, "pausedMs" bigint, "remainingMs" bigint,
             "dueAt" timestamptz, "alarmAt" timestamptz, "breachedAt" timestamptz)
      on conflict (brand_id, ticket_id, name, run) do update
        -- What runs is the business of whoever has the device; what has stopped, or was missed by then, stays with whose it was.
        set center_id = case when excluded.stopped_at is null and excluded.breached_at is null then excluded.center_id else clocks.center_id end,
            stopped_at = excluded.stopped_at, paused_since = excluded.paused_since, paused_ms = excluded.paused_ms,
            remaining_ms = excluded.remaining_ms, due_at = excluded.due_at, alarm_at = excluded.alarm_at, breached_at = excluded.breached_at)`,
  ];
}
