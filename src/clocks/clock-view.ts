// Clocks as the API shows them.
import { z } from 'zod';
import { id, instant, int4, milliseconds } from '#platform/schema.ts';
import type { Policy } from '#service-centers/policy.ts';
import { type Clock, clockNames } from './clock.ts';
import { clockTable } from './clock-table.ts';
import { LegalFlag } from './legal-flags.ts';

/** One run of one clock. */
export const ClockView = z
  .strictObject({
    name: z.enum(clockNames),
    run: int4(1).meta({ description: 'The n-th time it runs for this ticket.' }),
    state: z
      .enum(['running', 'paused', 'breached', 'stopped'])
      .meta({ description: '`breached`: it runs, past its due. What stopped late has `breachedAt`.' }),
    basis: z.enum(['working', 'calendar']).meta({ description: 'What its target counts: open hours of the center, or all time.' }),
    targetDays: int4()
      .nullable()
      .meta({ description: 'Days on its basis; null where a date is given (a promise, a part, a quote) or it only counts up.' }),
    policyVersion: int4().meta({ description: 'Of the policy it was started under.' }),
    startedAt: instant(),
    dueAt: instant().nullable().meta({ description: 'Null while it is paused and where it only counts up.' }),
    elapsedMs: milliseconds().meta({ description: 'Since its start, without pauses.' }),
    pausedMs: milliseconds().meta({ description: 'All pauses, the one that is on included.' }),
    remainingMs: milliseconds().nullable().meta({ description: 'While paused: what is left on its basis.' }),
    pausedSince: instant().nullable(),
    stoppedAt: instant().nullable(),
    breachedAt: instant().nullable(),
  })
  .meta({
    id: 'Clock',
    example: {
      name: 'repair',
      run: 1,
      state: 'paused',
      basis: 'working',
      targetDays: 5,
      policyVersion: 3,
      startedAt: '2026-11-22T05:00:00.000Z',
      dueAt: null,
      elapsedMs: 86_400_000,
      pausedMs: 3_600_000,
      remainingMs: 129_600_000,
      pausedSince: '2026-11-23T05:00:00.000Z',
      stoppedAt: null,
      breachedAt: null,
    },
  });
export type ClockView = z.infer<typeof ClockView>;

/** Runs in one answer: nothing bounds how often a clock starts anew. */
const CLOCKS_SHOWN = 1_000;

/** Those of many runs, oldest first, that one answer shows: what runs, and the newest of what has stopped. */
export function shownOf(clocks: readonly Clock[]): Clock[] {
  let over = clocks.length - CLOCKS_SHOWN;
  return clocks.filter(({ stoppedAt }) => {
    if (over <= 0 || stoppedAt === null) return true;
    over -= 1;
    return false;
  });
}

/** The clocks of a ticket, and what the law says about their times. */
export const TicketClocks = z
  .strictObject({
    ticketId: id('ticket'),
    asOf: instant(),
    clocks: z.array(ClockView).max(CLOCKS_SHOWN).meta({
      description: 'In the order in which they were started. Where there are more runs, the oldest of those that have stopped are left out.',
    }),
    legal: z.array(LegalFlag).max(20),
  })
  .meta({ id: 'TicketClocks' });
export type TicketClocks = z.infer<typeof TicketClocks>;

const text = (time: Date | null): string | null => time?.toISOString() ?? null;

function stateOf({ stoppedAt, pausedSince, breachedAt, dueAt, name }: Clock, now: Date): ClockView['state'] {
  const passed = dueAt !== null && now > dueAt;
  // A window that only counts is over when its end has passed.
  if (stoppedAt !== null || (passed && clockTable[name].counts === true)) return 'stopped';
  if (pausedSince !== null) return 'paused';
  return passed || breachedAt !== null ? 'breached' : 'running';
}

/** A clock as it stands at this moment; `policy` is the one it was started under. */
export function clockView(clock: Clock, policy: Policy, now: Date): ClockView {
  const pausedMs = clock.pausedMs + (clock.pausedSince === null ? 0 : now.getTime() - clock.pausedSince.getTime());
  const state = stateOf(clock, now);
  const end = clock.stoppedAt ?? (state === 'stopped' ? clock.dueAt : null) ?? now;
  return {
    name: clock.name,
    run: clock.run,
    state,
    basis: clock.basis,
    targetDays: clockTable[clock.name].days?.(policy) ?? null,
    policyVersion: clock.policyVersion,
    startedAt: clock.startedAt.toISOString(),
    dueAt: text(clock.dueAt),
    elapsedMs: Math.max(0, end.getTime() - clock.startedAt.getTime() - pausedMs),
    pausedMs: Math.max(0, pausedMs),
    remainingMs: clock.remainingMs,
    pausedSince: text(clock.pausedSince),
    stoppedAt: text(clock.stoppedAt),
    breachedAt: text(clock.breachedAt),
  };
}
