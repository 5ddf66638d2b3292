// The pages of the one question, below the customer's link; only the form on them answers.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf } from '#access/authenticate.ts';
import { perform, read } from '#access/perform.ts';
import { faceForBrand } from '#looks/find-face.ts';
import { sendPage } from '#platform/http/html-page.ts';
import { int4 } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { answerSurvey, readAnswer } from '#surveys/answer-survey.ts';
import { keptText, LONG_FORM_BYTES } from './form-text.ts';
import { linkTo } from './frame.ts';
import { placeOf, Query, refuseElsewhere, wearing } from './place-routes.ts';
import { surveyPage, thanksPage } from './survey-page.ts';

const AnswerForm = z.object({
  score: z.string().max(2).regex(/^\d+$/).transform(Number).pipe(int4(0, 10)),
  reason: keptText(1_000),
});

/** `/t/:token/survey`, within the plugin that has resolved the link. */
export const surveyPageRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'GET',
    url: '/t/:token/survey',
    config: { access: 'public' },
    schema: { hide: true, querystring: Query.extend({ again: z.literal('yes').optional().catch(undefined) }) },
    handler: async (request, reply) => {
      const place = placeOf(request);
      const answer = await read(services, request, readAnswer);
      const here = { ...wearing(place, await faceForBrand(services.db, actorOf(request).brandId)), path: `${place.path}/survey` };
      const asked = answer === null || request.query.again === 'yes';
      return sendPage(reply, asked ? surveyPage(answer, here, place.path) : thanksPage(here, place.path)) as never;
    },
  });

  app.route({
    method: 'POST',
    url: '/t/:token/survey',
    config: { access: 'public' },
    bodyLimit: LONG_FORM_BYTES,
    schema: { hide: true, querystring: Query, body: AnswerForm },
    preValidation: async (request) => refuseElsewhere(request, services.config.PUBLIC_URL),
    handler: (request, reply) => {
      const { score, reason } = request.body;
      const place = placeOf(request);
      return perform(services, request, reply, async (deed) => {
        await answerSurvey(deed, { score, ...(reason === '' ? {} : { reason }) });
        return { status: 303, body: null, headers: { location: linkTo(place, `${place.path}/survey`) } };
      });
    },
  });
};
