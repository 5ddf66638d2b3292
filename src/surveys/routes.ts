// The answer to the survey over HTTP, by the secret of the link.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { perform } from '#access/perform.ts';
import { perLink } from '#lookup/limits.ts';
import { createLimiter } from '#platform/http/limiter.ts';
import { networkOf } from '#platform/http/network.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import type { Services } from '#services.ts';
import { answerSurvey } from './answer-survey.ts';
import { AnsweredSurvey, SurveyAnswer } from './survey.ts';

/** Surveys. */
export const surveyRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  const limit = createLimiter(services, perLink);

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex' });
    const ticketId = request.actor?.ticketId;
    if (ticketId === undefined) return;
    request.trace = { tier: 2, ticketId, network: networkOf(request.ip) };
    reply.headers(await limit.consume(ticketId));
  });

  app.route({
    method: 'POST',
    url: '/v1/link/survey',
    config: { access: 'link' },
    schema: {
      operationId: 'answerSurvey',
      tags: ['Customer'],
      summary: 'Answer the question about a repair',
      description:
        'Once the question was sent, some days after the device is back. Answered again, the last answer counts. 404 where nothing was asked.',
      body: SurveyAnswer,
      response: { 200: AnsweredSurvey, ...problemResponses(400, 401, 404, 413, 415) },
    },
    handler: (request, reply) => perform(services, request, reply, async (deed) => ({ status: 200, body: await answerSurvey(deed, request.body) })),
  });
};
