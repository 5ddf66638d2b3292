// Values that fit a schema of the contract, by chance: what a caller who has read it could send.
import { aboutThings } from '../contract/bodies.ts';
import { resolve } from '../contract/contract.ts';
import type { World } from '../contract/world.ts';
import type { Random } from '../model/random.ts';

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  oneOf?: unknown[];
  anyOf?: unknown[];
  items?: unknown;
  properties?: Record<string, unknown>;
  required?: string[];
  additionalProperties?: unknown;
  example?: unknown;
  examples?: unknown[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
}

/** Deeper than this only what is required is filled in. */
const DEEP = 5;
const HOUR_MS = 3_600_000;
const letters = [...'abcdefghijklmnopqrstuvwxyz ABC 0123456789 -._/ äßé 中文字 😀'];

const written = (random: Random, least: number, most: number): string =>
  Array.from({ length: random.int(least, Math.max(least, Math.min(most, least + 30))) }, () => random.pick(letters)).join('');

/** Days from now, so that what must lie ahead may do so. */
const moment = (random: Random): Date => new Date(Date.now() + random.int(-900, 2_000) * HOUR_MS);

function textOf(schema: Schema, random: Random): string {
  const { format, pattern, minLength = 0, maxLength = 40 } = schema;
  if (format === 'date-time') return moment(random).toISOString();
  if (format === 'date') return moment(random).toISOString().slice(0, 10);
  if (format === 'email') return `p${random.int(0, 9_999)}@example.com`;
  if (format === 'uri') return `https://example.com/${random.int(0, 9_999)}`;
  const example = schema.example ?? schema.examples?.[0];
  if (typeof example === 'string' && (pattern !== undefined || random.chance(0.5))) return example;
  return random.chance(0.1) ? 'x'.repeat(maxLength) : written(random, minLength, maxLength);
}

function numberOf({ type, minimum = -10, maximum = 100_000 }: Schema, random: Random): number {
  const edge = random.next();
  if (edge < 0.1) return minimum;
  if (edge < 0.2) return maximum;
  const number = random.int(minimum, Math.min(maximum, minimum + 10_000));
  return type === 'number' && random.chance(0.3) ? number + 0.5 : number;
}

function objectOf({ properties = {}, required = [], additionalProperties }: Schema, random: Random, depth: number): object {
  const filled = Object.entries(properties).filter(([name]) => required.includes(name) || (depth < DEEP && random.chance(0.4)));
  const more = typeof additionalProperties === 'object' && random.chance(0.7) ? [[written(random, 1, 12), additionalProperties] as const] : [];
  return Object.fromEntries([...filled, ...more].map(([name, one]) => [name, made(one, random, depth + 1)]));
}

function made(node: unknown, random: Random, depth: number): unknown {
  const schema = resolve(node) as Schema;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return random.pick(schema.enum);
  if (schema.example !== undefined && depth > 0 && random.chance(0.3)) return schema.example;
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants !== undefined) return made(random.pick(variants), random, depth);
  const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type;
  switch (type) {
    case 'object':
      return objectOf(schema, random, depth);
    case 'array': {
      const { minItems = 0, maxItems = 5, items } = schema;
      const count = Math.min(maxItems, random.int(minItems, minItems + 2));
      return Array.from({ length: count }, () => made(items, random, depth + 1));
    }
    case 'string':
      return textOf(schema, random);
    case 'integer':
    case 'number':
      return numberOf({ ...schema, type }, random);
    case 'boolean':
      return random.chance(0.5);
    default:
      return null;
  }
}

/** One value; ids in it are those of the world. */
export const fitting = (schema: unknown, random: Random, world: World): unknown => aboutThings(made(schema, random, 0), '', world);
