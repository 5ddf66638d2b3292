// The API's table of contents: one register() per feature.
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { authenticate, isMachine, traceparentOf, unknownKeys } from '#access/authenticate.ts';
import { brandRoutes } from '#access/brand-routes.ts';
import { openKeyRing } from '#access/key-ring.ts';
import { keyRoutes } from '#access/key-routes.ts';
import { openLinkRing, openPassReader } from '#access/link-ring.ts';
import { alertRoutes } from '#alerts/routes.ts';
import { clockRoutes } from '#clocks/routes.ts';
import { contactRoutes } from '#contacts/routes.ts';
import { labelRoutes } from '#documents/label-routes.ts';
import { openPress } from '#documents/press.ts';
import { documentRoutes } from '#documents/routes.ts';
import { contentRoutes } from '#files/content-routes.ts';
import { fileRoutes } from '#files/routes.ts';
import { uploadRoutes } from '#files/upload-routes.ts';
import { logoRoutes } from '#looks/logo-routes.ts';
import { lookRoutes } from '#looks/routes.ts';
import { linkRoutes } from '#lookup/link-routes.ts';
import { openDesk } from '#lookup/look-up.ts';
import { lookupRoutes } from '#lookup/routes.ts';
import { streamRoutes } from '#lookup/stream-routes.ts';
import { carrierRoutes } from '#mail-in/carrier-routes.ts';
import { mailInRoutes } from '#mail-in/routes.ts';
import { deliveryRoutes } from '#notifications/delivery-routes.ts';
import { endpointRoutes } from '#notifications/endpoint-routes.ts';
import { messageRoutes } from '#notifications/message-routes.ts';
import { receiptRoutes } from '#notifications/receipt-routes.ts';
import { unknownPage } from '#pages/place-routes.ts';
import { previewRoutes } from '#pages/preview-routes.ts';
import { pageRoutes } from '#pages/routes.ts';
import { requestDurations } from '#platform/http/durations.ts';
import { limitRates, shedLoad } from '#platform/http/guard.ts';
import { healthRoutes } from '#platform/http/health.ts';
import { createLimiter } from '#platform/http/limiter.ts';
import { describeApi } from '#platform/http/openapi.ts';
import { logEnds } from '#platform/http/request-log.ts';
import { traceRequests } from '#platform/http/request-span.ts';
import { openServer } from '#platform/http/server.ts';
import { sandboxRoutes } from '#sandbox/routes.ts';
import { policyRoutes } from '#service-centers/policy-routes.ts';
import { centerRoutes } from '#service-centers/routes.ts';
import type { Services } from '#services.ts';
import { surveyRoutes } from '#surveys/routes.ts';
import { textRoutes } from '#texts/routes.ts';
import { ticketContactRoutes } from '#tickets/contact-routes.ts';
import { recordRoutes } from '#tickets/record-routes.ts';
import { ticketRoutes } from '#tickets/routes.ts';

/** Builds the API over these services; it listens to nothing yet and connects to nothing until it is used. */
export async function buildApp(services: Services): Promise<FastifyInstance> {
  const { config, log } = services;
  const app = openServer({ log, trustProxy: config.TRUST_PROXY, unknownPage });
  await app.register(requestDurations);
  const ring = openKeyRing(services);
  const links = openLinkRing(services);
  const failures = createLimiter(services, unknownKeys);
  const press = openPress();
  const desk = openDesk(services);
  logEnds(app, (request) => ({ actorId: request.actor?.id ?? null, traceparent: traceparentOf(request) }));
  shedLoad(app);
  authenticate(app, { keys: ring, links, passes: openPassReader(services), failures });
  traceRequests(app, services.tracing, ({ actor }) => actor && { id: actor.id, trusted: isMachine(actor) });
  limitRates(app, services.limits, (request) => request.actor?.id ?? null);
  await describeApi(app);

  await app.register(healthRoutes, { health: services.health });
  await app.register(brandRoutes, { services });
  await app.register(lookRoutes, { services });
  await app.register(logoRoutes, { services });
  await app.register(keyRoutes, { services, ring });
  await app.register(centerRoutes, { services });
  await app.register(policyRoutes, { services });
  await app.register(ticketRoutes, { services });
  await app.register(ticketContactRoutes, { services });
  await app.register(contactRoutes, { services });
  await app.register(clockRoutes, { services });
  await app.register(recordRoutes, { services });
  await app.register(alertRoutes, { services });
  await app.register(uploadRoutes, { services });
  await app.register(fileRoutes, { services });
  await app.register(contentRoutes, { services });
  await app.register(documentRoutes, { services, press });
  await app.register(labelRoutes, { services, press });
  await app.register(mailInRoutes, { services });
  await app.register(carrierRoutes, { services });
  await app.register(sandboxRoutes, { services });
  await app.register(lookupRoutes, { desk });
  await app.register(linkRoutes, { services });
  await app.register(streamRoutes, { services });
  await app.register(surveyRoutes, { services });
  await app.register(textRoutes, { services });
  await app.register(messageRoutes, { services });
  await app.register(endpointRoutes, { services });
  await app.register(deliveryRoutes, { services });
  await app.register(receiptRoutes, { services });
  await app.register(previewRoutes, { services });
  await app.register(pageRoutes, { services, links, press, desk, failures });
  await app.register(reference);
  return app;
}

/** The reference for people; its routes come from a package and are open to everyone. */
async function reference(app: FastifyInstance): Promise<void> {
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, access: 'public', unguarded: true };
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
}
