// Logs as JSON lines through an allow-list: what is not named here is left out, so that no personal data slips in.
import { type Logger, pino } from 'pino';

/** Every field a log line may carry: ids, codes, counts and times; never what a person wrote or is. */
const FIELDS = new Set(
  `req res err error reqId requestId traceId responseTime signal process part method route statusCode
   brandId centerId ticketId contactId shipmentId endpointId fileId claimId accountId actorKind actorId keyId
   subject tier network
   lane laneId outboxId messageId message recipient generation attempt channel carrier event action
   status from to outcome code refusal count ms port backend queue job migrations`.split(/\s+/),
);

/** PostgreSQL's classes 22 and 23 quote the refused value, some of Fastify's errors the address. */
const QUOTES = /^(2[23]...$|FST_)/;

const mask = (text: string): string =>
  text
    .replaceAll(/[^\s"'<>:,;]+@[^\s"'<>:,;]+/g, '[address]')
    .replaceAll(/\+?\d[\d\s-]{5,}\d/g, '[number]')
    .slice(0, 500);

const frames = (stack = ''): string =>
  stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 12)
    .join('\n');

/** What may be logged of an error: never the values a statement or a message carried. */
export function loggable(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, constraint, table, routine, issues } = error as Error & Record<string, unknown>;
  return {
    type: error.name,
    message: typeof code === 'string' && QUOTES.test(code) ? undefined : mask(error.message),
    code,
    constraint,
    table,
    routine,
    // Of a schema that something did not fit: where and how, not what stood there.
    issues: (issues as { path: PropertyKey[]; code: string }[] | undefined)?.map((issue) => `${issue.path.join('.')}: ${issue.code}`),
    // The frames only: the first lines repeat the message.
    stack: frames(error.stack),
    cause: error.cause instanceof Error ? loggable(error.cause) : undefined,
  };
}

interface Called {
  method?: string;
  id?: unknown;
  routeOptions?: { url?: string };
}

const serializers = {
  err: loggable,
  error: loggable,
  // The pattern of the route, not the address: a lookup carries the serial in its path.
  req: (request: Called) => ({ id: request.id, method: request.method, route: request.routeOptions?.url }),
  res: (reply: { statusCode?: number }) => ({ statusCode: reply.statusCode }),
};

function allowed(fields: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (FIELDS.has(name)) kept[name] = value;
    else dropped.push(name);
  }
  return dropped.length === 0 ? kept : { ...kept, dropped };
}

const BUFFER_BYTES = 4_096;
const FLUSH_MS = 100;

/** Lines are written a few at a time, because under load a write per line costs a tenth of a lookup; nothing waits longer than 100 ms. */
function bufferedStdout(): { write(line: string): void } {
  const stdout = pino.destination({ dest: 1, sync: true, minLength: BUFFER_BYTES });
  setInterval(() => stdout.flush(), FLUSH_MS).unref();
  process.once('exit', () => stdout.flushSync());
  return stdout;
}

/** The logger of a process; `name` says which. Lines go to stdout unless `stream` takes them. */
export const createLog = (name: string, level: string, stream?: { write(line: string): void }): Logger =>
  pino(
    { name, level, serializers, formatters: { log: allowed, level: (label) => ({ level: label }) }, timestamp: pino.stdTimeFunctions.isoTime },
    stream ?? bufferedStdout(),
  );
