/** What an answer about the past says of itself, in words: from where a value is known, and what is not known. */
import { clock } from "../../format/times.ts";
import type { StateAsOfView, StateChangeView, StateValueRow, ValueAsOfView } from "../../trpc/views.ts";

export function unknownSentence(state: StateAsOfView): string | null {
  switch (state.kind) {
    case "no-journal":
      return "No journal is kept, so the past cannot be read. The module or the start of the gateway says what is kept.";
    case "beyond-reach":
      return `The journal reaches back to ${clock(state.reachMs, false)}. What was before that is not known any more.`;
    case "known":
      return state.complete
        ? null
        : "A restore or many records lie between then and now: values that no record tells of may be missing here.";
  }
}

export function evidenceWords(value: ValueAsOfView): string | null {
  if (value.perhapsExpired !== null)
    return "It was written before and has an expiration: whether it was still there at this moment is not known.";
  if (value.evidence === "last-change") return "By its last change before this moment; it may have expired since.";
  return null;
}

/** Then beside now, by name; what is the same is left out. */
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
