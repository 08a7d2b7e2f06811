/**
 * FastPathResponse: the whole answer to a message as node:http would write it (same lines, same order), with a head that is made once a second.
 * Neighbours: fast-path-server.ts writes with it; messages.ts and reply.ts have the bodies.
 */
import { nodeHttp } from "../../listener/node-http.ts";
import type { Problem } from "../../contract/problem.ts";
import { problemHeaders, problemText } from "../../listener/reply.ts";

const acceptedHead = "HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: ";

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
    const body = Buffer.from(problemText(problem), "utf8");
    const headers = Object.entries(problemHeaders(problem)).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `HTTP/1.1 ${problem.status} ${nodeHttp.STATUS_CODES[problem.status] ?? "Unknown"}\r\n${headers.join("")}`;
    return `${head}content-length: ${body.length}${this.tail(closing)}${body.toString("latin1")}`;
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
