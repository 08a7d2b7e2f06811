/**
 * TelemetryDigest: what is exported of a piece of the journal: spans and log lines as plain data, without values. It goes from where
 * records are written (telemetry-collector.ts, in the thread of a partition) through the gateway's thread to the one that sends it
 * (otlp-thread.ts).
 */

/** The work on one message. */
export interface SpanSample {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty when the span begins its trace. */
  readonly parentId: string;
  readonly traceState: string;
  readonly type: string;
  readonly id: string;
  readonly endpoint: string;
  /** When the message was taken in, and when its last attempt began and ended; milliseconds since 1970. */
  readonly atMs: number;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly messageId: number;
  /** The numbers of the trace and of the record in the journal. */
  readonly trace: number;
  readonly record: number;
  readonly caller: string;
  readonly attempts: number;
  readonly batchMessages: number;
  /** The first span of its batch, when that is another one. */
  readonly link: { readonly traceId: string; readonly spanId: string } | undefined;
  readonly failure: { readonly code: string; readonly message: string } | undefined;
}

export type Severity = "info" | "warn" | "error";

export interface LogSample {
  readonly atMs: number;
  readonly severity: Severity;
  readonly body: string;
  readonly attributes: readonly (readonly [name: string, value: string | number])[];
  /** The span that the line belongs to; undefined when it belongs to no message. */
  readonly span: { readonly traceId: string; readonly spanId: string } | undefined;
}

export interface TelemetryDigest {
  readonly spans: readonly SpanSample[];
  readonly logs: readonly LogSample[];
  /** How many were wanted and found no room in the digest. */
  readonly spansLeft: number;
  readonly logsLeft: number;
}

/** What is wanted of all that happens. Failures always are. */
export interface TelemetryWatch {
  /** The share of all traces, from 0 to 1. */
  readonly ratio: number;
  /** An invocation is slow when it takes this long from the message's arrival to the invocation's end. */
  readonly slowMs: number;
  /** Makes the trace ids of this gateway differ from those of others, for messages that came without a trace. */
  readonly salt: string;
}
