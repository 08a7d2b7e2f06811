/**
 * Texts for an answer about the past: how a value is known, and what is not known.
 */
import { clock } from "../../format/times.ts";
import type { StateAsOfView, StateChangeView, StateValueRow, ValueAsOfView } from "../../trpc/views.ts";
import type { PastWords } from "../../words/past/en.ts";

export function unknownSentence(state: StateAsOfView, words: PastWords): string | null {
  switch (state.kind) {
    case "no-journal":
      return words.noJournal;
    case "beyond-reach":
      return words.beyond(clock(state.reachMs, false));
    case "known":
      return state.complete ? null : words.incomplete;
  }
}

export function evidenceWords(value: ValueAsOfView, words: PastWords): string | null {
  if (value.perhapsExpired !== null) return words.perhapsExpired;
  if (value.evidence === "last-change") return words.lastChange;
  return null;
}

/** Compares the past with the present, by name, without what is the same. */
export function thenAndNow(
  then: readonly ValueAsOfView[],
  now: readonly StateValueRow[],
): { readonly changes: StateChangeView[]; readonly same: string[] } {
  const names = [...new Set([...then.map(({ name }) => name), ...now.map(({ name }) => name)])].toSorted();
  const changes: StateChangeView[] = [];
  const same: string[] = [];
  for (const name of names) {
    const before = then.find((value) => value.name === name)?.value ?? null;
    const after = now.find((value) => value.name === name)?.value ?? null;
    if (before === null && after === null) continue;
    if (before?.base64 === after?.base64 && before?.text === after?.text && before?.typename === after?.typename) same.push(name);
    else changes.push({ name, before, after });
  }
  return { changes, same };
}
