/** HttpOutcome: what the answer to a record means: delivered, rejected, or to be tried again because the same request may succeed later. */
export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The first characters of the body. */
  readonly excerpt: string;
}

export interface NoAnswer {
  readonly kind: "none";
  readonly reason: string;
  /** What a person can do, if the reason suggests something. */
  readonly cure?: string;
}

export type HttpReply = { readonly kind: "answer"; readonly answer: HttpAnswer } | NoAnswer;

export const reachCure = "See whether the URL can be reached";

export type HttpOutcome =
  | { readonly kind: "delivered" }
  | { readonly kind: "retry"; readonly afterMs: number; readonly what: string; readonly cure: string; readonly excerpt: string }
  | { readonly kind: "rejected"; readonly what: string; readonly cure: string; readonly excerpt: string };

/** What HTTP status codes mean. */
const refusals: Readonly<Record<number, { readonly meaning: string; readonly cure: string }>> = {
  401: { meaning: "the credentials are refused", cure: "Mend `headers` or `signing` in the module; it is tried again by itself." },
  403: { meaning: "there is no right to it", cure: "Give these credentials the right at the service; it is tried again by itself." },
  404: { meaning: "nothing is at the URL", cure: "Mend `url` in the module, or the service; it is tried again by itself." },
  413: {
    meaning: "the record is too large for the service",
    cure: "Raise the service's limit, or let the function write less; `deadLetters` lets those behind it go on.",
  },
};

const retriedStatuses: ReadonlySet<number> = new Set([408, 421, 425, 429]);
/** An hour; a server that asks for a longer wait is tried again after this one. */
const retryAfterSecondsMax = 3_600;

export function outcomeOf(reply: HttpReply): HttpOutcome {
  if (reply.kind === "none") {
    return {
      kind: "retry",
      afterMs: 0,
      what: reply.reason,
      cure: `${reply.cure ?? reachCure}; it is tried again by itself.`,
      excerpt: "",
    };
  }
  const { status, retryAfter, excerpt } = reply.answer;
  if (status >= 200 && status < 300) return { kind: "delivered" };
  const known = refusals[status];
  const what = `it answered ${status}${known === undefined ? "" : `: ${known.meaning}`}`;
  if (status >= 500 || retriedStatuses.has(status))
    return { kind: "retry", afterMs: retryAfterMs(retryAfter), what, cure: "Mend the service; it is tried again by itself.", excerpt };
  const cure =
    status < 400
      ? "Write the URL that it redirects to; redirects are not followed."
      : (known?.cure ?? "Mend the service or the record's sender; then retry, or let the record go.");
  return { kind: "rejected", what, cure, excerpt };
}

/** Reads whole seconds; dates and anything else are ignored. */
function retryAfterMs(text: string | undefined): number {
  const seconds = /^\d{1,9}$/.test(text ?? "") ? Number(text) : 0;
  return Math.min(seconds, retryAfterSecondsMax) * 1000;
}
