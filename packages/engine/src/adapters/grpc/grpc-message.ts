/** grpc-message: the headers of a gRPC call, and the five bytes before every message. For unary-call.ts and call-stream.ts. */
import type { OutgoingHttpHeaders } from "node:http2";
import type { TransportOptions } from "@signalbox/runtime/model/endpoint-spec";
import { callHeadersOf } from "@signalbox/runtime";
import type { ResponseHeaders } from "../http/http-response-head.ts";

/** One byte that says whether the message is compressed, and four of its length. */
export const framePrefixBytes = 5;
const timeoutMsMax = 99_999_999;

/** undefined when the call has no deadline of its own. */
export function callHeaders(path: string, timeoutMs: number | undefined, transport: TransportOptions): OutgoingHttpHeaders {
  return {
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc+proto",
    te: "trailers",
    "user-agent": "statefun",
    ...Object.fromEntries(callHeadersOf(transport)),
    ...(timeoutMs === undefined ? {} : { "grpc-timeout": `${Math.min(Math.max(1, Math.ceil(timeoutMs)), timeoutMsMax)}m` }),
  };
}

export function framed(message: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(framePrefixBytes + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  message.copy(frame, framePrefixBytes);
  return frame;
}

/** The head that tells ReplyCall about a message. undefined: the message comes in pieces that must be counted. */
export function messageHead(contentLength: number | undefined): ResponseHeaders {
  return {
    contentType: "application/octet-stream",
    contentEncoding: undefined,
    retryAfter: undefined,
    location: undefined,
    outcome: undefined,
    frames: undefined,
    contentLength,
  };
}
