/**
 * Shows the outcome of a change, in a word and its tone, and the code of the problem where there is one.
 */
import type { ReactElement } from "react";
import type { AuditRow } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { useAuditWords } from "../../words/audit/use-audit-words.ts";
import { outcomeWords } from "./audit-words.ts";

const tones = { done: "clear", refused: "caution", failed: "danger" } as const;

export function AuditOutcomeWord({ row }: { row: AuditRow }): ReactElement {
  const { is } = useAuditWords();
  return <StatusWord tone={tones[row.outcome]}>{outcomeWords(row, is)}</StatusWord>;
}
