// All SQL of reading clocks: the rows, the policies they were started under, and what the law asks about beside them.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import type { Policy } from '#service-centers/policy.ts';
import { clocksSql } from './columns.ts';
import type { LegalFacts } from './legal-flags.ts';

/** A ticket with its clocks. Times in JSON are texts. */
export interface ClocksRow {
  jurisdiction: LegalFacts['jurisdiction'];
  clocks: unknown;
  /** By name and run: the center that started it. */
  startedBy: Record<string, string>;
  /** `centerId`: `*` for the brand's own. */
  policies: { centerId: string; version: number; effectiveAt: string; body: Partial<Policy> }[];
  earlierRepairs: { repairedAt: string; covered: boolean }[];
  repairedAt: Date | null;
  repairStartedAt: Date | null;
  partsOutstanding: { orderedAt: string; expectedOn: string }[];
  quotes: (Omit<LegalFacts['quotes'][number], 'sentAt'> & { sentAt: string })[];
}

/** Days for which the maker answers for the main unit: earlier repairs are looked for that far back. */
const VALIDITY_DAYS = 365;

/** The clocks of a ticket that the actor may see, or undefined. */
export async function clocksOfTicket(deed: Deed, ticketId: string): Promise<ClocksRow | undefined> {
  const { rows } = await sql<ClocksRow>`
    with handed_over as materialized (
      select e.seq, e.occurred_at, e.data->>'fromCenterId' as center_id from ticket_events e
       where e.brand_id = ${deed.brandId} and e.ticket_id = ${ticketId} and e.action = 'transfer.receive'
    ), started as (
      -- What runs on at the next center is that one's clock by then, and was started by the one before all the same.
      select k.name, k.run, k.policy_version,
             coalesce((select h.center_id from handed_over h where h.occurred_at > k.started_at order by h.seq limit 1), k.center_id) as center_id
        from clocks k where k.brand_id = ${deed.brandId} and k.ticket_id = ${ticketId}
    )
    select t.jurisdiction, ${clocksSql} as clocks,
      (select coalesce(jsonb_object_agg(s.name || ' ' || s.run, s.center_id), '{}') from started s) as "startedBy",
      (select coalesce(jsonb_agg(jsonb_build_object('centerId', p.center_id, 'version', p.version, 'effectiveAt', p.effective_at,
                'body', p.body - 'checklists')), '[]')
         from policies p
        where p.brand_id = t.brand_id and p.version in (select s.policy_version from started s)
          and (p.center_id = '*' or p.center_id in (select s.center_id from started s))) as policies,
      (select coalesce(jsonb_agg(jsonb_build_object('repairedAt', r.repaired_at, 'covered', r.covered) order by r.repaired_at), '[]')
         from (select max(e.occurred_at) filter (where e.action = 'qc.pass') as repaired_at, bool_or(e.action = 'coverage.accept') as covered
                 from tickets o
                 join ticket_events e on e.brand_id = o.brand_id and e.ticket_id = o.id
                where o.brand_id = t.brand_id and o.device_id = t.device_id and o.id <> t.id and o.outcome = 'repaired'
                  and o.created_at < t.created_at and o.created_at > t.created_at - make_interval(days => ${VALIDITY_DAYS * 2}::integer)
                  and e.action in ('qc.pass', 'coverage.accept')
                group by o.id) r
        where r.repaired_at > t.created_at - make_interval(days => ${VALIDITY_DAYS}::integer) and r.repaired_at < t.created_at) as "earlierRepairs",
      (select max(e.occurred_at) from ticket_events e
        where e.brand_id = t.brand_id and e.ticket_id = t.id and e.action = 'qc.pass' and t.outcome = 'repaired') as "repairedAt",
      (select min(e.occurred_at) from ticket_events e
        where e.brand_id = t.brand_id and e.ticket_id = t.id and e.action = 'repair.start') as "repairStartedAt",
      (select coalesce(jsonb_agg(jsonb_build_object('orderedAt', l.ordered_at, 'expectedOn', l.expected_on) order by l.ordered_at, l.id), '[]')
         from part_lines l
        where l.brand_id = t.brand_id and l.ticket_id = t.id and l.state in ('ordered', 'backordered')) as "partsOutstanding",
      (select coalesce(jsonb_agg(jsonb_build_object('version', q.version, 'form', q.form, 'validDays', q.valid_days, 'sentAt', q.sent_at,
                'status', q.status, 'consent', q.consent) order by q.version), '[]')
         from quotes q
        where q.brand_id = t.brand_id and q.ticket_id = t.id and q.sent_at is not null) as quotes
    from tickets t
    where t.brand_id = ${deed.brandId} and t.id = ${ticketId} ${visibleTo(deed.actor)}`.execute(deed.trx);
  return rows[0];
}
