/** ProblemsList: what is wrong with a module's text; each leads to its line. */
import type { ReactElement } from "react";
import type { ModuleIssue } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";

export function ProblemsList({ issues, onJump }: { issues: readonly ModuleIssue[]; onJump: (issue: ModuleIssue) => void }): ReactElement {
  return (
    <ul className="flex flex-col">
      {issues.map((issue, index) => (
        <li key={`${issue.line}:${issue.column}:${index}`} className="border-t border-line first:border-t-0">
          <button
            type="button"
            onClick={() => onJump(issue)}
            className="grid w-full grid-cols-[auto_1fr] gap-x-3 rounded-[3px] px-1 py-1 text-left text-[12px] leading-5 hover:bg-hover"
          >
            <StatusWord tone={issue.severity === "error" ? "danger" : "caution"} className="self-start">
              {issue.severity}{" "}
              <span className="font-mono">
                {issue.line}:{issue.column}
              </span>
            </StatusWord>
            <span className="min-w-0 break-words">
              {issue.message}
              {issue.suggestion === null ? null : (
                <span className="text-quiet">
                  {" "}
                  Did you mean <code className="text-text">{issue.suggestion}</code>?
                </span>
              )}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
