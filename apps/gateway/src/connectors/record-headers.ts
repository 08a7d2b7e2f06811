/**
 * RecordHeaders: turns headers of another system's records into those of a message, and gives the headers that an egress passes on: only
 * the trace context. Neighbours: kafka/ and nats/ read and write them, the runtime's model/message-headers.ts says what they are.
 */
import { headersWithin, traceContextOf, traceHeaders, traceparentOf, type EgressRecord, type MessageHeader } from "@signalbox/runtime";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export type RawHeader = readonly [name: Uint8Array | string | null, value: Uint8Array | string | null];

/** The headers that fit into `bytesMax`, the trace context first. */
export function messageHeaders(raw: readonly RawHeader[], bytesMax: number): string | undefined {
  if (raw.length === 0) return undefined;
  return headersWithin(
    raw.map(([name, value]): MessageHeader => [asText(name), headerValue(value)]),
    bytesMax,
  ).text;
}

/** The headers of an outgoing record; none when its message had none. */
export function outgoingHeaders({ headers }: Pick<EgressRecord, "headers">): readonly (readonly [name: string, value: string])[] {
  const context = traceContextOf(headers);
  if (context === undefined) return [];
  return traceHeaders(traceparentOf(context), context.state).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
}

function asText(name: RawHeader[0]): string {
  return typeof name === "string" ? name : Buffer.from(name ?? []).toString("utf8");
}

function headerValue(value: RawHeader[1]): MessageHeader[1] {
  if (value === null || typeof value === "string") return value ?? "";
  try {
    return utf8.decode(value);
  } catch {
    return { base64: Buffer.from(value).toString("base64") };
  }
}
