// RFC 9457 problem documents: the one shape of every 4xx and 5xx this service answers.
import { z } from 'zod';
import { type Problem, type ProblemCode, problems } from '#problems.ts';

/** The media type of every error. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

const codes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]];

/** The document as the contract names it. Open on purpose: a later minor release may add members (RFC 9457 §3.2). */
export const ProblemDocument = z
  .object({
    type: z.string().max(80).meta({ description: 'urn:glassbench:problem:<code>' }),
    title: z.string().max(120),
    status: z.int().min(400).max(599),
    detail: z.string().max(1000).meta({ description: 'What went wrong this time and what to change.' }),
    instance: z.string().max(60).meta({ description: 'urn:uuid of the request id.' }),
    code: z.enum(codes).meta({ id: 'ProblemCode', description: 'Closed list: what a client may branch on.' }),
    requestId: z.string().max(40).meta({ description: 'Name it when you ask for help.' }),
    errors: z
      .array(
        z
          .object({
            in: z.enum(['body', 'query', 'path', 'header']).default('body'),
            pointer: z.string().max(300).meta({ description: 'JSON pointer (RFC 6901) into that part of the request.' }),
            code: z.string().max(60),
            detail: z.string().max(300).optional(),
          })
          .meta({ id: 'ProblemError', example: { in: 'body', pointer: '/device/serial', code: 'too_big', detail: 'at most 200 characters' } }),
      )
      .max(50)
      .optional(),
    allowedActions: z.array(z.string().max(40)).max(40).optional().meta({ description: 'With transition_not_allowed.' }),
    refusal: z.string().max(40).optional().meta({ description: 'With transition_refused: the named condition.' }),
    decision: z
      .object({ decision: z.enum(['approve', 'decline']), decidedAt: z.iso.datetime({ precision: 3 }).max(24), by: z.enum(['customer', 'center']) })
      .meta({ id: 'StandingDecision', example: { decision: 'approve', decidedAt: '2026-11-22T08:00:00.000Z', by: 'customer' } })
      .optional()
      .meta({ description: 'With the refusal quote_decided, to a customer: the decision that stands.' }),
  })
  .meta({
    id: 'Problem',
    description: 'RFC 9457 problem details.',
    example: {
      type: 'urn:glassbench:problem:not_found',
      title: 'There is no such thing here',
      status: 404,
      detail: 'No ticket of yours has this id.',
      instance: 'urn:uuid:0b7b0a52-7d0c-4f6f-9a53-3b1f9f5ddc1e',
      code: 'not_found',
      requestId: '0b7b0a52-7d0c-4f6f-9a53-3b1f9f5ddc1e',
    },
  });
export type ProblemDocument = z.infer<typeof ProblemDocument>;

/** Says a problem to the outside. Neither path nor stack nor SQL is in it. */
export function problemDocument(problem: Problem, requestId: string): ProblemDocument {
  const { errors, allowedActions, refusal, decision } = problem.extras;
  return {
    type: `urn:glassbench:problem:${problem.code}`,
    title: problems[problem.code].title,
    status: problem.status,
    detail: problem.message,
    instance: `urn:uuid:${requestId}`,
    code: problem.code,
    requestId,
    ...(errors === undefined ? {} : { errors: errors.slice(0, 50).map((error) => ({ in: 'body' as const, ...error })) }),
    ...(allowedActions === undefined ? {} : { allowedActions }),
    ...(refusal === undefined ? {} : { refusal }),
    ...(decision === undefined ? {} : { decision }),
  };
}
