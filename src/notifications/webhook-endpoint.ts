// Where a partner wants to be told what happens.
import { z } from 'zod';
import { id, instant, int4, text } from '#platform/schema.ts';

/** What an endpoint can listen to. */
export const WebhookEvent = z
  .enum(['ticket.opened', 'ticket.advanced', 'shipment.updated', 'job.ready_to_collect', 'note.added', 'alert.raised'])
  .meta({ id: 'WebhookEvent', example: 'ticket.advanced' });
export type WebhookEvent = z.infer<typeof WebhookEvent>;

const events = () => z.array(WebhookEvent).min(1).max(10).meta({ description: 'The events to be told of. Alerts go to brands and centers only.' });
const url = () =>
  text(2_000).meta({
    description: 'https, without credentials, at a public address. Redirects are not followed.',
    example: 'https://partner.example/hooks',
  });
const ownerEmail = () =>
  z
    .email()
    .max(254)
    .nullable()
    .meta({ description: 'Who is written to before the endpoint is disabled because nothing gets through, and when it is.' });
const strictOrder = () =>
  z.boolean().meta({ description: 'Nothing overtakes: a message that cannot be delivered stops its ticket’s lane until it is replayed.' });

/** What a new endpoint takes. */
export const EndpointInput = z
  .strictObject({ url: url(), events: events(), strictOrder: strictOrder().default(false), ownerEmail: ownerEmail().default(null) })
  .meta({
    id: 'WebhookEndpointInput',
    example: { url: 'https://partner.example/hooks', events: ['ticket.advanced'], strictOrder: false, ownerEmail: 'hooks@partner.example' },
  });
export type EndpointInput = z.infer<typeof EndpointInput>;

/** What can be changed later. What is left away stays as it is. */
export const EndpointChange = z
  .strictObject({ url: url(), events: events(), strictOrder: strictOrder(), ownerEmail: ownerEmail(), disabled: z.boolean() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: 'names nothing to change' })
  .meta({ id: 'WebhookEndpointChange', example: { disabled: false } });
export type EndpointChange = z.infer<typeof EndpointChange>;

const shape = {
  id: id('endpoint'),
  state: z.enum(['pending', 'active', 'disabled']).meta({
    description:
      '`pending`: it has not answered its challenge yet, and no events are kept for it. `disabled`: by request, by a 410, or after 5 failing days.',
  }),
  url: z.string().max(2_000),
  pendingUrl: z
    .string()
    .max(2_000)
    .nullable()
    .meta({ description: 'The new address, until it has answered its challenge; `url` is called meanwhile.' }),
  events: z.array(WebhookEvent).max(10),
  strictOrder: z.boolean(),
  owner: z
    .enum(['brand', 'center', 'courier'])
    .meta({ description: 'A center hears of its own tickets, a courier of those it opened, a brand of all.' }),
  centerId: id('center').nullable(),
  liveSecrets: int4(1, 2).meta({ description: 'Two while a secret is being rotated; both sign.' }),
  ownerEmail: z.string().max(254).nullable(),
  failingSince: instant().nullable().meta({ description: 'Nothing has got through since then; after 5 days the endpoint is disabled.' }),
  disabledAt: instant().nullable(),
  disabledReason: z.string().max(100).nullable(),
  createdAt: instant(),
  updatedAt: instant(),
};

const example = {
  id: 'whe_01kam3w0xf8q9r2s4t6v8w0x1y',
  state: 'active' as const,
  url: 'https://partner.example/hooks',
  pendingUrl: null,
  events: ['ticket.advanced'],
  strictOrder: false,
  owner: 'brand',
  centerId: null,
  liveSecrets: 1,
  ownerEmail: 'hooks@partner.example',
  failingSince: null,
  disabledAt: null,
  disabledReason: null,
  createdAt: '2026-11-22T05:00:00.000Z',
  updatedAt: '2026-11-22T05:00:00.000Z',
};

/** An endpoint as the API shows it. */
export const Endpoint = z.strictObject(shape).meta({ id: 'WebhookEndpoint', example });
export type Endpoint = z.infer<typeof Endpoint>;

/** An endpoint with the secret that was made just now. */
export const EndpointWithSecret = z
  .strictObject({
    ...shape,
    secret: z.string().max(80).meta({ description: 'Signs the calls (Standard Webhooks 1.0). Shown in this answer only.' }),
  })
  .meta({ id: 'WebhookEndpointWithSecret', example: { ...example, secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' } });
export type EndpointWithSecret = z.infer<typeof EndpointWithSecret>;

/** The answer to a ping or a challenge: the delivery to watch. */
export const Call = z
  .strictObject({ deliveryId: id('message') })
  .meta({ id: 'WebhookCall', example: { deliveryId: 'msg_01kam3w0xf8q9r2s4t6v8w0x1y' } });
