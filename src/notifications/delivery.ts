// What was sent to whom: one delivery per message and recipient, with every try.
import { z } from 'zod';
import { pageQuery } from '#platform/http/page.ts';
import { id, instant, instantInput, int4, text } from '#platform/schema.ts';

/** What became of a delivery: still due, sent, given up with a reason, or withdrawn because nobody is there any more. */
export const DeliveryState = z.enum(['pending', 'sent', 'dead', 'skipped']).meta({ id: 'DeliveryState', example: 'sent' });

/** What the provider of a text or WeChat message reported after it had taken it. */
export const ProviderReceipt = z
  .strictObject({
    outcome: z.enum(['delivered', 'failed']),
    reason: z.string().max(200).nullable().meta({ description: "Why it failed, in the provider's own code." }),
    at: instant(),
  })
  .meta({ id: 'ProviderReceipt', example: { outcome: 'failed', reason: 'twilio_30005', at: '2026-11-22T05:00:09.000Z' } });

const reason = () => z.string().max(200).nullable();

const shape = {
  id: id('message').meta({
    description: 'The message id: `webhook-id` of the calls, left part of the Message-ID of the mail. The same on every try.',
  }),
  ticketId: id('ticket').nullable().meta({ description: 'Null for a ping.' }),
  endpointId: id('endpoint').nullable().meta({ description: 'Null where it goes to the customer. Also set for mails to the endpoint’s owner.' }),
  channel: z.enum(['email', 'sms', 'wechat', 'instant', 'console', 'webhook']).meta({
    description: '`instant`: WeChat or a text, not tried yet. `console`: no mail server or provider is configured; the text is kept here.',
  }),
  message: z.string().max(60).meta({ description: 'Name of the message, or type of the webhook event.' }),
  state: DeliveryState,
  reason: reason().meta({
    description:
      'Why it is dead or skipped. Skipped: `coalesced: msg_…` (said within that message), `suppressed`, `withdrawn: corrected`, a way that is closed (`opted_out`, or why it is on the stop list), `no_address`, `no_way`, `fixed_line`, `sms_budget_spent`.',
  }),
  attempts: int4(),
  nextTryAt: instant().nullable().meta({ description: 'While it waits for its next try.' }),
  receipt: ProviderReceipt.nullable().meta({ description: 'Null until the provider has reported; mail servers and webhooks never do.' }),
  createdAt: instant(),
  finishedAt: instant().nullable(),
};

const example = {
  id: 'msg_01kam3w0xf8q9r2s4t6v8w0x1y',
  ticketId: 'tkt_01kam3w0xf8q9r2s4t6v8w0x1y',
  endpointId: null,
  channel: 'email',
  message: 'received',
  state: 'sent',
  reason: null,
  attempts: 1,
  nextTryAt: null,
  receipt: null,
  createdAt: '2026-11-22T05:00:00.000Z',
  finishedAt: '2026-11-22T05:00:01.000Z',
};

/** A delivery as lists show it. */
export const Delivery = z.strictObject(shape).meta({ id: 'Delivery', example });
export type Delivery = z.infer<typeof Delivery>;

const headers = () => z.record(z.string().max(100), z.string().max(300));
const requestExample = {
  url: 'https://partner.example/hooks',
  headers: { 'webhook-id': example.id, 'webhook-timestamp': '1795323600', 'webhook-signature': 'v1,K5oZfz…' },
};
const responseExample = { headers: { 'content-type': 'application/json' }, body: '{"ok":true}', tookMs: 84 };

/** What a webhook was called with; the body is that of the delivery. */
export const DeliveryRequest = z
  .strictObject({ url: z.string().max(2_100).meta({ description: 'Without its query string.' }), headers: headers() })
  .meta({ id: 'DeliveryRequest', description: 'Of webhooks only, kept for 30 days. Signatures are cut.', example: requestExample });

/** What a webhook answered. */
export const DeliveryResponse = z
  .strictObject({
    headers: headers().meta({ description: 'The first 30; cookies and whatever may be a secret are left out.' }),
    body: z.string().max(2_500).nullable().meta({ description: 'Its first 2 kB where it is text, without what may be a secret.' }),
    tookMs: int4().meta({ description: 'From the call to the end of what was read.' }),
  })
  .meta({ id: 'DeliveryResponse', description: 'Null where none came.', example: responseExample });

/** One try. */
export const DeliveryAttempt = z
  .strictObject({
    attempt: int4(1),
    startedAt: instant(),
    finishedAt: instant().nullable().meta({ description: 'Null while it runs, or where its worker died.' }),
    outcome: z.enum(['sent', 'retry', 'dead', 'skipped']).nullable(),
    statusCode: int4().nullable().meta({ description: 'What the receiver answered (HTTP or SMTP).' }),
    detail: z.string().max(300).nullable(),
    request: DeliveryRequest.nullable(),
    response: DeliveryResponse.nullable(),
  })
  .meta({
    id: 'DeliveryAttempt',
    example: {
      attempt: 1,
      startedAt: example.createdAt,
      finishedAt: example.finishedAt,
      outcome: 'sent',
      statusCode: 204,
      detail: null,
      request: requestExample,
      response: responseExample,
    },
  });
export type DeliveryAttempt = z.infer<typeof DeliveryAttempt>;

/** Whose words a message was made of. */
export const MessageTemplate = z
  .strictObject({
    of: z.enum(['house', 'brand']).meta({ description: 'house: the built-in words; brand: those of PUT /v1/texts.' }),
    version: int4(1).optional().meta({ description: 'Of the brand’s text.' }),
  })
  .meta({ id: 'MessageTemplate', example: { of: 'brand', version: 3 } });

