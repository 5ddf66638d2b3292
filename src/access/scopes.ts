// What each kind of key may do when nothing narrower is asked for; more than this cannot be given to it.
import { type Scope, scopes } from './actor.ts';
import type { KeyKind } from './api-key.ts';

/** Scopes by kind of key: the default and the limit. Routes narrow further by kind: only an admin key makes brands. */
export const scopesOf: Record<KeyKind, readonly Scope[]> = {
  admin: scopes,
  brand: scopes,
  center: [
    'tickets:read',
    'tickets:write',
    'jobs:write',
    'shipments:read',
    'shipments:write',
    'webhooks:manage',
    'deliveries:read',
    'deliveries:replay',
  ],
  courier: ['jobs:write', 'shipments:read', 'shipments:write', 'webhooks:manage', 'deliveries:read', 'deliveries:replay'],
};
