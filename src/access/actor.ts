// Who acts: the caller behind an API key, the customer behind a link, or the system itself.

/** What an API key may be allowed to do. */
export const scopes = [
  'tickets:read',
  'tickets:write',
  'jobs:write',
  'shipments:read',
  'shipments:write',
  'webhooks:manage',
  'deliveries:read',
  'deliveries:replay',
  'centers:manage',
  'keys:manage',
  'brands:manage',
  'carriers:manage',
] as const;
export type Scope = (typeof scopes)[number];

/** The caller of a deed. `brandId` is `'*'` for admin keys and system jobs. */
export interface Actor {
  kind: 'admin' | 'brand' | 'center' | 'courier' | 'customer' | 'system';
  /** Who holds the key: the same before and after a rotation. Of a customer: the contact, or with a pass the ticket. */
  id: string;
  brandId: string;
  centerId: string | null;
  scopes: ReadonlySet<Scope>;
  /** The one ticket a customer's link or pass is for; nobody else has it. */
  ticketId?: string;
  /** When the pass of a proof ends. */
  until?: Date;
}
