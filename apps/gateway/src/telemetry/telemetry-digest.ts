/**
 * TelemetryDigest: what is to be told of a piece of the journal: spans and log lines as plain data, without values. It goes from where records are
 * written (telemetry-collector.ts, in the thread of a partition) through the gateway's thread to the one that sends it (otlp-thread.ts).
 */

/** The work on one message. */
export interface SpanSample {
  readonly traceId: string;
  readonly spanId: string;
  /** "": it begins its trace. */
  readonly parentId: string;
  readonly traceState: string;
  readonly type: string;
  readonly id: string;
  readonly endpoint: string;
  /** When it was taken in, and when its last attempt began and ended; milliseconds since 1970. */
  readonly atMs: number;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly messageId: number;
  /** Numbers of the trace and of the record in the journal. */
  readonly trace: number;
  readonly record: number;
  readonly caller: string;
  readonly attempts: number;
  readonly batchMessages: number;
  /** The first span of its batch, where that is another one. */
  readonly link: { readonly traceId: string; readonly spanId: string } | undefined;
  readonly failure: { readonly code: string; readonly message: string } | undefined;
}

export type Severity = "info" | "warn" | "error";

export interface LogSample {
  readonly atMs: number;
  readonly severity: Severity;
  readonly body: string;
  readonly attributes: readonly (readonly [name: string, value: string | number])[];
  /** Undefined: it is of no message. */
  readonly span: { readonly traceId: string; readonly spanId: string } | undefined;
}

export interface TelemetryDigest {
  readonly spans: readonly SpanSample[];
  readonly logs: readonly LogSample[];
  /** Wanted, and there was no room in the digest. */
  readonly spansLeft: number;
  readonly logsLeft: number;
}

/** What is wanted of what happens. Failures always are. */
export interface TelemetryWatch {
  /** Of all traces, from 0 to 1. */
  readonly ratio: number;
  /** From a message's arrival to the end of its invocation. */
  readonly slowMs: number;
  /** Tells the traces of this gateway from those of others, where a message came without one. */
  readonly salt: string;
}
