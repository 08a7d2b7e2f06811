/**
 * Answer: turns an outcome into an HTTP answer, for all hosts that speak HTTP. A failure has a status that every StateFun runtime takes for
 * a failure; Signalbox also reads the headers, which say whether to try again and when.
 */
import type { Outcome } from "../dispatch.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The most bytes of one request; a larger one is refused with 413. */
export const requestBytesMax = 64 * 1024 * 1024;
/** The longest reason in the body, because it is stored in a journal record and a log line. */
const reasonCharactersMax = 8_192;
const utf8 = new TextEncoder();

export function httpAnswer(outcome: Outcome): HttpAnswer {
  switch (outcome.kind) {
    case "reply":
      return { status: 200, headers: { "content-type": "application/octet-stream" }, body: outcome.bytes };
    case "malformed":
      return failure(400, outcome.reason);
    case "unknown-type":
      return failure(404, outcome.reason);
    case "rejected":
      return failure(422, outcome.reason, { "signalbox-outcome": "reject" });
    case "retry-later": {
      const seconds = String(Math.ceil(outcome.afterMs / 1000));
      return failure(500, outcome.reason, { "signalbox-outcome": "retry-later", "retry-after": seconds });
    }
    case "threw":
      return failure(500, outcome.reason);
  }
}

export function refusal(status: number, reason: string): HttpAnswer {
  return failure(status, reason);
}

function failure(status: number, reason: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  const body = utf8.encode(`${reason.slice(0, reasonCharactersMax)}\n`);
  return { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, body };
}
