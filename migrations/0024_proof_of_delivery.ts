// What shows that a parcel was handed over: who signed for it, a picture; and the alarm where a valuable one is delivered without.
// A column without a default; locks the alerts for the length of one check.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table shipments add column proof jsonb`.execute(db);
  await sql`
    alter table alerts drop constraint alerts_kind_check, add constraint alerts_kind_check check (kind in (
      'clock_breached', 'promise_at_risk', 'promise_missed', 'hold_expired', 'quality_failed_twice', 'cancelled_by_customer', 'delivery_disputed',
      'disposal_due', 'legal_clock', 'quote_decided', 'unreachable', 'sms_budget', 'parcel_problem', 'parcel_unopened', 'claim_due',
      'orphan_matched', 'transfer_coming', 'stuck', 'repeat_repair', 'delivery_unproven'))`.execute(db);
}
