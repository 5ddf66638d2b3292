// Traces by OpenTelemetry, sent as OTLP over HTTP. Loaded only where an endpoint is set.
import { ROOT_CONTEXT, type SpanContext, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { SpanStart, Tracing } from './tracing.ts';

const SEND_EVERY_MS = 1_000;
const SEND_MS = 5_000;
const KINDS: Record<SpanStart['kind'], SpanKind> = { server: SpanKind.SERVER, producer: SpanKind.PRODUCER };

/** `traceparent` has been checked. */
function contextOf(traceparent: string): SpanContext {
  const [, traceId = '', spanId = '', flags = ''] = traceparent.split('-');
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

const headerOf = ({ traceId, spanId, traceFlags }: SpanContext): string => `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

/** Starts sending. A collector that is away costs nothing but its spans. */
export function openTelemetry(endpoint: string, share: number): Tracing {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, timeoutMillis: SEND_MS });
  const provider = new TracerProvider({
    // Built from nothing: the detectors would add the command line and the host.
    resource: resourceFromAttributes({ 'service.name': 'glassbench', 'process.pid': process.pid }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: SEND_EVERY_MS, exportTimeoutMillis: SEND_MS })],
  });
  const tracer = provider.getTracer('glassbench');
  return {
    begin({ name, kind, startedAt, parent, link, facts = {} }) {
      const span = tracer.startSpan(
        name,
        {
          kind: KINDS[kind],
          attributes: facts,
          ...(startedAt === undefined ? {} : { startTime: startedAt }),
          ...(typeof link === 'string' ? { links: [{ context: contextOf(link) }] } : {}),
        },
        typeof parent === 'string' ? trace.setSpanContext(ROOT_CONTEXT, contextOf(parent)) : ROOT_CONTEXT,
      );
      return {
        traceparent: headerOf(span.spanContext()),
        end(last, failed) {
          span.setAttributes(last);
          if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    close: () => provider.shutdown(),
  };
}
