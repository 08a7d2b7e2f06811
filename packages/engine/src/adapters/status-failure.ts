/**
 * status-failure: what an answer that is no reply says: by its status, and by `signalbox-outcome`, in which the function or the process
 * that runs it says what became of the message. Neighbours: transport-failure.ts has all other failures; retry-after.ts reads one of its
 * headers.
 */
import { isolationGap } from "@signalbox/runtime";
import type { Failure } from "@signalbox/runtime/model/failure";
import { parseRetryAfter } from "./http/retry-after.ts";
import { lookIntoLog, makeFailure, putOffBy, rejectedBy } from "./transport-failure.ts";

const statusCures: Record<number, string> = {
  401: "The endpoint wants credentials, which the protocol does not send; open it to Signalbox.",
  403: "The endpoint refuses Signalbox; open it, or correct the URL.",
  404: "Correct the path in urlPathTemplate: nothing is served there.",
  405: "The URL is not a StateFun function: it refuses POST.",
  413: "Raise the service's request limit, or lower maxNumBatchRequests.",
  415: "The URL is not a StateFun function: it refuses application/octet-stream.",
};

export interface StatusDetail {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly location: string | undefined;
  /**
   * `reject` or `retry-later`: the function says what should happen to the message. `overdue` or `out-of-memory`: the process that runs the
   * function gave the call up. `missing <name>`: it has no such global (isolationGap).
   */
  readonly outcome: string | undefined;
  readonly raw: string | undefined;
}

/** undefined when it says nothing. Only a refusal can say it, so that a header never makes a reply count for nothing. */
export function saidByFunction(
  url: string,
  { outcome, retryAfter, raw }: Pick<StatusDetail, "outcome" | "retryAfter" | "raw">,
  nowMs: number,
): Failure | undefined {
  const said = outcome?.trim() ?? "";
  if (said.startsWith("missing ")) return missingInIsolation(url, said.slice("missing ".length).trim(), raw);
  switch (said.toLowerCase()) {
    case "reject":
      return rejectedBy(url, raw);
    case "retry-later":
      return putOffBy(url, { retryAfterMs: parseRetryAfter(retryAfter, nowMs), raw });
    // The process that runs the function knows which call it was, so no other entity is suspected.
    case "overdue":
      return {
        ...makeFailure({
          code: "CALL_TIMEOUT",
          message: `the function at ${url} was given up: it took longer than a call may`,
          cure: "See whether it loops or waits for ever, or raise `limits.callTimeout`.",
          raw,
        }),
        scope: "entity",
      };
    case "out-of-memory":
      return makeFailure({
        code: "CALL_OUT_OF_MEMORY",
        message: `the function at ${url} needed more memory than it may have`,
        cure: "Mend the function, or raise `limits.memoryMiB`.",
        raw,
      });
    default:
      return undefined;
  }
}

/** Undefined for a name that no platform has either: then the function has simply thrown. */
function missingInIsolation(url: string, name: string, raw: string | undefined): Failure | undefined {
  const gap = isolationGap(name);
  if (gap === undefined) return undefined;
  return makeFailure({ code: "NOT_IN_ISOLATION", message: `the function at ${url} uses ${gap.name}, and ${gap.why}`, cure: gap.cure, raw });
}

export function statusFailure(url: string, detail: StatusDetail, nowMs: number): Failure {
  const { status, raw } = detail;
  const message = `${url} answered with status ${status}`;
  const said = saidByFunction(url, detail, nowMs);
  if (said !== undefined) return said;
  if (status === 429 || status === 503) {
    const retryAfterMs = parseRetryAfter(detail.retryAfter, nowMs);
    return makeFailure({
      code: "ENDPOINT_OVERLOADED",
      message,
      cure: "Nothing to do: the engine slows down for it. Add instances if it lasts.",
      retryAfterMs,
      raw,
    });
  }
  if (status === 502 || status === 504) {
    return makeFailure({
      code: "ENDPOINT_GATEWAY",
      message: `${message}: what stands before the functions did not reach them`,
      cure: "See whether all instances behind the proxy or balancer run and answer in its time.",
      raw,
    });
  }
  if (status >= 500) {
    return makeFailure({
      code: "ENDPOINT_ERROR",
      message,
      cure: `${lookIntoLog} the function threw, or does not know this type.`,
      raw,
    });
  }
  if (status >= 300 && status < 400) {
    const where = detail.location === undefined ? "" : ` to ${detail.location}`;
    return makeFailure({
      code: "REPLY_STATUS",
      message: `${message}${where}`,
      cure: "Redirects are not followed: write the final URL into urlPathTemplate.",
      raw,
    });
  }
  return makeFailure({
    code: "REPLY_STATUS",
    message,
    cure: statusCures[status] ?? "See why the function service refuses this request.",
    raw,
  });
}

export function wrongContentType(url: string, contentType: string | undefined, raw: string | undefined): Failure {
  const got = contentType === undefined ? "no content-type" : `content-type ${contentType}`;
  return makeFailure({
    code: "REPLY_CONTENT_TYPE",
    message: `${url} answered with ${got}; a function answers with application/octet-stream`,
    cure: "Set content-type: application/octet-stream on the reply, or correct the URL if this is not a StateFun function.",
    raw,
  });
}
