// Days that a story cannot wait for: what is stored is dated back, and the worker does the rest as it would have done.
import pg from 'pg';

async function run(databaseUrl: string, statement: string, id: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query(statement, [id]);
    if (rowCount !== 1) throw new Error(`${id} is not there to be dated back.`);
  } finally {
    await client.end();
  }
}

/** The device was handed over a month ago: the next sweep closes the ticket. */
export const deliveredLongAgo = (databaseUrl: string, ticketId: string): Promise<void> =>
  run(databaseUrl, `update tickets set updated_at = updated_at - interval '30 days' where id = $1`, ticketId);

/** An hour has passed for the hold of this ticket: one that was opened for an hour has run out. */
export const anHourOnHold = (databaseUrl: string, ticketId: string): Promise<void> =>
  run(
    databaseUrl,
    `update holds set opened_at = opened_at - interval '1 hour', resume_by = resume_by - interval '1 hour', alarm_at = alarm_at - interval '1 hour'
      where ticket_id = $1 and closed_at is null`,
    ticketId,
  );

/** The quote ran out a minute ago: its days of grace have still to pass. */
export const justRanOut = (databaseUrl: string, quoteId: string): Promise<void> =>
  run(databaseUrl, `update quotes set valid_until = now() - interval '1 minute' where id = $1`, quoteId);

/** The quote ran out long ago and its reminders were sent: the next sweep sends the device home. */
export const ranOutLongAgo = (databaseUrl: string, quoteId: string): Promise<void> =>
  run(
    databaseUrl,
    `update quotes set sent_at = now() - interval '90 days', valid_until = now() - interval '60 days', reminders = 9, alarm_at = now() where id = $1`,
    quoteId,
  );
