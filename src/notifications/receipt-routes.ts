// Where providers of text messages and WeChat report what became of a message.

import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { limitWrongCalls } from '#platform/http/wrong-calls.ts';
import { int4 } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import type { Push } from './receipts/receipt.ts';
import { receiptReaders } from './receipts/receipts.ts';
import { confirmAddress, takeReceipts } from './take-receipts.ts';

/** A thousand of Aliyun's reports. */
const PUSH_BYTES = 512 * 1024;

/** Pushes that prove nothing, per address. Those that do are not counted: a provider reports thousands of messages from a few addresses. */
const unproven = { name: 'unproven-receipts', points: 60, seconds: 60 } as const;

const Receipts = z.unknown().meta({
  id: 'ProviderReceipts',
  description:
    "The provider's own form: Twilio's status callback, signed in `X-Twilio-Signature`; Aliyun's SmsReport, whose address bears the token; an event of " +
    'WeChat in plain text mode, signed in the query. Here Aliyun’s.',
  example: [
    { phone_number: '13800000000', success: true, err_code: 'DELIVERED', biz_id: '900619746936498440^0', out_id: 'msg_01kam3w0xf8q9r2s4t6v8w0x1y' },
  ],
});
const Thanks = {
  description: 'What this provider takes as an acknowledgment.',
  content: {
    'application/json': {
      schema: z
        .record(z.string().max(40), z.union([z.string().max(200), int4()]))
        .meta({ id: 'ReceiptsTaken', example: { code: 0, msg: '接收成功' } }),
    },
    'text/plain': { schema: z.string().max(200).meta({ id: 'ReceiptsTakenText', example: 'success' }) },
  },
};
const params = z.strictObject({ provider: z.string().max(100).meta({ example: 'aliyun', description: '`twilio`, `aliyun` or `wechat`.' }) });

function pushOf(request: FastifyRequest): Push {
  const { search, searchParams } = new URL(request.url, 'http://here');
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return { path: request.url, query: search === '' ? new URLSearchParams() : searchParams, headers: request.headers, body };
}

/** Receipts, and WeChat's question whether the address is ours. Bodies stay bytes: their parser is scoped to this plugin. */
export const receiptRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  const readers = receiptReaders(services.config);
  limitWrongCalls(app, services, unproven, (request) => {
    const { provider = '' } = request.params as { provider?: string };
    return readers.get(provider)?.plausible(pushOf(request)) !== true;
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: PUSH_BYTES }, (_request, body, done) => done(null, body));

  app.route({
    method: 'POST',
    url: '/v1/receipts/:provider',
    bodyLimit: PUSH_BYTES,
    config: { access: 'public', countsItself: true },
    schema: {
      operationId: 'takeReceipts',
      tags: ['Deliveries'],
      summary: 'Receive what became of text and WeChat messages',
      description:
        'For providers. A receipt is shown with its delivery; repeated ones change nothing, and those of no message of ours are thanked for and counted. ' +
        'Providers whose secret is not set are not known: 404. WeChat asks the same address by GET first, and is answered. ' +
        'Of an address that gets more than 60 calls in a minute wrong, wrong ones are answered 429 until the minute is over, and right ones as ever.',
      params,
      querystring: z.looseObject({
        token: z.string().max(200).optional().meta({ description: 'Aliyun: ALIYUN_RECEIPTS_TOKEN, for its reports bear no signature.' }),
        message: z.string().max(200).optional().meta({ description: 'Twilio: the delivery, as we wrote it into the address.' }),
      }),
      consumes: ['*/*'],
      body: Receipts,
      response: { 200: Thanks, ...problemResponses(400, 401, 404, 413) },
    },
    handler: async (request, reply) => {
      const { type, body } = await takeReceipts(services, readers, request.params.provider, pushOf(request));
      return reply.type(`${type}; charset=utf-8`).send(body as never);
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/receipts/:provider',
    config: { access: 'public', countsItself: true },
    schema: { hide: true, params },
    handler: async (request, reply) => {
      const echo = confirmAddress(readers, request.params.provider, pushOf(request));
      return reply.type('text/plain; charset=utf-8').send(echo);
    },
  });
};
