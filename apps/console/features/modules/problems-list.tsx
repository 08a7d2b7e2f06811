/**
 * ProblemsList: what is wrong with a module's text; each entry leads to its line.
 */
import type { ReactElement } from "react";
import type { ModuleIssue } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { useModulesWords } from "../../words/modules/use-modules-words.ts";

export function ProblemsList({ issues, onJump }: { issues: readonly ModuleIssue[]; onJump: (issue: ModuleIssue) => void }): ReactElement {
  const { editor: words } = useModulesWords();
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
              {words.severity[issue.severity]}{" "}
              <span className="font-mono">
                {issue.line}:{issue.column}
              </span>
            </StatusWord>
            <span className="min-w-0 break-words">
              <span lang="en">{issue.message}</span>
              {issue.suggestion === null ? null : (
                <span className="text-quiet">
                  {" "}
                  {words.meant.before}
                  <code className="text-text">{issue.suggestion}</code>
                  {words.meant.after}
                </span>
              )}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
