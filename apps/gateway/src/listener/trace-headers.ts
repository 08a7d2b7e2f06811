/**
 * traceOfRequest: returns the W3C trace context that came with a request, as headers of the message in it (runtime's
 * model/message-headers.ts). It is small enough for any messageHeadersBytesMax that may be set. Neighbours: every surface that takes
 * messages.
 */
import { headersText, traceHeaders } from "@signalbox/runtime";

/** The headers as node:http gives them. */
type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Returns undefined when there is no trace context, or it is malformed. */
export function traceOfRequest(headers: RequestHeaders): string | undefined {
  const { traceparent, tracestate } = headers;
  if (typeof traceparent !== "string") return undefined;
  return headersText(traceHeaders(traceparent, typeof tracestate === "string" ? tracestate : undefined));
}
