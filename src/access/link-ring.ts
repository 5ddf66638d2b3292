// Finds the customer behind a pass, or behind a link: one look at a view of hashes, so that a link that was made anew ends the old one at once.
import { hashToken, isLinkToken } from '#lookup/link.ts';
import { readToken } from '#lookup/token.ts';
import { visibleSince } from '#lookup/visible.ts';
import type { Services } from '#services.ts';
import type { Actor } from './actor.ts';

/** Answers whose link it is. */
export interface LinkRing {
  /** Null where the link is unknown, was made anew since, or its ticket ended more than 90 days ago. */
  customerOf(text: string): Promise<Actor | null>;
}

/** Opens the ring over the services' pool. */
export const openLinkRing = ({ db, clock }: Services): LinkRing => ({
  async customerOf(text) {
    if (!isLinkToken(text)) return null;
    const row = await db.open
      .selectFrom('link_ring')
      .select(['brand_id', 'ticket_id', 'contact_id', 'closed_at'])
      .where('link_hash', '=', hashToken(text))
      .executeTakeFirst();
    if (row === undefined || (row.closed_at !== null && row.closed_at <= visibleSince(clock.now()))) return null;
    return { kind: 'customer', id: row.contact_id, brandId: row.brand_id, centerId: null, scopes: new Set(), ticketId: row.ticket_id };
  },
});

/** Answers whose pass it is; a pass is signed, so nothing is asked. */
export interface PassReader {
  /** Null where it was not made here or is over. */
  customerOf(text: string): Actor | null;
}

/** Reads the passes that the lookup gives for a proof. */
export const openPassReader = ({ seal, clock }: Services): PassReader => ({
  customerOf(text) {
    const pass = readToken(seal, text, clock.now());
    if (pass === null) return null;
    const { brandId, ticketId, expiresAt: until } = pass;
    return { kind: 'customer', id: ticketId, brandId, centerId: null, scopes: new Set(), ticketId, until };
  },
});
