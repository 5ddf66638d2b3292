// Writes answers as the zod schemas of the routes say; one that does not fit its contract is an error of ours.
import type { FastifySerializerCompiler } from 'fastify';
import { ResponseSerializationError } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** After so many answers a schema is compiled: that takes some ms of the event loop and MiB of memory once, which a rare answer is not worth. */
const OFTEN = 32;

/** What answers of one schema have cost so far; shared by all routes that answer it. */
interface Written {
  times: number;
  schema: z.ZodType;
}

const known = new WeakMap<z.ZodType, Written>();

/** What checks answers of this schema, from the moment on that it pays a faster one of the same rules. */
function checkOf(schema: z.ZodType): z.ZodType {
  let written = known.get(schema);
  if (written === undefined) {
    written = { times: 0, schema };
    known.set(schema, written);
  }
  written.times += 1;
  if (written.times === OFTEN) written.schema = z.compile(schema);
  return written.schema;
}

/**
 * Fastify's serializer over zod schemas. Answers are checked in the direction of input: none of their schemas transforms, and zod's other direction
 * checks every list and every text in it twice, lists in lists four times.
 */
export const serializerCompiler: FastifySerializerCompiler<z.ZodType | { properties: z.ZodType }> = ({ schema: given, method, url }) => {
  const schema = given instanceof z.ZodType ? given : given.properties;
  return (data) => {
    const result = checkOf(schema).safeParse(data);
    if (!result.success) throw new ResponseSerializationError(method, url, { cause: result.error });
    return JSON.stringify(result.data);
  };
};
