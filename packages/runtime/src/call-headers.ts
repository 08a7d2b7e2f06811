/**
 * CallHeaders: the headers that an endpoint has for each of its calls (TransportOptions.headers), checked where they are declared and where
 * they are written: they may not contain line ends or replace headers that the transport itself writes. Neighbours: the engine's transports
 * write them; the gateway's build-endpoint.ts reads them from modules.
 */
import type { TransportOptions } from "./model/endpoint-spec.ts";

export const callHeadersMax = 32;
const callHeaderBytesMax = 8_192;

/** Sent with "1" when a call is a try whose effects do not count (EndpointSpec.replay). */
export const replayHeader = "x-signalbox-replay";

/** Headers that define where a request ends, or that are for a single connection. A second one of them could split or join requests. */
const framing = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "expect",
  "content-length",
]);

/** Headers that the transports write themselves. */
const reserved = new Set([
  "host",
  "content-type",
  "content-encoding",
  "accept",
  "accept-encoding",
  "user-agent",
  "traceparent",
  "tracestate",
  "signalbox-signature",
  "grpc-timeout",
]);

/** Why the header cannot be sent with a call; undefined when it can. */
export function wrongCallHeader(name: string, value: string): string | undefined {
  if (reserved.has(name.toLowerCase())) return writtenHere(name);
  if (!/^[\x20-\x7e\t]*$/.test(value)) return notInHeaders(name, "printable ASCII alone");
  return wrongHeader(name, value);
}

/** Why the header cannot be sent with any request; undefined when it can. */
export function wrongHeader(name: string, value: string): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return `"${name}" is no name of a header`;
  if (framing.has(name.toLowerCase())) return writtenHere(name);
  if (!/^[\x20-\x7e\t\x80-\xff]*$/.test(value) || value !== value.trim()) return notInHeaders(name, "printable signs alone, in one line");
  if (name.length + value.length > callHeaderBytesMax) return `\`${name}\` is longer than ${callHeaderBytesMax} bytes`;
  return undefined;
}

function notInHeaders(name: string, instead: string): string {
  return `the value of \`${name}\` holds what a header may not: ${instead}`;
}

function writtenHere(name: string): string {
  return `\`${name}\` is written by the gateway itself`;
}

/** Invalid headers are left out, because the module had an issue for them. */
export function callHeadersOf({ headers = {} }: Pick<TransportOptions, "headers">): readonly (readonly [string, string])[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    wrongCallHeader(name, value) === undefined ? [[name.toLowerCase(), value] as const] : [],
  );
}
