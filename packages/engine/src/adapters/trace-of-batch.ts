/** traceOfBatch: the W3C trace context that a request to a function carries. Neighbours: wire-encode.ts and transport-http2.ts write it into the head. */
import { inputId, type InvocationInput } from "@signalbox/runtime/model/invocation";
import { contextWithin, traceparentOf } from "@signalbox/runtime/model/message-headers";

export interface BatchTrace {
  readonly traceparent: string;
  /** "" when there is none. */
  readonly tracestate: string;
}

/**
 * Undefined when the messages of the batch belong to several traces or to none, because a request has only one head. The parent is the
 * first message's span.
 */
export function traceOfBatch(inputs: readonly InvocationInput[]): BatchTrace | undefined {
  let first: BatchTrace | undefined;
  let traceId = "";
  for (const input of inputs) {
    if (input.headers === undefined) return undefined;
    const context = contextWithin(input.headers, inputId(input));
    if (context === undefined || (first !== undefined && context.traceId !== traceId)) return undefined;
    traceId = context.traceId;
    first ??= { traceparent: traceparentOf(context), tracestate: context.state };
  }
  return first;
}

/** The trace context of one message, for functions that read it (field 1003). */
export function traceOfInput(input: InvocationInput): string | undefined {
  const context = input.headers === undefined ? undefined : contextWithin(input.headers, inputId(input));
  return context === undefined ? undefined : traceparentOf(context);
}
