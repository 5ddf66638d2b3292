// Holds every answer of the suites against openapi.json: an undocumented status, media type or body is a broken promise to a caller.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

interface Reference {
  $ref: string;
}
interface Answer {
  content?: Record<string, { schema?: object }>;
}
interface Operation {
  responses: Record<string, Answer | Reference>;
}
interface Contract {
  paths: Record<string, Record<string, Operation>>;
}

/** An answer as it came over the wire. */
export interface Answered {
  method: string;
  /** With or without a query. */
  url: string;
  status: number;
  contentType: string | null;
  body: string;
}

/** What the server itself answers before it knows the route; no operation names it. */
const BEFORE_ROUTES = new Set([414, 431]);
const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete', 'head', 'options']);
const file = path.resolve(import.meta.dirname, '..', '..', 'openapi', 'openapi.json');
const contract = JSON.parse(readFileSync(file, 'utf8')) as Contract;
const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true });
formats.default(ajv, ['date-time', 'date', 'email', 'uri']);
ajv.addSchema(contract, 'openapi');

const pointer = (...parts: string[]): string =>
  `openapi#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;

/** `/v1/tickets/{ticketId}` as a pattern; fixed paths win over those with a parameter. */
const templates = Object.keys(contract.paths)
  .map((template) => ({
    template,
    places: template.split('{').length,
    pattern: new RegExp(`^${template.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
  }))
  .toSorted((a, b) => a.places - b.places);

/** The documented path that this address is of; undefined where the contract has none. */
export const templateOf = (url: string): string | undefined => {
  const [asked = ''] = url.split('?');
  return templates.find(({ pattern }) => pattern.test(asked))?.template;
};

const validators = new Map<string, ValidateFunction>();

function validatorOf(at: string): ValidateFunction {
  const known = validators.get(at);
  if (known !== undefined) return known;
  const made = ajv.compile({ $ref: at });
  validators.set(at, made);
  return made;
}

/** Where the answer's schema stands, after one reference. */
function answerAt(template: string, method: string, status: string): { answer: Answer; at: string[] } | null {
  const declared = contract.paths[template]?.[method]?.responses[status];
  if (declared === undefined) return null;
  if (!('$ref' in declared)) return { answer: declared, at: ['paths', template, method, 'responses', status] };
  const at = declared.$ref.slice(2).split('/');
  let found: unknown = contract;
  for (const part of at) found = (found as Record<string, unknown>)[part];
  return { answer: found as Answer, at };
}

const isJson = (type: string): boolean => type === 'application/json' || type.endsWith('+json');

function bodyComplaint(at: string, body: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'is no JSON';
  }
  const validate = validatorOf(at);
  if (validate(value)) return null;
  const [error] = validate.errors ?? [];
  return `does not match its schema: ${error?.instancePath ?? ''} ${error?.message ?? ''}`;
}

/** What the contract has against this answer; null where it is as documented. Pages and files outside the contract are nobody's promise. */
export function complaintOf({ method, url, status, contentType, body }: Answered): string | null {
  const template = templateOf(url);
  const verb = method.toLowerCase() === 'head' ? 'get' : method.toLowerCase();
  const what = `${method} ${template ?? url.split('?')[0]} answered ${status}`;
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? null;
  // What is outside the contract still refuses with a problem; no answer to HEAD has a body (RFC 9110, 9.3.2).
  if (
    method.toUpperCase() === 'HEAD' &&
    (BEFORE_ROUTES.has(status) || status === 405 || template === undefined || contract.paths[template]?.[verb] === undefined)
  )
    return null;
  if (template === undefined || BEFORE_ROUTES.has(status) || !METHODS.has(verb) || contract.paths[template]?.[verb] === undefined) {
    const broken = type !== null && isJson(type) && status >= 400 ? bodyComplaint(pointer('components', 'schemas', 'Problem'), body) : null;
    return broken === null ? null : `${what}, which ${broken}`;
  }
  const found = answerAt(template, verb, String(status));
  if (found === null) return `${what}, which its contract does not have`;
  const types = Object.keys(found.answer.content ?? {});
  if (types.length === 0 || method.toUpperCase() === 'HEAD' || status === 304) return null;
  if (type === null || !types.includes(type)) return `${what} as ${type}, its contract has ${types.join(', ')}`;
  if (!isJson(type)) return null;
  const broken = bodyComplaint(pointer(...found.at, 'content', type, 'schema'), body);
  return broken === null ? null : `${what}, which ${broken}`;
}
