// What many operations of the contract share: request headers, and the errors that any call of their sort may be answered.
import { statusMeanings } from './problem-responses.ts';

type Json = Record<string, unknown>;

const text = (description: string, max: number, example: string, pattern?: string): Json => ({
  description,
  schema: { type: 'string', maxLength: max, ...(pattern === undefined ? {} : { pattern }) },
  example,
});

/** Request headers by component name. */
export const parameters: Record<string, Json> = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    ...text(
      'Fresh for every new call, the same when a call is repeated. 1 to 255 visible ASCII characters.',
      257,
      '0d9d2f0e-3f0d-4f57-9f7a-8a8a1f3c1b11',
    ),
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: true,
    ...text('The ETag of the version you have seen.', 12, '"v3"', '^"v[1-9][0-9]*"$'),
  },
  Brand: {
    name: 'Glassbench-Brand',
    in: 'header',
    required: false,
    ...text(
      'With an admin key: the brand it acts for. Other keys leave it away.',
      30,
      'brd_01kam3w0xf8q9r2s4t6v8w0x1y',
      '^brd_[0-7][0-9a-hjkmnp-tv-z]{25}$',
    ),
  },
};

/** Response headers by component name. */
export const headers: Record<string, Json> = {
  RetryAfter: { description: 'Seconds to wait before the next try.', schema: { type: 'integer', minimum: 0, maximum: 86_400 }, example: 1 },
};

interface Access {
  kinds?: readonly string[];
  tenant?: string;
}

type Shared = Access | 'public' | 'link' | 'pass';

/** What any call of this sort may be answered, whether or not its route says so. */
function statusesOf(method: string, operation: Json, access: Shared): number[] {
  const content = (operation['requestBody'] as { content?: Json } | undefined)?.content;
  // A carrier may say what it likes about its body: who takes any type refuses none.
  const types = content === undefined || content['*/*'] !== undefined ? [] : [415];
  const body = operation['requestBody'] === undefined ? [] : [400, 413, ...types];
  const parameters = operation['parameters'] === undefined ? [] : [400];
  if (access === 'public') return [...body, ...parameters];
  if (access === 'link' || access === 'pass') return [...body, ...parameters, 401];
  const unsafe = method === 'get' ? [] : [400, 409, 422];
  const named = takesBrand(access) ? [400, 404] : [];
  return [...body, ...parameters, ...unsafe, ...named, 401, 403];
}

const takesBrand = (access: Access): boolean => access.tenant !== 'installation' && access.kinds?.includes('admin') !== false;

/** Headers and answers that routes share, by what the route says about its callers. */
export function addCommon(method: string, operation: Json): void {
  const access = operation['x-access'] as Shared | undefined;
  delete operation['x-access'];
  if (access === undefined) return;
  const responses = operation['responses'] as Json;
  for (const status of statusesOf(method, operation, access)) responses[status] ??= { $ref: `#/components/responses/Problem${status}` };
  if (typeof access === 'string') return;
  const names = [
    ...(method === 'get' ? [] : ['IdempotencyKey']),
    ...(responses['428'] === undefined ? [] : ['IfMatch']),
    ...(takesBrand(access) ? ['Brand'] : []),
  ];
  const refs = names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
  if (refs.length > 0) operation['parameters'] = [...((operation['parameters'] as Json[] | undefined) ?? []), ...refs];
}

/** Error responses say the same everywhere: one component per status. */
export function shareProblems(operation: Json): void {
  const responses = operation['responses'] as Record<string, Json>;
  for (const [status, response] of Object.entries(responses)) {
    const content = response['content'] as Json | undefined;
    if (content?.['application/problem+json'] !== undefined && status in statusMeanings) {
      responses[status] = { $ref: `#/components/responses/Problem${status}` };
    }
  }
}

/** The shared error responses that some operation names. */
export function problemComponents(operations: readonly Json[]): Json {
  const used = new Set(operations.flatMap((operation) => Object.keys(operation['responses'] as Json)));
  const known = Object.entries(statusMeanings).filter(([status]) => used.has(status));
  return Object.fromEntries(
    known.map(([status, description]) => {
      const retry = ['429', '503'].includes(status) ? { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } } : {};
      const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
      return [`Problem${status}`, { description, ...retry, content }];
    }),
  );
}
