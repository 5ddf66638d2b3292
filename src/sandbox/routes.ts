// The API of sandboxes: one call tells a whole story.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform } from '#access/perform.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import type { Services } from '#services.ts';
import { playScenario } from './play-scenario.ts';
import { ScenarioInput, ScenarioName, ScenarioView } from './scenario.ts';

/** Stories for integrators. */
export const sandboxRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'POST',
    url: '/v1/sandbox/scenarios/:scenario',
    config: { access: { scope: 'jobs:write', kinds: ['courier', 'center', 'brand'] } },
    schema: {
      operationId: 'playScenario',
      tags: ['Sandbox'],
      summary: 'Tell a story in a sandbox',
      description:
        'In a brand made with `sandbox: true`: a device is booked in and everyone does their part, by the same rules as real calls. The days of the story pass in this call and end now; its webhooks and mails go out afterwards, in their order. 403 in every other brand.',
      params: z.strictObject({ scenario: ScenarioName }),
      body: ScenarioInput,
      response: { 201: ScenarioView, ...problemResponses(400, 401, 403, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const story = await playScenario(deed, request.params.scenario, request.body);
        return { status: 201, body: story, headers: { location: `/v1/tickets/${story.ticketId}` } };
      }),
  });
};
