// A brand's account at a carrier: where its pushes come in, and the secret they are signed with.
import { z } from 'zod';
import { id, instant, text } from '#platform/schema.ts';
import { carriers } from './carriers/carriers.ts';

/** A carrier whose pushes we can read. */
export const KnownCarrier = z.enum([...carriers.keys()] as [string, ...string[]]).meta({ id: 'KnownCarrier', example: 'easypost' });

/** Registers an account. The secret is kept sealed and never shown again. */
export const CarrierAccountInput = z
  .strictObject({
    carrier: KnownCarrier,
    name: text(80),
    webhookSecret: text(256).min(8).meta({ description: 'The secret you set at the carrier for its webhooks; at least 8 characters.' }),
  })
  .meta({ id: 'CarrierAccountInput', example: { carrier: 'easypost', name: 'EasyPost production', webhookSecret: 'a-long-random-secret' } });
export type CarrierAccountInput = z.infer<typeof CarrierAccountInput>;

/** An account as it is shown. */
export const CarrierAccountView = z
  .strictObject({
    id: id('carrierAccount'),
    carrier: z.string().max(40),
    name: z.string().max(80),
    webhookPath: z.string().max(200).meta({ description: 'Give this address to the carrier, after the address of this service.' }),
    createdAt: instant(),
  })
  .meta({
    id: 'CarrierAccount',
    example: {
      id: 'cra_01kazy3v7me8rtkd8cz5nq2w4x',
      carrier: 'easypost',
      name: 'EasyPost production',
      webhookPath: '/v1/carriers/easypost/events?account=cra_01kazy3v7me8rtkd8cz5nq2w4x',
      createdAt: '2026-11-22T01:30:00.000Z',
    },
  });
export type CarrierAccountView = z.infer<typeof CarrierAccountView>;
