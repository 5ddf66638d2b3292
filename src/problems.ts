// Every error a caller can get: a closed list. `detail` says, case by case, what to change.

interface Row {
  status: number;
  title: string;
}

/** The public error codes; one place for their HTTP status numbers. */
export const problems = {
  malformed_request: { status: 400, title: 'The request could not be read' },
  validation_failed: { status: 400, title: 'The request does not fit its schema' },
  idempotency_key_missing: { status: 400, title: 'An Idempotency-Key is required' },
  cursor_invalid: { status: 400, title: 'The cursor is not one of this list' },
  unauthorized: { status: 401, title: 'A valid API key or link is required' },
  signature_invalid: { status: 401, title: 'The signature does not match the body' },
  scope_missing: { status: 403, title: 'The API key may not do this' },
  not_found: { status: 404, title: 'There is no such thing here' },
  method_not_allowed: { status: 405, title: 'The path has no such method' },
  not_acceptable: { status: 406, title: 'The answer exists in no form that was asked for' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  idempotency_in_progress: { status: 409, title: 'The same call is still running' },
  transition_not_allowed: { status: 409, title: 'The ticket cannot do this from its status' },
  transition_refused: { status: 409, title: 'A condition of the transition is not met' },
  open_ticket_exists: { status: 409, title: 'The device already has an open ticket' },
  endpoint_not_active: { status: 409, title: 'The webhook endpoint is not active' },
  already_exists: { status: 409, title: 'There is one already' },
  too_many_endpoints: { status: 409, title: 'There are as many webhook endpoints as there may be' },
  stale_version: { status: 412, title: 'The ticket has moved on' },
  body_too_large: { status: 413, title: 'The body is too large' },
  file_too_large: { status: 413, title: 'The file is too large' },
  uri_too_long: { status: 414, title: 'The address is too long' },
  unsupported_media_type: { status: 415, title: 'The body has the wrong content type' },
  file_type_unknown: { status: 415, title: 'Files of this type are not taken' },
  file_type_differs: { status: 422, title: 'The file is not what it is said to be' },
  file_unreadable: { status: 422, title: 'The picture cannot be read' },
  picture_too_large: { status: 422, title: 'The picture has too many pixels' },
  idempotency_mismatch: { status: 422, title: 'The Idempotency-Key belongs to another request' },
  precondition_required: { status: 428, title: 'If-Match is required' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  overloaded: { status: 503, title: 'The service is at its limit' },
  unavailable: { status: 503, title: 'The service cannot answer just now' },
} as const satisfies Record<string, Row>;

export type ProblemCode = keyof typeof problems;

/** What a problem may carry beside its text. */
export interface ProblemExtras {
  /** validation_failed: what is wrong where; `pointer` is a JSON pointer into the part named by `in`. */
  errors?: { in?: 'body' | 'query' | 'path' | 'header'; pointer: string; code: string; detail?: string }[];
  /** transition_not_allowed: what is allowed instead. */
  allowedActions?: string[];
  /** transition_refused: the named condition. */
  refusal?: string;
  /** quote_decided: the decision that stands. */
  decision?: { decision: 'approve' | 'decline'; decidedAt: string; by: 'customer' | 'center' };
  /** quote_decided: the time zone of the service center, in which a page tells when that was. No part of the document. */
  timeZone?: string;
  /** Response headers that belong to the problem (ETag, Retry-After, Allow). */
  headers?: Record<string, string>;
}

/** Thrown anywhere below a route; the error handler turns it into an RFC 9457 problem document. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.extras = extras;
  }

  get status(): number {
    return problems[this.code].status;
  }
}
