/**
 * traceOfRequest: the W3C trace context that came with a request, as headers of the message in it (runtime's model/message-headers.ts). It is small enough
 * for any messageHeadersBytesMax that may be set. Neighbours: every door that takes messages.
 */
import { headersText, traceHeaders } from "@signalbox/runtime";

/** As node:http gives them. */
type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Undefined: there is none, or what there is is malformed. */
export function traceOfRequest(headers: RequestHeaders): string | undefined {
  const { traceparent, tracestate } = headers;
  if (typeof traceparent !== "string") return undefined;
  return headersText(traceHeaders(traceparent, typeof tracestate === "string" ? tracestate : undefined));
}
