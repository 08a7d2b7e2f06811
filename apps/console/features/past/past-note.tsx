/**
 * PastNote: a line that says what became of something of an earlier era, with a link to the savepoint.
 */
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import type { PastView } from "../../trpc/views.ts";
import { cn } from "../../ui/cn.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { pastSentence, pastWord } from "./past-words.ts";
import { usePastWords } from "../../words/past/use-past-words.ts";

export function PastNote({ past, className }: { past: PastView; className?: string }): ReactElement {
  const words = usePastWords();
  const savepoint = past.undone?.savepoint ?? past.keptIn;
  return (
    <p className={cn("flex flex-wrap items-baseline gap-x-3 text-[12px] leading-5", className)} suppressHydrationWarning>
      <StatusWord tone={past.undone === null ? "quiet" : "caution"}>{pastWord(past, words)}</StatusWord>
      <span className="text-quiet">{pastSentence(past, words)}</span>
      {savepoint === null ? null : (
        <Link className="text-message hover:underline" href={`/savepoints?id=${encodeURIComponent(savepoint)}`}>
          {words.openSavepoint}
        </Link>
      )}
    </p>
  );
}
