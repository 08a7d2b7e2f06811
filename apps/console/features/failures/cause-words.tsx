/**
 * CauseWords: what a cause is and its state, for rows and for the inspector.
 */
import type { ReactElement } from "react";
import { clock } from "../../format/times.ts";
import type { FailureCauseRow } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { useFailuresWords } from "../../words/failures/use-failures-words.ts";

export const causeStates = ["open", "ignored", "resolved"] as const;
export type CauseState = (typeof causeStates)[number];

export function CauseState({ cause }: { cause: FailureCauseRow }): ReactElement {
  const { is, until } = useFailuresWords();
  switch (cause.state) {
    case "open":
      return <StatusWord tone={cause.parked > 0 || cause.entities === 0 ? "danger" : "caution"}>{is.open}</StatusWord>;
    case "ignored":
      return (
        <StatusWord tone="quiet">
          {cause.ignoredUntilMs === null ? is.ignored : <span title={until(clock(cause.ignoredUntilMs, false))}>{is.ignored}</span>}
        </StatusWord>
      );
    case "resolved":
      return <StatusWord tone="clear">{is.resolved}</StatusWord>;
  }
}

/** Returns where it was thrown, or its message. */
export function causePlace({ frames, message }: FailureCauseRow): string {
  return frames[0] ?? message;
}

export function sparkTone(cause: FailureCauseRow): string {
  return cause.state !== "open" ? "text-quiet" : cause.parked > 0 ? "text-danger" : "text-caution";
}
