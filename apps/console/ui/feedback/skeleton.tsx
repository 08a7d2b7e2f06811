/**
 * Skeleton: keeps the place of rows that are being loaded, so that nothing jumps when they come.
 */
import type { ReactElement } from "react";
import { useShellWords } from "../../words/shell/use-shell-words.ts";
import { cn } from "../cn.ts";

export function Skeleton({ rows = 5, className, label }: { rows?: number; className?: string; label?: string }): ReactElement {
  const words = useShellWords();
  return (
    <div role="status" aria-label={label ?? words.isLoading} className={cn("flex flex-col gap-2 p-3", className)}>
      {Array.from({ length: rows }, (_, index) => (
        <div
          key={index}
          className="h-4 rounded-[3px] bg-line/60 motion-safe:animate-pulse"
          style={{ width: `${88 - ((index * 17) % 45)}%` }}
        />
      ))}
    </div>
  );
}
