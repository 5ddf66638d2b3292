// A message is begun and ended within moments of its row, and a lane is handed out, taken and given back for each: half of every new page of theirs is
// left free for the next version of a row. A version beside the one before it, of which no indexed column has changed, touches no index
// (PostgreSQL's heap-only tuples), and what is dead is cleared away by whoever reads the page next. Pages from before stay as they are until
// their rows are written again. Settings of a table: short locks that let reads and writes through, and nothing is rewritten.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table lanes set (fillfactor = 50)`.execute(db);
  await sql`alter table outbox set (fillfactor = 50)`.execute(db);
}
