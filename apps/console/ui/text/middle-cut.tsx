/**
 * MiddleCut: a name or an id that loses its middle when there is no room, because both ends are needed. The layout cuts it and not the
 * text, so that what is selected, copied, read aloud and shown on hover is complete.
 */
import type { ReactElement } from "react";
import { cn } from "../cn.ts";

const TAIL_CHARACTERS = 8;
const CUT_FROM_CHARACTERS = 16;

export function MiddleCut({ text, className }: { text: string; className?: string }): ReactElement {
  const characters = [...text];
  if (characters.length < CUT_FROM_CHARACTERS)
    return (
      <span className={cn("truncate whitespace-pre", className)} title={text}>
        {text}
      </span>
    );
  return (
    <span className={cn("inline-flex max-w-full min-w-0 align-bottom", className)} title={text}>
      <span className="truncate whitespace-pre">{characters.slice(0, -TAIL_CHARACTERS).join("")}</span>
      <span className="shrink-0 whitespace-pre">{characters.slice(-TAIL_CHARACTERS).join("")}</span>
    </span>
  );
}
