// The API of what a brand says in its own words.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { Locale } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { readText, readTexts, withdrawText, writeText } from './manage-texts.ts';
import { BrandText, BrandTextDetail, BrandTextInput, BrandTexts, TextName } from './text.ts';

const tags = ['Texts'];
const params = z.strictObject({ textName: TextName, locale: Locale });
const managing = { scope: 'brands:manage', kinds: ['admin', 'brand'] } as const;

/** Mails, labels and approved options of a brand. */
export const textRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'GET',
    url: '/v1/texts',
    config: { access: managing },
    schema: {
      operationId: 'listTexts',
      tags,
      summary: 'List what can be said in your own words',
      description:
        'Every text that a brand can write, what a mail may name, and the texts that count now. Takes a brand key, or an admin key that names the brand.',
      response: { 200: BrandTexts, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, readTexts),
  });

  app.route({
    method: 'GET',
    url: '/v1/texts/:textName/:locale',
    config: { access: managing },
    schema: {
      operationId: 'getText',
      tags,
      summary: 'Read a text and its history',
      description:
        'What the brand says in its own words, and every version before. 404 where it has never said this itself: the built-in words count.',
      params,
      response: { 200: BrandTextDetail, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, (deed) => readText(deed, request.params.textName, request.params.locale)),
  });

  app.route({
    method: 'PUT',
    url: '/v1/texts/:textName/:locale',
    config: { access: managing },
    schema: {
      operationId: 'putText',
      tags,
      summary: 'Say something in your own words',
      description:
        'A mail (subject and paragraphs, in MessageFormat 2), the label of a status, or the option that a time of the law gives. It is tried out with samples before it is kept: a mail names the ticket, a date and the next step whatever is known. Counts from then on; every version stays. What stands below a mail (the next word, the link, the contact, the destination) is the same for all.',
      params,
      body: BrandTextInput,
      response: { 200: BrandText, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({
        status: 200,
        body: await writeText(deed, request.params.textName, request.params.locale, request.body),
      })),
  });

  app.route({
    method: 'DELETE',
    url: '/v1/texts/:textName/:locale',
    config: { access: managing },
    schema: {
      operationId: 'withdrawText',
      tags,
      summary: 'Withdraw a text',
      description: 'The built-in words count again. The history stays, and says when.',
      params,
      response: { 200: BrandText, ...problemResponses(400, 401, 403, 404, 409, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({
        status: 200,
        body: await withdrawText(deed, request.params.textName, request.params.locale),
      })),
  });
};
