/** Skeleton: keeps the place of rows that are on their way, so that nothing jumps when they come. */
import type { ReactElement } from "react";
import { cn } from "../cn.ts";

export function Skeleton({ rows = 5, className, label = "Loading" }: { rows?: number; className?: string; label?: string }): ReactElement {
  return (
    <div role="status" aria-label={label} className={cn("flex flex-col gap-2 p-3", className)}>
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
