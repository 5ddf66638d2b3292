// The API of what centers promise and how they keep it: policies and scorecards.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { changeCenterPolicy, changePolicy, readCenterPolicy, readPolicy } from './manage-policies.ts';
import { PolicyChange, PolicyInForce } from './policy.ts';
import { scoreCenter } from './score-center.ts';
import { Scorecard, ScorecardQuery } from './scorecard.ts';

const tags = ['Service centers'];
const params = z.strictObject({ centerId: id('center') });
const managing = { scope: 'centers:manage', kinds: ['admin', 'brand'] } as const;
const reading = { scope: ['centers:manage', 'tickets:read'], kinds: ['admin', 'brand', 'center'] } as const;
const versions = 'Each change is a new version; the old ones stay, and a clock that runs keeps the version it was started under.';

/** What centers promise and by which rules they work. */
export const policyRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'GET',
    url: '/v1/policy',
    config: { access: managing },
    schema: {
      operationId: 'getPolicy',
      tags,
      summary: 'Read the policy of the brand',
      description: 'What every center of the brand works by that has no policy of its own. Takes a brand key, or an admin key that names the brand.',
      response: { 200: PolicyInForce, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, readPolicy),
  });

  app.route({
    method: 'PUT',
    url: '/v1/policy',
    config: { access: managing },
    schema: {
      operationId: 'changePolicy',
      tags,
      summary: 'Change the policy of the brand',
      description: `Only what is sent changes. ${versions} Centers with a policy of their own keep it.`,
      body: PolicyChange,
      response: { 200: PolicyInForce, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) => perform(services, request, reply, async (deed) => ({ status: 200, body: await changePolicy(deed, request.body) })),
  });

  app.route({
    method: 'GET',
    url: '/v1/service-centers/:centerId/policy',
    config: { access: reading },
    schema: {
      operationId: 'getCenterPolicy',
      tags,
      summary: 'Read the policy a center works by',
      description: "Its own, else the brand's, else the house policy. A center key reads its own center's.",
      params,
      response: { 200: PolicyInForce, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, (deed) => readCenterPolicy(deed, request.params.centerId)),
  });

  app.route({
    method: 'PUT',
    url: '/v1/service-centers/:centerId/policy',
    config: { access: managing },
    schema: {
      operationId: 'changeCenterPolicy',
      tags,
      summary: 'Change the policy of a center',
      description: `Gives the center a policy of its own, which starts from the one it works by; only what is sent changes. ${versions}`,
      params,
      body: PolicyChange,
      response: { 200: PolicyInForce, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({
        status: 200,
        body: await changeCenterPolicy(deed, request.params.centerId, request.body),
      })),
  });

  app.route({
    method: 'GET',
    url: '/v1/service-centers/:centerId/scorecard',
    config: { access: reading },
    schema: {
      operationId: 'getCenterScorecard',
      tags,
      summary: 'Read how a center kept its promises',
      description:
        "Promises kept, missed and moved, clocks that were breached, and repairs that did not hold, over days of the center's calendar. A center key reads its own center's.",
      params,
      querystring: ScorecardQuery,
      response: { 200: Scorecard, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, (deed) => scoreCenter(deed, request.params.centerId, request.query)),
  });
};
