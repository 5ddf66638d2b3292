// Where a brand changes what it told of an account at a carrier, and the secret that proves its pushes.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform } from '#access/perform.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { CarrierAccountChange, CarrierAccountView, CarrierAccountWithSecret, CarrierSecretInput } from './carrier-account.ts';
import type { CarrierRing } from './carrier-ring.ts';
import { changeCarrierAccount } from './register-carrier-account.ts';
import { retireCarrierSecret, rotateCarrierSecret } from './rotate-carrier-secret.ts';

const tags = ['Carriers'];
const url = '/v1/carrier-accounts/:accountId';
const access = { scope: 'carriers:manage', kinds: ['brand', 'admin'] } as const;
const params = z.strictObject({ accountId: id('carrierAccount') });

/** Changes of one account; `ring` forgets what it knew of it, so that a change counts for the next push. */
export const changeAccountRoutes: FastifyPluginAsyncZod<{ services: Services; ring: CarrierRing }> = async (app, { services, ring }) => {
  /** After the commit, so that nothing older is remembered again. */
  const thenForget = <T>(accountId: string, change: Promise<T>): Promise<T> => change.finally(() => ring.forget(accountId));

  app.route({
    method: 'PATCH',
    url,
    config: { access },
    schema: {
      operationId: 'changeCarrierAccount',
      tags,
      summary: 'Change an account at a carrier',
      description:
        'Only what is sent changes. A new secret counts from now on and alone: rotate it where the carrier goes on with the one before. ' +
        'New `codes` count for scans that come from now on.',
      params,
      body: CarrierAccountChange,
      response: { 200: CarrierAccountView, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) => {
      const { accountId } = request.params;
      const change = perform(services, request, reply, async (deed) => ({
        status: 200,
        body: await changeCarrierAccount(deed, accountId, request.body),
      }));
      return thenForget(accountId, change);
    },
  });

  app.route({
    method: 'POST',
    url: `${url}/rotate-secret`,
    config: { access },
    schema: {
      operationId: 'rotateCarrierSecret',
      tags,
      summary: 'Rotate the secret of a carrier account',
      description:
        'The new secret is shown in this answer only. Pushes with the one before are taken for seven days more (`formerSecretUntil`), or until it is ' +
        'retired or rotated away; where the carrier signs nothing, that is the `key` of the address before.',
      params,
      body: CarrierSecretInput,
      response: { 200: CarrierAccountWithSecret, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) => {
      const { accountId } = request.params;
      const change = perform(services, request, reply, async (deed) => ({
        status: 200,
        body: await rotateCarrierSecret(deed, accountId, request.body),
        secret: true,
      }));
      return thenForget(accountId, change);
    },
  });

  app.route({
    method: 'POST',
    url: `${url}/retire-secret`,
    config: { access },
    schema: {
      operationId: 'retireCarrierSecret',
      tags,
      summary: 'Retire the previous secret of a carrier account',
      description: 'Ends a rotation: only pushes with the newest secret are taken from now on.',
      params,
      response: { 200: CarrierAccountView, ...problemResponses(400, 401, 403, 404, 409, 422) },
    },
    handler: (request, reply) => {
      const { accountId } = request.params;
      const change = perform(services, request, reply, async (deed) => ({ status: 200, body: await retireCarrierSecret(deed, accountId) }));
      return thenForget(accountId, change);
    },
  });
};
