// Tidies the generated OpenAPI document: what zod's JSON Schema says twice, vaguely or not at all.
import { addCommon, headers, parameters, problemComponents, shareProblems } from './openapi-common.ts';
import { completeExamples } from './openapi-examples.ts';

type Json = Record<string, unknown>;
type Schemas = Record<string, Json>;

const SCHEMAS = '#/components/schemas/';

/** Stands for `Input` at the end of a name while the generator runs. */
export const DRAFT = '__Draft';

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function walk(value: unknown, visit: (node: Json) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (isObject(value)) {
    visit(value);
    for (const item of Object.values(value)) walk(item, visit);
  }
}

const nameOf = (node: unknown): string | null =>
  isObject(node) && typeof node['$ref'] === 'string' && node['$ref'].startsWith(SCHEMAS) ? node['$ref'].slice(SCHEMAS.length) : null;

/** Drops what only says what the type says already, and writes "T or null" as one type. */
function simplify(document: Json): void {
  const formatted = new Set(['email', 'uuid', 'date', 'date-time', 'time']);
  walk(document, (node) => {
    if (typeof node['pattern'] === 'string' && formatted.has(String(node['format']))) delete node['pattern'];
    if (node['type'] === 'integer') {
      if (node['maximum'] === Number.MAX_SAFE_INTEGER) delete node['maximum'];
      if (node['minimum'] === Number.MIN_SAFE_INTEGER) delete node['minimum'];
    }
    const { anyOf } = node;
    if (Array.isArray(anyOf) && anyOf.length === 2 && isObject(anyOf[0]) && isObject(anyOf[1]) && anyOf[1]['type'] === 'null') {
      const [given] = anyOf;
      if (typeof given['type'] !== 'string' || given['enum'] !== undefined || given['const'] !== undefined) return;
      delete node['anyOf'];
      Object.assign(node, given, { type: [given['type'], 'null'] });
    }
  });
}

/** The generator writes X and XInput; where both say the same once their references do, X is enough. */
function mergeTwins(document: Json, schemas: Schemas): void {
  const twinOf = (name: string): string | null => (name.endsWith('Input') && schemas[name.slice(0, -5)] !== undefined ? name.slice(0, -5) : null);
  const text = (name: string): string => JSON.stringify(schemas[name]).replaceAll(/(#\/components\/schemas\/\w+?)Input"/g, '$1"');
  const same = new Set(Object.keys(schemas).filter((name) => twinOf(name) !== null && text(name) === text(twinOf(name) ?? '')));
  for (let changed = true; changed; ) {
    changed = false;
    for (const name of same) {
      walk(schemas[name], (node) => {
        const target = nameOf(node);
        // A twin may only go if everything it points at goes too, or is no twin.
        if (target !== null && twinOf(target) !== null && !same.has(target) && same.delete(name)) changed = true;
      });
    }
  }
  walk(document, (node) => {
    const target = nameOf(node);
    if (target !== null && same.has(target)) node['$ref'] = SCHEMAS + target.slice(0, -5);
  });
  for (const name of same) delete schemas[name];
}

function prune(document: Json, schemas: Schemas): void {
  for (let changed = true; changed; ) {
    changed = false;
    const used = new Set<string>();
    const components = document['components'] as Json;
    walk([document['paths'], schemas, components['responses'], components['parameters']], (node) => {
      const target = nameOf(node);
      if (target !== null) used.add(target);
    });
    for (const name of Object.keys(schemas)) {
      if (!used.has(name)) {
        delete schemas[name];
        changed = true;
      }
    }
  }
}

/** A component that is only ever sent keeps its plain name. */
function unsuffix(document: Json, schemas: Schemas, given: ReadonlySet<string>): void {
  for (const name of Object.keys(schemas)) {
    const plain = name.slice(0, -5);
    if (!name.endsWith('Input') || schemas[plain] !== undefined || !given.has(plain)) continue;
    schemas[plain] = schemas[name] ?? {};
    delete schemas[name];
    walk(document, (node) => {
      if (nameOf(node) === name) node['$ref'] = SCHEMAS + plain;
    });
  }
}

/** Gives schemas that passed the generator under another name their own back. */
function restoreNames(document: Json, schemas: Schemas): void {
  for (const name of Object.keys(schemas).filter((key) => key.endsWith(DRAFT))) {
    const own = `${name.slice(0, -DRAFT.length)}Input`;
    if (schemas[own] !== undefined) throw new Error(`Two schemas want the name ${own}: call the one that is only sent differently.`);
    schemas[own] = schemas[name] ?? {};
    delete schemas[name];
    walk(document, (node) => {
      if (nameOf(node) === name) node['$ref'] = SCHEMAS + own;
    });
  }
}

/** A union of named objects that differ in one constant text gets its discriminator (other types may not discriminate). */
function discriminate(document: Json, schemas: Schemas): void {
  walk(document, (node) => {
    const { oneOf } = node;
    if (!Array.isArray(oneOf)) return;
    const names = oneOf.map(nameOf);
    const members = names.map((name) => (name === null ? undefined : (schemas[name]?.['properties'] as Schemas | undefined)));
    if (members.includes(undefined)) return;
    const key = Object.keys(members[0] ?? {}).find((property) => members.every((member) => typeof member?.[property]?.['const'] === 'string'));
    if (key === undefined) return;
    const mapping = names.map((name, i) => [members[i]?.[key]?.['const'], SCHEMAS + String(name)]);
    node['discriminator'] = { propertyName: key, mapping: Object.fromEntries(mapping) as Json };
  });
}

const methods = new Set(['get', 'put', 'post', 'delete', 'patch']);

const sorted = (value: Json): Json => Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** Tidies the document; the same routes always give the same bytes. */
export function tidy(generated: object): Json {
  const document = structuredClone(generated) as Json;
  const components = document['components'] as Json;
  const schemas = components['schemas'] as Schemas;
  const given = new Set(Object.keys(schemas));
  const operations: Json[] = [];
  for (const item of Object.values(document['paths'] as Record<string, Json>)) {
    for (const [method, operation] of Object.entries(item)) {
      if (!methods.has(method) || !isObject(operation)) continue;
      operations.push(operation);
      addCommon(method, operation);
      shareProblems(operation);
    }
  }
  const responses = problemComponents(operations);
  simplify(document);
  mergeTwins(document, schemas);
  prune({ ...document, components: { ...components, responses } }, schemas);
  unsuffix(document, schemas, given);
  restoreNames(document, schemas);
  discriminate(document, schemas);
  completeExamples(operations, schemas);
  document['components'] = { ...components, headers, parameters, responses: sorted(responses), schemas: sorted(schemas) };
  document['paths'] = sorted(document['paths'] as Json);
  return document;
}