/** A mail as it was sent; the address masked. */
export const SentMail = z
  .strictObject({
    to: z.string().max(320),
    locale: z.string().max(10),
    subject: z.string().max(300),
    text: z.string().max(20_000),
    template: MessageTemplate.nullable().default(null).meta({ description: 'Null where it was sent before this was kept.' }),
  })
  .meta({
    id: 'SentMail',
    example: {
      to: 'w***@example.com',
      locale: 'en',
      subject: 'Device received (7K3M9QX2RT5)',
      text: 'Next step (us): We start the diagnosis.',
      template: { of: 'brand', version: 3 },
    },
  });

/** A text as it was sent; the number masked. */
export const SentText = z
  .strictObject({
    to: z.string().max(40),
    locale: z.string().max(10),
    text: z.string().max(2_000),
    parts: int4().meta({ description: 'What it cost, the signature included.' }),
  })
  .meta({ id: 'SentText', example: { to: '+86138****0000', locale: 'zh-CN', text: '您的设备已修好，请到店取机。', parts: 1 } });

/** A WeChat message as it was sent; the openid masked. */
export const SentNote = z
  .strictObject({
    to: z.string().max(80),
    locale: z.string().max(10),
    fields: z.record(z.string().max(40), z.string().max(200)),
    url: z.string().max(2_000).nullable(),
  })
  .meta({ id: 'SentNote', example: { to: 'oX1a***', locale: 'zh-CN', fields: { status: '待取机' }, url: null } });

/** A delivery with all its tries and what was sent. */
export const DeliveryDetail = z
  .strictObject({
    ...shape,
    tries: z.array(DeliveryAttempt).max(200),
    mail: SentMail.nullable(),
    text: SentText.nullable(),
    note: SentNote.nullable(),
    body: z.string().max(20_000).nullable().meta({ description: 'The JSON body of the webhook call.' }),
  })
  .meta({ id: 'DeliveryDetail', example: { ...example, tries: [], mail: null, text: null, note: null, body: null } });
export type DeliveryDetail = z.infer<typeof DeliveryDetail>;

/** What a list of deliveries can be narrowed to. */
export const DeliverySearch = z.strictObject({
  ...pageQuery,
  ticketId: id('ticket').optional(),
  endpointId: id('endpoint').optional(),
  state: DeliveryState.optional(),
  reason: text(200).optional().meta({ description: 'Why it is dead or skipped, up to the first colon or whole: `poison`, `gave_up`, `status_404`.' }),
});
export type DeliverySearch = z.infer<typeof DeliverySearch>;

/** Which deliveries to send again: named ones, or all of an endpoint, a ticket or a time. */
export const ReplayInput = z
  .strictObject({
    deliveryIds: z.array(id('message')).min(1).max(1_000).optional(),
    endpointId: id('endpoint').optional(),
    ticketId: id('ticket').optional(),
    createdFrom: instantInput().optional(),
    createdTo: instantInput().optional(),
    states: z
      .array(z.enum(['dead', 'skipped', 'sent']))
      .min(1)
      .max(3)
      .default(['dead'])
      .meta({
        description:
          '`sent` counts for webhooks; of customers’ messages for those that are named by `deliveryIds`, that a provider reported as failed within two days and behind which nothing newer was sent. A customer is not told twice, nor what was withdrawn, kept silent or said within another message.',
      }),
  })
  .refine(({ states: _, ...selection }) => Object.values(selection).some((value) => value !== undefined), {
    error: 'names nothing to replay: give deliveryIds, endpointId, ticketId, createdFrom or createdTo',
  })
  .meta({ id: 'ReplayInput', example: { endpointId: 'whe_01kam3w0xf8q9r2s4t6v8w0x1y', createdFrom: '2026-11-22T00:00:00.000Z', states: ['dead'] } });
export type ReplayInput = z.infer<typeof ReplayInput>;

/** A replay as it was recorded. */
export const Replay = z
  .strictObject({
    id: id('replay'),
    replayed: int4().meta({ description: 'How many deliveries are due again.' }),
    more: z.boolean().meta({ description: 'There were more than one replay takes: ask again.' }),
    createdAt: instant(),
  })
  .meta({ id: 'Replay', example: { id: 'rpl_01kam3w0xf8q9r2s4t6v8w0x1y', replayed: 12, more: false, createdAt: '2026-11-22T05:00:00.000Z' } });
export type Replay = z.infer<typeof Replay>;

/** A replay as it is read later: who asked for what. */
export const ReplayRecord = z
  .strictObject({
    id: id('replay'),
    replayed: int4(),
    requestedBy: z.string().max(40).meta({ description: 'The key, or `system` for the command line.' }),
    selection: z.record(z.string().max(40), z.unknown()).meta({ description: 'What was asked for, as in the call.' }),
    createdAt: instant(),
  })
  .meta({
    id: 'ReplayRecord',
    example: {
      id: 'rpl_01kam3w0xf8q9r2s4t6v8w0x1y',
      replayed: 12,
      requestedBy: 'nfg8td30bq3n',
      selection: { endpointId: 'whe_01kam3w0xf8q9r2s4t6v8w0x1y', states: ['dead'] },
      createdAt: '2026-11-22T05:00:00.000Z',
    },
  });
export type ReplayRecord = z.infer<typeof ReplayRecord>;
