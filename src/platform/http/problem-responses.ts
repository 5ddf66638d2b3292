// The error half of a route's responses; the OpenAPI step lifts them to shared components.
import { problems } from '#problems.ts';
import { ProblemDocument } from './problem-document.ts';

type ErrorStatus = (typeof problems)[keyof typeof problems]['status'];

interface ProblemResponse {
  description: string;
  content: { 'application/problem+json': { schema: typeof ProblemDocument } };
}

/** What each status means, for the contract. */
export const statusMeanings: Record<ErrorStatus, string> = {
  400: 'The request is malformed or does not fit its schema.',
  401: 'No valid API key, link or signature.',
  403: 'The API key may not do this.',
  404: 'There is no such thing for this caller.',
  405: 'The path has no such method.',
  406: 'None of the media types in Accept can be sent.',
  408: 'The request took too long to arrive.',
  409: 'The state of things does not allow it now.',
  412: 'The version given in If-Match is not the current one.',
  413: 'The body or the file in it is too large.',
  414: 'The address is too long.',
  415: 'The body, or the file in it, has a type that is not taken.',
  422: 'The Idempotency-Key was used with another request, or a file is not what it should be.',
  428: 'If-Match is required.',
  429: 'Too many requests; see Retry-After.',
  431: 'The headers are too large.',
  500: 'Something went wrong on our side.',
  503: 'At the limit or not reachable just now; see Retry-After.',
};

/**
 * Response schemas of these statuses. 429, 500 and 503 can happen anywhere and are always among them.
 * Spread it beside the success schema.
 */
export function problemResponses<S extends ErrorStatus>(...statuses: S[]): Record<S | 429 | 500 | 503, ProblemResponse> {
  const all = [...statuses, 429, 500, 503] as const;
  return Object.fromEntries(
    all.map((status) => [status, { description: statusMeanings[status], content: { 'application/problem+json': { schema: ProblemDocument } } }]),
  ) as unknown as Record<S | 429 | 500 | 503, ProblemResponse>;
}
