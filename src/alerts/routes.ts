// The API of alerts: what a center has to look at, and that somebody has.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { linkNext, pageOf } from '#platform/http/page.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { Alert, AlertSearch } from './alert.ts';
import { acknowledgeAlert, findAlerts } from './find-alerts.ts';

const tags = ['Alerts'];
const AlertPage = pageOf(Alert, 'AlertPage');

/** Alerts of the key's center, or of the whole brand. */
export const alertRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'GET',
    url: '/v1/alerts',
    config: { access: { scope: 'tickets:read', kinds: ['center', 'brand', 'admin'] } },
    schema: {
      operationId: 'listAlerts',
      tags,
      summary: 'List alerts',
      description: 'Newest first. A center sees its own, a brand all. `open=true` leaves away what somebody has acknowledged.',
      querystring: AlertSearch,
      response: { 200: AlertPage, ...problemResponses(400, 401, 403) },
    },
    handler: async (request, reply) => linkNext(request, reply, await read(services, request, (deed) => findAlerts(deed, request.query))),
  });

  app.route({
    method: 'POST',
    url: '/v1/alerts/:alertId/acknowledge',
    config: { access: { scope: 'tickets:write', kinds: ['center', 'brand', 'admin'] } },
    schema: {
      operationId: 'acknowledgeAlert',
      tags,
      summary: 'Acknowledge an alert',
      description: 'Says that somebody sees to it. The first call counts: a later one answers who and when that was.',
      params: z.strictObject({ alertId: id('alert') }),
      response: { 200: Alert, ...problemResponses(400, 401, 403, 404, 409, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 200, body: await acknowledgeAlert(deed, request.params.alertId) })),
  });
};
