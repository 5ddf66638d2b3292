// Traces as the features see them; OpenTelemetry itself is loaded only where an endpoint is set.

/** What a span says of itself: ids, codes and counts, never what a person wrote or is. */
export type SpanFacts = Partial<{
  'http.request.method': string;
  /** The pattern of the route: an address would bring serials into the traces. */
  'http.route': string;
  'http.response.status_code': number;
  'glassbench.request_id': string;
  'glassbench.actor_id': string;
  'glassbench.channel': string;
  'glassbench.message': string;
  'glassbench.message_id': string;
  'glassbench.attempt': number;
  'glassbench.outcome': string;
  'glassbench.wait_seconds': number;
}>;

/** How a span begins. */
export interface SpanStart {
  name: string;
  /** Of a request that is served, or of something that is sent. */
  kind: 'server' | 'producer';
  /** When it began, in milliseconds of the epoch; now when absent. */
  startedAt?: number;
  /** W3C traceparent of the caller, whose trace this is a part of. */
  parent?: string | null;
  /** W3C traceparent of the cause: a trace of its own, from which this one can be found. */
  link?: string | null;
  facts?: SpanFacts;
}

/** A span that has begun. */
export interface OpenSpan {
  /** For what it causes. */
  traceparent: string;
  end(facts: SpanFacts, failed: boolean): void;
}

/** The traces of a process. */
export interface Tracing {
  /** Null where traces are off. */
  begin(start: SpanStart): OpenSpan | null;
  /** Sends what has not been sent. */
  close(): Promise<void>;
}

/** No endpoint: nothing is traced. */
export const noTracing: Tracing = { begin: () => null, close: async () => undefined };

/** The header, where it is one that W3C Trace Context allows. */
export function traceparentIn(header: unknown): string | null {
  if (typeof header !== 'string' || !/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(header)) return null;
  return /^00-0{32}|-0{16}-/.test(header) ? null : header;
}

/** Opens the traces of a process; what OpenTelemetry needs is loaded here and nowhere else. */
export async function openTracing(endpoint: string | undefined, share: number): Promise<Tracing> {
  if (endpoint === undefined) return noTracing;
  const { openTelemetry } = await import('./telemetry.ts');
  return openTelemetry(endpoint, share);
}
