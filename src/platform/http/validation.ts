// Runs the zod schemas of the routes and says what is wrong where, in a form a machine can point at.
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { Problem, type ProblemExtras } from '#problems.ts';
import { placeAt } from './known-fields.ts';

type Errors = NonNullable<ProblemExtras['errors']>;
type Part = NonNullable<Errors[number]['in']>;

const parts: Record<string, Part> = { body: 'body', querystring: 'query', params: 'path', headers: 'header' };

const pointer = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
    .slice(0, 300);

/** A part of a request as it came, and what it should have been. */
interface Sent {
  schema: z.core.$ZodType;
  value: unknown;
}

/** The names that are known there, as many as fit. */
function namesOf(fields: readonly string[]): string {
  if (fields.length === 0) return '';
  const text = fields.join(', ');
  return ` Known here: ${text.length > 200 ? `${text.slice(0, text.lastIndexOf(',', 200))}, …` : text}.`;
}

/** Neither values nor names are repeated that the caller typed: both may be personal. The place is named as far as the contract knows it. */
function describe(issue: z.core.$ZodIssue, part: Part, { schema, value }: Sent): Errors[number] {
  const { path, fields } = placeAt(schema, value, issue.path);
  const at = { in: part, pointer: pointer(path) };
  if (issue.code === 'unrecognized_keys') {
    const many =
      issue.keys.length === 1 ? 'There is a field here that is not known.' : `There are ${issue.keys.length} fields here that are not known.`;
    return { ...at, code: 'unknown_field', detail: `${many}${namesOf(fields)}` };
  }
  return { ...at, code: issue.code, detail: issue.message.slice(0, 300) };
}

/** The refusal of a part of a request. */
export function validationProblem(issues: readonly z.core.$ZodIssue[], part: Part, sent: Sent): Problem {
  const errors = issues.slice(0, 50).map((issue) => describe(issue, part, sent));
  return new Problem('validation_failed', `The ${part} of the request does not fit: see errors for what and where.`, { errors });
}

/** Fastify's validator over zod schemas. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const part = parts[httpPart ?? 'body'] ?? 'body';
  return (data) => {
    const result = schema.safeParse(data);
    return result.success ? { value: result.data } : { error: validationProblem(result.error.issues, part, { schema, value: data }) };
  };
};
