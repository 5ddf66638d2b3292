// All SQL of the customer's link: finding tickets that have none, and changing the one a ticket has.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import type { Linked } from './link.ts';

/** Tickets opened before there were links, of all brands; locked, and those that somebody works on left for the next time. */
export async function withoutLink(deed: Deed, limit: number): Promise<Linked[]> {
  const { rows } = await sql<Linked>`
    select id as "ticketId", link_generation as generation from tickets
     where link_hash is null limit ${limit} for update skip locked`.execute(deed.trx);
  return rows;
}

/** Writes the hashes of links. Not a step of the ticket: version and history stay. */
export async function writeHashes(deed: Deed, links: readonly (Linked & { hash: Buffer })[]): Promise<void> {
  const rows = links.map(({ ticketId, hash }) => ({ ticketId, hash: hash.toString('hex') }));
  await sql`
    update tickets t set link_hash = decode(l.hash, 'hex')
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as l("ticketId" text, hash text)
     where t.id = l."ticketId" and t.link_hash is null`.execute(deed.trx);
}
