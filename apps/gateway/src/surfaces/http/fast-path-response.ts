/**
 * FastPathResponse: the whole answer to a message or a call as node:http would write it (same lines, same order), with a head that is made
 * once a second.
 * Neighbours: fast-path-server.ts writes with it; messages.ts, calls.ts and reply.ts have the bodies.
 */
import { nodeHttp } from "../../listener/node-http.ts";
import type { Problem } from "../../contract/problem.ts";
import { problemHeaders, problemText } from "../../listener/reply.ts";
import { browserHeaders } from "./browser-headers.ts";
import type { CallReply } from "./calls.ts";

const acceptedHead = "HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: ";
const apiHead = lines(browserHeaders);

/** Characters are bytes (latin1), so that answers can be joined and written without a look at their content. */
export class FastPathResponse {
  private readonly keepAliveSeconds: number;
  private second = -1;
  private date = "";
  private keepAliveTail = "";

  constructor(keepAliveTimeoutMs: number) {
    this.keepAliveSeconds = Math.floor(keepAliveTimeoutMs / 1000);
  }

  /** `json` is ASCII. `closing`: it is the last one on its connection. */
  accepted(json: string, closing: boolean): string {
    return acceptedHead + json.length + this.tail(closing) + json;
  }

  problem(problem: Problem, closing: boolean): string {
    const head = statusLine(problem.status) + lines(Object.entries(problemHeaders(problem)));
    return this.whole(head, latin1Of(problemText(problem)), closing);
  }

  called({ status, headers, contentType, body }: CallReply, closing: boolean): string {
    const head = `${statusLine(status)}${apiHead}${lines(headers)}content-type: ${contentType}\r\n`;
    return this.whole(head, latin1Of(body), closing);
  }

  /** A refusal of the gate before the route, written as server.ts writes it. */
  gateProblem(problem: Problem, closing: boolean): string {
    const head = statusLine(problem.status) + apiHead + lines(Object.entries(problemHeaders(problem)));
    return this.whole(head, latin1Of(problemText(problem)), closing);
  }

  /** A problem as the API's routes write it. */
  callProblem(problem: Problem, closing: boolean): string {
    const { "content-type": contentType, ...more } = problemHeaders(problem);
    const typed = [["content-type", `${contentType}; charset=utf-8`] as const, ...Object.entries(more)];
    return this.whole(statusLine(problem.status) + apiHead + lines(typed), latin1Of(problemText(problem)), closing);
  }

  private whole(head: string, body: string, closing: boolean): string {
    return `${head}content-length: ${body.length}${this.tail(closing)}${body}`;
  }

  private tail(closing: boolean): string {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.date = `\r\nDate: ${new Date(second * 1000).toUTCString()}\r\n`;
      this.keepAliveTail = `${this.date}Connection: keep-alive\r\nKeep-Alive: timeout=${this.keepAliveSeconds}\r\n\r\n`;
    }
    return closing ? `${this.date}Connection: close\r\n\r\n` : this.keepAliveTail;
  }
}

function statusLine(status: number): string {
  return `HTTP/1.1 ${status} ${nodeHttp.STATUS_CODES[status] ?? "Unknown"}\r\n`;
}

function lines(headers: readonly (readonly [name: string, value: string | number])[]): string {
  let text = "";
  for (const [name, value] of headers) text += `${name}: ${value}\r\n`;
  return text;
}

/** A text with one character per byte. */
function latin1Of(body: string | Uint8Array): string {
  const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return bytes.toString("latin1");
}
