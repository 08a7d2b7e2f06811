/**
 * saidIn: the function's own words about a failure, on one line; the gateway's words are in the failure's message. Pure. Neighbours:
 * failure-note.tsx, hop-words.tsx, wait-words.ts.
 */
import type { FailureView } from "../../trpc/views.ts";
import type { FailureWords } from "../../words/failure/en.ts";

const SAID_CHARACTERS_MAX = 300;
/** When the function's words are masked, the line shows the gateway's; the raw text beside it shows that something is hidden. */
const MASKED = "••••";

/**
 * Returns the first line of the reply that says why: the page of a proxy says nothing there, and what the message already contains is not
 * repeated.
 */
export function saidIn({ raw, message }: Pick<FailureView, "raw" | "message">): string {
  const line = raw?.trim().split("\n", 1)[0]?.slice(0, SAID_CHARACTERS_MAX) ?? "";
  return line === MASKED || line.startsWith("<") || message.includes(line) ? "" : line;
}

/** Returns the function's own words, or the message when there are none, for a line with room for one of them. */
export function reasonOf(failure: Pick<FailureView, "raw" | "message" | "code">, words: FailureWords): string {
  const said = saidIn(failure);
  return said === "" ? words.means(failure.code, failure.message) : said;
}
