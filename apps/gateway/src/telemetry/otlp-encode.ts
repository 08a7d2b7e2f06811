/**
 * otlp-encode: writes spans and log lines as the bytes of OTLP requests (opentelemetry-proto 1.x: collector/trace and collector/logs).
 * Fields are written from the last to the first (proto-writer.ts). Neighbour: otlp-thread.ts sends them; the test hands them to the
 * OpenTelemetry collector.
 */
import { ProtoWriter } from "./proto-writer.ts";
import type { LogSample, Severity, SpanSample } from "./telemetry-digest.ts";

export interface Resource {
  /** `service.name` and the other attributes of this gateway. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly version: string;
}

const spanKindConsumer = 5;
const statusError = 2;
const severities: Readonly<Record<Severity, number>> = { info: 9, warn: 13, error: 17 };
const scopeName = "signalbox";
const writer = new ProtoWriter();

/** Encodes an ExportTraceServiceRequest. */
export function encodeSpans(spans: readonly SpanSample[], resource: Resource): Buffer {
  return request(resource, () => each(spans, writeSpan));
}

/** Encodes an ExportLogsServiceRequest. */
export function encodeLogs(logs: readonly LogSample[], resource: Resource): Buffer {
  return request(resource, () => each(logs, writeLog));
}

/** Both requests have the same frame: the resource, the scope, and the spans or log lines in field 2 of the scope. */
function request({ attributes, version }: Resource, items: () => void): Buffer {
  const all = writer.mark;
  const inScope = writer.mark;
  items();
  const scope = writer.mark;
  writer.text(2, version);
  writer.text(1, scopeName);
  writer.nested(1, scope);
  writer.nested(2, inScope);
  const of = writer.mark;
  for (const [name, value] of attributes.toReversed()) attribute(1, name, value);
  writer.nested(1, of);
  writer.nested(1, all);
  return writer.take();
}

function each<T>(items: readonly T[], write: (item: T) => void): void {
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index];
    if (item === undefined) continue;
    const mark = writer.mark;
    write(item);
    writer.nested(2, mark);
  }
}

function writeSpan(span: SpanSample): void {
  const { failure, link } = span;
  if (failure !== undefined) {
    const status = writer.mark;
    writer.number(3, statusError);
    writer.text(2, failure.message);
    writer.nested(15, status);
  }
  if (link !== undefined) {
    const mark = writer.mark;
    writer.hex(2, link.spanId);
    writer.hex(1, link.traceId);
    writer.nested(13, mark);
  }
  if (failure !== undefined) attribute(9, "error.type", failure.code);
  if (span.caller !== "") attribute(9, "signalbox.caller", span.caller);
  attribute(9, "signalbox.record", span.record);
  attribute(9, "signalbox.trace", span.trace);
  attribute(9, "signalbox.attempts", span.attempts);
  attribute(9, "signalbox.waited_ms", Math.max(0, span.startedMs - span.atMs));
  attribute(9, "signalbox.endpoint", span.endpoint);
  attribute(9, "signalbox.entity.id", span.id);
  attribute(9, "signalbox.entity.type", span.type);
  attribute(9, "messaging.batch.message_count", span.batchMessages);
  attribute(9, "messaging.message.id", String(span.messageId));
  attribute(9, "messaging.operation.type", "process");
  attribute(9, "messaging.system", "signalbox");
  writer.time(8, Math.max(span.startedMs, span.endedMs));
  writer.time(7, span.startedMs);
  writer.number(6, spanKindConsumer);
  writer.text(5, `process ${span.type}`);
  writer.hex(4, span.parentId);
  writer.text(3, span.traceState);
  writer.hex(2, span.spanId);
  writer.hex(1, span.traceId);
}

function writeLog({ atMs, severity, body, attributes, span }: LogSample): void {
  writer.time(11, atMs);
  if (span !== undefined) {
    writer.hex(10, span.spanId);
    writer.hex(9, span.traceId);
  }
  for (const [name, value] of attributes.toReversed()) attribute(6, name, value);
  const mark = writer.mark;
  writer.text(1, body);
  writer.nested(5, mark);
  writer.text(3, severity.toUpperCase());
  writer.number(2, severities[severity]);
  writer.time(1, atMs);
}

/** Writes a KeyValue; whole numbers become ints, others doubles. */
function attribute(field: number, name: string, value: string | number): void {
  const pair = writer.mark;
  const any = writer.mark;
  if (typeof value === "string") writer.text(1, value);
  else if (Number.isSafeInteger(value) && value >= 0) writer.number(3, value);
  else writer.double(4, value);
  writer.nested(2, any);
  writer.text(1, name);
  writer.nested(field, pair);
}
