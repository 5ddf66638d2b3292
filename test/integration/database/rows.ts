// The smallest rows that the schema accepts, for the tests of the database itself.
import pg from 'pg';

export const BRANDS = ['brd_00000000000000000000000001', 'brd_00000000000000000000000002'] as const;
const at = '2026-11-22T05:00:00Z';

/** A connection as the login, or as the application's role for one brand. */
export async function connect(url: string, brandId?: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    ...(brandId === undefined ? {} : { options: `-c role=glassbench_app -c app.brand_id=${brandId}` }),
  });
  await client.connect();
  return client;
}

/** A brand with a center, a device, a contact and a ticket at version 1; ids end in the brand's number. */
export async function insertBrand(client: pg.Client, brandId: string): Promise<void> {
  const one = [brandId, at];
  await client.query(`insert into brands values ($1, 'slug-' || $1, 'Brand', 'open', 'en', 'UTC', 'call us', $2, $2)`, one);
  await client.query(`insert into service_centers values ($1, 'ctr_1', 'C1', 'Center', 'own', '1', 'a', 'en', 'UTC', $2, $2)`, one);
  await client.query(`insert into devices values ($1, 'dev_1', 'phone', null, null, $2)`, one);
  await client.query(`insert into contacts values ($1, 'ctc_1', 'Wang', '1', 'w@example.com', null, 'en', 'UTC', $2)`, one);
  await client.query('begin');
  await insertTicket(client, brandId, 'tkt_1', 1, 'created');
  await insertStep(client, brandId, 'tkt_1', 1, null, 'created');
  await client.query('commit');
}

/** A ticket row alone. Without its history row the commit is refused. */
export const insertTicket = (client: pg.Client, brandId: string, id: string, version: number, status: string) =>
  client.query(
    `insert into tickets (brand_id, id, code, channel, status, version, center_id, opened_by, device_id, contact_id, fault_reported,
                          return_method, jurisdiction, stages_reached, created_at, updated_at, promised_at)
     values ($1, $2, $2, 'mail_in', $4, $3, 'ctr_1', 'key_1', 'dev_1', 'ctc_1', 'dark screen', 'ship', 'none', '{}', $5, $5, $5)`,
    [brandId, id, version, status, at],
  );

/** One row of history. */
export const insertStep = (client: pg.Client, brandId: string, ticketId: string, seq: number, from: string | null, to: string) =>
  client.query(
    `insert into ticket_events (brand_id, ticket_id, seq, action, from_status, to_status, actor_kind, actor_id, data, request_id, occurred_at)
     values ($1, $2, $3, 'test', $4, $5, 'system', 'system', '{}', 'req_1', $6)`,
    [brandId, ticketId, seq, from, to, at],
  );
