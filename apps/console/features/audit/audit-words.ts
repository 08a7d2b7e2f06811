/**
 * The texts of the audit page: a change in one line, an outcome with its problem, the URL of the export.
 */
import { urlOf } from "../../shell/base-path.ts";
import type { AuditRow } from "../../trpc/views.ts";
import type { AuditWords } from "../../words/audit/en.ts";

export const outcomes = ["all", "done", "refused", "failed"] as const;
export type OutcomeChoice = (typeof outcomes)[number];

/** Returns undefined for all outcomes. */
export function outcomeOf(choice: OutcomeChoice): AuditRow["outcome"] | undefined {
  return choice === "all" ? undefined : choice;
}

export function changeText({ before, after }: Pick<AuditRow, "before" | "after">, nothing: string): string {
  if (before === null && after === null) return "";
  return `${before ?? nothing} → ${after ?? nothing}`;
}

export function outcomeWords({ outcome, problem }: Pick<AuditRow, "outcome" | "problem">, is: AuditWords["is"]): string {
  return problem === null ? is[outcome] : `${is[outcome]}: ${problem}`;
}

export function exportUrl({ text, outcome }: { text: string; outcome: AuditRow["outcome"] | undefined }): string {
  const query = new URLSearchParams({ ...(text === "" ? {} : { text }), ...(outcome === undefined ? {} : { outcome }) }).toString();
  return query === "" ? urlOf("/v1/audit/export") : urlOf(`/v1/audit/export?${query}`);
}
