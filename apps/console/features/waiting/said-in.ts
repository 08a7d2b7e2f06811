/** saidIn: what the function itself said of a failure, on one line; what the gateway says of it stands in its message. Pure. Neighbours: failure-note.tsx, hop-words.tsx, wait-words.ts. */
import type { FailureView } from "../../trpc/views.ts";

const SAID_CHARACTERS_MAX = 300;
/** Where the function's words are masked, a line tells what the gateway says; the raw text beside it shows that something is hidden. */
const MASKED = "••••";

/** The first line of the reply, which says why: a page of a proxy says nothing in its first line, and what the message holds need not be said twice. */
export function saidIn({ raw, message }: Pick<FailureView, "raw" | "message">): string {
  const line = raw?.trim().split("\n", 1)[0]?.slice(0, SAID_CHARACTERS_MAX) ?? "";
  return line === MASKED || line.startsWith("<") || message.includes(line) ? "" : line;
}

/** For a line that has room for one of them: the function's own words say more. */
export function reasonOf(failure: Pick<FailureView, "raw" | "message">): string {
  const said = saidIn(failure);
  return said === "" ? failure.message : said;
}
