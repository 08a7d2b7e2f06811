/**
 * useDraft: the unapplied text of a module, kept in this tab's session so that looking at another page does not lose it. It is null while
 * the editor shows what runs. Without storage (full, forbidden) the draft lasts as long as the page.
 */
"use client";
import { useEffect, useState } from "react";
import * as z from "zod/mini";

const kept = z.object({ text: z.string(), startedFrom: z.number() });
export type Draft = z.infer<typeof kept>;

function keyOf(name: string): string {
  return `signalbox.module-draft.${name}`;
}

function read(name: string): Draft | null {
  try {
    const parsed = kept.safeParse(JSON.parse(window.sessionStorage.getItem(keyOf(name)) ?? "null"));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export function useDraft(name: string): readonly [Draft | null, (draft: Draft | null) => void] {
  const [draft, setDraft] = useState<Draft | null>(() => read(name));
  useEffect(() => {
    try {
      if (draft === null) window.sessionStorage.removeItem(keyOf(name));
      else window.sessionStorage.setItem(keyOf(name), JSON.stringify(draft));
    } catch {
      // The draft stays in memory.
    }
  }, [name, draft]);
  return [draft, setDraft];
}
