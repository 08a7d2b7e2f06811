/**
 * Ago: a time relative to now that keeps itself current, with the exact one on hover.
 */
"use client";
import type { ReactElement } from "react";
import { exact, relative } from "../../format/times.ts";
import { useWords } from "../../words/use-words.ts";
import { useNow } from "./use-now.ts";

export function Ago({ atMs, className }: { atMs: number; className?: string }): ReactElement {
  const now = useNow();
  const { ages } = useWords();
  return (
    <time dateTime={new Date(atMs).toISOString()} title={exact(atMs)} className={className} suppressHydrationWarning>
      {now === 0 ? "" : relative(atMs, now, ages)}
    </time>
  );
}
