// Which names a schema knows at a place in a request: a refusal says these, never a name the caller typed, which may be a person's.
import { z } from 'zod';

/** As far as a path goes by known names, and the names known at its end. */
export interface Place {
  path: PropertyKey[];
  fields: string[];
}

type Schema = z.core.$ZodType;

const wrapped = (schema: Schema): Schema | null => {
  const { _zod } = schema as z.core.$ZodTypes;
  const { def } = _zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return def.innerType;
    case 'pipe':
      return def.in;
    case 'lazy':
      return def.getter();
    default:
      return null;
  }
};

/** The options of a union that are meant: all of them, or those of the value's discriminator. */
function meant({ options, discriminator }: { options: readonly Schema[]; discriminator?: string }, value: unknown): Schema[] {
  if (discriminator === undefined) return [...options];
  const said = memberOf(value, discriminator);
  const fitting = options.filter((option) => objects(option, value).some((one) => z.safeParse(one.shape[discriminator] ?? z.never(), said).success));
  return fitting.length === 0 ? [...options] : fitting;
}

const memberOf = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined;

/** What a value may be here, without wrappings. */
function plain(schema: Schema, value: unknown): z.core.$ZodTypes[] {
  const inner = wrapped(schema);
  if (inner !== null) return plain(inner, value);
  const one = schema as z.core.$ZodTypes;
  const { def } = one._zod;
  if (def.type === 'union')
    return meant(def as { options: readonly Schema[]; discriminator?: string }, value).flatMap((option) => plain(option, value));
  if (def.type === 'intersection') return [...plain(def.left, value), ...plain(def.right, value)];
  return [one];
}

const objects = (schema: Schema, value: unknown): { shape: Record<string, Schema> }[] =>
  plain(schema, value).flatMap(({ _zod: { def } }) => (def.type === 'object' ? [{ shape: def.shape }] : []));

/** The schemas of a member; none where no schema here knows it. */
function membersOf({ _zod: { def } }: z.core.$ZodTypes, key: PropertyKey): Schema[] {
  if (def.type === 'array') return typeof key === 'number' ? [def.element] : [];
  if (def.type === 'tuple') return typeof key === 'number' ? [def.items[key] ?? def.rest ?? []].flat() : [];
  if (def.type === 'record') return def.keyType._zod.values?.has(key as string) === true ? [def.valueType] : [];
  return def.type === 'object' && Object.hasOwn(def.shape, key) ? [def.shape[key as string] ?? []].flat() : [];
}

function fieldsOf({ _zod: { def } }: z.core.$ZodTypes): string[] {
  if (def.type === 'object') return Object.keys(def.shape);
  return def.type === 'record' ? [...(def.keyType._zod.values ?? [])].map(String) : [];
}

/** Follows the path as far as its names are the schema's own; `value` is what was sent. */
export function placeAt(schema: Schema, value: unknown, path: readonly PropertyKey[]): Place {
  let here = plain(schema, value);
  let at = value;
  const known: PropertyKey[] = [];
  for (const key of path) {
    at = memberOf(at, key);
    const next = here.flatMap((one) => membersOf(one, key)).flatMap((one) => plain(one, at));
    if (next.length === 0) break;
    known.push(key);
    here = next;
  }
  return { path: known, fields: [...new Set(here.flatMap(fieldsOf))] };
}
