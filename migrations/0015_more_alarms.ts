// Two more kinds of alarm: a customer who cannot be written to, and a ticket whose texts cost much; and whose entry on the stop list it is.
// Locks the alerts for the length of one check.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table alerts drop constraint alerts_kind_check`.execute(db);
  await sql`
    alter table alerts add constraint alerts_kind_check check (kind in ('clock_breached', 'promise_at_risk', 'promise_missed', 'legal_clock',
      'hold_expired', 'disposal_due', 'quality_failed_twice', 'cancelled_by_customer', 'delivery_disputed', 'quote_decided', 'unreachable', 'sms_budget'))`.execute(
    db,
  );
  // The center that put it there, or at whose ticket the customer did; null: the brand.
  await sql`alter table stopped_addresses add column center_id text collate "C"`.execute(db);
}
