// The committed OpenAPI document as a list of operations: what walks through the whole contract.
import { readFileSync } from 'node:fs';
import path from 'node:path';

type Json = Record<string, unknown>;

/** One operation of the contract. */
export interface Operation {
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its parameters in braces. */
  path: string;
  pathParameters: string[];
  queryParameters: string[];
  /** Documented statuses. */
  statuses: number[];
  secured: boolean;
  /** Whether its credential is a customer's: a link or a pass. */
  byLink: boolean;
  /** Whether it is the pass of a proof. */
  byPass: boolean;
  /** Whether it takes Idempotency-Key, If-Match, Glassbench-Brand. */
  headers: string[];
  hasBody: boolean;
  /** The body is a form with a file in it. */
  takesForm: boolean;
  /** The example of its body. */
  example: unknown;
  /** The schema of a JSON body; undefined where it takes none, a form or bytes. */
  bodySchema: unknown;
  /** Its parameters with their schemas. */
  parameters: { in: string; name: string; schema: unknown }[];
}

const document = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '..', '..', '..', 'openapi', 'openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, Json>>;
  components: Json;
};

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The node itself, after its references. */
export function resolve(node: unknown): Json {
  if (!isObject(node)) return {};
  const { $ref } = node;
  if (typeof $ref !== 'string') return node;
  const target = $ref
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), document);
  return resolve(target);
}

function exampleOf(schema: unknown): unknown {
  const node = resolve(schema);
  if (node['example'] !== undefined) return node['example'];
  if (Array.isArray(node['examples'])) return node['examples'][0];
  const variants = (node['oneOf'] ?? node['anyOf'] ?? []) as unknown[];
  return variants.map(exampleOf).find((example) => example !== undefined);
}

function bodyExample(body: Json): unknown {
  const [media] = Object.values((body['content'] ?? {}) as Record<string, Json>);
  if (media === undefined) return undefined;
  const named = Object.values((media['examples'] ?? {}) as Record<string, Json>)[0]?.['value'];
  return media['example'] ?? named ?? exampleOf(media['schema']);
}

function operationOf(route: string, method: string, operation: Json): Operation {
  const parameters = ((operation['parameters'] as unknown[] | undefined) ?? []).map(resolve);
  const named = (place: string): string[] =>
    parameters.filter((parameter) => parameter['in'] === place).map((parameter) => String(parameter['name']));
  const security = (operation['security'] as Json[] | undefined) ?? [];
  const body = operation['requestBody'] === undefined ? undefined : resolve(operation['requestBody']);
  return {
    name: String(operation['operationId']),
    method: method.toUpperCase() as Operation['method'],
    path: route,
    pathParameters: named('path'),
    queryParameters: named('query'),
    statuses: Object.keys(operation['responses'] as Json)
      .map(Number)
      .toSorted((a, b) => a - b),
    secured: security.length > 0,
    byLink: security.some((scheme) => 'customerLink' in scheme || 'lookupPass' in scheme),
    byPass: security.some((scheme) => 'lookupPass' in scheme),
    headers: named('header'),
    hasBody: body !== undefined,
    takesForm: Object.hasOwn((body?.['content'] ?? {}) as Json, 'multipart/form-data'),
    example: body === undefined ? undefined : bodyExample(body),
    bodySchema: ((body?.['content'] as Json | undefined)?.['application/json'] as Json | undefined)?.['schema'],
    parameters: parameters.map((one) => ({ in: String(one['in']), name: String(one['name']), schema: one['schema'] ?? {} })),
  };
}

const methods = new Set(['get', 'post', 'put', 'patch', 'delete']);

/** Every operation of the contract. */
export const operations: Operation[] = Object.entries(document.paths).flatMap(([route, item]) =>
  Object.entries(item)
    .filter(([method]) => methods.has(method))
    .map(([method, operation]) => operationOf(route, method, operation)),
);

/** The address of an operation with these parameters. */
export const addressOf = (operation: Operation, parameters: Record<string, string>): string =>
  operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`The world of this test has no ${name}: add one for ${operation.name}.`);
    return encodeURIComponent(value);
  });
