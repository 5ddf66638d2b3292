// A brand's account at a carrier: where its pushes come in, what proves them, and how they are read.
import { z } from 'zod';
import { id, instant, text, timeZone } from '#platform/schema.ts';
import { carriers } from './carriers/carriers.ts';
import { ParcelStatus } from './tracking.ts';

/** A carrier whose pushes we can read. */
const KnownCarrier = z.enum([...carriers.keys()] as [string, ...string[]]).meta({ id: 'KnownCarrier', example: 'easypost' });

const MAX_CODES = 300;

const CarrierCodes = z
  .record(z.string().min(1).max(120), ParcelStatus)
  .refine((codes) => Object.keys(codes).length <= MAX_CODES, { error: `takes ${MAX_CODES} codes at most` })
  .meta({
    id: 'CarrierCodes',
    description: "What codes of the carrier mean to you, by the code as it shows in a shipment's `statusRaw`. They win over our table.",
    example: { '44': 'out_for_delivery' },
  });

const webhookSecret = text(256).min(8).meta({
  description:
    'What the carrier signs with, at least 8 characters: the webhook secret (EasyPost, AfterShip, Shippo), the salt (kuaidi100), the AppKey (Kdniao), the API key (17TRACK). Carriers that sign nothing need none: their address is the secret.',
});
const apiKey = text(512).meta({ description: 'For asking the carrier when it falls silent. Kept sealed and never shown.' });
const zone = timeZone().meta({ description: 'IANA name of the zone in which the carrier writes times without an offset. Default: by the carrier.' });

/** Registers an account. Its secrets are kept sealed and never shown again. */
export const CarrierAccountInput = z
  .strictObject({
    carrier: KnownCarrier,
    name: text(80),
    webhookSecret: webhookSecret.optional(),
    apiKey: apiKey.optional(),
    codes: CarrierCodes.optional(),
    timeZone: zone.optional(),
  })
  .refine(({ carrier, webhookSecret: secret }) => secret !== undefined || carriers.get(carrier)?.proof !== 'signature', {
    error: 'is required: this carrier signs its pushes',
    path: ['webhookSecret'],
  })
  .refine(({ carrier, apiKey: key }) => key === undefined || carriers.get(carrier)?.inquiry !== undefined, {
    error: 'is of no use: we cannot ask this carrier',
    path: ['apiKey'],
  })
  .meta({ id: 'CarrierAccountInput', example: { carrier: 'easypost', name: 'EasyPost production', webhookSecret: 'a-long-random-secret' } });
export type CarrierAccountInput = z.infer<typeof CarrierAccountInput>;

/** Changes an account; only what is sent changes. */
export const CarrierAccountChange = z
  .strictObject({
    name: text(80).optional(),
    webhookSecret: webhookSecret.optional(),
    apiKey: apiKey.nullable().optional(),
    codes: CarrierCodes.optional(),
    timeZone: zone.nullable().optional(),
  })
  .meta({ id: 'CarrierAccountChange', example: { codes: { '44': 'out_for_delivery' } } });
export type CarrierAccountChange = z.infer<typeof CarrierAccountChange>;

/** A new secret beside the one that is in use. */
export const CarrierSecretInput = z
  .strictObject({
    webhookSecret: webhookSecret.optional().meta({
      description: 'The new secret, where the carrier hands it out or has it already, at least 8 characters. Without it one is made.',
    }),
  })
  .meta({ id: 'CarrierSecretInput', example: { webhookSecret: 'a-long-random-secret' } });
export type CarrierSecretInput = z.infer<typeof CarrierSecretInput>;

/** An account as it is shown. */
export const CarrierAccountView = z
  .strictObject({
    id: id('carrierAccount'),
    carrier: z.string().max(40),
    name: z.string().max(80),
    webhookPath: z.string().max(200).meta({
      description:
        'Give this address to the carrier, after the address of this service. Where it has a `key`, it is a secret: the carrier does not sign.',
    }),
    formerSecretUntil: instant().nullable().meta({
      description: 'After a rotation: until then pushes with the secret (or address) before are taken too. Null: only with the newest.',
    }),
    hasApiKey: z.boolean().meta({ description: 'Whether parcels that the carrier says nothing about are asked for.' }),
    codes: CarrierCodes,
    timeZone: z.string().max(64).nullable(),
    createdAt: instant(),
  })
  .meta({
    id: 'CarrierAccount',
    example: {
      id: 'cra_01kazy3v7me8rtkd8cz5nq2w4x',
      carrier: 'easypost',
      name: 'EasyPost production',
      webhookPath: '/v1/carriers/easypost/events?account=cra_01kazy3v7me8rtkd8cz5nq2w4x',
      formerSecretUntil: null,
      hasApiKey: false,
      codes: {},
      timeZone: null,
      createdAt: '2026-11-22T01:30:00.000Z',
    },
  });
export type CarrierAccountView = z.infer<typeof CarrierAccountView>;

/** An account and its newest secret, which no other answer shows. */
export const CarrierAccountWithSecret = z
  .strictObject({
    ...CarrierAccountView.shape,
    webhookSecret: z.string().max(256).meta({ description: 'What the carrier signs with from now on. Give it to the carrier.' }),
  })
  .meta({
    id: 'CarrierAccountWithSecret',
    example: {
      id: 'cra_01kazy3v7me8rtkd8cz5nq2w4x',
      carrier: 'easypost',
      name: 'EasyPost production',
      webhookPath: '/v1/carriers/easypost/events?account=cra_01kazy3v7me8rtkd8cz5nq2w4x',
      formerSecretUntil: '2026-11-29T01:30:00.000Z',
      hasApiKey: false,
      codes: {},
      timeZone: null,
      createdAt: '2026-11-22T01:30:00.000Z',
      webhookSecret: 'a-long-random-secret',
    },
  });
export type CarrierAccountWithSecret = z.infer<typeof CarrierAccountWithSecret>;
