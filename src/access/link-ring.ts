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
  /** Whether this process has served the link before: then it is no guess. */
  knows(text: string): boolean;
}

/** So many links are known as served; a hash takes some 100 bytes. */
const MAX_SERVED = 20_000;

/** Opens the ring over the services' pool. */
export function openLinkRing({ db, clock }: Services): LinkRing {
  const served = new Set<string>();
  const nameOf = (text: string): string => hashToken(text).toString('base64url');

  async function find(text: string): Promise<Actor | null> {
    if (!isLinkToken(text)) return null;
    const row = await db.open
      .selectFrom('link_ring')
      .select(['brand_id', 'ticket_id', 'contact_id', 'closed_at'])
      .where('link_hash', '=', hashToken(text))
      .executeTakeFirst();
    if (row === undefined || (row.closed_at !== null && row.closed_at <= visibleSince(clock.now()))) return null;
    return { kind: 'customer', id: row.contact_id, brandId: row.brand_id, centerId: null, scopes: new Set(), ticketId: row.ticket_id };
  }

  return {
    knows: (text) => isLinkToken(text) && served.has(nameOf(text)),
    async customerOf(text) {
      const actor = await find(text);
      if (actor !== null) {
        if (served.size >= MAX_SERVED) served.clear();
        served.add(nameOf(text));
      }
      return actor;
    },
  };
}

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
