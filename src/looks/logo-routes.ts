// Sending a brand's logo: the one route of looks whose body is a form with a file.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { readBrand } from '#access/manage-brands.ts';
import { perform, read } from '#access/perform.ts';
import { RECEIVE_AND_CLEAN_MS, takeForms } from '#files/form-routes.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { LOGO, LogoUpload, Look } from './look.ts';
import { prepareLogo, setLogo } from './manage-looks.ts';

/** Logos. */
export const logoRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  const forms = await takeForms(app, services.config, LOGO.sent);

  app.route({
    method: 'PUT',
    url: '/v1/brands/:brandId/look/logo',
    config: { access: { scope: 'brands:manage', kinds: ['admin', 'brand'], tenant: 'installation' }, takesFile: true },
    handlerTimeout: RECEIVE_AND_CLEAN_MS,
    schema: {
      operationId: 'putLogo',
      tags: ['Brands'],
      summary: "Set a brand's logo",
      description: `One JPEG, PNG or WebP of up to 256 kB as multipart/form-data. It loses all metadata and is scaled into ${LOGO.box.width} × ${LOGO.box.height} pixels; every page carries it, so more than 16 kB of it are refused. Pages serve it from their own origin under a hash of its bytes.`,
      consumes: ['multipart/form-data'],
      params: z.strictObject({ brandId: id('brand') }),
      body: LogoUpload,
      response: { 200: Look, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    attachValidation: true,
    preValidation: forms.receive,
    handler: (request, reply) =>
      forms.with(request, async (upload) => {
        const { brandId } = request.params;
        await read(services, request, (deed) => readBrand(deed, brandId));
        const logo = await prepareLogo(upload);
        return perform(services, request, reply, async (deed) => ({
          status: 200,
          body: await setLogo(deed, brandId, logo, services.config.PUBLIC_URL),
        }));
      }),
  });
};
