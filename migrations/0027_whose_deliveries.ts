// Which center a message to a customer belongs to, beside the message, so that a center's list of deliveries is read off an index and not off the whole
// brand's; and when rows were made due, so that a replay by time reads that time and not all of history. A column without a default, triggers under
// short locks, and indexes built under a lock that lets reads through. The release before fills the column too, by the triggers; rows from before it
// are filled by a sweep, and until then found by an index that holds nothing else.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Null for calls to endpoints, whose rows are found by their recipient, and in rows that are not filled yet; '' where the subject is no ticket.
  await sql`alter table outbox add column center_id text collate "C"`.execute(db);
  await sql`create index outbox_center_idx on outbox (brand_id, center_id, id) where center_id is not null`.execute(db);
  await sql`create index outbox_uncentered_idx on outbox (brand_id, id) where center_id is null and recipient not like 'endpoint:%'`.execute(db);
  // Rows lie in the order of time: a summary of each few pages is enough, and costs an insert next to nothing.
  await sql`create index outbox_created_idx on outbox using brin (created_at) with (pages_per_range = 16, autosummarize = on)`.execute(db);

  // A ticket that is opened in the same statement may not be there yet: then the facts say its center.
  await sql`
    create function put_center_beside() returns trigger language plpgsql as $$
    begin
      new.center_id := coalesce((select t.center_id from tickets t where t.brand_id = new.brand_id and t.id = new.subject), new.facts ->> 'centerId', '');
      return new;
    end $$`.execute(db);
  await sql`
    create trigger outbox_center before insert on outbox for each row when (new.center_id is null and new.recipient not like 'endpoint:%')
    execute function put_center_beside()`.execute(db);
  await sql`
    create function take_messages_along() returns trigger language plpgsql as $$
    begin
      update outbox set center_id = new.center_id where brand_id = new.brand_id and subject = new.id and center_id is not null;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger tickets_take_messages_along after update of center_id on tickets for each row when (old.center_id is distinct from new.center_id)
    execute function take_messages_along()`.execute(db);
}
