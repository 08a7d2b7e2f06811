/**
 * ErrorState: what failed, where, what to do, and the raw text one click away. `inline` is for a form or a panel.
 */
import type { ReactElement } from "react";
import { Button } from "../button.tsx";
import { cn } from "../cn.ts";
import type { Problem } from "./problem.ts";
import { StatusWord } from "./status-word.tsx";
import { useProblem } from "./use-problem.ts";
import { useShellWords } from "../../words/shell/use-shell-words.ts";

export interface ErrorStateProps {
  error: unknown;
  what?: string;
  onRetry?: (() => void) | undefined;
  inline?: boolean;
  className?: string;
}

export function ErrorState({ error, what, onRetry, inline = false, className }: ErrorStateProps): ReactElement {
  const problemOf = useProblem();
  return <ProblemView problem={problemOf(error)} what={what} onRetry={onRetry} inline={inline} className={className} />;
}

interface ProblemViewProps {
  problem: Problem;
  what?: string | undefined;
  onRetry?: (() => void) | undefined;
  inline?: boolean;
  className?: string | undefined;
}

function ProblemView({ problem, what, onRetry, inline = false, className }: ProblemViewProps): ReactElement {
  const words = useShellWords();
  return (
    <div
      role="alert"
      className={cn(
        "flex flex-col items-start gap-1.5 text-[13px]",
        inline ? "rounded border border-danger/50 bg-danger-soft px-3 py-2" : "px-4 py-6",
        className,
      )}
    >
      <StatusWord tone={problem.offline ? "caution" : "danger"} className="font-medium">
        {what === undefined ? problem.title : `${what}: ${problem.title}`}
      </StatusWord>
      {problem.detail === "" ? null : <Detail text={problem.detail} told={problem.told} />}
      {problem.where === null ? null : <p className="font-mono text-[12px] text-quiet">{problem.where}</p>}
      {problem.cure === "" ? null : <p className="max-w-[72ch] text-quiet">{problem.cure}</p>}
      {problem.raw === null && problem.code === "UNKNOWN" ? null : (
        <details className="text-[12px] text-quiet">
          <summary className="cursor-pointer hover:text-text">{words.raw}</summary>
          <pre className="mt-1 max-h-48 overflow-auto font-mono whitespace-pre-wrap">{problem.raw ?? problem.code}</pre>
        </details>
      )}
      {onRetry === undefined ? null : (
        <Button size="small" className="mt-1" onClick={onRetry}>
          {words.tryAgain}
        </Button>
      )}
    </div>
  );
}

/** A detail of several lines, in which one may point at a character of the one above it. */
function Detail({ text, told }: { text: string; told: boolean }): ReactElement {
  const isDrawn = text.includes("\n");
  return (
    <p
      {...(told ? { lang: "en" } : {})}
      className={cn("max-w-[72ch] break-words text-text", isDrawn && "font-mono text-[12px] whitespace-pre-wrap")}
    >
      {text}
    </p>
  );
}
