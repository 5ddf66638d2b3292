// What all routes of pages share: the language of a request, and the page that stands for a problem.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { faceForBrand, faceForHost } from '#looks/find-face.ts';
import type { Face } from '#looks/look.ts';
import type { Db } from '#platform/db/connect.ts';
import { preferredLocale, preferredMedia } from '#platform/http/accept.ts';
import { errorHandler, toProblem } from '#platform/http/error-handler.ts';
import { sendPage } from '#platform/http/html-page.ts';
import { Locale } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import type { Place } from './frame.ts';
import { troubleOf, troublePage } from './trouble-page.ts';

/** Pages take what others append to addresses, and an unknown language is as none. */
export const Query = z.object({ lang: Locale.optional().catch(undefined) });

/** The address of a repair's page, from any page below it; null elsewhere. */
export function linkOf(request: FastifyRequest): string | null {
  const { token } = (request.params ?? {}) as { token?: string };
  return token === undefined || request.actor === null ? null : `/t/${token}`;
}

/** Where the page of this request stands. `path`: its own address, that of the repair where there is one. */
export function placeOf(request: FastifyRequest): Place {
  const { lang } = Query.parse(request.query ?? {});
  const locale = lang ?? preferredLocale(request.headers['accept-language']);
  return { locale, chosen: lang !== undefined, path: linkOf(request) ?? '/', home: '/', brand: null };
}

/** The same place in the look of this brand, from which the way home is the brand's page. */
export const wearing = (place: Place, brand: Face | null): Place => (brand === null ? place : { ...place, brand, home: `/b/${brand.slug}` });

const wantsPage = (request: FastifyRequest): boolean =>
  preferredMedia(request.headers.accept, ['application/problem+json', 'text/html']) === 'text/html';

function sendTrouble(request: FastifyRequest, reply: FastifyReply, problem: Problem, brand: Face | null): FastifyReply {
  const { headers } = problem.extras;
  if (headers !== undefined) reply.headers(headers);
  // A browser has no use for a challenge it cannot answer: an ended link is a page that is gone.
  const status = problem.status === 401 ? 404 : problem.status;
  const place = placeOf(request);
  return sendPage(
    reply,
    troublePage(troubleOf(problem), request.actor === null ? { ...place, brand } : wearing(place, brand), linkOf(request), problem.extras),
    status,
  );
}

/** The look of a page that says what went wrong. Where the database is what is away, or asked too much of, it is the house's. */
async function lookOf(db: Db, request: FastifyRequest, { status }: Problem): Promise<Face | null> {
  if (status === 429 || status >= 500) return null;
  try {
    return await (request.actor === null ? faceForHost(db, request.hostname) : faceForBrand(db, request.actor.brandId));
  } catch (error) {
    request.log.warn({ err: error }, 'no look for the page of a problem');
    return null;
  }
}

/** Fastify's error handler for pages; who does not ask for HTML gets the problem document. */
export const pageErrors = (db: Db) => async (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
  if (!wantsPage(request)) return errorHandler(error, request, reply);
  const problem = toProblem(error);
  if (problem.code === 'internal') request.log.error({ err: error }, 'request failed');
  else if (problem.code === 'unavailable') request.log.warn({ err: error }, 'request could not be served');
  return sendTrouble(request, reply, problem, await lookOf(db, request, problem));
};

/** Answers a person who came to an address that is none; leaves the addresses of the API to the problem document. */
export function unknownPage(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply | null {
  return request.url.startsWith('/v1/') || !wantsPage(request) ? null : sendTrouble(request, reply, problem, null);
}

/**
 * The secret in the address is what a forger lacks; where a browser says that the form came from elsewhere, it is believed.
 * Under `no-referrer` it sends the origin `null` for our own forms.
 */
export function refuseElsewhere(request: FastifyRequest, publicUrl: string): void {
  const { origin, 'sec-fetch-site': site, host } = request.headers;
  const ours = origin === undefined || origin === 'null' || origin === new URL(publicUrl).origin || URL.parse(origin)?.host === host;
  if ((site !== undefined && site !== 'same-origin' && site !== 'none') || !ours) {
    throw new Problem('scope_missing', 'The form was sent from another site. Open the link and decide there.');
  }
}
