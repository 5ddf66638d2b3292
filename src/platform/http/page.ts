// Keyset pages: an opaque signed cursor that only fits the list, the filter and the tenant it was made for.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { int4 } from '#platform/schema.ts';
import { type Seal, sameSecret } from '#platform/seal.ts';
import { Problem } from '#problems.ts';

/** Query parameters of every list. */
export const pageQuery = {
  limit: z.coerce.number().pipe(int4(1, 100)).default(25).meta({ description: 'How many at most.', example: 25 }),
  cursor: z
    .string()
    .max(400)
    .regex(/^[\w.-]+$/)
    .optional()
    .meta({ description: 'nextCursor of the page before; keep the filter the same.' }),
};

/** A page of things; `named` is the component the contract calls it. */
export const pageOf = <T extends z.ZodType>(item: T, named: string) =>
  z
    .strictObject({
      data: z.array(item).max(100),
      hasMore: z.boolean(),
      nextCursor: z.string().max(400).nullable().meta({ description: 'Send it as cursor to get the next page.' }),
    })
    .meta({ id: named });

/** What a cursor is bound to: a change in any of it makes it invalid. */
export interface ListScope {
  /** Name of the list and its order, e.g. `tickets:-updatedAt`. */
  list: string;
  brandId: string;
  /** Whose list it is, where that narrows it (a center key, a courier key). */
  actorId?: string;
  filter: object;
}

/** The place where a page ended: the sort keys of its last row. */
export type Position = readonly (string | number)[];

const signature = (seal: Seal, scope: ListScope, payload: string): string => {
  const filter = Object.entries(scope.filter)
    .filter(([key, value]) => value !== undefined && key !== 'cursor' && key !== 'limit')
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const bound = JSON.stringify([scope.list, scope.brandId, scope.actorId ?? null, filter, payload]);
  return seal.hash('cursor', bound).subarray(0, 16).toString('base64url');
};

/** The cursor that continues after this position. */
function writeCursor(seal: Seal, scope: ListScope, position: Position): string {
  const payload = Buffer.from(JSON.stringify(position)).toString('base64url');
  return `${payload}.${signature(seal, scope, payload)}`;
}

/** Reads a cursor of this very list; null where none was given. Throws cursor_invalid. */
export function readCursor(seal: Seal, scope: ListScope, cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  const [payload = '', signed = ''] = cursor.split('.');
  if (!sameSecret(signed, signature(seal, scope, payload))) {
    throw new Problem('cursor_invalid', 'This cursor is not of this list, filter and key. Start again without a cursor.');
  }
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Position;
}

/** A page of a list. */
export interface Page<T> {
  data: T[];
  hasMore: boolean;
  nextCursor: string | null;
}

/** Makes a page of `limit` rows out of `limit + 1` rows that were fetched. */
export function page<R, T>(
  seal: Seal,
  scope: ListScope,
  rows: readonly R[],
  limit: number,
  position: (row: R) => Position,
  view: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit;
  return {
    data: shown.map((row) => view(row)),
    hasMore,
    nextCursor: hasMore && last !== undefined ? writeCursor(seal, scope, position(last)) : null,
  };
}

/** The same of rows in the order of their ids. */
export const pageById = <R extends { id: string }, T>(
  seal: Seal,
  scope: ListScope,
  rows: readonly R[],
  limit: number,
  view: (row: R) => T,
): Page<T> => page(seal, scope, rows, limit, ({ id }) => [id], view);

/** Names the next page in a Link header too (RFC 8288). */
export function linkNext<T>(request: FastifyRequest, reply: FastifyReply, answer: Page<T>): Page<T> {
  if (answer.nextCursor !== null) {
    const [path, query = ''] = request.url.split('?', 2);
    const parameters = new URLSearchParams(query);
    parameters.set('cursor', answer.nextCursor);
    reply.header('link', `<${path}?${parameters.toString()}>; rel="next"`);
  }
  return answer;
}
