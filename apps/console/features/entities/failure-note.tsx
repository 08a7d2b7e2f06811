/**
 * FailureNote: what failed, why in the function's own words, and its cure beside it; the whole reply is one click away. Entities, functions
 * and history use it.
 */
import type { ReactElement } from "react";
import type { FailureView } from "../../trpc/views.ts";
import { cn } from "../../ui/cn.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { saidIn } from "../waiting/said-in.ts";
import { useFailureWords } from "../../words/failure/use-failure-words.ts";

export function FailureNote({ failure, className }: { failure: FailureView; className?: string }): ReactElement {
  const words = useFailureWords();
  const said = saidIn(failure);
  const tone = failure.scope === "entity" ? "danger" : "caution";
  return (
    <div className={cn("rounded border border-line bg-panel px-3 py-2 text-[13px]", className)}>
      <div className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
        <div className="min-w-0">
          <StatusWord tone={tone} className="font-mono text-[12px]">
            {failure.code}
          </StatusWord>
          <p className="mt-1 break-words text-text">{words.means(failure.code, failure.message)}</p>
          <SaidSo failure={failure} />
          {said === "" ? null : <p className="mt-1 font-mono text-[12px] break-words text-text">{said}</p>}
        </div>
        <div className="min-w-0">
          <p className="text-[12px] text-quiet">{words.toDo}</p>
          <p className="mt-1 break-words text-text">{words.cure(failure.code, failure.cure)}</p>
        </div>
      </div>
      {failure.raw === null || failure.raw.trim() === said ? null : (
        <details className="mt-2 text-[12px]">
          <summary className="text-quiet hover:text-text">{words.raw}</summary>
          <pre className="mt-1 max-h-56 overflow-auto font-mono break-words whitespace-pre-wrap" tabIndex={0}>
            {failure.raw}
          </pre>
        </details>
      )}
    </div>
  );
}

/** The gateway's own words, which name the address and the status, where the page says what they mean in another language. */
export function SaidSo({ failure: { code, message } }: { failure: Pick<FailureView, "code" | "message"> }): ReactElement | null {
  const said = useFailureWords().saidSo(code, message);
  return said === null ? null : (
    <span lang="en" className="block font-mono text-[12px] break-words text-quiet">
      {said}
    </span>
  );
}
