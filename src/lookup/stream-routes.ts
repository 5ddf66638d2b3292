// The live stream over HTTP: with the pass of a proof for programs, and by the address of the customer's page for browsers.
import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Actor } from '#access/actor.ts';
import { actorOf } from '#access/authenticate.ts';
import { preferredLocale } from '#platform/http/accept.ts';
import { openEventStream } from '#platform/http/event-stream.ts';
import { createLimiter } from '#platform/http/limiter.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { Locale } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { openPages } from './follow-progress.ts';
import { hashToken } from './link.ts';

/** How often the streams of one ticket are opened: far more than pages that lose their connection do. */
const openings = { name: 'stream', points: 60, seconds: 60 } as const;

const Position = z.string().max(9).regex(/^\d+$/, { error: 'must be the id of an event' });
const query = z.strictObject({
  after: Position.optional().meta({
    description: 'The last step that is known already; `Last-Event-ID` goes before it. Without either the stream begins with the first step.',
    example: '7',
  }),
  locale: Locale.optional().meta({ description: 'Overrides Accept-Language.' }),
});
const headers = z.looseObject({
  'last-event-id': Position.optional().meta({ description: 'Sent by a browser that comes again: the id of the last event it has.', example: '7' }),
});
const stream = z.string().max(1_000_000).meta({
  id: 'ProgressEvents',
  description:
    'Server-sent events. `step`: a step of the timeline; `change`: something else the customer is told of, such as a hold or another promised day; the data of both is a TimelineEntry. The id is the place in the history.',
  example: 'id: 7\nevent: step\ndata: {"status":"in_repair","label":"Being repaired","at":"2026-11-22T02:10:00.000Z"}\n\n',
});

interface Asked {
  actor: Actor | null;
  query: z.infer<typeof query>;
  headers: { 'last-event-id'?: string | undefined; 'accept-language'?: string | undefined };
}

/**
 * The same stream behind two doors. The link's secret is in the path, like that of its page, because a browser's EventSource sends no
 * headers; the pass is a bearer token and never in an address, so a browser reads that stream with fetch(). No log line holds a path.
 */
export const streamRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  const pages = openPages(services);
  const limit = createLimiter(services, openings);
  // Not onClose: the server does not close before its last answer has ended, and these end only here.
  app.addHook('preClose', () => pages.close());
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex', vary: 'Authorization, Accept-Language' });
    reply.headers(await limit.consume(actorOf(request).ticketId ?? ''));
  });

  async function follow(request: Asked, reply: FastifyReply, linkHash: Buffer | null): Promise<never> {
    const { brandId, ticketId = '', until } = actorOf(request);
    const locale = request.query.locale ?? preferredLocale(request.headers['accept-language']);
    const seq = Number(request.headers['last-event-id'] ?? request.query.after ?? 0);
    const seat = await pages.seat({ brandId, ticketId, seq, locale, linkHash });
    // Who hung up meanwhile, or was answered by the deadline, gets no stream.
    if (reply.sent || reply.raw.destroyed) {
      seat.leave();
      return reply.hijack() as never;
    }
    reply.header('content-language', locale).hijack();
    const rest = until === undefined ? Infinity : until.getTime() - services.clock.now().getTime();
    const wire = openEventStream(reply.raw, {
      headers: reply.getHeaders() as OutgoingHttpHeaders,
      lastsMs: Math.min(services.config.STREAM_SECONDS * 1_000, rest),
      onDrain: seat.drained,
      onClose: seat.leave,
    });
    seat.attach(wire);
    return reply as never;
  }

  app.route({
    method: 'GET',
    url: '/v1/lookup/progress/stream',
    exposeHeadRoute: false,
    config: { access: 'pass', unguarded: true },
    schema: {
      operationId: 'streamProgress',
      tags: ['Lookup'],
      summary: 'Follow a repair while it moves',
      description:
        'With the `token` of a lookup with a proof. Replays the steps after `Last-Event-ID`, then sends each new one as it is taken. A comment comes every 15 seconds; after a quarter of an hour, or when the token ends, the stream ends with the time to wait before the next. Who reads too slowly is let go and continues from its last event. At most 6 streams of a ticket at once (429).',
      querystring: query,
      headers,
      response: {
        200: { description: 'Events as they happen.', content: { 'text/event-stream': { schema: stream } } },
        ...problemResponses(400, 401),
      },
    },
    handler: (request, reply) => follow(request, reply, null),
  });

  app.route({
    method: 'GET',
    url: '/t/:token/events',
    exposeHeadRoute: false,
    config: { access: 'link', unguarded: true },
    // Part of the page, which is no part of the API.
    schema: { hide: true, params: z.strictObject({ token: z.string().max(1_000) }), querystring: query, headers },
    handler: (request, reply) => follow(request, reply, hashToken(request.params.token)),
  });
};
