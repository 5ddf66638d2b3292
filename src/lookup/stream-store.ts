// The SQL of the live stream: what happened to many tickets since, each from its own place, in one statement.
import { sql } from 'kysely';
import type { Db } from '#platform/db/connect.ts';
import type { Wish } from '#quotes/quote.ts';
import type { OwnLabels } from '#texts/columns.ts';
import type { ReturnMethod, Status } from '#tickets/status.ts';
import { wishSql } from '#tickets/wish.ts';

/** Where somebody stands in the history of a ticket. */
export interface Place {
  brandId: string;
  ticketId: string;
  /** The last step that is known there. */
  seq: number;
}

/** One step of the history; of what it recorded nothing. */
export interface StepRow {
  seq: number;
  action: string;
  from: Status | null;
  to: Status;
  at: Date;
}

/** A ticket, and what came after the place. */
export interface Since {
  version: number;
  returnMethod: ReturnMethod;
  /** The brand's own. */
  labels: OwnLabels | null;
  wish: Wish | null;
  linkHash: Buffer | null;
  steps: StepRow[];
}

/** Steps of one ticket in one answer; who is further behind asks again. */
export const STEPS_AT_ONCE = 200;

interface Row {
  n: number;
  version: number;
  return_method: ReturnMethod;
  labels: OwnLabels | null;
  wish: Wish | null;
  link_hash: Buffer | null;
  seq: number | null;
  action: string;
  from_status: Status | null;
  to_status: Status;
  occurred_at: Date;
}

/** In the order of the places; null where there is no such ticket. */
export async function stepsSince(db: Db, places: readonly Place[]): Promise<(Since | null)[]> {
  const rows = await db
    .of('*')
    .transaction()
    .setAccessMode('read only')
    .execute(async (trx) => {
      const result = await sql<Row>`
        select p.n::integer as n, t.version, t.return_method, b.labels, ${wishSql} as wish, t.link_hash, e.seq, e.action, e.from_status, e.to_status, e.occurred_at
          from unnest(${places.map(({ brandId }) => brandId)}::text[], ${places.map(({ ticketId }) => ticketId)}::text[],
                      ${places.map(({ seq }) => seq)}::integer[]) with ordinality as p (brand_id, ticket_id, seq, n)
          join tickets t on t.brand_id = p.brand_id and t.id = p.ticket_id
          join brands b on b.brand_id = t.brand_id
          left join lateral (
            select h.seq, h.action, h.from_status, h.to_status, h.occurred_at from ticket_events h
             where h.brand_id = t.brand_id and h.ticket_id = t.id and h.seq > p.seq
             order by h.seq limit ${STEPS_AT_ONCE}
          ) e on true
         order by p.n, e.seq`.execute(trx);
      return result.rows;
    });
  const found = new Map<number, Since>();
  for (const { n, version, return_method: returnMethod, labels, wish, link_hash: linkHash, seq, ...step } of rows) {
    const since = found.get(n) ?? { version, returnMethod, labels, wish, linkHash, steps: [] };
    found.set(n, since);
    if (seq !== null) since.steps.push({ seq, action: step.action, from: step.from_status, to: step.to_status, at: step.occurred_at });
  }
  return places.map((_, index) => found.get(index + 1) ?? null);
}
