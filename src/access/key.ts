// An API key as the API shows it: who may call, and what. The secret is in the answer to its making and nowhere else.
import { z } from 'zod';
import { id, instant, instantInput, int4, text } from '#platform/schema.ts';
import { scopes } from './actor.ts';

/** One thing a key may do. */
export const ScopeName = z.enum(scopes).meta({ id: 'Scope' });

const scopeList = () => z.array(ScopeName).min(1).max(scopes.length);
const keyId = () =>
  z
    .string()
    .max(12)
    .regex(/^[0-9a-z]{12}$/, { error: 'must be the id of a key' });

/** Parameters of a key's own address. */
export const keyParams = z.strictObject({ keyId: keyId() });

/** What a new key takes. */
export const KeyInput = z
  .strictObject({
    kind: z.enum(['brand', 'center', 'courier']),
    name: text(80).meta({ description: 'To tell keys apart; not secret.' }),
    centerId: id('center').optional().meta({ description: 'The center a center key is for.' }),
    scopes: scopeList().optional().meta({ description: 'Less than the kind may do; all of it when left away.' }),
    expiresAt: instantInput().optional(),
  })
  .refine((input) => (input.kind === 'center') === (input.centerId !== undefined), {
    error: 'is required for a center key and refused for the others',
    path: ['centerId'],
  })
  .meta({ id: 'KeyInput', example: { kind: 'courier', name: 'SF Express, production' } });
export type KeyInput = z.infer<typeof KeyInput>;

/** What a new key of the installation takes; no API makes one. */
export const AdminKeyInput = z.strictObject({ name: text(80), expiresAt: instantInput().optional() });
export type AdminKeyInput = z.infer<typeof AdminKeyInput>;

/** How long the old key lives on beside its successor. */
export const KeyRotation = z
  .strictObject({ graceHours: int4(0, 720).default(24).meta({ description: 'Hours during which both keys work.' }) })
  .meta({ id: 'KeyRotation', example: { graceHours: 24 } });
export type KeyRotation = z.infer<typeof KeyRotation>;

/** Who holds a key; admin: the installation. */
export const KeyKindName = z.enum(['admin', 'brand', 'center', 'courier']);

const members = {
  id: keyId(),
  brandId: id('brand').nullable(),
  centerId: id('center').nullable(),
  kind: KeyKindName,
  name: text(80),
  scopes: scopeList(),
  expiresAt: instant().nullable(),
  revokedAt: instant().nullable(),
  lastUsedAt: instant().nullable().meta({ description: 'To the minute.' }),
  createdAt: instant(),
};

const example = {
  id: '0h4k2m6n8pqr',
  brandId: 'brd_01kam3w0xf8q9r2s4t6v8w0x1y',
  centerId: null,
  kind: 'courier' as const,
  name: 'SF Express, production',
  scopes: ['jobs:write' as const, 'shipments:read' as const],
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: null,
  createdAt: '2026-11-22T05:00:00.000Z',
};

/** A key without its secret. */
export const Key = z.strictObject(members).meta({ id: 'Key', example });
export type Key = z.infer<typeof Key>;

/** A key just made, with the text to send as bearer token. */
export const NewKey = z
  .strictObject({ ...members, key: z.string().max(80).meta({ description: 'Shown this once. Keep it like a password.' }) })
  .meta({ id: 'NewKey', example: { ...example, key: 'gb_c_0h4k2m6n8pqr_(43 characters of secret)(6 of checksum)' } });
export type NewKey = z.infer<typeof NewKey>;
