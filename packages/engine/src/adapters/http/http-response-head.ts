/**
 * ResponseHead: the status line of one HTTP/1.1 response and those of its headers that are used here. Neighbour: http-response-parser.ts
 * finds where a head ends and reads the body. Guarantee: an ambiguous line (a bare line feed, a blank before the colon, two lengths) is an
 * error.
 */

/** The headers that are used here; all others are skipped. */
export interface ResponseHeaders {
  readonly contentLength: number | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly retryAfter: string | undefined;
  readonly location: string | undefined;
  /** `signalbox-outcome`: what the function says should happen to the message. */
  readonly outcome: string | undefined;
  /** `x-signalbox-frames`: how many invocations the server takes in one request. */
  readonly frames: string | undefined;
}

/**
 * NOT_HTTP: the bytes are no HTTP/1.1. EARLY: a reply came before its request was written. SURPLUS: more came than was asked for. UNASKED:
 * the server sent before any request. FRAME: the parts of a frame cannot be told apart. CLOSED: the connection ended in the middle of
 * something.
 */
type HttpProtocolErrorCode = "NOT_HTTP" | "EARLY" | "SURPLUS" | "UNASKED" | "FRAME" | "CLOSED" | "CONNECT_TIMEOUT" | "READ_TIMEOUT";

export class HttpProtocolError extends Error {
  readonly code: HttpProtocolErrorCode;

  constructor(code: HttpProtocolErrorCode, message: string) {
    super(message);
    this.name = "HttpProtocolError";
    this.code = code;
  }
}

/** What one response's head says about its body and its connection. */
export class ResponseHead implements ResponseHeaders {
  contentLength: number | undefined = undefined;
  contentType: string | undefined = undefined;
  contentEncoding: string | undefined = undefined;
  retryAfter: string | undefined = undefined;
  location: string | undefined = undefined;
  outcome: string | undefined = undefined;
  frames: string | undefined = undefined;
  transferEncoding: string | undefined = undefined;
  status = 0;
  keepsAlive = true;
  keepAliveMs: number | undefined = undefined;
}

/** Bare line ends and other control characters, which another reader may take for the end of a line. */
const controlCharacters = /[\x00-\x08\x0a-\x1f\x7f]/;
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** `text`: the head without its empty line. */
export function parseHead(text: string): ResponseHead {
  const head = new ResponseHead();
  let lineEnd = text.indexOf("\r\n");
  if (lineEnd < 0) lineEnd = text.length;
  // "HTTP/1.1 200 OK": the version's last digit, then the status.
  const digits = text.slice(9, 12);
  head.status = Number(digits);
  const minor = text.charCodeAt(7) - 0x30;
  const afterStatus = text.charCodeAt(12);
  const statusEnds = lineEnd === 12 || afterStatus === 0x20;
  if (
    !(minor === 0 || minor === 1) ||
    text.charCodeAt(8) !== 0x20 ||
    !statusEnds ||
    !/^[1-9]\d\d$/.test(digits) ||
    controlCharacters.test(text.slice(0, lineEnd))
  )
    throw new HttpProtocolError("NOT_HTTP", `a status line ${JSON.stringify(text.slice(0, Math.min(lineEnd, 40)))}`);
  head.keepsAlive = minor === 1;
  readHeaders(head, text, lineEnd + 2);
  return head;
}

/** Header lines alone, as a part of a frame has them. Throws HttpProtocolError NOT_HTTP. */
export function parseHeaderLines(text: string): ResponseHeaders {
  const head = new ResponseHead();
  readHeaders(head, text, 0);
  return head;
}

function readHeaders(head: ResponseHead, text: string, lineStart: number): void {
  let from = lineStart;
  while (from < text.length) {
    let end = text.indexOf("\r\n", from);
    if (end < 0) end = text.length;
    readHeader(head, text.slice(from, end));
    from = end + 2;
  }
}

function readHeader(head: ResponseHead, line: string): void {
  const colon = line.indexOf(":");
  if (colon < 1 || !headerName.test(line.slice(0, colon)) || controlCharacters.test(line))
    throw new HttpProtocolError("NOT_HTTP", `a header line ${JSON.stringify(line.slice(0, 40))}`);
  // Only names of these lengths are compared; all others need no lower case.
  switch (colon) {
    case 8:
    case 10:
    case 11:
    case 12:
    case 14:
    case 16:
    case 17:
    case 18:
      return keepHeader(head, line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    default:
      return;
  }
}

function keepHeader(head: ResponseHead, name: string, value: string): void {
  switch (name) {
    case "content-length": {
      const length = /^\d{1,15}$/.test(value) ? Number(value) : -1;
      if (length < 0 || (head.contentLength !== undefined && head.contentLength !== length))
        throw new HttpProtocolError("NOT_HTTP", `content-length ${JSON.stringify(value.slice(0, 40))}`);
      head.contentLength = length;
      return;
    }
    case "content-type":
      head.contentType = joined(head.contentType, value);
      return;
    case "content-encoding":
      head.contentEncoding = head.contentEncoding === undefined ? value : `${head.contentEncoding}, ${value}`;
      return;
    case "retry-after":
      head.retryAfter = value;
      return;
    case "location":
      head.location = value;
      return;
    case "signalbox-outcome":
      head.outcome = value;
      return;
    case "x-signalbox-frames":
      head.frames = value;
      return;
    case "transfer-encoding":
      head.transferEncoding = head.transferEncoding === undefined ? value : `${head.transferEncoding}, ${value}`;
      return;
    case "connection":
      return connectionHeader(head, value.toLowerCase());
    case "keep-alive": {
      const seconds = /(?:^|[\s,;])timeout=(\d{1,9})/i.exec(value)?.[1];
      if (seconds !== undefined) head.keepAliveMs = Number(seconds) * 1000;
      return;
    }
    default:
      return;
  }
}

/** A header that is repeated with the same value counts once; two different values are an error. */
function joined(before: string | undefined, value: string): string {
  return before === undefined || before === value ? value : `${before}, ${value}`;
}

function connectionHeader(head: ResponseHead, value: string): void {
  if (value === "keep-alive") head.keepsAlive = true;
  else if (value.split(",").some((token) => token.trim() === "close")) head.keepsAlive = false;
}
