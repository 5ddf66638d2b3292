// Runs the zod schemas of the routes and says what is wrong where, in a form a machine can point at.
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { Problem, type ProblemExtras } from '#problems.ts';

type Errors = NonNullable<ProblemExtras['errors']>;
type Part = NonNullable<Errors[number]['in']>;

const parts: Record<string, Part> = { body: 'body', querystring: 'query', params: 'path', headers: 'header' };

const pointer = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
    .slice(0, 300);

function describe(issue: z.core.$ZodIssue, part: Part): Errors {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ in: part, pointer: pointer([...issue.path, key]), code: 'unknown_field', detail: 'There is no such field.' }));
  }
  return [{ in: part, pointer: pointer(issue.path), code: issue.code, detail: issue.message.slice(0, 300) }];
}

/** The refusal of a part of a request. Values are not repeated: they may be personal. */
export function validationProblem(issues: readonly z.core.$ZodIssue[], part: Part): Problem {
  const errors = issues.flatMap((issue) => describe(issue, part)).slice(0, 50);
  return new Problem('validation_failed', `The ${part} of the request does not fit: see errors for what and where.`, { errors });
}

/** Fastify's validator over zod schemas. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const part = parts[httpPart ?? 'body'] ?? 'body';
  return (data) => {
    const result = schema.safeParse(data);
    return result.success ? { value: result.data } : { error: validationProblem(result.error.issues, part) };
  };
};
