// Logs as JSON lines through an allow-list: what is not named here is left out, so that no personal data slips in.
import { type Logger, pino } from 'pino';

/** Every field a log line may carry: ids, codes, counts and times; never what a person wrote or is. */
const FIELDS = new Set(
  `req res err reqId requestId traceId responseTime signal process part method route statusCode
   brandId centerId ticketId contactId shipmentId endpointId actorKind actorId keyId
   lane laneId outboxId messageId message recipient generation attempt channel carrier event action
   status from to outcome code count ms port backend queue job migrations`.split(/\s+/),
);

/** SQLSTATE classes whose message repeats the value that was refused. */
const TELLS_VALUES = /^(22|23)/;

const mask = (text: string): string =>
  text
    .replaceAll(/[^\s"'<>:,;]+@[^\s"'<>:,;]+/g, '[address]')
    .replaceAll(/\+?\d[\d\s-]{5,}\d/g, '[number]')
    .slice(0, 500);

interface Failure {
  name?: string;
  code?: unknown;
  message?: string;
  stack?: string;
  constraint?: unknown;
  cause?: unknown;
}

function failure(error: Failure): object {
  const code = typeof error.code === 'string' ? error.code : undefined;
  return {
    type: error.name,
    code,
    constraint: typeof error.constraint === 'string' ? error.constraint : undefined,
    message: code !== undefined && TELLS_VALUES.test(code) ? undefined : mask(error.message ?? ''),
    // The frames only: the first lines repeat the message.
    stack: error.stack
      ?.split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, 12)
      .join('\n'),
    cause: error.cause instanceof Error ? failure(error.cause as Failure) : undefined,
  };
}

interface Called {
  method?: string;
  id?: unknown;
  routeOptions?: { url?: string };
}

const serializers = {
  err: failure,
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

/** The logger of a process; `name` says which. Lines go to stdout unless `stream` takes them. */
export const createLog = (name: string, level: string, stream?: { write(line: string): void }): Logger =>
  pino(
    { name, level, serializers, formatters: { log: allowed, level: (label) => ({ level: label }) }, timestamp: pino.stdTimeFunctions.isoTime },
    stream ?? pino.destination(1),
  );
