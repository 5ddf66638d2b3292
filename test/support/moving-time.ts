// A clock that a test moves, and what customers and centers were told while it moved.
import { sql } from 'kysely';
import type { Clock } from '#platform/clock.ts';
import type { TestApp } from './app-over.ts';

const DAY_MS = 86_400_000;

/** Time that stands still until it is moved. */
export interface MovingTime {
  clock: Clock;
  now(): Date;
  /** So many days after the start, from now on. */
  day(days: number): Date;
  later(days: number): Date;
}

/** Starts on a Monday morning in Shanghai. */
export function movingTime(start = new Date('2026-11-23T02:00:00.000Z')): MovingTime {
  let now = start;
  const at = (time: number): Date => {
    now = new Date(time);
    return now;
  };
  return {
    clock: { now: () => now },
    now: () => now,
    day: (days) => at(start.getTime() + days * DAY_MS),
    later: (days) => at(now.getTime() + days * DAY_MS),
  };
}

/** What the customer of a ticket was told, in its order. */
export async function told(app: TestApp, ticketId: string): Promise<string[]> {
  const { rows } = await sql<{ message: string }>`
    select message from outbox where subject = ${ticketId} and channel = 'email' order by id`.execute(app.owner);
  return rows.map(({ message }) => message);
}

/** What the last message with this name said. */
export async function lastFacts(app: TestApp, ticketId: string, message: string): Promise<Record<string, unknown> | undefined> {
  const { rows } = await sql<{ facts: Record<string, unknown> }>`
    select facts from outbox where subject = ${ticketId} and message = ${message} order by id desc limit 1`.execute(app.owner);
  return rows[0]?.facts;
}

/** What the center of a ticket was alarmed about, in its order. */
export async function alarms(app: TestApp, ticketId: string): Promise<string[]> {
  const { rows } = await sql<{ kind: string }>`select kind from alerts where ticket_id = ${ticketId} order by raised_at, id`.execute(app.owner);
  return rows.map(({ kind }) => kind);
}

/** A ticket as it is stored. */
export const stored = (app: TestApp, ticketId: string) =>
  app.owner.selectFrom('tickets').selectAll().where('id', '=', ticketId).executeTakeFirstOrThrow();
