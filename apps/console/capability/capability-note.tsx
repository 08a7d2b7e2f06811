/**
 * CapabilityNote: says what the runtime cannot do and why, in place of the missing part. Needs shows its children, or the note. Neighbour:
 * capability-button.tsx for one control.
 */
"use client";
import type { ReactElement, ReactNode } from "react";
import { EmptyState } from "../ui/feedback/empty-state.tsx";
import { useMissing, type CapabilityName, type Missing } from "./use-missing.ts";
import { useMayWords } from "../words/may/use-may-words.ts";

function CapabilityNote({ missing }: { missing: Missing }): ReactElement {
  const { notHere } = useMayWords();
  return (
    <EmptyState title={notHere}>
      <p lang={missing.lang}>{missing.sentence}</p>
      <p lang={missing.lang}>{missing.cure}</p>
    </EmptyState>
  );
}

export function Needs({ capability, children }: { capability: CapabilityName; children: ReactNode }): ReactElement {
  const missing = useMissing(capability);
  return missing === null ? <>{children}</> : <CapabilityNote missing={missing} />;
}

/** The note as one line above the part that still works. */
export function CapabilityLine({ capability }: { capability: CapabilityName }): ReactElement | null {
  const missing = useMissing(capability);
  if (missing === null) return null;
  return (
    <p role="note" lang={missing.lang} className="border-b border-line px-4 py-2 text-[13px] text-quiet">
      {missing.sentence} {missing.cure}
    </p>
  );
}
